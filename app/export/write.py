"""Writing a report's folder, format by format."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.figures import Report
from app.export.files import FIGURES, check_folder, write_files
from app.export.formats import FORMATS, check_installed
from app.export.judgement_files import JudgementTable, judgements_csv, judgements_parquet
from app.export.pictures import ReferencePicture, StimulusPicture
from app.export.tables import csv_files, to_json
from app.findings.account import SIMULATED, Account, account_of

if TYPE_CHECKING:
    from app.export.quilt import Gallery

__all__ = ["SIMULATED", "write_report"]

Files = dict[str, str | bytes]


def write_report(
    report: Report,
    out: Path,
    *,
    pictures: Sequence[StimulusPicture] = (),
    references: Sequence[ReferencePicture] = (),
    judgements: JudgementTable | None = None,
    simulated: bool = False,
    only: Collection[str] = FORMATS,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write a report in the formats `only` into the folder `out`: the path of its page, or of `out` without a page.

    Nothing is written before all of it is made, nor is the folder; then each file is replaced as a whole, and what an
    earlier report left beside them is removed. Files that no report wrote are never touched. `simulated` (or a study
    that says so) puts `SIMULATED` on every page and section, in the study and first among the warnings. `progress` is
    called with the steps done and their number: each picture, each chart, each format. A picture that cannot be read is
    left out, with a warning in the report. Without `judgements` there are no files of them.

    Raises:
        Fault: `out` is a file, holds something else where a file is to be, or cannot be written, or a library that a
            format needs is not installed.
    """
    check_installed(only)
    check_folder(out, only)
    simulated = simulated or report.study.get("simulated") is True
    made = _made(report, pictures, references, judgements, simulated, only, progress)
    write_files(out, made)
    return out / "report.html" if "html" in only else out


def _made(
    report: Report,
    pictures: Sequence[StimulusPicture],
    references: Sequence[ReferencePicture],
    judgements: JudgementTable | None,
    simulated: bool,
    only: Collection[str],
    progress: Callable[[int, int], None] | None,
) -> Files:
    """All files, by name."""
    from app.export.quilt import Gallery, build_gallery, shown_of

    account = account_of(report)
    shown = shown_of(pictures)
    by_id = {picture.id: picture for picture in pictures}
    disputed = [by_id[name] for name in account.disputed if name in by_id]
    wanted = [name for name in FORMATS if name in only]
    pictured, drawn = {"html", "pdf"}.intersection(only), [{"html"}, {"figures", "pdf"}]
    steps = len(wanted) + len(account.charts) * sum(bool(formats.intersection(only)) for formats in drawn)
    steps += sum(map(len, shown.values())) + len(disputed) + len(references) if pictured else 0
    step = _Steps(steps, progress)
    gallery = Gallery()
    if pictured:
        gallery = build_gallery(shown, len(pictures), references, account.labels, step, disputed)
    report = _warned(report, gallery.warnings, simulated)
    account = account_of(report, notice=SIMULATED if simulated else "")
    making = _Making(report, account, gallery, judgements, step)
    files: Files = {}
    for name in wanted:
        files |= _MAKERS[name](making)
        step()
    return files


@dataclass(frozen=True)
class _Making:
    """What the formats are made of."""

    report: Report
    account: Account
    gallery: Gallery
    judgements: JudgementTable | None
    step: Callable[[], None]

    @cached_property
    def figures(self) -> dict[str, bytes]:
        """The charts as files of their own, drawn once for the paper and for the folder."""
        from app.export.figure_files import figure_files

        return figure_files(self.account.charts, self.account.labels, bool(self.account.notice), self.step)


def _html(making: _Making) -> Files:
    from app.export.page import render, slim_svg
    from app.export.plots import Plot, draw_plots

    account = making.account
    plots: list[Plot] = []
    slim: dict[str, str] = {}
    for chart in account.charts:
        plots += draw_plots([chart], account.labels, bool(account.notice))
        slim[chart.key] = slim_svg(chart, account.labels, bool(account.notice))
        making.step()
    return {"report.html": render(account, plots, slim, making.gallery)}


def _pdf(making: _Making) -> Files:
    from app.export.paper import paper_of
    from app.export.pdf import pdf_of

    figures = {
        name.removeprefix(f"{FIGURES}/").removesuffix(".svg"): content
        for name, content in making.figures.items()
        if name.endswith(".svg")
    }
    return {"report.pdf": pdf_of(paper_of(making.account, figures, making.gallery))}


def _judgements(making: _Making) -> Files:
    table = making.judgements
    if table is None:
        return {}
    return {"judgements.csv": judgements_csv(table), "judgements.parquet": judgements_parquet(table)}


def _bib(making: _Making) -> Files:
    from app.findings.citations import bibtex

    return {"references.bib": bibtex(making.report)}


_MAKERS: dict[str, Callable[[_Making], Files]] = {
    "html": _html,
    "json": lambda making: {"report.json": to_json(making.report)},
    "csv": lambda making: {**csv_files(making.report)},
    "pdf": _pdf,
    "figures": lambda making: {**making.figures},
    "judgements": _judgements,
    "bib": _bib,
}


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
