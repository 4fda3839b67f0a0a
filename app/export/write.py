"""Writing a report's folder, file by file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.figures import Report
from app.export.files import make_folder, remove, write_whole
from app.export.pictures import ReferencePicture, StimulusPicture
from app.export.tables import csv_files, left_over, to_json
from app.findings.jury import disputed_ids
from app.findings.labels import labels_of

SIMULATED = "Simulated raters: no person labeled these images. These numbers say nothing about the unit."


def write_report(
    report: Report,
    out: Path,
    *,
    pictures: Sequence[StimulusPicture] = (),
    references: Sequence[ReferencePicture] = (),
    simulated: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write report.html, report.json, figures.csv and one CSV per curve into the folder `out`; the page's path.

    The folder is made if it is missing, and files of an earlier report in it are replaced, each as a whole.
    `simulated` (or a study that says so) puts `SIMULATED` on every page and section, in the study and first among
    the warnings. `progress` is called with the steps done and their number: each picture, the plots, the files.
    A picture that cannot be read is left out, with a warning in the report.

    Raises:
        Fault: `out` is a file, or cannot be written.
    """
    from app.export.page import render
    from app.export.plots import draw_plots
    from app.export.quilt import build_gallery, shown_of

    make_folder(out)
    simulated = simulated or report.study.get("simulated") is True
    shown = shown_of(pictures)
    by_id = {picture.id: picture for picture in pictures}
    disputed = [by_id[name] for name in disputed_ids(report) if name in by_id]
    step = _Steps(sum(map(len, shown.values())) + len(disputed) + len(references) + 2, progress)
    labels = labels_of(report)
    gallery = build_gallery(shown, len(pictures), references, labels, step, disputed)
    report = _warned(report, gallery.warnings, simulated)
    plots = draw_plots(report, simulated)
    step()
    page = render(report, labels, plots, gallery, SIMULATED if simulated else "")
    files = {"report.json": to_json(report), **csv_files(report), "report.html": page}
    for name, text in files.items():
        write_whole(out / name, text)
    for name in left_over(files):
        remove(out / name)
    step()
    return out / "report.html"


def _warned(report: Report, lost: Sequence[str], simulated: bool) -> Report:
    """The report with what the export has to add: the notice of simulated raters first, lost pictures last."""
    if not simulated:
        return replace(report, warnings=(*report.warnings, *lost))
    others = [warning for warning in report.warnings if warning != SIMULATED]
    study = {**report.study, "simulated": True}
    return replace(report, warnings=(SIMULATED, *others, *lost), study=study)


class _Steps:
    """Counts the steps of writing a report for whoever draws the bar."""

    def __init__(self, total: int, told: Callable[[int, int], None] | None) -> None:
        self._done, self._total, self._told = 0, total, told

    def __call__(self) -> None:
        self._done += 1
        if self._told is not None:
            self._told(self._done, self._total)
