"""How many images, raters and repeats a study needs: the command `plan`.

Importing this package stays cheap: scipy and matplotlib are loaded when a plan is made.
"""

from app.planning.run import Planned, plan_study

__all__ = ["Planned", "plan_study"]
