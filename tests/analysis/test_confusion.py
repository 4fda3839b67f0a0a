from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from juries import LABELS, sample_of

from analysis.confusion import ConfusionCell, confusion_cells
from analysis.consensus import majority
from analysis.judgements import Judgements
from analysis.jury_tables import rater_rows
from analysis.sample import join


def test_what_one_rater_says_by_hand():
    """The others of rater 2 agree on five stimuli: 0 three times, and 2 twice; on the last they are at odds."""
    answers = [[0, 0, 0], [0, 0, 1], [2, 2, 2], [2, 2, 0], [0, 0, 0], [1, 2, 2]]
    sample = sample_of(answers, range(6), chance=[0.1, 1, 1, 0.5, 1, 1], scale="nominal")
    made = [cell for cell in confusion_cells(sample) if cell.rater == "r2"]
    assert made == [
        ConfusionCell("r2", "unrelated", "unrelated", 2, pytest.approx(11 / 12)),
        ConfusionCell("r2", "unrelated", "imperfect", 1, pytest.approx(1 / 12)),
        ConfusionCell("r2", "unrelated", "curve", 0, 0),
        ConfusionCell("r2", "curve", "unrelated", 1, pytest.approx(2 / 3)),
        ConfusionCell("r2", "curve", "imperfect", 0, 0),
        ConfusionCell("r2", "curve", "curve", 1, pytest.approx(1 / 3)),
    ]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 2), min_size=1, max_size=5), st.sampled_from([1, 0.5, 0.05])),
        min_size=1,
        max_size=12,
    )
)
def test_rows_sum_to_1_and_are_what_one_by_one_counting_gives(rows):
    answers, chance = (list(column) for column in zip(*rows, strict=True))
    sample = sample_of(answers, [0.0] * len(rows), chance=chance)
    weight, count = defaultdict(float), defaultdict(int)
    for row, pi in rows:
        for r, own in enumerate(row):
            rest = row[:r] + row[r + 1 :]
            others = majority(np.bincount(rest, minlength=3)[None])[0]
            if rest and others >= 0:
                weight[r, others, own] += 1 / pi
                count[r, others, own] += 1
    cells = list(confusion_cells(sample))
    of_row = defaultdict(list)
    for cell in cells:
        key = int(cell.rater[1:]), LABELS.index(cell.others_say), LABELS.index(cell.rater_says)
        of_row[key[:2]].append(cell)
        whole = sum(weight[(*key[:2], k)] for k in range(3))
        assert cell.share == pytest.approx(weight[key] / whole)
        assert cell.n_stimuli == count[key]
    assert {key[:2] for key, total in weight.items() if total} == set(of_row)
    for one in of_row.values():
        assert sum(cell.share for cell in one) == pytest.approx(1)
        assert [cell.rater_says for cell in one] == list(LABELS)
    compared = {row.rater: row.n_compared for row in rater_rows(sample)}
    for rater, n in compared.items():
        assert sum(cell.n_stimuli for cell in cells if cell.rater == rater) == n


def test_neither_numbers_nor_very_many_labels_have_tables():
    assert list(confusion_cells(sample_of([[1.0, 2.0]] * 3, [0.0] * 3, scale="interval"))) == []
    for n, some in ((20, True), (21, False)):
        names = tuple(f"label {k}" for k in range(n))
        said = Judgements.from_columns(["a", "a"], ["r", "q"], [names[0], names[0]], categories=names, scale="nominal")
        assert bool(list(confusion_cells(join(said, None)))) == some
