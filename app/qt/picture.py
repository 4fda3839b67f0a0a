"""A picture of the labeling page, for a machine with no screen."""

from __future__ import annotations

import os
from pathlib import Path

from app.errors import Fault
from app.qt.libraries import missing_library


def picture_of_labeling_page(path: Path, out: Path, size: tuple[int, int] = (1280, 860)) -> None:
    """Draw the labeling page of the study at `path` as PNG; the study is only read.

    Raises:
        Fault: the study cannot be opened, or the picture not written.
    """
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        from app.qt.page_picture import write_page
    except ImportError as error:
        raise missing_library(error) from error
    if not write_page(path, out, size):
        raise Fault(f"{out} cannot be written. Name a folder that is there and may be written to.")
