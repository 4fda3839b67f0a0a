"""From a study file, or plain tables, to a report's folder."""

from app.results.study import pilot_of, report_study
from app.results.tables import report_tables

__all__ = ["pilot_of", "report_study", "report_tables"]
