import numpy as np
import pytest

from analysis.judgements import Judgements, Stimuli
from analysis.jury_tables import Confusion, disputed, rater_rows, rater_table, stimulus_rows, stimulus_table
from analysis.sample import join

LABELS = ("cat", "dog", "fox")


def sample_of(labels, scale="nominal", *, categories=LABELS, **stimuli):
    names = [f"s{i:03d}" for i in range(len(labels))]
    rows = [
        (names[i], f"r{r}", categories[int(k)] if categories else float(k))
        for (i, r), k in np.ndenumerate(np.array(labels, dtype=float))
        if k >= 0
    ]
    stimulus, rater, label = zip(*rows, strict=True)
    table = Stimuli.from_columns(names, np.arange(float(len(labels))), **stimuli) if stimuli is not None else None
    return join(Judgements.from_columns(stimulus, rater, label, categories=categories, scale=scale), table)


FOUR = [[0, 0, 0, 0], [0, 0, 0, 1], [1, 1, 1, 1], [1, 1, 1, 2], [2, 2, 2, 2], [0, 0, 0, 1], [0, 1, 2, -1]]


def test_what_each_rater_is_like_by_hand():
    last = rater_rows(sample_of(FOUR))[3]
    assert (last.rater, last.n_judgements, last.n_compared) == ("r3", 6, 6)
    assert last.shares == pytest.approx((1 / 6, 3 / 6, 2 / 6))
    assert last.agreement == pytest.approx(3 / 6)
    # others: 3 cats, 2 dogs, 1 fox; this rater: 1, 3, 2
    chance = (3 * 1 + 2 * 3 + 1 * 2) / 36
    assert last.kappa == pytest.approx((0.5 - chance) / (1 - chance))
    assert last.confusion == Confusion("cat", "dog", pytest.approx(2 / 3))
    assert last.deviation is None  # nominal labels have no height


def test_raters_count_by_the_weight_of_the_stimuli():
    chance = [0.1, 1, 1, 1, 1, 1, 1]
    first, *_, last = rater_rows(sample_of(FOUR, inclusion_probability=chance))
    assert last.shares == pytest.approx((10 / 15, 3 / 15, 2 / 15))
    assert last.agreement == pytest.approx(12 / 15)
    assert first.confusion is None


def test_deviation_is_from_the_mean_of_the_others():
    labels = np.array([[1.0, 2, 3], [4, 4, 1], [0, 5, 5], [2, -1, -1]])
    first = rater_rows(sample_of(labels, "interval", categories=()))[0]
    gaps = np.array([1 - 2.5, 4 - 2.5, 0 - 5])
    assert first.deviation == pytest.approx(gaps.mean())
    assert first.deviation_error == pytest.approx(gaps.std(ddof=1) / np.sqrt(3))
    assert (first.shares, first.n_compared, first.agreement, first.confusion) == ((), 0, None, None)


def test_a_rater_alone_has_nobody_to_be_compared_with():
    (row,) = rater_rows(sample_of([[0], [1]], "ordinal"))
    assert (row.n_compared, row.agreement, row.kappa, row.deviation, row.deviation_error) == (0, *[None] * 4)


def test_what_was_said_of_each_stimulus_by_hand():
    rows = stimulus_rows(sample_of(FOUR, "ordinal"))
    second, last = rows[1], rows[6]
    assert (second.stimulus, second.n_raters, second.modal_label, second.modal_share) == ("s001", 4, "cat", 0.75)
    assert second.shares == (0.75, 0.25, 0)
    assert second.entropy == pytest.approx(0.811278, abs=1e-6)  # of 3/4 and 1/4: Shannon 1948
    assert (second.mean, second.sd) == (pytest.approx(0.25), pytest.approx(0.5))
    assert second.activation == 1
    assert second.likeliest_label == "cat"
    assert second.likeliest_probability > 0.9
    assert (last.modal_label, last.entropy) == (None, pytest.approx(np.log2(3)))
    assert rows[0].entropy == 0


def test_two_labels_are_no_dispute_and_two_raters_no_model():
    (row,) = stimulus_rows(sample_of([[0, 1]]))
    assert (row.entropy, row.disputed, row.likeliest_label, row.likeliest_probability) == (None, None, None, None)
    assert (row.modal_label, row.modal_share, row.mean, row.sd) == (None, 0.5, None, None)


def test_people_alone_have_no_activation():
    assert (
        stimulus_rows(join(Judgements.from_columns(["s"], ["r"], ["a"], categories="ab", scale="nominal"), None))[
            0
        ].activation
        is None
    )


def test_how_a_stimulus_was_drawn_is_in_its_row():
    table = Stimuli.from_columns(
        ["d", "c", "b", "a"],
        [4.0, 3.0, 1.0, 2.0],
        stratum=["top", "top", "low", "low"],
        inclusion_probability=[1.0, 0.5, 0.25, 0.125],
    )
    judgements = Judgements.from_columns(["a", "b", "d"], ["r"] * 3, ["cat"] * 3, categories=LABELS, scale="nominal")
    rows = stimulus_rows(join(judgements, table), table)
    assert [(row.stratum, row.inclusion_probability) for row in rows] == [("low", 0.125), ("low", 0.25), ("top", 1.0)]
    last = stimulus_table(rows, LABELS)
    assert last.columns[-2:] == ("stratum", "inclusion_probability")
    assert last.rows[-1][-2:] == ("top", 1.0)
    bare = stimulus_rows(join(judgements, None))
    assert {(row.stratum, row.inclusion_probability) for row in bare} == {(None, None)}
    unknown = Stimuli.from_columns(table.stimuli, table.activation)
    assert {(r.stratum, r.inclusion_probability) for r in stimulus_rows(join(judgements, unknown), unknown)} == {
        (None, None)
    }


def test_the_most_disputed_come_first():
    rows = stimulus_rows(sample_of(FOUR))
    assert [row.stimulus for row in disputed(rows, 3)] == ["s006", "s001", "s003"]
    assert len(disputed(rows, 99)) == 4  # of the others nobody disagrees
    labels = np.array([[1.0, 1, 1], [1, 2, 9], [1, 2, 3], [0, 50, -1]])
    numbers = stimulus_rows(sample_of(labels, "ratio", categories=()))
    assert [row.stimulus for row in disputed(numbers, 9)] == ["s001", "s002"]


def test_tables_have_a_column_for_each_share():
    sample = sample_of(FOUR)
    raters = list(rater_table(rater_rows(sample), LABELS).records())
    assert raters[3]["share dog"] == 0.5
    assert (raters[3]["others_say"], raters[3]["rater_says"]) == ("cat", "dog")
    assert raters[0]["others_say"] is None
    stimuli = list(stimulus_table(stimulus_rows(sample), LABELS).records())
    assert stimuli[4]["modal_label"] == "fox"
