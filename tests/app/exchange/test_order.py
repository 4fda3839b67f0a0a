"""A law: what a study says follows from what was ever imported, and not from the order, the files or the repeats."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from helpers import study_file
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Fault
from app.exchange.importing import bring_in, look
from app.study import sound
from app.study.chain import first_break
from app.study.collecting import collect
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.log import RaterLog

Row = tuple[int, str, str, str, str]
_TIMES = st.sampled_from(["", "2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z", "2026-01-01T01:00:02+01:00"])
_LABELS = st.sampled_from(["edge", "unrelated", "can't tell"])
_ROW = st.tuples(st.integers(0, 2), st.sampled_from("ab"), _LABELS, st.sampled_from(["", "hm"]), _TIMES)


@given(rows=st.lists(_ROW, min_size=1, max_size=8), data=st.data())
@settings(max_examples=12, deadline=None)
def test_any_order_of_any_files_gives_the_same(rows: list[Row], data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        ids = study_ids(folder)
        whole = said(folder, "whole", [table(folder, "all", rows, ids)])
        cuts = [data.draw(st.lists(st.sampled_from(rows), min_size=1)) for _ in range(2)]
        files = [table(folder, str(n), part, ids) for n, part in enumerate((*cuts, rows))]
        order = data.draw(st.permutations([*files, *files]))
        assert said(folder, "parts", order) == whole
        assert whole == by_hand(rows, ids)


def study_ids(folder: Path) -> list[str]:
    with StudyFile.open(study_file(folder, 4), writable=False) as study:
        return [row[0] for row in study.connection.execute("SELECT id FROM stimulus ORDER BY id")]


def table(folder: Path, name: str, rows: Sequence[Row], ids: list[str]) -> Path:
    path = folder / f"{name}.csv"
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["stimulus", "rater", "label", "note", "at"])
        lines.writerows([ids[place], *rest] for place, *rest in rows)
    return path


def said(folder: Path, name: str, files: Sequence[Path]) -> set[tuple[object, ...]]:
    """What a fresh copy of the study says after these imports."""
    copy = folder / f"{name}.jury"
    copy.write_bytes((folder / "study.jury").read_bytes())
    with StudyFile.open(copy) as study:
        for file in files:
            expected = look(study, [file], "csv")
            assert bring_in(study, [file], "csv") == expected
            assert bring_in(study, [file], "csv").new == 0
        assert all(first_break(study.events(rater)) is None for rater in study.raters())
        return set(
            study.connection.execute("SELECT rater, stimulus, label, kind, coalesce(note, ''), at FROM judgement")
        )


def by_hand(rows: Sequence[Row], ids: list[str]) -> set[tuple[object, ...]]:
    """The law in a few lines: the newest word counts, and none where two of one moment differ."""
    found = set()
    for place, rater in {(row[0], row[1]) for row in rows}:
        words = [(at.replace("T01:00:02+01:00", "T00:00:02Z"), label, note) for p, r, label, note, at in rows
                 if (p, r) == (place, rater)]  # fmt: skip
        newest = max(at for at, _, _ in words)
        labels = {label for at, label, _ in words if at == newest}
        if len(labels) == 1:
            label = labels.pop()
            note = max(note for at, one, note in words if at == newest)
            kind = "cannot_tell" if label == "can't tell" else "label"
            found.add((rater, ids[place], None if kind == "cannot_tell" else label, kind, note, newest))
    return found


OLD, NEW = "2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z"


def two_copies(folder: Path) -> tuple[Path, Path, Path]:
    """A study that has read what is newest, into which a copy came that read more, but older."""
    ids = study_ids(folder)
    new = table(folder, "new", [(0, "a", "edge", "", NEW)], ids)
    old = table(folder, "old", [(1, "a", "edge", "", OLD), (0, "a", "unrelated", "", OLD)], ids)
    study, copy = folder / "study.jury", folder / "copy.jury"
    copy.write_bytes(study.read_bytes())
    for path, file in ((study, new), (copy, old)):
        with StudyFile.open(path) as opened:
            bring_in(opened, [file], "csv")
    with StudyFile.open(study) as opened:
        collect(opened, [copy])
    return study, new, old


def labels(study: StudyFile) -> list[str | None]:
    return sorted((one.label for one in study.judgements()), key=str)


@pytest.mark.parametrize("which", ["new", "old"])
def test_reading_a_file_again_puts_the_newest_first_after_copies_were_collected(tmp_path: Path, which: str) -> None:
    path, *files = two_copies(tmp_path)
    file = files[which == "old"]
    with StudyFile.open(path) as study:
        assert labels(study) == ["edge", "unrelated"]  # as collecting alone leaves it
        (person,) = look(study, [file], "csv").people
        assert (person.new, person.known + person.older) == ((1, 0) if which == "new" else (1, 2))
        bring_in(study, [file], "csv")
        assert labels(study) == ["edge", "edge"]
        assert bring_in(study, files, "csv").new == 0
        (rater,) = study.raters()
        assert first_break(study.events(rater)) is None


def test_what_was_taken_back_by_hand_is_not_brought_back(tmp_path: Path) -> None:
    table_ = table(tmp_path, "one", [(0, "a", "edge", "", OLD)], study_ids(tmp_path))
    with StudyFile.open(tmp_path / "study.jury") as study:
        bring_in(study, [table_], "csv")
        (rater,) = study.raters()
        (event,) = study.events(rater)
        RaterLog(study, rater, now=lambda: NEW).append(Entry(event.trial, "undo"))
        assert bring_in(study, [table_], "csv").new == 0
        assert labels(study) == []


def test_a_table_with_many_answers_to_one_item_leaves_a_study_that_opens(tmp_path: Path) -> None:
    times = [f"2026-01-01T00:{n // 60:02}:{n % 60:02}Z" for n in range(1001)]
    many = table(tmp_path, "many", [(0, "a", "edge", "", at) for at in times], study_ids(tmp_path))
    with StudyFile.open(tmp_path / "study.jury") as study:
        assert bring_in(study, [many], "csv").new == 1001
    StudyFile.open(tmp_path / "study.jury").close()


def test_nothing_is_written_with_which_the_study_could_not_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(0, name, "edge", "", OLD) for name in "ab"]
    two = table(tmp_path, "two", rows, study_ids(tmp_path))
    monkeypatch.setattr(sound, "_COUNTS", (sound._more("rater", 1),))
    with StudyFile.open(tmp_path / "study.jury") as study:
        with pytest.raises(Fault, match="more rows than a study ever does"):
            bring_in(study, [two], "csv")
        assert study.raters() == ()
