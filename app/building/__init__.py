"""study.toml + images -> study file: record, draw, choose references, cut the pictures."""

from app.building.build import RECORDING, build
from app.building.job import prepare
from app.building.summary import summary

__all__ = ["RECORDING", "build", "prepare", "summary"]
