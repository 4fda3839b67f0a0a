"""What new raters are called, and the list of whom files went to."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Fault
from app.study.contacts import agreement_foretold, names_in, next_names, note_files, trials_each
from app.study.files_out import HandedOut
from app.study.records import Rater


def written(name: str, trials: int = 12) -> HandedOut:
    return HandedOut(Rater(name, name, 1, False, 1), Path(f"study-{name}.jury"), trials)


def test_it_is_foretold_where_nobody_can_say_whether_people_agree() -> None:
    assert agreement_foretold(None) == agreement_foretold((38, 38)) == ""
    assert agreement_foretold((7, 38)).startswith("31 of 38 images will have fewer than two blind labels")
    assert "of the other 7 alone" in agreement_foretold((7, 38))
    assert agreement_foretold((0, 38)).startswith("None of 38 images will have two blind labels")
    beside = agreement_foretold((7, 38), beside_examples=True)
    assert "fewer than two blind labels with the examples beside them" in beside
    assert "without_references" in beside
    assert "examples" not in agreement_foretold((7, 38))


def test_names_stand_on_one_line_with_commas_between_them() -> None:
    assert names_in(' heron,otter ,  red   kite,, "lynx, the younger",') == [
        "heron",
        "otter",
        "red kite",
        "lynx, the younger",
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [("", "a name for each"), (" , ,", "a name for each"), ("a, b,a ", "a stands twice"), ("a\rb", "one line")],
)
def test_a_line_that_names_nobody_or_somebody_twice_is_refused(line: str, why: str) -> None:
    with pytest.raises(Fault, match=why):
        names_in(line)


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_any_line_gives_names_or_a_fault(line: str) -> None:
    try:
        names = names_in(line)
    except Fault:
        return
    assert names
    assert len(set(names)) == len(names)


def test_numbers_go_on_where_they_stopped() -> None:
    assert next_names(2, []) == ["rater-01", "rater-02"]
    assert next_names(2, ["heron", "rater-", "rater-x", "rater-07"]) == ["rater-08", "rater-09"]
    assert next_names(2, ["rater-99"]) == ["rater-100", "rater-101"]


def test_how_many_trials_are_in_each_file() -> None:
    assert trials_each([written("a"), written("b")]) == "12"
    assert trials_each([written("a", 14), written("b", 13), written("c", 15)]) == "13 to 15"


def test_the_list_grows_and_keeps_what_was_written_into_it(tmp_path: Path) -> None:
    path = note_files(tmp_path, [written("a"), written("b, the second")])
    path.write_text(path.read_text().replace("12,", "12,ann@example.org", 1))
    note_files(tmp_path, [written("c")])
    with path.open(newline="") as file:
        assert list(csv.reader(file)) == [
            ["rater", "file", "trials", "sent to"],
            ["a", "study-a.jury", "12", "ann@example.org"],
            ["b, the second", "study-b, the second.jury", "12", ""],
            ["c", "study-c.jury", "12", ""],
        ]


def test_a_file_stands_on_the_list_once(tmp_path: Path) -> None:
    path = note_files(tmp_path, [written("a")])
    path.write_text(path.read_text().replace(",", ";"))  # as a spreadsheet may save it
    note_files(tmp_path, [written("a")])
    assert len(path.read_text().splitlines()) == 2
    (tmp_path / "raters.csv").write_text("rater,file\nx,my-study-a.jury\n")
    note_files(tmp_path, [written("a")])
    assert len(path.read_text().splitlines()) == 3


def test_where_nothing_is_written_no_list_is(tmp_path: Path) -> None:
    assert not note_files(tmp_path, []).exists()


def test_a_list_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "raters.csv").mkdir()
    with pytest.raises(Fault, match=r"The files are written, but .*raters\.csv is not"):
        note_files(tmp_path, [written("a")])
