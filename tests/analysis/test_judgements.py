import re

import numpy as np
import pytest

from analysis.judgements import CONDITIONS, InputError, Judgements, Stimuli
from analysis.sample import join, join_lonely

CATEGORIES = ("unrelated", "imperfect", "curve")


def judgements(rows, **more):
    stimulus, rater, label = zip(*rows, strict=True)
    settings = {"categories": CATEGORIES, "scale": "ordinal"} | more
    return Judgements.from_columns(stimulus, rater, label, **settings)


def rows_of(table):
    return [
        (table.stimuli[i], table.raters[r], int(k), CONDITIONS[c], int(o))
        for i, r, k, c, o in zip(table.stimulus, table.rater, table.label, table.condition, table.occasion, strict=True)
    ]


def test_judgements_are_sorted_whatever_the_order_of_rows():
    rows = [("b", "ann", "curve"), ("a", "bob", "unrelated"), ("a", "ann", "imperfect")]
    table = judgements(rows)
    assert (table.stimuli, table.raters) == (("a", "b"), ("ann", "bob"))
    assert rows_of(table) == [
        ("a", "ann", 1, "blind", 1),
        ("a", "bob", 0, "blind", 1),
        ("b", "ann", 2, "blind", 1),
    ]
    assert rows_of(judgements(rows[::-1])) == rows_of(table)
    assert table.value.tolist() == table.label.tolist()


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_answer_is_left_out_counted_and_warned_of(nothing):
    table = judgements([("a", "ann", "curve"), ("b", "ann", nothing), ("b", "bob", "curve"), ("c", "cy", nothing)])
    assert rows_of(table) == [("a", "ann", 2, "blind", 1), ("b", "bob", 2, "blind", 1)]
    assert (table.stimuli, table.raters) == (("a", "b"), ("ann", "bob"))
    assert table.n_no_answer == 2
    assert table.warnings == ("2 of 4 judgements give no label (“can't tell”, say): left out of every figure.",)


def test_seconds_and_places_stay_with_their_judgements():
    rows = [("b", "ann", "curve"), ("a", "bob", "unrelated"), ("a", "cy", None), ("a", "ann", "imperfect")]
    table = judgements(rows, seconds=[1.5, None, 9.0, 0.0], place=[7, None, 2, 3])
    assert [(one[0], one[1]) for one in rows_of(table)] == [("a", "ann"), ("a", "bob"), ("b", "ann")]
    assert table.place.tolist() == [3, 0, 7]
    np.testing.assert_array_equal(table.seconds, [0.0, np.nan, 1.5])
    sample = join(table, None)
    assert sample.place.tolist() == [3, 0, 7]
    np.testing.assert_array_equal(sample.seconds, [0.0, np.nan, 1.5])
    for bare in (judgements(rows), judgements(rows, seconds=[np.nan] * 4, place=[0] * 4)):
        assert np.isnan(bare.seconds).all()
        assert bare.place.tolist() == [0, 0, 0]
        assert (join(bare, None).seconds, join(bare, None).place) == (None, None)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"seconds": [-1.0, 2.0]}, "The seconds must be a finite number, 0 or more; -1 is not."),
        ({"seconds": [1.0, np.inf]}, "; inf is not."),
        ({"place": [3, -2]}, "The place must be a whole number, counted from 1; -2 is not."),
        ({"place": [3, 1.5]}, "; 1.5 is not."),
        ({"place": [3]}, "equally long"),
        ({"seconds": [3.0]}, "equally long"),
    ],
)
def test_seconds_and_places_that_cannot_be_are_told(columns, told):
    with pytest.raises(InputError, match=re.escape(told)):
        judgements([("a", "ann", "curve"), ("b", "ann", "curve")], **columns)


def test_the_first_revealed_look_counts_on_whichever_occasion():
    table = judgements(
        [("a", "ann", "curve")] * 4 + [("a", "bob", "imperfect")],
        condition=["blind", "revealed", "revealed", "feedback", "revealed"],
        occasion=[1, 3, 2, 1, 1],
    )
    first = np.flatnonzero(table.first_revealed)
    assert [(rows_of(table)[row][1], rows_of(table)[row][4]) for row in first] == [("ann", 2), ("bob", 1)]


def test_every_condition_and_occasion_is_kept_and_blind_first_ones_make_the_sample():
    table = judgements(
        [
            ("a", "ann", "curve"),
            ("a", "ann", "unrelated"),
            ("a", "ann", "imperfect"),
            ("a", "ann", "unrelated"),
            ("b", "bob", "curve"),
        ],
        condition=["blind", "revealed", "", "feedback", "revealed"],
        occasion=[1, 1, 2, 1, 1],
    )
    assert rows_of(table) == [
        ("a", "ann", 2, "blind", 1),
        ("a", "ann", 0, "revealed", 1),
        ("a", "ann", 0, "feedback", 1),
        ("a", "ann", 1, "blind", 2),
        ("b", "bob", 2, "revealed", 1),
    ]
    sample = join(table, None)
    assert (sample.stimuli, sample.raters, sample.label.tolist()) == (("a",), ("ann",), [2])


def test_what_a_sample_says_of_each_stimulus():
    rows = [("a", "ann", "curve"), ("a", "bob", "imperfect"), ("b", "bob", "unrelated")]
    sample = join(judgements(rows), None)
    assert sample.counts.tolist() == [[0, 1, 1], [1, 0, 0]]
    assert sample.shares.tolist() == [[0, 0.5, 0.5], [1, 0, 0]]
    assert sample.at_least.tolist() == [[1, 1, 0.5], [1, 0, 0]]
    assert sample.mean_score.tolist() == [1.5, 0]
    assert sample.table(sample.value).toarray().tolist() == [[2, 1], [0, 0]]
    basis = sample.basis(np.array([True, False]))
    assert (basis.n_stimuli, basis.n_raters, basis.n_judgements) == (1, 2, 2)


