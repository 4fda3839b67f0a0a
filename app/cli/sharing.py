"""The commands for many raters on many machines: a file for each, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.common import (
    FOLDER,
    HOW,
    PASSWORD,
    RETURNED,
    STUDY,
    locked_among,
    new_password,
    opened,
    password_of,
    told,
)
from app.errors import Fault, plain
from app.findings.facts import counted
from app.progress import ProgressBars

if TYPE_CHECKING:
    from app.study.collecting import Preview
    from app.study.files_out import HandedOut

_TRIES = 3
"""So often the password of what came back is asked for, where nothing opens with it."""


@click.command()
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.option("--raters", metavar="N", type=click.IntRange(1, 10_000), help="So many raters: rater-01, rater-02, ...")
@click.option("--names", metavar="A,B,...", help="Or these pseudonyms: never a person's own name.")
@click.option("--again", metavar="NAME", help="Write the file of this rater once more, if it was lost.")
@click.option("--out", metavar="DIR", type=FOLDER, required=True, help="Where the files go.")
@PASSWORD
@told
def pack(study: Path, raters: int | None, names: str | None, again: str | None, out: Path, *, locked: bool) -> None:
    """Write a file for each rater, to be sent to them: their trials alone, and nothing that would tell the answer.

    A file holds the images to judge, the question and the examples; of blind trials no activation, band, file name or
    order. Where [session] of STUDY.toml has `raters_per_stimulus`, each image goes to as many raters, evenly. Beside
    the files lies raters.csv, for your list of whom each was sent to: that list belongs in no study file. Where not
    all files could be written, it is said who has none: --again writes it.

    \b
    Example:
        neuronjury pack curves.jury --raters 12 --out handed-out
        neuronjury pack curves.jury --names heron,otter,lynx --out handed-out --password
    """
    if sum(one is not None for one in (raters, names, again)) != 1:
        raise Fault("Say how many with --raters, or who with --names, or whose file to write --again.")
    from app.study.contacts import names_in, next_names, trials_each
    from app.study.file import StudyFile
    from app.study.handing_out import hand_out, labels_foretold, pack_again, rest_given

    with StudyFile.open(study) as file:
        password = new_password(wanted=locked)
        if again is not None:
            (one,) = _listed(study, out, lambda: (pack_again(file, again, out, password=password),))
            click.echo(f"Written again: {one.path}")
            if given := rest_given(file, one.rater):
                click.echo(given)
            return
        there = [rater.pseudonym for rater in file.raters()]
        wanted = names_in(names) if names is not None else next_names(raters or 0, there)
        tell = partial(ProgressBars(), "Packing")
        written = _listed(study, out, lambda: hand_out(file, wanted, out, tell, password=password))
        foretold = labels_foretold(file)
    click.echo(f"{counted(len(written), 'file')} in {out}, {trials_each(written)} trials each.")
    _tell_of_repeats(written)
    if foretold:
        click.echo(foretold)
    if locked:
        click.echo("Without their password nobody can read them: tell it to the raters, apart from the files.")
    click.echo(f"Send one to each rater. Bring back what they return with: neuronjury collect {study} FILES...")


@click.command()
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.argument("gone", metavar="NAME")
@click.option("--to", "name", metavar="NAME", help="The pseudonym of whoever takes over.")
@click.option("--out", metavar="DIR", type=FOLDER, required=True, help="Where the new file goes.")
@PASSWORD
@told
def reassign(study: Path, gone: str, name: str | None, out: Path, *, locked: bool) -> None:
    """Give what somebody did not get to do to somebody else. What they did say stays; collect it first.

    Only for somebody with a file of their own, and once: what whoever took over leaves is theirs. Where too little is
    left for the repeats that [session] asks for, fewer images come again, and it is said.

    \b
    Example:
        neuronjury reassign curves.jury rater-3 --out handed-out
    """
    from app.study.contacts import next_names
    from app.study.file import StudyFile
    from app.study.handing_out import reassign as give

    with StudyFile.open(study) as file:
        new = name or next_names(1, [rater.pseudonym for rater in file.raters()])[0]
        password = new_password(wanted=locked)
        tell = partial(ProgressBars(), "Packing")
        (written,) = _listed(study, out, lambda: (give(file, gone, new, out, tell, password=password),))
    are = "is" if written.trials == 1 else "are"
    click.echo(f"{counted(written.trials, 'trial')} of {gone} {are} now for {new}: {written.path}")
    _tell_of_repeats([written])


def _listed(study: Path, out: Path, write: Callable[[], tuple[HandedOut, ...]]) -> tuple[HandedOut, ...]:
    """What `write` wrote, on the list of files too, whether or not all were written.

    Raises:
        Fault: some were not; it says whose, and how to go on.
    """
    from app.study.contacts import note_files
    from app.study.files_out import Unwritten

    try:
        files = write()
    except Unwritten as part:
        unlisted = ""
        try:
            note_files(out, part.files)
        except Fault as fault:  # the disk that is full, very likely
            unlisted = f" {fault}"
        raise Fault(
            f"{part}{unlisted} These raters are in the study and have no file yet: {', '.join(part.missing)}. Once that"
            f" is mended, write the file of each: neuronjury pack {study} --again NAME --out {out}"
        ) from part
    note_files(out, files)
    return files


def _tell_of_repeats(written: Iterable[HandedOut]) -> None:
    for one in written:
        if one.unrepeated:
            click.echo(
                f"{one.rater.pseudonym}: {counted(one.unrepeated, 'fewer trial comes', 'fewer trials come')} again than"
                " [session] asks for: with so few"
                " there is no room for them."
            )


@click.command()
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.argument("returned", metavar="FILES...", type=RETURNED, nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only say what would come in.")
@told
def collect(study: Path, returned: tuple[Path, ...], *, dry_run: bool) -> None:
    """Bring what comes back into the study: in any order, any number of times, done or not.

    Of a folder among FILES all study files in it are taken, and in the folders in it; not the study itself.
    A file that belongs to another study, or in which an answer was altered, is refused as a whole, and the others come
    in. Where a rater went on in two copies, both are kept. Files with a password share one; it is asked for, anew
    where nothing opens with it, or is in NEURONJURY_PASSWORD.

    \b
    Example:
        neuronjury collect curves.jury returned/*.jury --dry-run
        neuronjury collect curves.jury returned
    """
    from app.study.collecting import collect as bring
    from app.study.collecting import files_in, look
    from app.study.file import StudyFile

    files, without = files_in(returned, study)
    progress = partial(ProgressBars(), "Looking" if dry_run else "Collecting")
    # Before the study is open: reading a journal of its own, which was named by mistake, would undo SQLite's locks.
    locked = locked_among(files)
    password = password_of(locked, _TRIES)
    with StudyFile.open(study, writable=not dry_run) as file:
        preview = (look if dry_run else bring)(file, files, progress, password=password)
    for one in preview.found:
        left = f"{counted(one.left, 'trial')} left" if one.left else "all done"
        click.echo(f"{plain(str(one.path))}: {one.rater.pseudonym}, {one.new} new, {one.known} known, {left}")
    for note in preview.notes:
        click.echo(plain(note))
    for refused in preview.refused:
        click.echo(f"Refused: {refused.why}", err=True)
    for folder in without:
        click.echo(f"Refused: {plain(str(folder))} holds no .jury file that came back.", err=True)
    if password is None and any(refused.locked for refused in preview.refused):
        click.echo(HOW, err=True)
    events = counted(preview.events, "answer or other event", "answers and other events")
    click.echo(f"{events} {'would come in' if dry_run else 'came in'}.")
    if password is not None:
        _tell_of_other_passwords(preview, len(locked))
    if preview.refused or without:
        n = len(preview.refused) + len(without)
        raise Fault(f"{n} of {counted(len(files) + len(without), 'file')} {'was' if n == 1 else 'were'} refused.")


def _tell_of_other_passwords(preview: Preview, locked: int) -> None:
    """Where the password was that of some files and not of others: of `locked` in all."""
    others = sum(refused.locked for refused in preview.refused)
    if 0 < others < locked:
        have, them = ("has", "it in a call of its own") if others == 1 else ("have", "them in a call of their own")
        click.echo(f"{counted(others, 'file')} {have} another password: collect {them}.", err=True)


@click.command()
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@told
def verify(study: Path) -> None:
    """Say whether the log of any rater was altered, and name the first event that nothing vouches for.

    docs/sharing.md says what this proves: accidents and editing by hand, not a forger who has the rater's file.

    \b
    Example:
        neuronjury verify curves.jury
    """
    from app.study.chain import first_break, forks

    broken = 0
    with opened(study) as file:
        for rater in file.raters():
            events, key = file.events(rater), file.key(rater)
            wrong = first_break(events, key)
            hold = counted(len(events), "event holds", "events hold")
            told_ = f"{hold} together{', under their key' if key is not None else ''}"
            if wrong is not None:
                broken += 1
                told_ = f"event {wrong.sequence} {wrong.what}"
            elif at := forks(event.sequence for event in events):
                told_ += f"; in two branches from event {at[0]}"
            click.echo(f"{rater.pseudonym}: {told_}")
    if broken:
        were, are = ("was", "is") if broken == 1 else ("were", "are")
        raise Fault(f"{broken} of the logs {were} altered or {are} incomplete.")


@click.command("forget-rater")
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.argument("name", metavar="NAME")
@click.option("--yes", is_flag=True, help="Do not ask.")
@told
def forget_rater(study: Path, name: str, *, yes: bool) -> None:
    """Take a rater out of the study for good, with everything they said. There is no way back.

    The study keeps that somebody was taken out, when, and how many events there were. Copies and backups are yours to
    delete.

    \b
    Example:
        neuronjury forget-rater curves.jury rater-3
    """
    from app.study.file import StudyFile
    from app.study.forgetting import forget_rater as forget

    with StudyFile.open(study) as file:
        if not yes and not click.confirm(f"Take {name} out of {study} for good?"):
            raise Fault("Nothing was changed.")
        events = forget(file, name)
    click.echo(f"{name} is gone from {study}, with {counted(events, 'event')}. Delete copies and backups too.")


COMMANDS = (pack, reassign, collect, verify, forget_rater)
