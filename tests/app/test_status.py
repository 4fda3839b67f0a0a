"""What a supervisor is told of each rater, with figures worked out by hand."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import NAME_IT, RUBRIC, SEVEN, SLIDER, WHICH_ONE, FakeClock, label_everything, png, study_file
from scipy.stats import binomtest

from app.session import Course
from app.status import RaterStatus, as_json, as_table, exclusions, exclusions_of, rater_status, study_status
from app.status.quality import two_sided, warnings_of
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.handing_out import hand_out, reassign
from app.study.log import RaterLog
from app.study.protocol import Exclusion, Practice, Protocol
from app.study.records import Known, Rater, Rubric, Trial

ANN = Rater("r1", "ann", 1, simulated=False)
STAND_IN = Rater("r2", "stand-in 1", 1, simulated=True)
PLAIN = Protocol()


def trial(number: int, **parts: object) -> Trial:
    given: dict[str, object] = {"stimulus": f"s{number}", "unit": 1, "condition": "blind", "occasion": 1}
    return Trial(id=f"t{number}", position=number, **(given | parts))  # type: ignore[arg-type]


def label(number: int, answer: str, milliseconds: int = 1000, idle: int = 0, confidence: int | None = None) -> Entry:
    return Entry(f"t{number}", "label", answer, confidence, None, milliseconds, idle)


def status(
    trials: Sequence[Trial], said: Sequence[Entry], rubric: Rubric = RUBRIC, rater: Rater = ANN, **known: Known
) -> RaterStatus:
    return rater_status(rater, trials, said, rubric, PLAIN, catches=known)


def answered(answers: Sequence[str], rubric: Rubric = RUBRIC, confidence: int | None = None) -> RaterStatus:
    """The status of somebody who gave these answers, one a trial."""
    trials = [trial(n, other="o" if rubric.task == "which_one" else None) for n in range(len(answers))]
    return status(trials, [label(n, one, confidence=confidence) for n, one in enumerate(answers)], rubric)


def known(stimulus: str, *accepted: str, other: str | None = None) -> Known:
    return Known(stimulus, "catch", 1, png(1), accepted, other_id=other)


# ---- what is counted ---------------------------------------------------------------------------------------------


def test_somebody_who_has_not_begun_has_no_figures() -> None:
    found = status([trial(1), trial(2)], [])
    assert (found.done, found.total, found.left, found.finished) == (0, 2, 2, False)
    shares = (found.pace, found.catch_accuracy, found.consistency, found.idle_share, found.cannot_tell_share)
    assert shares == (None,) * 5
    assert found.warnings == ()


def test_times_are_active_times_and_what_was_taken_back_took_time_too() -> None:
    said = [
        label(1, "edge", 4000, idle=1000),
        label(2, "edge", 9000),
        Entry("t2", "undo"),
        label(2, "unrelated", 2000),
        label(3, "edge", 66000, idle=60000),
        Entry("t4", "comment", note="odd"),
    ]
    found = status([trial(n) for n in (1, 2, 3, 4)], said)
    assert (found.done, found.left) == (3, 1)
    assert found.active_seconds == pytest.approx(3 + 9 + 2 + 6)
    assert found.pace == 3.0  # of 3, 2 and 6 seconds
    assert found.idle_share == pytest.approx(61 / 81)
    assert found.undos == 1


def test_an_answer_that_was_taken_back_is_not_done_and_has_no_pace() -> None:
    found = status([trial(1)], [label(1, "edge"), Entry("t1", "undo")])
    assert (found.done, found.pace, found.active_seconds) == (0, None, 1.0)


def test_comments_flags_and_answers_without_a_label_are_counted_as_they_stand() -> None:
    said = [
        Entry("t1", "comment", note="odd"),
        Entry("t1", "comment", note=""),
        Entry("t2", "comment", note="blurred"),
        Entry("t1", "flag"),
        Entry("t1", "unflag"),
        Entry("t3", "flag"),
        Entry("t1", "cannot_tell"),
        Entry("t2", "nothing"),
        label(3, "edge"),
        label(4, "edge"),
    ]
    found = status([trial(n) for n in (1, 2, 3, 4)], said, replace(RUBRIC, nothing=True))
    assert (found.comments, found.flags, found.cannot_tell, found.cannot_tell_share) == (1, 1, 1, 0.25)
    assert (found.commonest, found.commonest_count) == ("edge", 2)


def test_practice_counts_nowhere() -> None:
    trials = [trial(1, kind="practice"), trial(2)]
    found = status(trials, [label(1, "edge", 50_000), label(2, "edge", 2000)])
    assert (found.done, found.total, found.active_seconds, found.commonest_count) == (1, 1, 2.0, 1)


def test_whoever_failed_practice_has_nothing_left() -> None:
    protocol = Protocol(practice=Practice(needed=1.0, attempts=1))
    practice = {"s1": Known("s1", "practice", 1, png(1), ("unrelated",))}
    trials = [trial(1, kind="practice"), trial(2)]
    found = rater_status(ANN, trials, [label(1, "edge")], RUBRIC, protocol, practice=practice)
    assert (found.done, found.total, found.left, found.finished) == (0, 1, 0, False)
    assert found.warnings == ("Did not pass practice.",)


def test_catch_trials_are_right_or_not() -> None:
    trials = [trial(n, kind="catch") for n in (1, 2, 3)] + [trial(4)]
    said = [label(1, "edge"), label(2, "imperfect"), label(4, "edge")]
    found = status(trials, said, s1=known("s1", "edge"), s2=known("s2", "edge"), s3=known("s3", "edge"))
    assert (found.catch_right, found.catch_answered, found.catch_accuracy) == (1, 2, 0.5)


def test_of_two_images_the_stronger_is_right_on_either_side() -> None:
    trials = [trial(1, kind="catch", stimulus="hi", other="lo"), trial(2, kind="catch", stimulus="lo", other="hi")]
    said = [label(1, "left", confidence=1), label(2, "left", confidence=3)]
    found = status(trials, said, WHICH_ONE, hi=known("hi", other="lo"))
    assert (found.catch_right, found.catch_answered, found.sides) == (1, 2, (2, 0))


@pytest.mark.parametrize(
    ("rubric", "first", "second", "same"),
    [
        (RUBRIC, "edge", "edge", True),
        (RUBRIC, "edge", "imperfect", False),
        (SEVEN, "3", "4", True),
        (SEVEN, "3", "5", False),
        (SLIDER, "40", "50", True),
        (SLIDER, "40", "51", False),
    ],
)
def test_a_repeat_is_consistent_within_a_step_or_ten_of_a_slider(
    rubric: Rubric, first: str, second: str, same: bool
) -> None:
    trials = [trial(1, stimulus="a"), trial(2, stimulus="b"), trial(3, stimulus="a", occasion=2)]
    found = status(trials, [label(1, first), label(2, first), label(3, second)], rubric)
    assert (found.repeats_same, found.repeats_answered) == (int(same), 1)


def test_a_repeat_of_two_images_is_consistent_where_the_same_image_was_chosen() -> None:
    trials = [
        trial(1, stimulus="a", other="b"),
        trial(2, stimulus="c", other="d"),
        trial(3, stimulus="b", other="a", occasion=2),
        trial(4, stimulus="d", other="c", occasion=2),
    ]
    said = [label(n, side, confidence=2) for n, side in enumerate(("left", "left", "right", "left"), 1)]
    found = status(trials, said, WHICH_ONE)
    assert (found.repeats_same, found.repeats_answered, found.consistency) == (1, 2, 0.5)


def test_cannot_tell_twice_is_consistent_and_once_is_not() -> None:
    trials = [trial(1, stimulus="a"), trial(2, stimulus="b")]
    trials += [trial(3, stimulus="a", occasion=2), trial(4, stimulus="b", occasion=2)]
    said = [Entry("t1", "cannot_tell"), Entry("t2", "cannot_tell"), Entry("t3", "cannot_tell"), label(4, "edge")]
    found = status(trials, said)
    assert (found.repeats_same, found.repeats_answered) == (1, 2)


def test_a_repeat_whose_first_showing_is_unanswered_does_not_count() -> None:
    trials = [trial(1, stimulus="a"), trial(2, stimulus="a", occasion=2)]
    assert status(trials, [label(2, "edge")]).repeats_answered == 0


def test_an_answer_that_the_rubric_lacks_enters_no_share() -> None:
    trials = [trial(1, stimulus="a", kind="catch"), trial(2, stimulus="a", occasion=2), trial(3)]
    found = status(trials, [label(1, "soup"), label(2, "NaN"), label(3, "4")], SEVEN, a=known("a", "1", "3"))
    assert (found.catch_answered, found.commonest, found.commonest_count) == (0, "4", 1)


def test_several_categories_are_told_by_their_names() -> None:
    found = answered(['["unrelated", "edge"]'] * 2, replace(RUBRIC, several=True))
    assert (found.commonest, found.longest_run) == ("unrelated, edge", 2)


def test_naming_a_unit_needs_no_stimulus() -> None:
    trials = [trial(1, stimulus=None, unit=1), trial(2, stimulus=None, unit=2)]
    said = [Entry("t1", "label", "one thing", note="dogs"), Entry("t2", "label", "nothing nameable")]
    found = status(trials, said, NAME_IT)
    assert (found.done, found.repeats_answered, found.commonest_count) == (2, 0, 1)


# ---- what deserves a look ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("times", "of"), [(0, 0), (0, 5), (16, 20), (10, 20), (17, 20), (3, 20), (61, 100)])
def test_the_binomial_test_is_exact(times: int, of: int) -> None:
    expected = binomtest(times, of).pvalue if of else 1.0
    assert two_sided(times, of) == pytest.approx(expected)


def test_the_binomial_test_holds_for_a_very_long_session() -> None:
    assert two_sided(2500, 5000) == 1.0
    assert two_sided(0, 5000) < 1e-300


def test_a_bias_to_one_side_is_told_with_its_probability() -> None:
    mixed = ["left", "right", "left", "left", "left", "left"] * 4  # 20 of 24 on the left
    found = answered(mixed, WHICH_ONE, confidence=2)
    assert found.warnings == ("Chose the left side 20 times of 24: by chance that has probability 0.002.",)


def test_an_answer_that_names_no_side_is_no_choice_of_one() -> None:
    trials = [trial(n, stimulus=f"a{n}", other=f"b{n}") for n in range(1, 41)]
    said = [label(n, "left" if n % 2 else "right", confidence=1) for n in range(1, 21)]
    said += [Entry(f"t{n}", "cannot_tell") for n in range(21, 41)]
    found = status(trials, said, WHICH_ONE)
    assert found.sides == (10, 10)
    assert not any("side" in warning for warning in found.warnings)


def test_sides_are_not_judged_by_few_answers() -> None:
    assert answered(["left"] * 19, WHICH_ONE, confidence=2).warnings == ()
    assert "left side 20 times of 20" in answered(["left"] * 20, WHICH_ONE, confidence=2).warnings[0]


def test_sides_that_come_evenly_are_no_bias() -> None:
    assert answered(["left", "right"] * 20, WHICH_ONE, confidence=1).warnings == ()


def test_one_key_answering_is_told() -> None:
    found = answered(["edge"] * 19 + ["unrelated"])
    assert (found.commonest_share, found.longest_run) == (0.95, 19)
    assert found.warnings == ("Gave the same answer, “edge”, 19 times of 20.",)
    assert answered(["edge"] * 19).warnings == ()


def test_a_long_run_is_told_where_chance_does_not_explain_it() -> None:
    """Half of the answers are "edge": 20 in a row have a chance of (1 + 20 * 0.5) / 2 ** 20, 4 in a row of 1."""
    shuffled = ["edge", "unrelated", "edge", "edge", "imperfect", "unrelated"] * 6
    assert answered(shuffled).warnings == ()
    half = ["unrelated", "imperfect"] * 10 + ["edge"] * 20
    assert answered(half).warnings == ("Gave the same answer 20 times in a row.",)


def test_a_run_of_a_common_answer_is_no_wonder() -> None:
    found = answered((["unrelated"] * 9 + ["edge"]) * 10)
    assert (found.longest_run, found.commonest_share, found.warnings) == (9, 0.9, ())


def test_answers_too_fast_to_have_looked_are_told() -> None:
    trials = [trial(n) for n in (1, 2, 3)]
    said = [label(1, "edge", 310), label(2, "edge", 200), label(3, "unrelated", 9000)]
    assert status(trials, said).warnings == ("Half of the answers took no longer than 0.31\N{NO-BREAK SPACE}s.",)
    assert status(trials, said, rater=STAND_IN).warnings == ()  # its answers take no time


# ---- who is left out ---------------------------------------------------------------------------------------------

DONE = RaterStatus("ann", False, 100, 100, active_seconds=300, catch_right=3, catch_answered=5,
                   commonest="edge", commonest_count=91)  # fmt: skip
NBSP = "\N{NO-BREAK SPACE}"


def test_with_no_thresholds_nobody_is_left_out() -> None:
    assert exclusions(DONE, Exclusion()) == ()


def test_each_reason_has_its_figure_and_its_threshold() -> None:
    assert exclusions(DONE, Exclusion(catch_accuracy=0.8, least_minutes=6, same_answer=0.9)) == (
        f"3 of 5 catch trials right (60{NBSP}%), where 80{NBSP}% are needed",
        "5 active minutes for all trials, where 6 are the least",
        f"the same answer, “edge”, 91 times of 100 (91{NBSP}%), where 90{NBSP}% is the most",
    )


def test_who_just_meets_the_thresholds_stays() -> None:
    assert exclusions(DONE, Exclusion(catch_accuracy=0.6, least_minutes=5, same_answer=0.91)) == ()


def test_catch_trials_that_were_never_answered_exclude_nobody() -> None:
    assert exclusions(replace(DONE, catch_right=0, catch_answered=0), Exclusion(catch_accuracy=1.0)) == ()


def test_the_time_counts_only_when_all_is_done_and_by_a_person() -> None:
    thresholds = Exclusion(least_minutes=6)
    assert exclusions(replace(DONE, done=99), thresholds) == ()
    assert exclusions(replace(DONE, simulated=True), thresholds) == ()


def test_who_has_a_share_of_the_trials_needs_that_share_of_the_time() -> None:
    quick = replace(DONE, done=25, total=25, active_seconds=60, share_of_all=0.25, commonest_count=10)
    assert exclusions(quick, Exclusion(least_minutes=4)) == ()
    assert exclusions(quick, Exclusion(least_minutes=6)) == (
        "1 active minutes for their trials, where 1.5 are the least for 25 of them and 6 for all",
    )


def test_the_share_of_somebody_who_takes_over_is_that_of_their_trials(tmp_path: Path) -> None:
    path = study_file(tmp_path, 12)
    with StudyFile.open(path) as study:
        study.add_rater("ann")
        study.add_rater("bob", only=[stimulus.id for stimulus in study.stimuli()[:3]])
        assert [one.share_of_all for one in study_status(study)] == [1.0, 0.25]


def test_one_answer_counts_only_from_twenty_answers_on() -> None:
    few = replace(DONE, done=19, total=19, commonest_count=19)
    thresholds = Exclusion(same_answer=0.9)
    assert exclusions(few, thresholds) == ()
    assert len(exclusions(replace(few, done=20, total=20, commonest_count=20), thresholds)) == 1


def test_only_those_who_are_left_out_are_listed() -> None:
    good = replace(DONE, pseudonym="bob", catch_right=5)
    assert list(exclusions_of([DONE, good], Exclusion(catch_accuracy=0.8))) == ["ann"]


# ---- a study file ------------------------------------------------------------------------------------------------


def test_the_status_of_a_file_is_that_of_its_sessions(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        ann = study.add_rater("ann", seed=1)
        study.add_rater("bob", seed=2)
        label_everything(study, ann, FakeClock())
        first, second = study_status(study)
        course = Course(study.trials(ann), study.rubric(), study.protocol(), {}, study.events(ann))
    assert (first.pseudonym, first.done, first.total) == ("ann", course.done, course.total) == ("ann", 12, 12)
    assert first.pace == 1.5
    assert first.active_seconds == pytest.approx(18)
    assert (second.pseudonym, second.done, second.left) == ("bob", 0, 12)


def test_a_log_that_was_altered_is_told(tmp_path: Path) -> None:
    path = study_file(tmp_path)
    with StudyFile.open(path) as study:
        label_everything(study, study.add_rater("ann", seed=1), FakeClock())
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER event_is_never_changed")
        connection.execute("UPDATE event SET milliseconds = 9000 WHERE sequence = 3")
        connection.execute(
            "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event\n"
            "BEGIN SELECT RAISE(ABORT, 'judgements are never changed: undo is an event'); END"
        )
    connection.close()
    with StudyFile.open(path, writable=False) as study:
        (found,) = study_status(study)
    assert found.warnings[0] == "The log was altered or is incomplete: event 3 was altered."


def test_what_was_left_of_somebody_who_dropped_out_counts_once(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        (ann, bob) = hand_out(study, ["ann", "bob"], tmp_path / "out", lambda done, total: None)
        log = RaterLog(study, study.raters()[0])
        for one in study.trials(study.raters()[0])[:2]:
            log.append(Entry(one.id, "label", "edge", milliseconds=900))
        new = reassign(study, ann.rater.pseudonym, "cy", tmp_path / "out", lambda done, total: None)
        found = study_status(study)
    gone = found[0]
    assert (gone.withdrawn, gone.done, gone.total, gone.left, gone.finished) == (True, 2, ann.trials, 0, False)
    assert [one.withdrawn for one in found[1:]] == [False, False]
    assert gone.warnings == ("What was left of ann went to somebody else.",)
    total, left = 2 + bob.trials + new.trials, bob.trials + new.trials
    table = as_table("t", found, {}).split("\n")
    assert table[0] == f"t: 3 raters, 2 of {total} trials done, {left} left."
    assert table[3].startswith("ann (withdrawn)  2 of 12")
    assert table[4] == "    What was left of ann went to somebody else."
    told = json.loads(json.dumps(as_json("t", found, {})))
    assert (told["total"], told["left"]) == (total, left)
    assert [(one["withdrawn"], one["left"]) for one in told["raters"]] == [
        (True, 0),
        (False, bob.trials),
        (False, new.trials),
    ]


# ---- as a table and as JSON --------------------------------------------------------------------------------------


def test_the_table_is_aligned_and_says_what_is_left() -> None:
    other = RaterStatus("評価者", False, 0, 100)
    lines = as_table("Edges?", [DONE, other], {"ann": ("too few right",)}).split("\n")
    assert lines[0] == "Edges?: 2 raters, 100 of 200 trials done, 100 left."
    heads, first, why, second = lines[2:]
    assert first.index("100 of 100") == heads.index("done") == second.index("0 of 100") + 3  # wide letters
    assert "3 of 5" in first
    assert why == "    Left out of the report: too few right."


def test_warnings_stand_below_their_rater() -> None:
    fast = replace(DONE, pace=0.2)
    fast = replace(fast, warnings=warnings_of(fast))
    assert as_table("t", [fast], {}).split("\n")[-1] == f"    Half of the answers took no longer than 0.20{NBSP}s."


def test_nobody_yet_is_said() -> None:
    assert as_table("Edges?", [], {}) == "Edges?: Nobody has begun yet."


def test_json_has_the_shares_and_the_reasons() -> None:
    told = json.loads(json.dumps(as_json("Edges?", [DONE], {"ann": ("why",)})))
    assert (told["title"], told["done"], told["total"], told["left"]) == ("Edges?", 100, 100, 0)
    (ann,) = told["raters"]
    assert (ann["catch_accuracy"], ann["commonest_share"], ann["consistency"]) == (0.6, 0.91, None)
    assert (ann["exclusions"], ann["warnings"]) == (["why"], [])
