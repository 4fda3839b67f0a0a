"""The commands. Heavy imports (torch, Qt, matplotlib) are made inside the command that needs them."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

import app
from app.cli import exchange, sharing
from app.cli.common import FOLDER, STUDY, opened
from app.cli.common import told as _told
from app.errors import Fault
from app.progress import ProgressBars
from app.workers import PROGRAM, Place, ProgressLines, run_workers

Progress = Callable[[str, int, int], None]

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
INPUT = click.Path(path_type=Path, dir_okay=False, exists=True)
ALLOW_CODE = click.option(
    "--allow-code", is_flag=True, help="Let a model from a python: module or a .pt2 file run code on this machine."
)
WORKERS = click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that record side by side."
)
ANONYMOUS = click.option(
    "--anonymous", is_flag=True, help="Numbers in the place of raters' names, in every file; notes are left out."
)
ONLY = click.option(
    "--only",
    metavar="FORMAT,...",
    help="Of html, json, csv, pdf, figures, judgements, bib: those to write.  [default: all]",
)
RECORDING_SUFFIX = ".recording"


@click.group(context_settings=CONTEXT)
@click.version_option(app.__version__, prog_name="neuronjury")
def main() -> None:
    """Measure how subjective a claim of the form "this neuron detects X" is.

    \b
    neuronjury demo                          see the whole of it
    neuronjury layers MODEL                  what a model has to be recorded
    neuronjury build STUDY.toml              record units, draw a sample, make a study file
    neuronjury record STUDY.toml             the recording alone, by several processes or machines
    neuronjury label STUDY.jury              let people label it
    neuronjury status STUDY.jury             how each rater is getting on
    neuronjury pack STUDY.jury --raters N    a file for each rater, with what this rater may see
    neuronjury collect STUDY.jury FILES...   what comes back, into one study
    neuronjury reassign STUDY.jury NAME      what somebody did not get to do, for somebody else
    neuronjury verify STUDY.jury             whether a log was altered
    neuronjury forget-rater STUDY.jury NAME  take somebody out for good
    neuronjury tasks STUDY.jury --to TOOL    its tasks for Label Studio, jsPsych or Prodigy
    neuronjury import STUDY.jury FILES...    labels from those tools, or from a table
    neuronjury report STUDY.jury --out DIR   how well they agree, and the unit with them
    neuronjury results STUDY.jury            the same in a window, to look at from all sides
    neuronjury analyze JUDGEMENTS.csv ...    the same figures for labels made elsewhere
    neuronjury plan [STUDY.jury]             how many images and raters a study needs
    """


for _command in (*sharing.COMMANDS, *exchange.COMMANDS):
    main.add_command(_command)


@main.command()
@click.argument("model", metavar="MODEL")
@click.option("--crop", type=click.IntRange(1, 4096), help="Side of the image in pixels.  [default: the model's own]")
@ALLOW_CODE
@_told
def layers(model: str, crop: int | None, *, allow_code: bool) -> None:
    """List what can be recorded of a model: its layers, with output shape, stride and receptive field.

    MODEL is torchvision:NAME, python:package.module:function or a .pt2 file. Weights do not matter here.

    \b
    Example:
        neuronjury layers torchvision:squeezenet1_1
    """
    with _recording_installed():
        from app.recording.layer_list import layers_table, list_layers
        from app.recording.models import load_architecture

        found = load_architecture(model, Path(), crop, allow_code=allow_code)
        rows = list_layers(found, partial(ProgressBars(), "Measuring receptive fields"))
        click.echo(layers_table(rows))


@main.command()
@click.argument("description", metavar="STUDY.toml", type=INPUT)
@click.option("--recording", metavar="DIR", type=FOLDER, help="Where to record.  [default: STUDY.recording]")
@WORKERS
@ALLOW_CODE
@_told
def record(description: Path, recording: Path | None, workers: int, *, allow_code: bool) -> None:
    """Record the units of a study on its images: the long part of `build`, and all of it that needs the network.

    Stop it at any time: the same command goes on where it was. With --workers the images are shared out among
    processes of this machine; under torchrun, among whatever processes and machines it starts, over a shared folder.
    What is recorded does not depend on how many there are. Then `build` makes the study file of it.

    \b
    Example:
        neuronjury record curves.toml --workers 2
        torchrun --nproc-per-node 2 --no-python neuronjury record curves.toml
    """
    place = Place.here()
    if place is None and workers > 1:
        _record_by_workers(description, recording, workers, allow_code=allow_code)
        return
    rank, parts = (place.rank, place.parts) if place is not None else (0, 1)
    progress = ProgressLines() if ProgressLines.wanted() else ProgressBars()
    _record_part(description, recording, rank, parts, progress, allow_code=allow_code)
    if not ProgressLines.wanted():
        click.echo(f"Part {rank + 1} of {parts} is recorded." if parts > 1 else "Recorded.")
        if rank == 0:
            click.echo(f"Next{', when all parts are' if parts > 1 else ''}: neuronjury build {description}")


@main.command()
@click.argument("description", metavar="STUDY.toml", type=INPUT)
@click.option("--out", type=STUDY, help="The study file to write.  [default: STUDY.jury beside STUDY.toml]")
@click.option("--recording", metavar="DIR", type=FOLDER, help="Where to record.  [default: STUDY.recording]")
@WORKERS
@ALLOW_CODE
@_told
def build(description: Path, out: Path | None, recording: Path | None, workers: int, *, allow_code: bool) -> None:
    """Record units on images, draw a stratified sample, and write a study file.

    The recording is kept beside it: stop at any time, and the same command goes on where it was; change how the
    sample is drawn, or the rubric, and build again without recording again.

    \b
    Example:
        neuronjury build curves.toml --out curves.jury
    """
    if Place.here() is not None:
        raise Fault("Under torchrun only `neuronjury record` can be run. Build afterwards, in one process.")
    study = out or description.with_suffix(".jury")
    if workers > 1 and not study.exists():
        _record_by_workers(description, recording, workers, allow_code=allow_code)
    _build(description, study, recording, allow_code=allow_code)
    click.echo(f"Next: neuronjury label {study}")


@main.command()
@click.argument("study", metavar="[STUDY.jury]", type=STUDY, required=False)
@click.option("--rater", metavar="NAME", help="Who labels: the name is filled in on the start page.")
@_told
def label(study: Path | None, rater: str | None) -> None:
    """Open the labeling window on a study file. Close it at any time: labeling goes on where it was.

    Without a study it opens on the list of recent ones.

    \b
    Example:
        neuronjury label curves.jury
        neuronjury label
    """
    from app.qt.run import label as label_study

    sys.exit(label_study(study, rater))


@main.command()
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.option("--unit", metavar="NAME", help="The unit to begin with.  [default: the study's first]")
@_told
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


@main.command()
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.option("--json", "machine", is_flag=True, help="The same as JSON.")
@_told
def status(study: Path, *, machine: bool) -> None:
    """Say how each rater is getting on: done, pace, catch trials, repeats, idle time, and what deserves a look.

    For whoever runs the study, never for its raters. Catch trials: right of those answered. Repeats: answered as the
    first time (a rating within one step, a slider within 10). Pace is the median active time of an answer. The file
    is only read; the reasons to leave a rater out of the report are those of [session.exclusion] in STUDY.toml.

    \b
    Example:
        neuronjury status curves.jury
        neuronjury status curves.jury --json > status.json
    """
    from app.status import as_json, as_table, exclusions_of, study_status

    with opened(study) as file:
        statuses, title = study_status(file), file.info().title
        left_out = exclusions_of(statuses, file.protocol().exclusion)
    if machine:
        click.echo(json.dumps(as_json(title, statuses, left_out), ensure_ascii=False, indent=1))
    else:
        click.echo(as_table(title, statuses, left_out))


@main.command()
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.option("--out", metavar="DIR", type=FOLDER, required=True, help="The folder to write the report into.")
@click.option("--unit", metavar="NAME", help="The unit to report on.  [default: the study's first]")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of the intervals.  [default: the study's own]")
@ANONYMOUS
@ONLY
@_told
def report(study: Path, out: Path, unit: str | None, seed: int | None, only: str | None, *, anonymous: bool) -> None:
    """Write a report: how well people agree, and the unit with them.

    DIR holds report.html and report.pdf to read, figures/ with each chart as SVG and PNG, report.json and CSV files
    with every figure, curve and table, judgements.csv and judgements.parquet with what was said, and references.bib.
    What an earlier report left there is replaced. A report is about one unit: where a study has several, its page
    names the others.

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
    written = report_study(study, out, ProgressBars(), seed, unit, anonymous=anonymous, only=formats)
    click.echo(f"Report: {written}")


