"""The plain tables that come in, and a study file's judgements on their way to the analysis."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.errors import Fault
from app.results.analysing import judgements_of
from app.results.entering import Labels
from app.study.events import Judgement
from app.tables import read_judgements, read_stimuli

LABELS = ("no", "yes")


def written(folder: Path, *lines: str) -> Path:
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_seconds_and_places_are_read_where_they_are_known(tmp_path: Path) -> None:
    path = written(tmp_path, "place,stimulus,rater,label,seconds", "2,b,ann,yes,1.25", " 1 ,a,ann,no,", ",a,bob,no,0")
    said = read_judgements(path, LABELS, "nominal")
    assert said.place.tolist() == [1, 0, 2]
    np.testing.assert_array_equal(said.seconds, [np.nan, 0, 1.25])


def test_without_these_columns_nothing_is_known_of_them(tmp_path: Path) -> None:
    said = read_judgements(written(tmp_path, "stimulus,rater,label", "a,ann,no"), LABELS, "nominal")
    assert said.place.tolist() == [0]
    assert np.isnan(said.seconds).all()


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("seconds", "soon", "the column seconds holds 'soon', which is no number"),
        ("seconds", "-0.5", "The seconds must be a finite number, 0 or more; -0.5 is not."),
        ("seconds", "inf", "The seconds must be a finite number, 0 or more; inf is not."),
        ("place", "0", "the column place holds '0': places are counted from 1."),
        ("place", "1.5", "the column place holds '1.5', which is no whole number"),
        ("place", "Bonn", "the column place holds 'Bonn', which is no number"),
    ],
)
def test_what_is_no_time_or_place_is_told(tmp_path: Path, column: str, value: str, told: str) -> None:
    path = written(tmp_path, f"stimulus,rater,label,{column}", f"a,ann,no,{value}")
    with pytest.raises(Fault) as fault:
        read_judgements(path, LABELS, "nominal")
    assert str(path) in str(fault.value)
    assert told in str(fault.value)
    assert "a by ann" in str(fault.value) or "number, 0 or more" in told


def test_a_table_of_stimuli_may_leave_its_inclusion_probabilities_empty(tmp_path: Path) -> None:
    path = written(tmp_path, "stimulus,activation,stratum,inclusion_probability", "a,1,0,", "b,2,0,")
    assert read_stimuli(path).inclusion_probability is None
    with pytest.raises(Fault, match="b has no inclusion_probability"):
        read_stimuli(written(tmp_path, "stimulus,activation,inclusion_probability", "a,1,0.5", "b,2,"))


def test_a_missing_activation_is_told_with_its_stimulus_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Fault) as fault:
        read_stimuli(written(tmp_path, "stimulus,activation", "a,1", "b,"))
    assert "b has no activation. Write its number, or take b out of this table and of the judgements" in str(
        fault.value
    )
    with pytest.raises(Fault, match="b: the column activation holds 'much', which is no number"):
        read_stimuli(written(tmp_path, "stimulus,activation", "a,1", "b,much"))


def test_judgements_of_a_study_file_keep_their_seconds_and_places() -> None:
    said = [
        Judgement("b", "ann", "yes", "blind", 1, 2.5, False, place=4),
        Judgement("a", "ann", "no", "blind", 1, 0.75, False, place=9),
        Judgement("a", "bob", "no", "blind", 1, 3.0, True),
    ]
    found = judgements_of(Labels(LABELS, ("", ""), "nominal"), said)
    assert found.place.tolist() == [9, 0, 4]
    assert found.seconds.tolist() == [0.75, 3.0, 2.5]
