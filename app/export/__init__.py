"""A report as files: report.html to read, report.json and CSV files to compute with.

Importing this package stays cheap: matplotlib, jinja2 and Pillow are loaded when a report is written.
"""

from app.export.pictures import Field, ReferencePicture, StimulusPicture
from app.export.write import SIMULATED, write_report

__all__ = ["SIMULATED", "Field", "ReferencePicture", "StimulusPicture", "write_report"]