def test_on_a_number_scale_labels_are_numbers():
    table = judgements([("a", "ann", "2.5"), ("a", "bob", 3)], scale="interval", categories=())
    assert table.value.tolist() == [2.5, 3]
    assert table.label.tolist() == [-1, -1]
    assert join(table, None).counts.shape == (1, 0)


def test_the_numbers_that_are_possible_may_be_declared():
    table = judgements([("a", "ann", "10"), ("a", "bob", "2.0")], scale="interval", categories=("10", "2"))
    assert table.categories == ("2", "10")
    assert table.label.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("rows", "more", "words"),
    [
        ([("a", "ann", "curve"), ("a", "ann", "curve")], {}, "More than one judgement by rater ann on stimulus a"),
        ([("a", "ann", "swirl")], {}, "Unknown label: swirl. Known are: unrelated, imperfect, curve"),
        ([("a", "ann", None)], {}, "no blind first judgement"),
        ([("a", "ann", "curve")], {"condition": ["open"]}, "Unknown condition: open"),
        ([("a", "ann", "curve")], {"condition": ["revealed"]}, "no blind first judgement"),
        ([("a", "ann", "curve")], {"occasion": [1, 2]}, "equally long.*occasion 2"),
        ([("a", "ann", "curve")], {"occasion": [0]}, "counted from 1"),
        ([("a", "ann", "curve")], {"scale": "ratio", "categories": ()}, "a label is a number; 'curve' is none"),
        ([("a", "ann", "nan")], {"scale": "interval", "categories": ()}, "a label is a number; 'nan' is none"),
        ([("a", "ann", "1e200")], {"scale": "interval", "categories": ()}, "a label is a number"),
        ([("a", "ann", "-1")], {"scale": "ratio", "categories": ()}, "starts at 0.*Use --scale interval"),
        ([("a", "ann", "3")], {"scale": "interval", "categories": ("1", "2")}, "Unknown label: 3. Known are: 1, 2"),
        ([("a", "ann", "1")], {"scale": "interval", "categories": ("1", "1.0")}, "stands twice"),
        ([("a", "ann", "curve")], {"scale": "weekly"}, "Unknown scale"),
        ([("a", "ann", "curve")], {"categories": ["curve"]}, "at least two categories"),
        ([("a", "ann", "curve")], {"categories": ["curve", "curve"]}, "at least two categories"),
    ],
)
def test_a_wrong_table_is_refused_in_words(rows, more, words):
    with pytest.raises(InputError, match=words):
        judgements(rows, **more)


def test_strata_are_numbered_by_their_mean_activation():
    table = Stimuli.from_columns(["b", "a", "c"], [3.0, -1.0, 9.0], stratum=["low", "bottom", "top"])
    assert table.stimuli == ("a", "b", "c")
    assert table.stratum.tolist() == [0, 1, 2]
    assert table.inclusion_probability is None


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ((["a", "a"], [1.0, 2.0]), "stand twice.*: a"),
        ((["a"], [np.nan]), "activation must be a finite number below 1e100; it is not for a"),
        ((["a"], [3e301]), "below 1e100"),
        ((["a"], [1.0, 2.0]), "equally long"),
        (([], []), "empty"),
    ],
)
def test_wrong_stimuli_are_refused_in_words(columns, words):
    with pytest.raises(InputError, match=words):
        Stimuli.from_columns(*columns)


@pytest.mark.parametrize("chance", [0.0, 1.5, np.nan, -0.1])
def test_impossible_inclusion_probabilities_are_refused(chance):
    with pytest.raises(InputError, match="inclusion_probability must be above 0 and at most 1"):
        Stimuli.from_columns(["a"], [1.0], inclusion_probability=[chance])


def test_other_units_come_along_with_their_stimuli():
    table = Stimuli.from_columns(["b", "a"], [1.0, 2.0], others={"second": [3.0, 4.0]})
    assert table.others["second"].tolist() == [4.0, 3.0]
    sample = join(judgements([("b", "ann", "curve")]), table)
    assert sample.others["second"].tolist() == [3.0]
    with pytest.raises(InputError, match="The second must be a finite number"):
        Stimuli.from_columns(["b"], [1.0], others={"second": [np.inf]})


def test_judged_stimuli_must_be_in_the_table_of_stimuli():
    with pytest.raises(InputError, match="missing from the table of stimuli: b"):
        join(judgements([("a", "ann", "curve"), ("b", "ann", "curve")]), Stimuli.from_columns(["a"], [1.0]))


def test_what_the_sample_does_not_know_is_warned_of():
    sample = join(judgements([("a", "ann", "curve")]), Stimuli.from_columns(["a", "b"], [1.0, 2.0]))
    assert sample.target == "these stimuli"
    assert [warning.split(":")[0] for warning in sample.warnings] == [
        "1 of 2 stimuli have no blind first judgement",
        "No inclusion probabilities",
    ]


@pytest.mark.parametrize(
    ("stratum", "joined", "warned"),
    [
        ([0, 0, 1, 1], [0, 0, 1, 1], False),
        ([0, 0, 5, 5, 9], [0, 0, 1, 1, 1], True),
        ([0, 1, 1, 2, 2], [0, 0, 0, 1, 1], True),
        ([0, 1, 2, 3], [0, 0, 1, 1], True),
        ([0, 1, 2], [0, 0, 0], True),
        ([4], [0], False),
    ],
)
def test_a_stratum_with_one_stimulus_is_joined_to_its_neighbour(stratum, joined, warned):
    strata, warnings = join_lonely(np.array(stratum))
    assert strata.tolist() == joined
    assert bool(warnings) == warned
