"""What a study file holds of a blind session does not depend on any activation."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import FakeClock, blind_records, label_everything, new_study, which_one_study
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.study.file import StudyFile
from app.study.protocol import Conditions, Protocol
from app.study.records import NewStudy

PROTOCOLS = [
    Protocol(),
    Protocol(order="balanced", block=4),
    Protocol(conditions=Conditions(0.5, 0.25, 0.25), without_references=0.5, repeats=0.1, repeat_distance=2),
]


def with_other_activations(new: NewStudy, order: list[int]) -> NewStudy:
    """The same stimuli, with their hidden values dealt out anew."""
    hidden = [
        (s.activation, s.stratum, s.inclusion_probability, s.source, s.box, s.others, s.heat) for s in new.stimuli
    ]
    names = ("activation", "stratum", "inclusion_probability", "source", "box", "others", "heat")
    stimuli = tuple(
        replace(stimulus, **dict(zip(names, hidden[place], strict=True)))
        for stimulus, place in zip(new.stimuli, order, strict=True)
    )
    value = {stimulus.id: stimulus.activation for stimulus in stimuli}
    pairs = tuple(
        replace(pair, first=max(pair.first, pair.second, key=value.__getitem__),
                second=min(pair.first, pair.second, key=value.__getitem__))
        for pair in new.pairs
    )  # fmt: skip
    return replace(new, stimuli=stimuli, pairs=pairs)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(12)),
    protocol=st.sampled_from(PROTOCOLS),
    pairs=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_records_of_blind_trials_are_the_same_whatever_the_activations(
    order: list[int], protocol: Protocol, pairs: bool, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    new = replace(which_one_study(12) if pairs else new_study(12), protocol=protocol)
    folder: Path = tmp_path_factory.mktemp("blind")
    found = []
    for name, one in (("as it is", new), ("dealt out anew", with_other_activations(new, list(order)))):
        path = folder / f"{name}.jury"
        StudyFile.create(path, one)
        with StudyFile.open(path) as study:
            rater = study.add_rater("ann", seed=seed)
            label_everything(study, rater, FakeClock())
            found.append(blind_records(study.connection))
    assert found[0] == found[1]
    assert found[0]


def test_the_hidden_values_lie_in_tables_that_a_raters_file_can_do_without(tmp_path: Path) -> None:
    """A session of blind trials runs on a file whose hidden tables are empty."""
    path = tmp_path / "study.jury"
    StudyFile.create(path, new_study(6))
    with sqlite3.connect(path) as connection:
        for table in ("measurement", "other_activation", "heat_map", "stratum"):
            connection.execute(f"DELETE FROM {table}")
    connection.close()
    with StudyFile.open(path) as study:
        rater = study.add_rater("ann")
        label_everything(study, rater, FakeClock())
        assert len(study.judgements()) == 6
