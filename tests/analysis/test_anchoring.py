import numpy as np
import pytest

from analysis.anchoring import Arms, Line, _chance, anchoring, arms, differences
from analysis.intervals import Resampling
from analysis.judgements import Judgements, Stimuli
from analysis.sample import join

N = 60


def tables(label, shown, *, scale="interval", categories=(), activation=None, weight=None, feedback=None):
    """From labels (n, R), whether each was revealed (n, R), and an activation per stimulus (n,)."""
    label, condition = np.asarray(label, dtype=object), np.where(shown, "revealed", "blind").astype(object)
    if feedback is not None:
        condition[feedback] = "feedback"
    item, rater = (axis.ravel() for axis in np.indices(label.shape))
    names = [f"s{i:03d}" for i in range(len(label))]
    judgements = Judgements.from_columns(
        [names[i] for i in item],
        [f"r{r}" for r in rater],
        label.ravel().tolist(),
        categories=categories,
        scale=scale,
        condition=condition.ravel().tolist(),
    )
    position = np.arange(len(label), dtype=np.float64) if activation is None else activation
    chance = None if weight is None else 1 / np.asarray(weight)
    return judgements, Stimuli.from_columns(names, position, inclusion_probability=chance)


def analysed(label, shown, *, blind_to_unit=False, seed=1, **how):
    judgements, stimuli = tables(label, shown, **how)
    known = None if blind_to_unit else stimuli
    sample = join(judgements, known)
    return anchoring(judgements, known, sample, Resampling(sample.weight, sample.stratum, len(sample.raters), 50, seed))


def get(found, name, label=None):
    return next(f for f in found.figures if (f.name, f.label) == (name, label))


def p_of(found, name, label=None):
    return next(t.p for t in found.tests if (t.name, t.label) == (name, label))


def standard(n=N):
    z = np.arange(n, dtype=np.float64)
    return (z - z.mean()) / z.std()


def test_an_exact_effect_is_found_exactly():
    shown = np.random.default_rng(0).random((N, 4)) < 0.5
    strictness = np.array([0.0, 1.0, 2.0, -1.0])
    label = np.arange(N)[:, None] % 7 + shown * (0.5 + 0.3 * standard()[:, None])
    found = analysed(label.astype(float).tolist(), shown)
    assert get(found, "anchoring_slope").value == pytest.approx(0.3, abs=1e-6)
    strict = analysed((label + strictness).tolist(), shown)
    assert get(strict, "anchoring_slope").value == pytest.approx(0.3, abs=0.05)
    both = arms(*(lambda j, s: (j, join(j, s)))(*tables(label.astype(float).tolist(), shown)))
    rows = np.isin(np.arange(N), both.stimulus)
    assert get(found, "anchoring_shift").value == pytest.approx(0.5 + 0.3 * standard()[rows].mean(), abs=1e-6)
    assert p_of(found, "anchoring_shift") == pytest.approx(1 / 2001)


def test_by_hand():
    """Without raters' differences: the weighted mean of revealed minus blind."""
    label = np.tile([[1.0, 1.0, 2.0, 4.0], [2.0, 2.0, 3.0, 3.0]], (6, 1))
    shown = np.tile([False, False, True, True], (12, 1))
    judgements, stimuli = tables(label.tolist(), shown, weight=np.tile([3.0, 1.0], 6))
    both = arms(judgements, join(judgements, stimuli))
    change = differences(both, both.value[:, None])
    assert change[:, 0].tolist() == [2.0, 1.0] * 6
    line = Line.of(np.arange(12.0), np.tile([3.0, 1.0], 6), change)
    assert line.values[0] == pytest.approx([7 / 4])
    slope = np.polyfit(np.arange(12.0), change[:, 0], 1, w=np.sqrt(np.tile([3.0, 1.0], 6)))[0]
    assert line.values[1] == pytest.approx([slope])


