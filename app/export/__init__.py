"""A report as files: a page and a PDF to read, figures for a paper, JSON, CSV and Parquet to compute with.

Importing this package stays cheap: matplotlib, jinja2, typst, pyarrow and Pillow are loaded when a report is written.
"""

from app.export.files import check_folder, is_reports, strangers_in
from app.export.formats import FORMATS, check_installed, formats_of
from app.export.judgement_files import JudgementRow, JudgementTable
from app.export.pictures import Field, ReferencePicture, StimulusPicture
from app.export.write import SIMULATED, write_report

__all__ = [
    "FORMATS",
    "SIMULATED",
    "Field",
    "JudgementRow",
    "JudgementTable",
    "ReferencePicture",
    "StimulusPicture",
    "check_folder",
    "check_installed",
    "formats_of",
    "is_reports",
    "strangers_in",
    "write_report",
]
