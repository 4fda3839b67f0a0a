"""study.toml: what a study is to be, checked when it is read.

The tables here are the whole format; an unknown or missing field is a fault that names its place.
"""

from app.study_toml.known import KnownTable
from app.study_toml.material import (
    ImagesTable,
    ModelTable,
    PreprocessingTable,
    RecordingTable,
    SampleTable,
    UnitTable,
)
from app.study_toml.rubric import CategoryTable, Gap, PairsTable, RubricTable, gap_text
from app.study_toml.study import StudyToml, read_study_toml

__all__ = [
    "CategoryTable",
    "Gap",
    "ImagesTable",
    "KnownTable",
    "ModelTable",
    "PairsTable",
    "PreprocessingTable",
    "RecordingTable",
    "RubricTable",
    "SampleTable",
    "StudyToml",
    "UnitTable",
    "gap_text",
    "read_study_toml",
]