@main.command()
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
@_told
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
    names = _category_names(categories, scale)
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


@main.command()
@click.argument("pilot", metavar="[PILOT.jury]", type=STUDY, required=False)
@click.option(
    "--tables",
    metavar="JUDGEMENTS.csv STIMULI.csv",
    type=INPUT,
    nargs=2,
    help="A pilot as plain tables, as for `analyze`; then --categories and --scale are those of the tables.",
)
@click.option("--unit", metavar="NAME", help="The pilot's unit.  [default: its first]")
@click.option("--stimuli", metavar="N,N,...", default="20,40,80", show_default=True, help="Images for each band.")
@click.option("--raters", metavar="N,N,...", default="3,5,10", show_default=True, help="Raters.")
@click.option(
    "--repeats", metavar="S,S,...", default="0,0.2", show_default=True, help="Shares of judgements asked for again."
)
@click.option(
    "--strata", type=click.IntRange(1, 1000), help="Bands of activation, of equal width.  [default: the pilot's, or 6]"
)
@click.option("--raters-per-image", type=click.IntRange(min=1), help="How many of the raters see it.  [default: all]")
@click.option("--categories", metavar="A,B,...", help="From weak to strong; none with numbers: a slider.")
@click.option(
    "--scale", type=click.Choice(["nominal", "ordinal", "interval", "ratio"]), help="Of the labels.  [default: ordinal]"
)
@click.option("--common", metavar="S,S,...", help="How often each category is given, as in 0.7,0.2,0.1.")
@click.option("--correlation", type=click.FloatRange(-1, 1), help="Of the feature with the activation's normal scores.")
@click.option("--strictness", type=click.FloatRange(min=0), help="Spread between raters of where they draw the line.")
@click.option("--idiosyncrasy", type=click.FloatRange(min=0), help="Spread of what one rater sees and others do not.")
@click.option("--noise", type=click.FloatRange(min=0), help="Spread from one look to the next.")
@click.option("--lapse", type=click.FloatRange(0, 1), help="Share of answers at random.")
@click.option("--cannot-tell", type=click.FloatRange(0, 1), help="Share of trials without an answer.")
@click.option("--worlds", type=click.IntRange(2, 10_000), default=20, show_default=True, help="Studies per design.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Fixes every random draw.")
@click.option("--out", metavar="DIR", type=FOLDER, required=True, help="The folder to write the plan into.")
@_told
def plan(
    pilot: Path | None,
    tables: tuple[Path, Path] | None,
    unit: str | None,
    stimuli: str,
    raters: str,
    repeats: str,
    strata: int | None,
    raters_per_image: int | None,
    categories: str | None,
    scale: str | None,
    common: str | None,
    worlds: int,
    seed: int,
    out: Path,
    **spreads: float | None,
) -> None:
    """Say how wide each interval would be with more or fewer images, raters and repeats, and what to have more of.

    Studies of every design are simulated and analysed like real ones. What images and raters are like comes from a
    pilot, a study file or plain tables, or from the options; spreads are in standard deviations of the feature's
    strength over the images, and what is given goes before what the pilot says. Stop it at any time: the same command
    goes on where it was.

    \b
    Example:
        neuronjury plan --categories unrelated,imperfect,curve --common 0.8,0.15,0.05 --out plan
        neuronjury plan pilot.jury --stimuli 20,40,80 --raters 3,5,10 --repeats 0,0.2 --out plan
        neuronjury plan --tables labels.csv stimuli.csv --categories no,yes --scale nominal --out plan
    """
    from app.planning import plan_study

    if pilot is not None and tables is not None:
        raise Fault("Give one pilot: a study file, or --tables.")
    if unit is not None and pilot is None:
        raise Fault("--unit names a unit of PILOT.jury: give it with a study file.")
    names = _category_names(categories, "interval") if categories else []
    known = None
    if pilot is not None:
        from app.results import pilot_of

        known = pilot_of(pilot, unit)
    elif tables is not None:
        from app.tables import read_judgements, read_stimuli

        label_scale = scale or "ordinal"
        known = (
            read_judgements(tables[0], _category_names(categories, label_scale), label_scale),
            read_stimuli(tables[1]),
        )
    planned = plan_study(
        out,
        ProgressBars(),
        stimuli=stimuli,
        raters=raters,
        repeats=repeats,
        pilot=known,
        scale=None if tables is not None else scale,
        categories=() if tables is not None else names,
        common=common,
        spreads=spreads,
        strata=strata,
        raters_per_image=raters_per_image,
        worlds=worlds,
        seed=seed,
    )
    click.echo(planned.table)
    click.echo(f"\nPlan: {planned.page}")


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


