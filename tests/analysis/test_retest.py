import numpy as np
import pytest

from analysis.intervals import Resampling
from analysis.judgements import Judgements, Stimuli
from analysis.retest import RetestRow, looks, retest, retest_rows
from analysis.sample import join

# By hand: 0.7 observed; by chance 0.5 x 0.6 + 0.5 x 0.4 = 0.5; so kappa is 0.4.
TWO_BY_TWO = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15


def judged(rows, scale="nominal", categories=("yes", "no"), weight=None):
    """From rows of stimulus, rater, label, occasion and, if it is not blind, condition."""
    full = [(*row, "blind")[:5] for row in rows]
    stimulus, rater, label, occasion, condition = zip(*full, strict=True)
    judgements = Judgements.from_columns(
        stimulus, rater, label, categories=categories, scale=scale, occasion=occasion, condition=condition
    )
    stimuli = None
    if weight is not None:
        stimuli = Stimuli.from_columns(
            list(weight), [0.0] * len(weight), inclusion_probability=[1 / w for w in weight.values()]
        )
    return judgements, join(judgements, stimuli)


def figures(rows, **how):
    judgements, sample = judged(rows, **how)
    return retest(judgements, sample, Resampling(sample.weight, sample.stratum, len(sample.raters), 300, 1))


def pairs(labels, rater="r"):
    return [(f"s{i:03d}", rater, label, o + 1) for i, both in enumerate(labels) for o, label in enumerate(both)]


def get(found, name, rater=None):
    return next(f for f in found if (f.name, f.rater) == (name, rater))


def test_agreement_and_kappa_of_a_table():
    found = figures(pairs(TWO_BY_TWO))
    agreement, kappa = get(found, "retest_agreement"), get(found, "retest_kappa")
    assert (agreement.value, kappa.value) == pytest.approx((0.7, 0.4))
    assert agreement.low < 0.7 < agreement.high
    assert kappa.low < 0.4 < kappa.high
    assert (agreement.n_stimuli, agreement.n_raters, agreement.n_judgements) == (50, 1, 100)
    assert get(found, "retest_agreement", "r").value == pytest.approx(0.7)


def test_raters_with_ten_repeats_have_a_figure_of_their_own():
    found = figures(pairs([("yes", "yes")] * 10, "a") + pairs([("yes", "no")] * 9, "b"))
    assert [f.rater for f in found if f.name == "retest_agreement"] == [None, "a"]
    assert get(found, "retest_agreement").value == pytest.approx(10 / 19)
    alone = get(found, "retest_agreement", "a")
    assert alone.value == 1.0
    assert alone.low is not None
    assert alone.high == 1.0


def test_stimuli_count_with_their_design_weight():
    rows = pairs([("yes", "yes")] * 6 + [("yes", "no")] * 6)
    weight = {f"s{i:03d}": 3.0 if i < 6 else 1.0 for i in range(12)}
    assert get(figures(rows, weight=weight), "retest_agreement").value == pytest.approx(0.75)


def test_three_looks_are_three_pairs_that_count_as_one():
    judgements, sample = judged([("s", "r", label, o) for o, label in enumerate(["yes", "no", "yes"], start=1)])
    found = looks(judgements, sample)
    assert found.n_repeated == 1
    assert found.share == pytest.approx([1 / 3] * 3)
    assert sorted(map(tuple, found.label.tolist())) == [(0, 0), (0, 1), (1, 0)]
    assert found.half_squares(labels=2).mean(axis=0) == pytest.approx([1 / 3, 1 / 3])


