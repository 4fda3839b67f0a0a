"""A study whose raters say which of two images activates the unit more: what enters, and what the figures are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import which_one_study

from analysis.figures import Figure, Report
from analysis.intervals import wilson
from analysis.judgements import InputError, Stimuli
from app.export import write_report
from app.results.which_one import analysed_which_one, entering_which_one, trials_of
from app.study.events import Entry, Judgement
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.protocol import Conditions, Protocol
from app.study.records import NewStudy, Pair, Stimulus, Trial

# 24 images, the n-th with an activation of n / 3: twelve pairs, whose gaps are 23/3, 21/3, ... 1/3.
NEW = which_one_study(24)


def judgement(rater: str, pair: str, chosen: str | None, **parts: Any) -> Judgement:
    given = {"condition": "blind", "occasion": 1, "seconds": 1.0, "simulated": False, "confidence": 2}
    return Judgement(stimulus=pair, rater=rater, label=chosen, **(given | parts))


def stimuli_of(drawn: Sequence[Stimulus]) -> Stimuli:
    return Stimuli.from_columns([s.id for s in drawn], [s.activation for s in drawn])


def analysed(judgements: Sequence[Judgement], new: NewStudy = NEW) -> Report:
    return analysed_which_one(
        judgements,
        stimuli_of(new.stimuli),
        new.pairs,
        seed=1,
        facts={"title": "Edges?"},
        progress=lambda done, of: None,
        n_replicates=40,
    )


def get(report: Report, name: str, label: str | None = None, rater: str | None = None) -> Figure:
    return next(f for f in report.figures if (f.name, f.label, f.rater) == (name, label, rater))


def study_of(folder: Path, new: NewStudy, raters: int, is_right: Callable[[int, Pair, Trial], bool]) -> Path:
    """A study file in which these raters answered everything; `is_right` is told the rater, the pair and the trial."""
    path = folder / "study.jury"
    StudyFile.create(path, new)
    pair_of = {frozenset((pair.first, pair.second)): pair for pair in new.pairs}
    with StudyFile.open(path) as study:
        for number in range(raters):
            rater = study.add_rater(f"rater {number}", seed=number)
            log = RaterLog(study, rater)
            for trial in study.trials(rater):
                pair = pair_of[frozenset(trial.stimuli)]
                on_the_left = trial.stimulus == pair.first
                answer = "left" if on_the_left == is_right(number, pair, trial) else "right"
                log.append(Entry(trial.id, "label", answer, confidence=1 + number % 3, milliseconds=900))
    return path


def read(path: Path) -> list[Judgement]:
    with StudyFile.open(path, writable=False) as study:
        return list(study.judgements(1))


def test_each_rater_has_a_row_of_what_their_figure_says() -> None:
    right = {"ann": 12, "bob": 9, "cy": 3}
    said = [
        judgement(rater, pair.id, pair.first if number < n else pair.second)
        for rater, n in right.items()
        for number, pair in enumerate(NEW.pairs)
    ]
    report = analysed(said)
    rows = list(report.tables["raters"].records())
    assert [row["rater"] for row in rows] == list(right)
    for row in rows:
        figure = get(report, "proportion_correct", rater=str(row["rater"]))
        assert row["correct"] == right[str(row["rater"])] / 12 == figure.value
        assert (row["n_judgements"], row["correct_low"], row["correct_high"]) == (12, figure.low, figure.high)


# ---- what is right -----------------------------------------------------------------------------------------------


def test_right_is_the_image_with_the_higher_activation_on_whichever_side(tmp_path: Path) -> None:
    """Rater 0 is always right, rater 1 on the six widest gaps, rater 2 never."""
    widest = {pair.id for pair in NEW.pairs[:6]}

    def is_right(rater: int, pair: Pair, trial: Trial) -> bool:
        return rater == 0 or (rater == 1 and pair.id in widest)

    heard = read(study_of(tmp_path, NEW, 3, is_right))
    trials = trials_of(heard, stimuli_of(NEW.stimuli), NEW.pairs)
    assert sorted(trials.gap.tolist()) == pytest.approx([(2 * n + 1) / 3 for n in range(12)])
    report = analysed(heard)
    shares = {f.rater: f.value for f in report.figures if f.rater}
    assert shares == {"rater 0": 1.0, "rater 1": 0.5, "rater 2": 0.0}
    everyone = get(report, "proportion_correct")
    assert everyone.value == pytest.approx(0.5)
    assert (everyone.n_stimuli, everyone.n_raters, everyone.n_judgements) == (12, 3, 36)
    assert (everyone.speaks_for, everyone.target) == ("raters like these", "these stimuli")
    figure = get(report, "proportion_correct", rater="rater 1")
    assert (figure.low, figure.high) == pytest.approx(wilson(0.5, 12))
    # each rater had a confidence of their own
    assert [get(report, "proportion_correct", f"confidence {n}").value for n in (1, 2, 3)] == [1.0, 0.5, 0.0]


def test_the_report_knows_its_study_and_has_the_curves(tmp_path: Path) -> None:
    def is_right(rater: int, pair: Pair, trial: Trial) -> bool:
        return int(pair.id.removeprefix("pair-")) < 6 or (rater + int(pair.id[-1])) % 2 == 0

    report = analysed(read(study_of(tmp_path, NEW, 4, is_right)))
    assert report.study["title"] == "Edges?"
    assert (report.study["n_pairs"], report.study["n_raters"], report.study["n_judgements"]) == (12, 4, 48)
    threshold = get(report, "psychometric_threshold")
    assert threshold.value is not None
    assert 11 / 3 < threshold.value < 13 / 3  # the two gaps between which guessing ends
    assert set(report.curves) == {"correct_given_gap", "correct_given_gap_fitted"}
    assert report.curves["correct_given_gap"][-1].value == 1.0


# ---- what enters -------------------------------------------------------------------------------------------------


def test_conditions_and_trials_without_references_are_apart_and_repeats_are_passed_over(tmp_path: Path) -> None:
    """Right on blind first trials with references alone: wherever one of these is not so, wrong."""

    def is_right(rater: int, pair: Pair, trial: Trial) -> bool:
        return trial.condition == "blind" and trial.references and trial.occasion == 1

    protocol = Protocol(conditions=Conditions(0.5, 0.5, 0.0), without_references=0.5, repeats=0.25, repeat_distance=2)
    heard = read(study_of(tmp_path, replace(NEW, protocol=protocol), 4, is_right))
    found = entering_which_one(heard, {})
    assert found.kept == tuple(heard)
    assert any(one.occasion == 2 for one in heard)
    report = analysed(found.kept)
    assert get(report, "proportion_correct").value == 1.0
    assert get(report, "proportion_correct", "blind").value == 1.0
    for label in ("without references", "revealed", "revealed, without references"):
        assert get(report, "proportion_correct", label).value == 0.0
    first = [one for one in heard if one.occasion == 1]
    counted = [f.n_judgements for f in report.figures if f.label in ("blind", "revealed") or "refer" in (f.label or "")]
    assert sum(counted) == len(first) == 48


def test_where_no_blind_trial_had_references_those_without_are_the_blind_ones() -> None:
    heard = [judgement(r, p.id, p.first, references=False) for r in "abc" for p in NEW.pairs]
    found = entering_which_one(heard, {})
    assert found.kept == tuple(heard)
    assert found.warnings == ("No references stood beside the images: every figure is about judgements without them.",)
    report = analysed(found.kept)
    assert [f.label for f in report.figures if f.name == "proportion_correct" and f.rater is None] == [
        None,
        "confidence 2",
    ]


def test_raters_below_the_thresholds_are_left_out_and_their_trials_are_there_for_both_ways() -> None:
    heard = [judgement(r, p.id, p.second if r == "bad" else p.first) for r in ("ann", "bob", "bad") for p in NEW.pairs]
    heard.append(judgement("bad", NEW.pairs[0].id, NEW.pairs[0].second, references=False, condition="revealed"))
    found = entering_which_one(heard, {"bad": ("too many catch trials wrong",)})
    assert {one.rater for one in found.kept} == {"ann", "bob"}
    assert found.everyone == tuple(heard)
    assert "bad (1 of 3 raters)" in found.warnings[0]
    assert get(analysed(found.kept), "proportion_correct").value == 1.0
    assert get(analysed(found.everyone), "proportion_correct").value == pytest.approx(2 / 3)


def test_pairs_of_other_units_and_answers_that_are_none_are_passed_over() -> None:
    new = replace(NEW, pairs=(*NEW.pairs, Pair("elsewhere", "x", "y", "extreme")))
    heard = [judgement("ann", p.id, p.first) for p in NEW.pairs[1:]]
    heard.append(judgement("ann", NEW.pairs[0].id, None, kind="cannot_tell"))
    report = analysed(heard, new)
    assert get(report, "proportion_correct").n_stimuli == 11


def test_each_gap_that_was_asked_for_is_a_stratum() -> None:
    pairs = tuple(replace(pair, gap="extreme" if n < 6 else "60-40") for n, pair in enumerate(NEW.pairs))
    heard = [judgement(r, p.id, p.first) for r in "abc" for p in pairs]
    trials = trials_of(heard, stimuli_of(NEW.stimuli), pairs)
    assert {
        (gap > 3.9, stratum) for gap, stratum in zip(trials.gap.tolist(), trials.stratum.tolist(), strict=True)
    } == {
        (True, 1),
        (False, 0),
    }
    assert analysed(heard, replace(NEW, pairs=pairs)).study["n_gaps"] == 2


def test_what_cannot_be_analysed_is_told() -> None:
    with pytest.raises(InputError, match="no trial"):
        analysed([judgement("ann", NEW.pairs[0].id, None)])
    with pytest.raises(InputError, match="pairs that the study does not have: nowhere"):
        analysed([judgement("ann", "nowhere", "x")])
    level = replace(NEW, stimuli=tuple(replace(s, activation=1.0) for s in NEW.stimuli))
    with pytest.raises(InputError, match="gap must be a positive number"):
        analysed([judgement("ann", NEW.pairs[0].id, NEW.pairs[0].first)], level)


def test_few_raters_and_intervals_that_are_not_there_are_warned_of() -> None:
    heard = [judgement(r, p.id, p.first) for r in ("ann", "bob") for p in NEW.pairs]
    assert any(w.startswith("Two raters cannot speak") for w in analysed(heard).warnings)
    assert any(w.startswith("One rater cannot speak") for w in analysed(heard[:12]).warnings)
    alone = analysed(heard[:1])
    assert any(w.startswith("No interval") and "Correct" in w for w in alone.warnings)
    three = [judgement(r, p.id, p.first) for r in ("ann", "bob", "cleo") for p in NEW.pairs]
    assert analysed(three).warnings == ()


# ---- the page ----------------------------------------------------------------------------------------------------


def test_the_report_is_written_without_pictures(tmp_path: Path) -> None:
    heard = [judgement(r, p.id, p.first if n < 8 or r == "ann" else p.second) for r in ("ann", "bob", "cleo")
             for n, p in enumerate(NEW.pairs)]  # fmt: skip
    page = write_report(analysed(heard), tmp_path / "out").read_text("utf-8")
    assert "Two-alternative task" in page
    assert "Psychometric threshold" in page
    assert "confidence 2" in page
    assert (tmp_path / "out" / "correct_given_gap_fitted.csv").read_text("utf-8").count("\n") == 34
