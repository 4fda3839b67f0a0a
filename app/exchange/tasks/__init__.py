"""The study's tasks as a folder that a lab can use as it is, for one of the tools that it may have."""

from app.exchange.tasks.folder import TOOLS, write_tasks

__all__ = ["TOOLS", "write_tasks"]