def test_a_row_for_each_rater_who_judged_something_again():
    """By weight: of a, 3 of 4 repeats are as before, and half of them go up by one step or down by two."""
    labels = [("2", "2")] * 9 + [("1", "2")] * 2 + [("3", "1")] * 1
    rows = pairs(labels, "a") + pairs([("1", "3")] * 9, "b") + pairs([("1",)] * 3, "c")
    weight = {f"s{i:03d}": 1.0 if i < 9 else 2.0 for i in range(12)}
    judgements, sample = judged(rows, scale="ordinal", categories=("1", "2", "3"), weight=weight)
    assert retest_rows(judgements, sample) == [
        RetestRow("a", 12, pytest.approx(9 / 15), pytest.approx((2 * 2 - 2 * 2) / 15)),
        RetestRow("b", 9, None, None),  # withheld, as it is in the figures
    ]
    up = pairs([("1", "2")] * 4 + [("1", "1")] * 8, "a")
    assert retest_rows(*judged(up, scale="ordinal", categories=("1", "2"))) == [RetestRow("a", 12, 8 / 12, 4 / 12)]
    assert retest_rows(*judged(up, categories=("1", "2"))) == [RetestRow("a", 12, 8 / 12, None)]
    numbers = pairs([(1.0, 3.5)] * 12, "a")
    assert retest_rows(*judged(numbers, scale="interval", categories=())) == [RetestRow("a", 12, None, 2.5)]


def test_a_rater_has_one_retest_agreement_in_table_and_figures():
    rng = np.random.default_rng(0)
    labels = [tuple(row[: 2 + at % 2]) for at, row in enumerate(rng.choice(["yes", "no"], (30, 3)).tolist())]
    rows = pairs(labels[:20], "a") + pairs(labels[10:], "b")
    weight = {f"s{i:03d}": 1.0 + i for i in range(20)}
    found, table = figures(rows, weight=weight), retest_rows(*judged(rows, weight=weight))
    assert [row.rater for row in table] == ["a", "b"]
    for row in table:
        assert row.agreement == pytest.approx(get(found, "retest_agreement", row.rater).value)


def test_numbers_differ_by_half_the_square():
    judgements, sample = judged([("s", "r", 2.0, 1), ("s", "r", 5.0, 2)], scale="interval", categories=())
    assert looks(judgements, sample).half_squares() == pytest.approx(np.array([[4.5]]))


def test_only_blind_looks_count():
    rows = [
        ("told between", "r", "yes", 1), ("told between", "r", "no", 2, "revealed"), ("told between", "r", "no", 3),
        ("told after", "r", "yes", 1), ("told after", "r", "no", 2), ("told after", "r", "no", 3, "feedback"),
        ("told first", "r", "yes", 1, "feedback"), ("told first", "r", "no", 2),
        ("told first", "other", "yes", 1),
        ("once", "r", "yes", 1),
    ]  # fmt: skip
    judgements, sample = judged(rows)
    found = looks(judgements, sample)
    assert [sample.stimuli[sample.item[row]] for row in found.row] == ["told after", "told between"]
    assert found.label.tolist() == [[0, 1], [0, 1]]


def test_a_repeat_of_what_was_not_labeled_at_first_is_none():
    rows = [("a", "r", "yes", 1), ("b", "r", "", 1), ("b", "r", "yes", 2), ("b", "r", "yes", 3)]
    judgements, sample = judged(rows)
    assert looks(judgements, sample).reason() == "needs repeats: no rater judged a stimulus twice"


def test_numbers_have_no_share_of_equal_answers_unless_they_are_declared():
    rows = pairs([(1.0, 1.0)] * 6 + [(1.0, 2.0)] * 6)
    free = figures(rows, scale="interval", categories=())
    assert {f.undefined for f in free} == {"needs a declared list of categories"}
    declared = figures(rows, scale="interval", categories=("1", "2", "3"))
    assert get(declared, "retest_agreement").value == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (pairs([("yes",)] * 12), "needs repeats: no rater judged a stimulus twice"),
        (pairs([("yes", "no")] * 9), "only 9 judgements were repeated, 10 are needed"),
    ],
)
def test_a_reason_stands_where_there_is_no_number(rows, reason):
    assert [(f.name, f.undefined) for f in figures(rows)] == [("retest_agreement", reason), ("retest_kappa", reason)]


def test_one_label_is_full_agreement_and_no_kappa():
    found = figures(pairs([("yes", "yes")] * 12))
    assert get(found, "retest_agreement").value == 1.0
    assert get(found, "retest_kappa").undefined == "undefined: no variation"
