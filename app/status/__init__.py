"""How each rater of a study is getting on, and whose answers the study's own thresholds leave out of the report."""

from app.status.measure import rater_status, study_status
from app.status.quality import LEAST_ANSWERS, exclusions, exclusions_of
from app.status.rater import RaterStatus
from app.status.table import as_json, as_table, summary
from app.status.wording import NOBODY, percent, seconds

__all__ = [
    "LEAST_ANSWERS",
    "NOBODY",
    "RaterStatus",
    "as_json",
    "as_table",
    "exclusions",
    "exclusions_of",
    "percent",
    "rater_status",
    "seconds",
    "study_status",
    "summary",
]
