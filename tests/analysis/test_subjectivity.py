import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.intervals import Resampling
from analysis.judgements import Judgements, Stimuli
from analysis.sample import join
from analysis.subjectivity import subjectivity

VARIANCES = ("variance_stimulus", "variance_rater", "variance_stimulus_rater", "variance_occasion")
BOUNDS = ("subjectivity_lowest", "subjectivity_highest")
NEED_REPEATS = ("variance_stimulus_rater", "variance_occasion", "subjectivity", "noise_share")
ALL = (*VARIANCES, "subjectivity", *BOUNDS, "noise_share")


def analysed(first, again=None, *, scale="interval", categories=(), weight=None, n_replicates=200):
    """From labels (n, R), None for a gap, and those of repeats, None for none."""
    looks = [first] if again is None else [first, again]
    rows = [
        (f"s{i:03d}", f"r{r}", label, occasion)
        for occasion, table in enumerate(looks, start=1)
        for (i, r), label in np.ndenumerate(np.asarray(table, dtype=object))
        if label is not None
    ]
    stimulus, rater, label, occasion = zip(*rows, strict=True)
    judgements = Judgements.from_columns(stimulus, rater, label, categories=categories, scale=scale, occasion=occasion)
    stimuli = None
    if weight is not None:
        names = [f"s{i:03d}" for i in range(len(weight))]
        stimuli = Stimuli.from_columns(names, [0.0] * len(names), inclusion_probability=1 / weight)
    sample = join(judgements, stimuli)
    resampling = Resampling(sample.weight, sample.stratum, len(sample.raters), n_replicates, 1)
    return subjectivity(judgements, sample, resampling)


def values(found, label=None):
    return {f.name: f.value for f in found.figures if f.label == label}


def people(n, r, seed, stimulus=1.0, rater=0.3, taste=0.6, noise=0.5):
    """Numbers (n, R) at two looks, of which taste is the same."""
    rng = np.random.default_rng(seed)
    lasting = stimulus * rng.normal(size=(n, 1)) + rater * rng.normal(size=r) + taste * rng.normal(size=(n, r))
    return tuple((lasting + noise * rng.normal(size=(n, r))).tolist() for _ in range(2))


def test_the_components_of_a_known_world():
    found = values(analysed(*people(2000, 12, 0), n_replicates=10))
    # 12 raters: their own variance is known badly, so the truth is that of these 12
    rater = found["variance_rater"]
    assert [found[name] for name in ("variance_stimulus", "variance_stimulus_rater", "variance_occasion")] == (
        pytest.approx([1.0, 0.36, 0.25], abs=0.05)
    )
    assert found["subjectivity"] == pytest.approx((rater + 0.36) / (1 + rater + 0.36), abs=0.03)
    assert found["noise_share"] == pytest.approx(0.25 / (1 + rater + 0.36 + 0.25), abs=0.02)
    assert found["subjectivity_lowest"] == pytest.approx(rater / (1 + rater), abs=0.02)
    assert found["subjectivity_highest"] == pytest.approx((rater + 0.61) / (1 + rater + 0.61), abs=0.03)


@given(st.integers(0, 300), st.integers(2, 5))
@settings(max_examples=25, deadline=None)
def test_the_bounds_bound(seed, r):
    found = values(analysed(*people(15, r, seed), n_replicates=2))
    assert 0 <= found["subjectivity_lowest"] <= found["subjectivity"] <= found["subjectivity_highest"] <= 1


def test_each_has_both_intervals_and_its_value_inside():
    found = analysed(*people(60, 4, 3))
    assert [(f.name, f.speaks_for) for f in found.figures] == [
        (name, who) for name in ALL for who in ("these raters", "raters like these")
    ]
    assert all(f.low <= f.value <= f.high for f in found.figures)
    assert found.warnings == []


def test_two_raters_speak_for_themselves_only():
    assert {f.speaks_for for f in analysed(*people(30, 2, 3)).figures} == {"these raters"}


