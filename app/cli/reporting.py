"""The commands that say how well people agree, and the unit with them: of a study, and of plain tables."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli.common import FOLDER, INPUT, STUDY, category_names, has_terminal, told
from app.errors import Fault, plain
from app.progress import ProgressBars

_NAMED = 3
"""So many names of what lies in a folder are told."""
ANONYMOUS = click.option(
    "--anonymous", is_flag=True, help="Numbers in the place of raters' names, in every file; notes are left out."
)
ONLY = click.option(
    "--only",
    metavar="FORMAT,...",
    help="Of html, json, csv, pdf, figures, judgements, bib: those to write.  [default: all]",
)


@click.command()
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.option("--out", metavar="DIR", type=FOLDER, required=True, help="The folder to write the report into.")
@click.option("--unit", metavar="NAME", help="The unit to report on.  [default: the study's first]")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of the intervals.  [default: the study's own]")
@ANONYMOUS
@ONLY
@told
def report(study: Path, out: Path, unit: str | None, seed: int | None, only: str | None, *, anonymous: bool) -> None:
    """Write a report: how well people agree, and the unit with them.

    DIR holds report.html and report.pdf to read, figures/ with each chart as SVG and PNG, report.json and CSV files
    with every figure, curve and table, judgements.csv and judgements.parquet with what was said, and references.bib.
    What an earlier report left there is replaced, and nothing else is touched; where DIR holds other things and no
    report yet, it is said, and in a terminal asked first. A report is about one unit: where a study has several, its
    page names the others.

    \b
    Example:
        neuronjury report curves.jury --out curves-report
        neuronjury report curves.jury --out second-report --unit mixed3b:385
        neuronjury report curves.jury --out to-publish --anonymous
        neuronjury report curves.jury --out figures-alone --only figures,bib
    """
    from app.export import formats_of
    from app.results import report_study

    formats = formats_of(only)
    _look_around(out)
    written = report_study(study, out, ProgressBars(), seed, unit, anonymous=anonymous, only=formats)
    click.echo(f"Report: {written}")


@click.command()
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.option("--unit", metavar="NAME", help="The unit to begin with.  [default: the study's first]")
@told
def results(study: Path, unit: str | None) -> None:
    """Open a window on the results: the figures of the report, its charts, and who said what of which image.

    For whoever runs the study, never for its raters: it shows activations. The file is only read.

    \b
    Example:
        neuronjury results curves.jury
        neuronjury results curves.jury --unit mixed3b:385
    """
    from app.qt.run import results as show_results

    sys.exit(show_results(study, unit))


@click.command()
@click.argument("judgements", metavar="JUDGEMENTS.csv", type=INPUT)
@click.option("--stimuli", metavar="STIMULI.csv", type=INPUT, help="Activations; without it only people are compared.")
@click.option(
    "--categories",
    metavar="A,B,...",
    help='All labels, from lowest to highest if ordinal; "A, B" in quotes. Not needed where labels are numbers.',
)
@click.option(
    "--scale",
    type=click.Choice(["nominal", "ordinal", "interval", "ratio"]),
    default="nominal",
    show_default=True,
    help="Of the labels: names, names in order, or numbers (ratio: none below 0).",
)
@click.option(
    "--unit",
    "units",
    metavar="COLUMN",
    multiple=True,
    help="The column of STIMULI.csv to report on; given again, those to compare it with.  [default: activation]",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Fixes every random draw.")
@click.option("--out", metavar="DIR", type=FOLDER, required=True, help="The folder to write the report into.")
@ANONYMOUS
@ONLY
@told
def analyze(
    judgements: Path,
    stimuli: Path | None,
    categories: str | None,
    scale: str,
    units: tuple[str, ...],
    seed: int,
    out: Path,
    only: str | None,
    *,
    anonymous: bool,
) -> None:
    """Write the same report for labels made elsewhere, from plain tables; it has no pictures.

    JUDGEMENTS.csv has the columns stimulus, rater, label, and may have condition (blind, revealed) and occasion (1, 2
    for repeats). STIMULI.csv has stimulus, activation and, where the sample was drawn by design, stratum and
    inclusion_probability. Any column of numbers can stand in for the activation.

    \b
    Example:
        neuronjury analyze labels.csv --categories no,yes --out report
        neuronjury analyze labels.csv --stimuli units.csv --categories low,mid,high --scale ordinal --out report
        neuronjury analyze ratings.csv --stimuli units.csv --scale interval --unit unit_7 --unit unit_9 --out report
    """
    from app.export import formats_of
    from app.results import report_tables

    formats = formats_of(only)
    if units and stimuli is None:
        raise Fault("--unit names a column of STIMULI.csv: give it with --stimuli.")
    names = category_names(categories, scale)
    _look_around(out)
    page = report_tables(
        judgements,
        stimuli,
        out,
        ProgressBars(),
        categories=names,
        scale=scale,
        seed=seed,
        unit_columns=units,
        anonymous=anonymous,
        only=formats,
    )
    click.echo(f"Report: {page}")


def _look_around(out: Path) -> None:
    """Say where a report would come to lie among other things, and ask, where somebody is there to answer.

    Raises:
        Fault: it is not wanted there.
    """
    from app.export import strangers_in

    found = strangers_in(out)
    if not found:
        return
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    click.echo(
        f"{plain(str(out))} holds no report yet, but {plain(', '.join(found[:_NAMED]))}{more}. All that stays as it is;"
        " the report's files lie among it, and a recording of pictures in this folder would take in the report's.",
        err=True,
    )
    if has_terminal() and not click.confirm("Write the report there all the same?", err=True):
        raise Fault("Nothing was written. Name another folder with --out.")


COMMANDS = (report, results, analyze)
