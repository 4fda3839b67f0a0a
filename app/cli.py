"""The commands. Heavy imports (torch, Qt, matplotlib) are made inside the command that needs them."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

import app
from app.errors import Fault
from app.progress import ProgressBars

P = ParamSpec("P")
R = TypeVar("R")

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
INPUT = click.Path(path_type=Path, dir_okay=False, exists=True)
STUDY = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


def _told(command: Callable[P, R]) -> Callable[P, R]:
    """Faults become one clear message and exit code 1; only bugs end in a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Fault as fault:
            raise click.ClickException(str(fault)) from fault
        except KeyboardInterrupt:
            raise click.ClickException("Stopped. What was saved before is still there.") from None

    return run


@click.group(context_settings=CONTEXT)
@click.version_option(app.__version__, prog_name="neuronjury")
def main() -> None:
    """Measure how subjective a claim of the form "this neuron detects X" is.

    \b
    neuronjury demo                          see the whole of it
    neuronjury build STUDY.toml              record a unit, draw a sample, make a study file
    neuronjury label STUDY.jury              let people label it
    neuronjury report STUDY.jury --out DIR   how well they agree, and the unit with them
    neuronjury analyze JUDGEMENTS.csv ...    the same figures for labels made elsewhere
    """


@main.command()
@click.argument("description", metavar="STUDY.toml", type=INPUT)
@click.option("--out", type=STUDY, help="The study file to write.  [default: STUDY.jury beside STUDY.toml]")
@_told
def build(description: Path, out: Path | None) -> None:
    """Record a unit on a folder of images, draw a stratified sample, and write a study file.

    \b
    Example:
        neuronjury build curves.toml --out curves.jury
    """
    study = _build(description, out or description.with_suffix(".jury"))
    click.echo(f"Next: neuronjury label {study}")


@main.command()
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.option("--rater", metavar="NAME", help="Who labels: the name is filled in on the start page.")
@_told
def label(study: Path, rater: str | None) -> None:
    """Open the labeling window on a study file. Close it at any time: labeling goes on where it was.

    \b
    Example:
        neuronjury label curves.jury
    """
    from app.qt.run import label as label_study

    sys.exit(label_study(study, rater))


@main.command()
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.option("--out", metavar="DIR", type=FOLDER, required=True, help="The folder to write the report into.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of the intervals.  [default: the study's own]")
@_told
def report(study: Path, out: Path, seed: int | None) -> None:
    """Write report.html, report.json and CSV files: how well people agree, and the unit with them.

    \b
    Example:
        neuronjury report curves.jury --out curves-report
    """
    from app.results import report_study

    click.echo(f"Report: {report_study(study, out, ProgressBars(), seed)}")


@main.command()
@click.argument("judgements", metavar="JUDGEMENTS.csv", type=INPUT)
@click.option("--stimuli", metavar="STIMULI.csv", type=INPUT, help="Activations; without it only people are compared.")
@click.option(
    "--categories",
    metavar="A,B,...",
    required=True,
    help='All labels, from lowest to highest if ordinal; "A, B" in quotes.',
)
@click.option(
    "--scale", type=click.Choice(["nominal", "ordinal", "interval", "ratio"]), default="nominal", show_default=True
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Fixes every random draw.")
@click.option("--out", metavar="DIR", type=FOLDER, required=True, help="The folder to write the report into.")
@_told
def analyze(judgements: Path, stimuli: Path | None, categories: str, scale: str, seed: int, out: Path) -> None:
    """Write the same report for labels made elsewhere, from plain tables.

    JUDGEMENTS.csv has the columns stimulus, rater, label; STIMULI.csv has stimulus, activation and, where the
    sample was drawn by design, stratum and inclusion_probability.

    \b
    Example:
        neuronjury analyze labels.csv --categories no,yes --out report
        neuronjury analyze labels.csv --stimuli units.csv --categories low,mid,high --scale ordinal --out report
    """
    from app.results import report_tables

    names = [name.strip() for name in next(csv.reader([categories], skipinitialspace=True))]
    page = report_tables(judgements, stimuli, out, ProgressBars(), categories=names, scale=scale, seed=seed)
    click.echo(f"Report: {page}")


@main.command()
@click.option("--out", metavar="DIR", type=FOLDER, default=Path("demo"), show_default=True, help="Where to build it.")
@_told
def demo(out: Path) -> None:
    """Build the demo study and open it for labeling; with no screen, stand-in raters label it.

    \b
    Example:
        neuronjury demo --out demo
    """
    from app.demo import has_screen, label_by_stand_ins, prepare

    description, study = prepare(out), out / "demo.jury"
    if study.exists():
        click.echo(f"{study} is there already: going on with it.")
    else:
        _build(description, study)
    from app.results import report_study

    if has_screen():
        click.echo("The window opens. Close it at any time: what you labeled is saved.")
        from app.qt.run import label as label_study

        code = label_study(study)
        if code or not _is_labeled(study):
            sys.exit(code)
        click.echo(f"Report: {report_study(study, out / 'report', ProgressBars())}")
    else:
        click.echo("There is no screen here (DISPLAY and WAYLAND_DISPLAY are not set): stand-in raters label instead.")
        label_by_stand_ins(study, ProgressBars())
        click.echo(f"Report: {report_study(study, out / 'report', ProgressBars())}")
        from app.qt.picture import picture_of_labeling_page

        picture_of_labeling_page(study, out / "labeling-page.png")
        click.echo(f"A picture of the labeling page: {out / 'labeling-page.png'}")


def _build(description: Path, out: Path) -> Path:
    from app.study_toml import read_study_toml

    wanted = read_study_toml(description)
    try:
        from app.building import build as build_study
    except ModuleNotFoundError as error:
        raise Fault(f"Building studies needs {error.name}: pip install 'neuron-jury[record]'") from error
    new = build_study(wanted, description.parent, out, ProgressBars())
    facts = new.info.facts
    click.echo(f"{facts['population']} crops of {facts['images']} images; {len(new.stimuli)} drawn to be labeled.")
    flat = facts["share_at_minimum"]
    assert isinstance(flat, float)
    if flat > 0.1:
        click.echo(
            f"{flat:.0%} of the activations have the same lowest value: the layer seems to lie behind its nonlinearity."
            " Name the layer before it to tell near misses apart."
        )
    skipped, duplicates = facts["skipped"], facts["duplicates"]
    assert isinstance(skipped, list)
    assert isinstance(duplicates, list)
    _echo_list("Skipped, because they cannot be read", [f"{found['file']}: {found['reason']}" for found in skipped])
    _echo_list("Left out, because they are copies of others", duplicates)
    click.echo(f"Study: {out}")
    return out


def _echo_list(title: str, lines: list[str], most: int = 20) -> None:
    """A counted list; the study file holds the whole of a long one."""
    if lines:
        click.echo(f"{title}: {len(lines)}")
        for line in lines[:most]:
            click.echo(f"    {line}")
        if len(lines) > most:
            click.echo(f"    and {len(lines) - most} more, named in the study file")


def _is_labeled(study: Path) -> bool:
    from app.study.file import StudyFile

    with StudyFile.open(study, writable=False) as file:
        return bool(file.judgements())