def test_without_repeats_there_are_bounds():
    found = analysed(people(40, 3, 1)[0])
    reasons = {f.name: f.undefined for f in found.figures}
    assert {name for name, why in reasons.items() if why} == set(NEED_REPEATS)
    assert set(reasons.values()) == {None, "needs repeats: no rater judged a stimulus twice"}
    assert all(f.low <= f.value <= f.high for f in found.figures if f.value is not None)


def test_a_few_repeats_are_too_few():
    first, again = (np.array(look, dtype=object) for look in people(40, 3, 1))
    again[3:] = None
    reasons = {f.undefined for f in analysed(first, again).figures if f.name == "subjectivity"}
    assert reasons == {"only 9 judgements were repeated, 10 are needed"}


def test_each_label_of_a_nominal_scale_has_its_own():
    rng = np.random.default_rng(0)
    # all see the same in "a"; "b" and "c" are a matter of taste that lasts
    shared = rng.random((80, 1)) < 0.4
    taste = np.where(rng.random((80, 5)) < 0.5, "b", "c")
    labels = np.where(shared, "a", taste).astype(object)
    found = analysed(labels, labels, scale="nominal", categories=("a", "b", "c", "d"))
    assert {f.label for f in found.figures} == {"a", "b", "c", "d"}
    assert values(found, "a")["subjectivity"] == 0.0
    assert values(found, "b")["subjectivity"] > 0.3
    assert values(found, "b")["variance_occasion"] == 0.0
    assert {f.undefined for f in found.figures if f.label == "d"} == {"never used"}


def test_a_label_that_is_always_used_has_no_variance():
    found = analysed([["a", "a", "a"]] * 12, scale="nominal", categories=("a", "b"))
    assert {(f.label, f.undefined) for f in found.figures} == {("a", "always used"), ("b", "never used")}


def test_an_ordinal_scale_is_scored_by_place():
    rng = np.random.default_rng(2)
    places = np.clip(rng.integers(0, 3, (30, 1)) + rng.integers(-1, 2, (30, 3)), 0, 2)
    names = np.array(["low", "mid", "high"], dtype=object)
    ordinal = values(analysed(names[places], scale="ordinal", categories=tuple(names)))
    assert ordinal == pytest.approx(values(analysed(places.astype(float).tolist())), nan_ok=True)


def test_what_comes_out_negative_is_nothing_and_is_told():
    rng = np.random.default_rng(0)
    first = rng.normal(size=(30, 1))
    found = analysed(np.concatenate([first, -first], axis=1).tolist())
    shown = {f.name: f.value for f in found.figures if f.value is not None}
    assert shown["variance_stimulus"] == 0.0
    assert shown["subjectivity_highest"] == 1.0
    assert any(text.startswith("The variance between images came out negative, −0.") for text in found.warnings)


def test_slips_that_make_up_the_noise_are_told():
    """Intervals of the noise held in 76 % of worlds with slips, and in 97 % of those without."""
    rng = np.random.default_rng(5)
    strength = rng.normal(50, 15, (40, 1))
    first, again = (strength + rng.normal(0, 4, (40, 3)) for _ in range(2))
    assert not [one for one in analysed(first, again).warnings if "slips" in one]
    again[[3, 17], [0, 2]] = (0.0, 100.0)
    (told,) = (one for one in analysed(first, again).warnings if "slips" in one)
    assert told.startswith("Half of the noise comes from 2 of 120 repeats")
    assert not [one for one in analysed(first, first).warnings if "slips" in one]


def test_stimuli_count_with_their_design_weight():
    """Images on which all agree stand for most of the population: little is subjective."""
    rng = np.random.default_rng(1)
    table = np.concatenate([rng.normal(size=(50, 1)) + 0.01 * rng.normal(size=(50, 4)), rng.normal(size=(50, 4))])
    plain = values(analysed(table.tolist()))["subjectivity_highest"]
    weighted = values(analysed(table.tolist(), weight=np.repeat([50.0, 1.0], 50)))["subjectivity_highest"]
    assert plain > 0.3
    assert weighted < 0.1


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[1.0]] * 12, "needs at least 2 raters"),
        ([[1.0, None], [None, 2.0]] * 6, "no stimulus has two raters"),
        ([[1.0, 2.0]] * 9, "only 9 stimuli have two raters, 10 are needed"),
        ([[3.0, 3.0, 3.0]] * 12, "undefined: no variation"),
    ],
)
def test_a_reason_stands_where_there_is_no_number(table, reason):
    assert [(f.name, f.undefined) for f in analysed(table).figures] == [(name, reason) for name in ALL]


