"""The report on one unit of a study file, and what a study tells whoever plans another."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path

from analysis.judgements import InputError, Judgements, Stimuli
from app.errors import Fault
from app.export import FORMATS, check_folder, check_installed, write_report
from app.results.analysing import judgements_of
from app.results.anonymous import anonymous as without_names
from app.results.computing import Progress, report_on
from app.results.judgement_table import judgement_table
from app.results.pictures import reference_pictures, stimulus_pictures
from app.results.source import read_source, stimuli_of

WRITING = "Writing the report"


def report_study(
    path: Path,
    out: Path,
    progress: Progress,
    seed: int | None = None,
    unit_name: str | None = None,
    *,
    anonymous: bool = False,
    only: Collection[str] = FORMATS,
) -> Path:
    """Analyse one unit of a study file, the first where none is named, and write its report.

    Returns the path of report.html, or of the folder where no page is asked for.

    Where people have labeled, stand-in raters are left out; where only stand-ins have, the report says so. Raters
    who do not meet the study's thresholds are left out too; the report says who and why, and shows the headline
    figures with them as well.

    Args:
        path: the study file.
        out: the folder to write into.
        progress: called with (step, done, total).
        seed: of the intervals; the study's own where None.
        unit_name: of the unit to report on.
        anonymous: put numbers in the place of the raters' names, and leave notes out, in every file.
        only: the formats to write, of `app.export.FORMATS`.

    Raises:
        Fault: the file cannot be used, has no unit of this name, holds no judgements of it, asks what the analysis
            cannot take yet, a library is missing, or `out` cannot be written.
    """
    check_installed(only)
    check_folder(out, only)
    source = read_source(path, unit_name)
    if anonymous:
        source = without_names(source)
    return write_report(
        report_on(source, progress, seed),
        out,
        pictures=stimulus_pictures(source),
        references=reference_pictures(source),
        judgements=judgement_table(source),
        simulated=source.simulated,
        only=only,
        progress=partial(progress, WRITING),
    )


def pilot_of(path: Path, unit_name: str | None) -> tuple[Judgements, Stimuli]:
    """What people, or else stand-ins, said in a study on one unit, the first where none is named: to plan another.

    Raises:
        Fault: as for `report_study`, or raters chose several categories or one of two images.
    """
    source = read_source(path, unit_name)
    if source.rubric.several or source.rubric.task == "which_one":
        raise Fault(f"{path}: only a study in which raters choose one category or rate can be a pilot.")
    try:
        return judgements_of(source.labels, source.enter.kept), stimuli_of(source)
    except InputError as error:
        raise Fault(f"{path}: {error}") from error
