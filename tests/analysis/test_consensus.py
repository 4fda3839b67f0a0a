import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.consensus import confusion_with_others, dawid_skene, majority, majority_of_others, off_the_others
from analysis.judgements import InputError, Judgements
from analysis.sample import join

LABELS = ("a", "b", "c", "d")

ANAESTHETISTS = """
1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212 1211111
1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111 1111111 1121121
1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222
""".split()  # noqa: SIM905
"""Dawid and Skene 1979, table 1: 45 patients; the first observer three times, then the other four, once each."""


def votes(rows):
    label = np.array([[int(letter) - 1 for letter in row] for row in rows])
    item = np.repeat(np.arange(len(rows)), 7)
    return item, np.tile([0, 0, 0, 1, 2, 3, 4], len(rows)), label.ravel()


def sample_of(labels, categories=LABELS, scale="nominal"):
    rows = [
        (f"s{i:03d}", f"r{r:02d}", categories[int(k)] if categories else float(k))
        for (i, r), k in np.ndenumerate(np.array(labels))
        if k >= 0
    ]
    stimulus, rater, label = zip(*rows, strict=True)
    return join(Judgements.from_columns(stimulus, rater, label, categories=categories, scale=scale), None)


def test_majority_knows_ties():
    assert majority(np.array([[2, 1, 0], [1, 1, 0], [0, 0, 0], [0, 1, 3]])).tolist() == [0, -1, -1, 2]
    assert majority(np.zeros((2, 0))).tolist() == [-1, -1]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.integers(-1, 3), min_size=5, max_size=5), min_size=1, max_size=6).filter(
        lambda rows: any(k >= 0 for row in rows for k in row)
    )
)
def test_the_majority_of_others_is_that_of_the_labels_without_ones_own(labels):
    sample = sample_of(labels)
    made = majority_of_others(sample)
    for place, (item, label) in enumerate(zip(sample.item, sample.label, strict=True)):
        counts = sample.counts[item].copy()
        counts[label] -= 1
        assert made[place] == majority(counts[None])[0]


def test_confusion_is_by_the_others_majority_and_by_weight():
    sample = sample_of([[0, 0, 1], [2, 2, 2], [0, 1, 2], [1, 3, 3]])
    table = confusion_with_others(sample)
    assert table.shape == (3, 4, 4)
    last = np.zeros((4, 4))
    last[0, 1] = last[2, 2] = 1  # of the third and fourth the others are at odds
    assert table[2].tolist() == last.tolist()
    assert table[0, 3, 1] == 1


def test_confusion_by_other_weights():
    sample = sample_of([[0, 0, 1], [2, 2, 2], [0, 0, 1]])
    assert confusion_with_others(sample, np.array([5.0, 1.0, 0.5]))[2, 0, 1] == 5.5


def test_how_far_a_score_is_off_the_mean_of_the_others():
    sample = sample_of([[1.0, 2.5, 5.0], [7.0, -1, -1]], categories=(), scale="interval")
    np.testing.assert_allclose(off_the_others(sample), [1 - 3.75, 2.5 - 3, 5 - 1.75, np.nan])
    alike = sample_of([[0.1] * 4] * 3, categories=(), scale="interval")
    assert off_the_others(alike).tolist() == [0.0] * 12  # to the last digit


def test_numbers_without_categories_have_no_majority():
    sample = sample_of([[1, 2], [3, 4]], categories=(), scale="interval")
    assert majority_of_others(sample).tolist() == [-1] * 4
    assert confusion_with_others(sample).shape == (2, 0, 0)


def test_dawid_and_skenes_anaesthetists():
    made = dawid_skene(*votes(ANAESTHETISTS), 4)
    assert made.converged
    assert made.marginal.round(2).tolist() == [0.40, 0.42, 0.11, 0.07]
    sure = made.probability.max(axis=1) > 0.9995
    assert np.flatnonzero(~sure).tolist() == [6, 29, 34, 37]
    # patient 7 is printed otherwise in the paper, by a slip of calculation that later implementations agree on
    assert made.probability[6, :2].round(3).tolist() == [0.981, 0.019]
    assert made.probability[29, :2].round(3).tolist() == [0.999, 0.001]
    assert made.probability[34, 1:3].round(3).tolist() == [0.948, 0.052]
    assert made.probability[37, 1:3].round(3).tolist() == [0.021, 0.979]
    classes = [1, 4, 2, 2, 2, 2, 1, 3, 2, 2, 4, 3, 1, 2, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 1,
               1, 2, 1, 1, 1, 1, 3, 1, 2, 2, 4, 2, 3, 3, 1, 1, 1, 2, 1, 2]  # fmt: skip
    assert (made.probability.argmax(axis=1) + 1).tolist() == classes
    assert made.confusion[0].round(2).tolist() == [
        [0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0], [0, 0, 0.56, 0.44]
    ]  # fmt: skip
    assert made.confusion[1].round(2).tolist() == [
        [0.83, 0.17, 0, 0], [0.05, 0.63, 0.31, 0], [0, 0, 1, 0], [0, 0, 0, 1]
    ]  # fmt: skip


def test_the_log_likelihood_is_that_of_the_labels():
    item, rater, label = votes(ANAESTHETISTS)
    made = dawid_skene(item, rater, label, 4, tolerance=1e-10)
    total = 0.0
    for i in range(45):
        rows = item == i
        total += np.log(made.marginal @ made.confusion[rater[rows], :, label[rows]].prod(axis=0))
    assert made.log_likelihood == pytest.approx(total)
    assert made.log_likelihood == pytest.approx(-192.8909, abs=1e-4)


def test_the_likelihood_never_falls_and_the_order_of_labels_does_not_matter():
    item, rater, label = votes(ANAESTHETISTS)
    climb = [dawid_skene(item, rater, label, 4, max_iterations=k).log_likelihood for k in range(1, 12)]
    assert (np.diff(climb) > -1e-9).all()
    assert not dawid_skene(item, rater, label, 4, max_iterations=2).converged
    order = np.random.default_rng(0).permutation(len(item))
    shuffled = dawid_skene(item[order], rater[order], label[order], 4)
    assert shuffled.probability == pytest.approx(dawid_skene(item, rater, label, 4).probability)


def test_reliable_raters_outvote_a_careless_crowd():
    rng = np.random.default_rng(4)
    truth = rng.integers(0, 3, 200)
    good = np.where(rng.random((200, 2)) < 0.95, truth[:, None], rng.integers(0, 3, (200, 2)))
    labels = np.concatenate([good, rng.integers(0, 3, (200, 4))], axis=1)
    made = dawid_skene(np.repeat(np.arange(200), 6), np.tile(np.arange(6), 200), labels.ravel(), 3)
    counts = np.stack([(labels == k).sum(axis=1) for k in range(3)], axis=1)
    assert (made.probability.argmax(axis=1) == truth).mean() > 0.9
    assert (majority(counts) == truth).mean() < 0.8


def test_a_label_that_nobody_uses_and_an_item_without_labels_do_no_harm():
    item, rater = np.repeat([0, 1, 3], 3), np.tile([0, 1, 2], 3)
    made = dawid_skene(item, rater, np.array([0, 0, 0, 1, 1, 1, 0, 1, 1]), 3)
    assert np.isfinite(made.log_likelihood)
    assert made.probability.sum(axis=1) == pytest.approx(1)
    assert made.marginal[2] == pytest.approx(0, abs=1e-12)
    with pytest.raises(InputError, match="at least 3 raters"):
        dawid_skene(np.array([0, 0]), np.array([0, 1]), np.array([0, 1]), 2)