def test_full_agreement_is_not_subjective():
    table = [[float(i)] * 3 for i in range(12)]
    found = values(analysed(table, table))
    assert (found["subjectivity"], found["noise_share"], found["variance_rater"]) == (0.0, 0.0, 0.0)


def test_the_order_of_rows_and_the_day_change_nothing():
    first, again = people(20, 3, 8)
    assert analysed(first, again).figures == analysed(first, again).figures


@pytest.mark.parametrize(("seed", "often"), [(seed, often) for seed in range(6) for often in (0.03, 0.5)])
def test_no_variance_of_a_label_is_said_to_be_above_a_quarter(seed, often):
    rng = np.random.default_rng(seed)
    names = np.array(["a", "b"], dtype=object)
    first, again = (names[(rng.random((40, 4)) < often).astype(int)] for _ in range(2))
    found = analysed(first, again, scale="nominal", categories=("a", "b"))
    variances = [f for f in found.figures if f.name in VARIANCES and f.low is not None]
    assert variances
    assert all(0 <= f.low <= f.value <= f.high <= max(0.25, f.value) for f in variances)


def test_no_variance_is_above_what_the_scale_has_room_for():
    places = np.random.default_rng(0).integers(0, 3, (20, 3))
    found = analysed(
        np.array(["low", "mid", "high"], dtype=object)[places], scale="ordinal", categories=("low", "mid", "high")
    )
    assert all(f.high <= max(1.0, f.value) for f in found.figures if f.name in VARIANCES and f.high is not None)


def test_a_variance_near_nothing_is_not_said_to_be_huge():
    """Raters who agree on nothing: v_stimulus is 0 or just above, and known to be small."""
    for seed in range(6):
        table = np.random.default_rng(seed).normal(size=(100, 4))
        found = [f for f in analysed(table.tolist()).figures if f.name == "variance_stimulus" and f.high is not None]
        assert all(f.high < 1.0 for f in found)


def test_taste_that_comes_out_far_below_nothing_has_no_interval_and_settles_nothing():
    """Repeats that differ far more than two people do: the model does not hold."""
    rng = np.random.default_rng(0)
    level = rng.normal(size=(40, 1))
    first = level + 0.1 * rng.normal(size=(40, 4))
    again = -level + 0.1 * rng.normal(size=(40, 4))
    found = analysed(first.tolist(), again.tolist())
    shown = {f.name: f for f in found.figures if f.name in ("variance_stimulus_rater", "subjectivity")}
    assert shown["variance_stimulus_rater"].value == 0.0
    assert all(f.low is None and f.high is None for f in found.figures if f.name in shown)
    assert any(text.startswith("The variance of image by rater came out negative, −") for text in found.warnings)


def test_raters_of_one_stimulus_each_tell_of_stimuli_only():
    rng = np.random.default_rng(3)
    table = rng.normal(size=(30, 3)) + 2 * rng.normal(size=(30, 1))
    labels = np.full((30, 90), None, dtype=object)
    labels[np.repeat(np.arange(30), 3), np.arange(90)] = table.ravel()
    found = {f.name: f for f in analysed(labels).figures}
    within = table.var(axis=1, ddof=1).mean()
    stimulus = table.mean(axis=1).var(ddof=1) - within / 3
    assert found["variance_stimulus"].value == pytest.approx(stimulus)
    assert found["subjectivity_highest"].value == pytest.approx(within / (stimulus + within))
    reasons = {found[name].undefined for name in ("variance_rater", "variance_stimulus_rater", "subjectivity_lowest")}
    assert reasons == {"no rater has two stimuli"}
    assert {f.speaks_for for f in found.values() if f.value is not None} == {"raters like these"}
