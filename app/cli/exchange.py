"""The commands for other tools: the study's tasks for them, and the labels that come back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.common import FOLDER, STUDY, told
from app.errors import Fault
from app.progress import ProgressBars

if TYPE_CHECKING:
    from app.exchange.importing import Brought


@click.command()
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.option("--to", "tool", type=click.Choice(["label-studio", "jspsych", "prodigy"]), required=True)
@click.option("--out", metavar="DIR", type=FOLDER, required=True, help="A new folder.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the order, and of the sides of pairs."
)
@told
def tasks(study: Path, tool: str, out: Path, seed: int) -> None:
    """Write the study's tasks for Label Studio, jsPsych or Prodigy: blind, with a README.md that says what to do.

    \b
    Example:
        neuronjury tasks curves.jury --to label-studio --out curves-tasks
    """
    from app.exchange.tasks import write_tasks
    from app.study.file import StudyFile

    with StudyFile.open(study, writable=False) as file:
        written = write_tasks(file, tool, out, seed, partial(ProgressBars(), "Writing pictures"))
    click.echo(f"{written.tasks} tasks in {out}. How to use them: {out / 'README.md'}")
    if written.examples:
        click.echo(written.examples)


@click.command("import")
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.argument("files", metavar="FILES...", type=STUDY, nargs=-1, required=True)
@click.option("--from", "tool", type=click.Choice(["label-studio", "prodigy", "csv", "jspsych"]), required=True)
@click.option("--rater", metavar="NAME", help="Whose answers these are: a pseudonym, where the files name at most one.")
@click.option("--dry-run", is_flag=True, help="Only say what would come in.")
@told
def import_(study: Path, files: tuple[Path, ...], tool: str, rater: str | None, *, dry_run: bool) -> None:
    """Bring labels in that another tool has collected: any number of times, in any order of files.

    Each person becomes a rater. Accounts of Label Studio are called by their numbers, and no e-mail address is kept.
    Of several answers to one image the newest counts. What cannot be taken is named first, with its place in the file.

    \b
    Example:
        neuronjury import curves.jury export.json --from label-studio --dry-run
        neuronjury import curves.jury export.json --from label-studio
    """
    from app.exchange.importing import bring_in, look
    from app.exchange.leaving import left_out
    from app.study.file import StudyFile

    with StudyFile.open(study, writable=not dry_run) as file:
        brought = (look if dry_run else bring_in)(file, files, tool, rater)
    for line in left_out(brought.passed):  # before the rest, so that a pipe and a terminal show the same order
        click.echo(line, err=True)
    _tell(brought)
    if not brought.people:
        raise Fault("There is no answer to this study in these files.")
    click.echo(f"{brought.new} answers {'would come in' if dry_run else 'came in'}.")


COMMANDS = (tasks, import_)


def _tell(brought: Brought) -> None:
    for one in brought.people:
        who = one.pseudonym if one.told in ("", one.pseudonym) else f"{one.told} is {one.pseudonym} here"
        parts = [f"{one.new} new", f"{one.known} known"]
        parts += [f"{one.older} left out, as newer ones are there"] if one.older else []
        parts += [f"{one.left} left to judge" if one.left else "all judged"]
        click.echo(f"{who}: {', '.join(parts)}")
        if one.contradicted:
            click.echo(
                f"  To {one.contradicted} there are two answers, and no time says which came later: neither counts."
            )
