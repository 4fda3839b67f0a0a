"""A report as a PDF, set by typst: a typesetter in one wheel that needs nothing of the system and fetches nothing."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import matplotlib
import typst

from app.assets import resource
from app.errors import Fault
from app.export.paper import Paper

_ACCESSIBLE: Literal["ua-1"] = "ua-1"
"""PDF/UA: tagged, titled, every picture described. Typst refuses to write it where something is missing."""


def pdf_of(paper: Paper) -> bytes:
    """The report's PDF: the same bytes for the same paper and fonts, with no date in it.

    It is PDF/UA, but for text in a script that no font at hand has: then it is tagged all the same.

    Raises:
        Fault: the temporary folder cannot be written.
    """
    try:
        # The typesetter may read this folder alone; pictures cannot be handed over in any other way.
        with TemporaryDirectory(prefix="neuronjury-") as folder:
            root = Path(folder)
            main = root / "report.typ"
            main.write_bytes(resource("report", "report.typ").read_bytes())
            # A lone surrogate (a file name in no known encoding) is no text: a question mark stands for it.
            data = json.dumps(paper.data, ensure_ascii=False).encode("utf-8", "replace")
            (root / "data.json").write_bytes(data)
            for name, content in paper.files.items():
                (root / name).write_bytes(content)
            return _compiled(main, root)
    except OSError as error:
        raise Fault(f"The PDF cannot be made in the temporary folder: {error.strerror}.") from error


def _compiled(main: Path, root: Path) -> bytes:
    # Charts are in matplotlib's own face, which comes along with it.
    faces = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    compiler = typst.Compiler(main, root, font_paths=typst.Fonts(font_paths=[faces]))
    try:
        made, _ = compiler.compile_with_warnings(format="pdf", pdf_standards=_ACCESSIBLE)
    except typst.TypstError:
        made, _ = compiler.compile_with_warnings(format="pdf")
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made