def test_strict_raters_who_see_more_revealed_do_not_pass_for_an_effect():
    """The effect is 0.2 in the mean and 0.1 per standard deviation; raters differ by 3 and in their rise, too."""
    rng = np.random.default_rng(4)
    estimates = []
    for _ in range(10):
        shown = rng.random((N, 5)) < np.array([0.2, 0.3, 0.5, 0.7, 0.8])
        label = np.array([-1.5, -0.7, 0.0, 0.8, 1.5]) + np.array([0.2, 0.4, 1.0, 1.3, 1.6]) * standard()[:, None]
        label = label + rng.normal(size=(N, 1)) + 0.3 * rng.normal(size=(N, 5))
        found = analysed((label + shown * (0.2 + 0.1 * standard()[:, None])).tolist(), shown)
        estimates.append([get(found, name).value for name in ("anchoring_shift", "anchoring_slope")])
        assert any("raters differ in how many of their judgements were revealed" in text for text in found.warnings)
    assert np.mean(estimates, axis=0) == pytest.approx([0.2, 0.1], abs=0.05)


def test_intervals_hold_what_they_claim_and_tests_are_wrong_one_time_in_twenty():
    hits, small = np.zeros(2), np.zeros(2)
    for seed in range(40):
        rng = np.random.default_rng(seed)
        shown = rng.random((N, 4)) < 0.5
        label = rng.normal(size=(N, 1)) + 0.5 * rng.normal(size=4) + rng.normal(size=(N, 4))
        found = analysed(label.tolist(), shown, seed=seed)
        pair = [get(found, name) for name in ("anchoring_shift", "anchoring_slope")]
        hits += [f.low <= 0 <= f.high for f in pair]
        small += [p_of(found, f.name) < 0.05 for f in pair]
    assert (hits >= 33).all()
    assert (small <= 6).all()


def test_labels_and_categories_or_above():
    rng = np.random.default_rng(2)
    shown = rng.random((N, 4)) < 0.5
    names = np.array(["low", "mid", "high"], dtype=object)
    label = names[np.clip(rng.integers(0, 2, (N, 4)) + shown, 0, 2)]
    found = analysed(label, shown, scale="ordinal", categories=tuple(names))
    assert [(f.name, f.label) for f in found.figures[:5]] == [
        *(("anchoring_shift", name) for name in names),
        ("anchoring_shift_at_least", "mid"),
        ("anchoring_shift_at_least", "high"),
    ]
    of_label = [get(found, "anchoring_shift", name).value for name in names]
    assert sum(of_label) == pytest.approx(0, abs=1e-9)
    assert get(found, "anchoring_shift_at_least", "mid").value == pytest.approx(of_label[1] + of_label[2], abs=1e-6)
    assert get(found, "anchoring_shift_at_least", "mid").value > 0.3
    nominal = analysed(label, shown, scale="nominal", categories=(*names, "none"))
    assert {f.name for f in nominal.figures} == {"anchoring_shift", "anchoring_slope"}
    assert get(nominal, "anchoring_shift", "none").undefined == "never used"
    assert get(nominal, "anchoring_shift", "low").value == pytest.approx(of_label[0], abs=1e-6)


def test_permutations_are_all_equally_likely_and_agree_with_the_normal_law(monkeypatch):
    rng = np.random.default_rng(0)
    item = np.repeat(np.arange(40), 5)
    revealed = (np.tile(np.arange(5), 40) < np.repeat(rng.integers(1, 5, 40), 5)).astype(np.int64)
    found = Arms(np.arange(40), item, item * 0, revealed, item, item.astype(float))
    scores = rng.normal(size=(200, 2)) + 0.15 * revealed[:, None]
    line = Line.of(rng.normal(size=40), np.ones(40), differences(found, scores))
    dealt = _chance(found, scores, line, 1)
    monkeypatch.setattr("analysis.anchoring._MOST", 0)
    assert dealt == pytest.approx(_chance(found, scores, line, 1), abs=0.04)


