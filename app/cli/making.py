"""The commands that make a study: what a model has, recording, building, and the demo."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.common import FOLDER, INPUT, STUDY, told
from app.errors import Fault
from app.progress import ProgressBars
from app.workers import PROGRAM, Place, ProgressLines, run_workers

if TYPE_CHECKING:
    from app.study.protocol import Protocol
    from app.study.records import NewStudy

Progress = Callable[[str, int, int], None]

ALLOW_CODE = click.option(
    "--allow-code", is_flag=True, help="Let a model from a python: module or a .pt2 file run code on this machine."
)
WORKERS = click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that record side by side."
)
RECORDING_SUFFIX = ".recording"


@click.command()
@click.argument("model", metavar="MODEL")
@click.option("--crop", type=click.IntRange(1, 4096), help="Side of the image in pixels.  [default: the model's own]")
@ALLOW_CODE
@told
def layers(model: str, crop: int | None, *, allow_code: bool) -> None:
    """List what can be recorded of a model: its layers, with output shape, stride and receptive field.

    MODEL is torchvision:NAME, python:package.module:function or a .pt2 file. Weights do not matter here.

    \b
    Example:
        neuronjury layers torchvision:squeezenet1_1
    """
    with recording_installed():
        from app.recording.layer_list import layers_table, list_layers
        from app.recording.models import load_architecture

        found = load_architecture(model, Path(), crop, allow_code=allow_code)
        rows = list_layers(found, partial(ProgressBars(), "Measuring receptive fields"))
        click.echo(layers_table(rows))


@click.command()
@click.argument("description", metavar="STUDY.toml", type=INPUT)
@click.option("--recording", metavar="DIR", type=FOLDER, help="Where to record.  [default: STUDY.recording]")
@WORKERS
@ALLOW_CODE
@told
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


@click.command()
@click.argument("description", metavar="STUDY.toml", type=INPUT)
@click.option("--out", type=STUDY, help="The study file to write.  [default: STUDY.jury beside STUDY.toml]")
@click.option("--recording", metavar="DIR", type=FOLDER, help="Where to record.  [default: STUDY.recording]")
@WORKERS
@ALLOW_CODE
@told
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
    new = _build(description, study, recording, allow_code=allow_code)
    click.echo(f"Next: {next_step(study, new.protocol)}")


@click.command()
@click.option("--out", metavar="DIR", type=FOLDER, default=Path("demo"), show_default=True, help="Where to build it.")
@told
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


@contextmanager
def recording_installed() -> Iterator[None]:
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
    with recording_installed():
        from app.building import RECORDING, prepare

        place = recording or description.with_suffix(RECORDING_SUFFIX)
        prepared = prepare(wanted, description.parent, place, progress, allow_code=allow_code)
        prepared.job.record(rank, parts, partial(progress, RECORDING))


def _record_by_workers(description: Path, recording: Path | None, workers: int, *, allow_code: bool) -> None:
    from app.study_toml import read_study_toml

    read_study_toml(description)  # what is wrong with it is told once
    with recording_installed():
        from app.building import RECORDING
    words = ["record", str(description)]
    words += ["--recording", str(recording)] if recording is not None else []
    words += ["--allow-code"] if allow_code else []
    run_workers([*PROGRAM, *words], workers, RECORDING, ProgressBars(), click.echo)
    click.echo(f"Recorded by {workers} workers.")


def next_step(study: Path, protocol: Protocol) -> str:
    """The command that follows on building: where raters share the images, files are to be handed out."""
    if protocol.raters_per_stimulus is not None:
        return f"neuronjury pack {study} --raters N --out DIR"
    return f"neuronjury label {study}"


def _build(description: Path, out: Path, recording: Path | None = None, *, allow_code: bool = False) -> NewStudy:
    from app.study_toml import read_study_toml

    wanted = read_study_toml(description)
    place = recording or description.with_suffix(RECORDING_SUFFIX)
    with recording_installed():
        from app.building import build as build_study
        from app.building import summary

        new = build_study(wanted, description.parent, out, ProgressBars(), recording=place, allow_code=allow_code)
    for line in summary(new):
        click.echo(line)
    if new.info.facts["skipped"] or new.info.facts["duplicates"]:
        click.echo(f"All of them: {place}")
    click.echo(f"Study: {out}")
    return new


def _is_labeled(study: Path) -> bool:
    from app.study.file import StudyFile

    with StudyFile.open(study, writable=False) as file:
        return bool(file.judgements())


COMMANDS = (layers, record, build, demo)