def _category_names(text: str | None, scale: str) -> list[str]:
    if text is None:
        if scale in ("interval", "ratio"):
            return []
        raise Fault(f"On the {scale} scale --categories is needed: all labels that a rater could give, A,B,...")
    try:
        return [name.strip() for name in next(csv.reader([text], skipinitialspace=True))]
    except csv.Error as error:
        raise Fault(f"--categories cannot be read ({error}): give the names with commas between them.") from error


@contextmanager
def _recording_installed() -> Iterator[None]:
    """Within it, a library that an annotator's install lacks is told in words."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in ("torch", "torchvision", "safetensors", "filelock"):
            raise
        raise Fault(f"Recording needs {error.name}: pip install 'neuron-jury[record]'") from error


def _record_part(
    description: Path, recording: Path | None, rank: int, parts: int, progress: Progress, *, allow_code: bool
) -> None:
    from app.study_toml import read_study_toml

    wanted = read_study_toml(description)
    with _recording_installed():
        from app.building import RECORDING, prepare

        place = recording or description.with_suffix(RECORDING_SUFFIX)
        prepared = prepare(wanted, description.parent, place, progress, allow_code=allow_code)
        prepared.job.record(rank, parts, partial(progress, RECORDING))


def _record_by_workers(description: Path, recording: Path | None, workers: int, *, allow_code: bool) -> None:
    from app.study_toml import read_study_toml

    read_study_toml(description)  # what is wrong with it is told once
    with _recording_installed():
        from app.building import RECORDING
    words = ["record", str(description)]
    words += ["--recording", str(recording)] if recording is not None else []
    words += ["--allow-code"] if allow_code else []
    run_workers([*PROGRAM, *words], workers, RECORDING, ProgressBars(), click.echo)
    click.echo(f"Recorded by {workers} workers.")


def _build(description: Path, out: Path, recording: Path | None = None, *, allow_code: bool = False) -> Path:
    from app.study_toml import read_study_toml

    wanted = read_study_toml(description)
    place = recording or description.with_suffix(RECORDING_SUFFIX)
    with _recording_installed():
        from app.building import build as build_study
        from app.building import summary

        new = build_study(wanted, description.parent, out, ProgressBars(), recording=place, allow_code=allow_code)
    for line in summary(new):
        click.echo(line)
    if new.info.facts["skipped"] or new.info.facts["duplicates"]:
        click.echo(f"All of them: {place}")
    click.echo(f"Study: {out}")
    return out


def _is_labeled(study: Path) -> bool:
    from app.study.file import StudyFile

    with StudyFile.open(study, writable=False) as file:
        return bool(file.judgements())
