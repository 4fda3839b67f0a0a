"""A law: what a study says follows from what was ever imported, and not from the order, the files or the repeats."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers import study_file
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.importing import bring_in, look
from app.study.chain import first_break
from app.study.file import StudyFile

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
