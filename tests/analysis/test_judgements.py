import numpy as np
import pytest

from analysis.judgements import InputError, Judgements, Stimuli
from analysis.sample import join, join_lonely

CATEGORIES = ("unrelated", "imperfect", "curve")


def judgements(rows, **more):
    stimulus, rater, label = zip(*rows, strict=True)
    settings = {"categories": CATEGORIES, "scale": "ordinal"} | more
    return Judgements.from_columns(stimulus, rater, label, **settings)


def test_labels_stand_in_a_table_of_stimuli_and_raters_whatever_the_order_of_rows():
    rows = [("b", "ann", "curve"), ("a", "bob", "unrelated"), ("a", "ann", "imperfect")]
    table = judgements(rows)
    assert (table.stimuli, table.raters) == (("a", "b"), ("ann", "bob"))
    assert table.labels.tolist() == [[1, 0], [2, -1]]
    assert judgements(rows[::-1]).labels.tolist() == table.labels.tolist()


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_answer_is_left_out_counted_and_warned_of(nothing):
    table = judgements([("a", "ann", "curve"), ("b", "ann", nothing), ("b", "bob", "curve")])
    assert table.labels.tolist() == [[2, -1], [-1, 2]]
    assert table.n_no_answer == 1
    assert table.warnings == ("1 of 3 judgements give no label (“can't tell”, say): left out of every figure.",)


def test_only_blind_first_judgements_enter():
    table = judgements(
        [("a", "ann", "curve"), ("a", "ann", "unrelated"), ("a", "ann", "imperfect"), ("a", "ann", "unrelated")],
        condition=["blind", "revealed", "", "feedback"],
        occasion=[1, 1, 2, 1],
    )
    assert table.labels.tolist() == [[2]]


@pytest.mark.parametrize(
    ("rows", "more", "words"),
    [
        ([("a", "ann", "curve"), ("a", "ann", "curve")], {}, "More than one judgement by rater ann on stimulus a"),
        ([("a", "ann", "swirl")], {}, "Unknown label: swirl. Known are: unrelated, imperfect, curve"),
        ([("a", "ann", None)], {}, "no blind first judgement"),
        ([("a", "ann", "curve")], {"condition": ["open"]}, "Unknown condition: open"),
        ([("a", "ann", "curve")], {"condition": ["revealed"]}, "no blind first judgement"),
        ([("a", "ann", "curve")], {"occasion": [1, 2]}, "equally long.*occasion 2"),
        ([("a", "ann", "curve")], {"scale": "ratio"}, "cannot be analysed yet"),
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


def test_judged_stimuli_must_be_in_the_table_of_stimuli():
    with pytest.raises(InputError, match="missing from the table of stimuli: b"):
        join(judgements([("a", "ann", "curve"), ("b", "ann", "curve")]), Stimuli.from_columns(["a"], [1.0]))


def test_what_the_sample_does_not_know_is_warned_of():
    sample = join(judgements([("a", "ann", "curve")]), Stimuli.from_columns(["a", "b"], [1.0, 2.0]))
    assert sample.target == "these stimuli"
    assert [warning.split(":")[0] for warning in sample.warnings] == [
        "1 of 2 stimuli have no blind judgement",
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
