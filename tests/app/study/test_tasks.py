"""A study file of any task gives back what was put in, and keeps what must be kept."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import (
    NAME_IT,
    RUBRIC,
    SEVEN,
    SLIDER,
    FakeClock,
    label_everything,
    new_study,
    png,
    which_one_study,
)

from app.errors import Fault
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.protocol import Conditions, Exclusion, Practice, Protocol
from app.study.records import Category, HeatMap, Known, NewStudy, Rubric

HEAT = HeatMap(2, 3, (0.0, 0.5, 1.0, -1.0, 2.5, 3.0))
CATCH = Known("aa11", "catch", 1, png(901), ("edge",))
PRACTICE = Known("bb22", "practice", 1, png(902), ("unrelated", "imperfect"), "There is nothing.")


def whole(protocol: Protocol | None = None, rubric: Rubric = RUBRIC) -> NewStudy:
    new = new_study(8)
    stimuli = tuple(replace(stimulus, heat=HEAT) for stimulus in new.stimuli)
    return replace(new, rubric=rubric, stimuli=stimuli, known=(CATCH, PRACTICE), protocol=protocol or Protocol())


def created(folder: Path, new: NewStudy) -> Path:
    path = folder / "study.jury"
    StudyFile.create(path, new)
    return path


@pytest.mark.parametrize(
    "rubric",
    [
        RUBRIC,
        replace(RUBRIC, scale="nominal", several=True, nothing=True),
        replace(RUBRIC, categories=(Category("no", "None.", (png(1), png(2))), Category("yes", "One.", (png(3),)))),
    ],
)
def test_a_rubric_is_read_as_it_was_written(rubric: Rubric, tmp_path: Path) -> None:
    with StudyFile.open(created(tmp_path, replace(new_study(), rubric=rubric))) as study:
        assert study.rubric() == rubric


@pytest.mark.parametrize("rubric", [SEVEN, SLIDER, NAME_IT])
def test_a_rubric_without_categories_is_too(rubric: Rubric, tmp_path: Path) -> None:
    with StudyFile.open(created(tmp_path, replace(new_study(), rubric=rubric))) as study:
        assert study.rubric() == rubric


def test_a_protocol_is_read_as_it_was_written(tmp_path: Path) -> None:
    protocol = Protocol(
        order="balanced",
        conditions=Conditions(0.5, 0.25, 0.25),
        without_references=0.1,
        repeats=0.1,
        repeat_distance=3,
        block=10,
        break_seconds=30,
        consent="# Hello",
        practice=Practice(0.8, 2),
        exclusion=Exclusion(catch_accuracy=0.9, same_answer=0.95),
        contact="ann@example.org",
    )
    with StudyFile.open(created(tmp_path, replace(new_study(), protocol=protocol))) as study:
        assert study.protocol() == protocol


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"order": "by activation"}',
        '{"repeats": 7}',
        '{"more": 1}',
        '{"repeats": 0.2, "conditions": {"blind": 0.1, "feedback": 0.9}}',
    ],
)
def test_a_protocol_that_was_altered_is_told(text: str, tmp_path: Path) -> None:
    path = created(tmp_path, new_study())
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE protocol SET json = ?", (text,))
    connection.close()
    with StudyFile.open(path) as study, pytest.raises(Fault, match="how its sessions run"):
        study.protocol()


def test_what_is_known_is_read_as_it_was_written_and_each_kind_by_itself(tmp_path: Path) -> None:
    with StudyFile.open(created(tmp_path, whole())) as study:
        assert study.catches() == {"aa11": CATCH}
        assert study.practice() == {"bb22": PRACTICE}
        assert "aa11" not in {stimulus.id for stimulus in study.stimuli()}


def test_an_answer_that_is_known_and_was_altered_is_told(tmp_path: Path) -> None:
    path = created(tmp_path, replace(new_study(), rubric=SEVEN, known=(replace(CATCH, accepted=("5", "7")),)))
    for text in (
        "",
        "7",
        '["x", "y"]',
        '["7"]',
        '["7", "5"]',
        "[5, 7]",
        "[null, null]",
        '["-inf", "inf"]',
        "[" * 99_999,
    ):
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE known SET accepted = ?", (text,))
        connection.close()
        with StudyFile.open(path) as study, pytest.raises(Fault, match="was altered"):
            study.catches()


def test_nothing_of_a_blind_trial_is_revealed_and_of_a_revealed_one_what_is_its_own(tmp_path: Path) -> None:
    new = whole(Protocol(conditions=Conditions(0.5, 0.5, 0.0)))
    with StudyFile.open(created(tmp_path, new)) as study:
        trials = [trial for trial in study.trials(study.add_rater("ann")) if trial.kind == "main"]
        assert {trial.condition for trial in trials} == {"blind", "revealed"}
        for trial in trials:
            if trial.condition == "blind":
                with pytest.raises(ValueError, match="blind"):
                    study.reveal(trial)
            else:
                stimulus = next(one for one in new.stimuli if one.id == trial.stimulus)
                assert [(one.activation, one.heat) for one in study.reveal(trial)] == [(stimulus.activation, HEAT)]


def test_practice_and_catch_trials_are_no_judgements(tmp_path: Path) -> None:
    with StudyFile.open(created(tmp_path, whole())) as study:
        rater = study.add_rater("ann")
        label_everything(study, rater, FakeClock())
        assert [trial.kind for trial in study.trials(rater)].count("practice") == 1
        assert {j.stimulus for j in study.judgements()} == {stimulus.id for stimulus in study.stimuli()}


def test_pairs_are_judged_by_the_stimulus_that_was_chosen(tmp_path: Path) -> None:
    new = which_one_study(12)
    with StudyFile.open(created(tmp_path, new)) as study:
        assert set(study.pairs()) == set(new.pairs)
        rater = study.add_rater("ann")
        log = RaterLog(study, rater)
        for trial in study.trials(rater):
            log.append(Entry(trial.id, "label", "left", confidence=2, milliseconds=900, idle=400))
        found = {j.stimulus: j for j in study.judgements()}
        sides = {frozenset(trial.stimuli): trial.stimulus for trial in study.trials(rater)}
        for pair in new.pairs:
            assert found[pair.id].label == sides[frozenset((pair.first, pair.second))]
            assert (found[pair.id].confidence, found[pair.id].seconds) == (2, 0.5)


def test_a_unit_that_is_named_is_one_trial_with_no_image(tmp_path: Path) -> None:
    with StudyFile.open(created(tmp_path, replace(new_study(units=2), rubric=NAME_IT))) as study:
        rater = study.add_rater("ann")
        label_everything(study, rater, FakeClock())
        assert [(j.stimulus, j.label, j.note) for j in study.judgements()] == [
            ("unit 1", "one thing", "edges"),
            ("unit 2", "one thing", "edges"),
        ]


def test_the_newest_comment_is_the_note_of_a_judgement(tmp_path: Path) -> None:
    with StudyFile.open(created(tmp_path, new_study())) as study:
        rater = study.add_rater("ann")
        first, second = study.trials(rater)[:2]
        log = RaterLog(study, rater)
        for entry in (
            Entry(first.id, "label", "edge"),
            Entry(first.id, "comment", note="odd"),
            Entry(first.id, "comment", note="a fold"),
            Entry(first.id, "flag"),
            Entry(second.id, "comment", note="not judged yet"),
        ):
            log.append(entry)
        assert [(j.stimulus, j.label, j.note) for j in study.judgements()] == [(first.stimulus, "edge", "a fold")]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE trial SET other = (SELECT id FROM stimulus LIMIT 1)",
        "UPDATE trial SET stimulus = NULL",
        "DELETE FROM category",
        "UPDATE rubric SET task = 'name_it'",
    ],
)
def test_trials_that_do_not_fit_the_task_are_refused(change: str, tmp_path: Path) -> None:
    path = created(tmp_path, new_study())
    with StudyFile.open(path) as study:
        study.add_rater("ann")
    with sqlite3.connect(path) as connection:
        connection.execute(change)
    connection.close()
    with pytest.raises(Fault, match="do not fit together"):
        StudyFile.open(path)


def test_a_unit_with_nothing_to_judge_is_told_and_no_rater_is_added(tmp_path: Path) -> None:
    path = created(tmp_path, which_one_study())
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM pair")
    connection.close()
    with StudyFile.open(path) as study:
        with pytest.raises(Fault, match="unit 1 has nothing to judge"):
            study.add_rater("ann")
        assert study.raters() == ()


def test_a_protocol_that_cannot_be_kept_is_told_and_no_rater_is_added(tmp_path: Path) -> None:
    path = created(tmp_path, replace(new_study(), protocol=Protocol(repeats=0.5, repeat_distance=10_000)))
    with StudyFile.open(path) as study:
        with pytest.raises(Fault, match="cannot come again"):
            study.add_rater("ann")
        assert study.raters() == ()


def test_people_and_stand_ins_are_numbered_apart(tmp_path: Path) -> None:
    with StudyFile.open(created(tmp_path, new_study())) as study:
        for name, simulated in (("ann", False), ("s1", True), ("bob", False), ("s2", True)):
            study.add_rater(name, simulated=simulated)
        assert [(rater.pseudonym, rater.number) for rater in study.raters()] == [
            ("ann", 1),
            ("s1", 1),
            ("bob", 2),
            ("s2", 2),
        ]