def test_four_judgements_of_which_two_are_revealed_have_six_deals():
    found = Arms(np.arange(1), np.zeros(4, int), np.arange(4), np.array([1, 1, 0, 0]), np.zeros(4, int), np.zeros(4))
    scores = np.array([[8.0], [4.0], [2.0], [1.0]])
    line = Line.of(np.zeros(1), np.ones(1), differences(found, scores))
    assert _chance(found, scores, line, 3)[0, 0] == pytest.approx(2 / 6, abs=0.04)


def test_feedback_is_in_neither_arm():
    rng = np.random.default_rng(1)
    shown, feedback = np.zeros((N, 4), bool), np.zeros((N, 4), bool)
    shown[:, 2:], feedback[:, 1] = True, True
    label = rng.normal(size=(N, 4))
    found = analysed(label.tolist(), shown, feedback=feedback)
    changed = label.copy()
    changed[:, 1] += 100
    assert get(analysed(changed.tolist(), shown, feedback=feedback), "anchoring_shift") == get(found, "anchoring_shift")
    assert get(found, "anchoring_shift").n_judgements == 3 * N


def test_each_rater_in_one_condition_is_no_experiment():
    shown = np.zeros((N, 4), bool)
    shown[:, 2:] = True
    label = np.random.default_rng(1).normal(size=(N, 4))
    found = analysed(label.tolist(), shown)
    assert [text.endswith("association, not effect.") for text in found.warnings] == [True]
    assert get(found, "anchoring_shift").value is not None


def test_a_second_look_is_no_experiment():
    rows = [(f"s{i:02d}", f"r{r}", float(i + r), c, 1 + (c == "revealed"))
            for i in range(12) for r in range(3) for c in ("blind", "revealed")]  # fmt: skip
    stimulus, rater, label, condition, occasion = zip(*rows, strict=True)
    judgements = Judgements.from_columns(
        stimulus, rater, label, scale="interval", condition=condition, occasion=occasion
    )
    sample = join(judgements, None)
    found = anchoring(judgements, None, sample, Resampling(sample.weight, sample.stratum, 3, 50, 1))
    assert "a second look cannot be told apart" in found.warnings[0]


def test_dealt_by_chance_there_is_nothing_to_warn_of():
    rng = np.random.default_rng(3)
    assert analysed(rng.normal(size=(N, 5)).tolist(), rng.random((N, 5)) < 0.4).warnings == []


def test_nothing_revealed_gives_no_figure():
    found = analysed([[1.0, 2.0]] * 12, np.zeros((12, 2), bool))
    assert (found.figures, found.tests, found.warnings) == ([], [], [])


def test_a_reason_stands_where_there_is_no_number():
    half = np.zeros((20, 2), bool)
    half[:10] = True
    table = [[1.0, 2.0]] * 20
    apart = analysed(table, half)
    assert {f.undefined for f in apart.figures} == {"no stimulus was judged both blind and revealed"}
    few = np.zeros((20, 2), bool)
    few[:9, 0] = True
    reasons = {f.undefined for f in analysed(table, few).figures}
    assert reasons == {"only 9 stimuli were judged both blind and revealed, 10 are needed"}
    shown = np.tile([True, False], (20, 1))
    assert {f.undefined for f in analysed([[1.0, 1.0]] * 20, shown).figures} == {"undefined: no variation"}
    label = np.random.default_rng(0).normal(size=(20, 2)).tolist()
    still = analysed(label, shown, activation=np.full(20, 3.0))
    assert get(still, "anchoring_slope").undefined == "constant activation"
    assert get(still, "anchoring_shift").value is not None
    alone = analysed(label, shown, blind_to_unit=True)
    assert get(alone, "anchoring_slope").undefined == "needs the activations"


def test_the_same_seed_gives_the_same():
    rng = np.random.default_rng(3)
    label, shown = rng.normal(size=(N, 4)).tolist(), rng.random((N, 4)) < 0.5
    assert analysed(label, shown) == analysed(label, shown)
