import numpy as np
import pytest
from scipy import stats

from analysis.ceiling import MOST_RATERS, _arcsine_interval, _snapped, ceiling, shown_raters
from analysis.holding_out import label_boards
from analysis.intervals import Resampling
from analysis.judgements import Judgements, Stimuli
from analysis.sample import join
from analysis.thresholds import cross_fitted
from analysis.weighted import binary_kappa

LABELS = ("a", "b", "c")


def sample_of(labels, activation=None, scale="ordinal"):
    names = [f"s{i:04d}" for i in range(len(labels))]
    rows = [(names[i], f"r{r}", LABELS[k]) for (i, r), k in np.ndenumerate(np.array(labels)) if k >= 0]
    stimulus, rater, label = zip(*rows, strict=True)
    table = None if activation is None else Stimuli.from_columns(names, activation)
    return join(Judgements.from_columns(stimulus, rater, label, categories=LABELS, scale=scale), table)


def figures(sample, seed=0, n_replicates=200):
    draws = Resampling(sample.weight, sample.stratum, len(sample.raters), n_replicates, seed)
    return {(f.name, f.label, f.rater): f for f in ceiling(sample, draws, seed)}


def people(n, n_raters, seed=0, spread=0.5):
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(n, 1))
    seen = truth + spread * rng.normal(size=(n, n_raters))
    return np.digitize(seen, [-0.4, 0.6]), truth[:, 0]


def test_ordinal_ceilings_are_the_rank_correlations_they_are_said_to_be():
    labels, truth = people(80, 4)
    made = figures(sample_of(labels, truth))
    lower, upper, unit = [], [], []
    for r in range(4):
        others = np.delete(labels, r, axis=1).mean(axis=1)
        lower.append(stats.spearmanr(labels[:, r], others).statistic)
        upper.append(stats.spearmanr(labels[:, r], labels.mean(axis=1)).statistic)
        unit.append(stats.spearmanr(truth, others).statistic)
        assert made["ceiling_lower", None, f"r{r}"].value == pytest.approx(lower[-1])
    assert made["ceiling_lower", None, None].value == pytest.approx(np.mean(lower))
    assert made["ceiling_upper", None, None].value == pytest.approx(np.mean(upper))
    assert made["unit_against_others", None, None].value == pytest.approx(np.mean(unit))
    assert made["normalised_agreement", None, None].value == pytest.approx(np.mean(unit) / np.mean(lower))
    whole = stats.spearmanr(truth, labels.mean(axis=1)).statistic
    assert made["unit_against_consensus", None, None].value == pytest.approx(whole)
    for figure in made.values():
        assert figure.low < figure.value < figure.high


def test_a_unit_that_is_one_more_person_reaches_the_ceiling_however_many_raters_there_are():
    for n_raters in (3, 9):
        labels, _ = people(3000, n_raters + 1, seed=3)
        made = figures(sample_of(labels[:, 1:], labels[:, 0]), n_replicates=20)
        assert made["normalised_agreement", None, None].value == pytest.approx(1, abs=0.03)


def test_nominal_ceilings_are_per_label_and_leave_ties_out():
    labels, truth = people(300, 3)
    made = figures(sample_of(labels, truth, scale="nominal"))
    others = labels[:, 1:]
    agree = others[:, 0] == others[:, 1]
    x, y = labels[agree, 0] == 2, others[agree, 0] == 2
    chance = x.mean() * y.mean() + (1 - x.mean()) * (1 - y.mean())
    kappa = ((x == y).mean() - chance) / (1 - chance)
    held_out = made["ceiling_lower", "c", "r0"]
    assert held_out.value == pytest.approx(kappa)
    assert held_out.n_stimuli == agree.sum()
    assert made["unit_against_consensus", "c", None].value > 0.5
    assert made["unit_against_consensus", "a", None].value > 0.5  # what the unit does not fire on is told, too


def test_a_unit_of_pure_chance_is_worth_nothing_when_its_threshold_is_cross_fitted():
    labels, _ = people(400, 5)
    made = figures(sample_of(labels, np.random.default_rng(8).normal(size=400), scale="nominal"))
    figure = made["unit_against_consensus", "c", None]
    assert figure.low < 0 < figure.high


def test_people_alone_have_a_ceiling_too():
    labels, _ = people(60, 3)
    names = {name for name, _, _ in figures(sample_of(labels))}
    assert names == {"ceiling_lower", "ceiling_upper"}


def test_one_rater_leaves_the_unit_its_figure():
    labels, truth = people(60, 1)
    made = figures(sample_of(labels, truth))
    assert made["ceiling_lower", None, None].undefined == "needs at least 2 raters"
    assert made["normalised_agreement", None, None].undefined == "needs at least 2 raters"
    assert made["unit_against_consensus", None, None].value > 0.5


def test_a_rater_who_cannot_be_held_out_is_said_so_and_left_out():
    labels, truth = people(60, 4)
    labels[:, 0] = 1
    labels[9:, 1] = -1
    made = figures(sample_of(labels, truth))
    assert made["ceiling_lower", None, "r0"].undefined == "constant"
    assert made["ceiling_lower", None, "r1"].undefined.startswith("fewer than 10")
    kept = [made["ceiling_lower", None, f"r{r}"].value for r in (2, 3)]
    assert made["ceiling_lower", None, None].value == pytest.approx(np.mean(kept))


def test_raters_who_do_not_predict_one_another_leave_nothing_to_normalise_by():
    labels = np.random.default_rng(0).integers(0, 3, size=(100, 3))
    made = figures(sample_of(labels, np.arange(100.0)))
    assert made["normalised_agreement", None, None].undefined.startswith("undefined: the raters")


def test_constant_units_and_people():
    made = figures(sample_of(np.ones((20, 3), dtype=int), np.zeros(20)))
    assert {figure.undefined for figure in made.values()} == {"constant"}
    made = figures(sample_of(np.ones((20, 3), dtype=int), np.zeros(20), scale="nominal"))
    assert made.pop(("unit_against_consensus", "b", None)).undefined == "constant"
    assert {f.undefined for f in made.values() if f.name != "unit_against_consensus"} == {"undefined: no variation"}


@pytest.mark.parametrize("scale", ["nominal", "ordinal"])
def test_a_constant_unit_says_so_whatever_people_say(scale):
    labels, _ = people(120, 4)
    made = figures(sample_of(labels, np.full(120, 0.7), scale=scale))
    for label in LABELS if scale == "nominal" else (None,):
        assert made["ceiling_lower", label, None].value > 0.2
        assert made["unit_against_consensus", label, None].undefined == "constant"
        assert made["normalised_agreement", label, None].undefined == "constant"


def test_two_raters_have_no_upper_ceiling_of_labels():
    labels, truth = people(120, 2)
    made = figures(sample_of(labels, truth, scale="nominal"))
    assert {made["ceiling_upper", label, None].undefined for label in LABELS} == {"needs at least 3 raters"}
    assert made["ceiling_lower", "c", None].value > 0.2
    assert made["normalised_agreement", "c", None].value is not None
    assert figures(sample_of(labels, truth))["ceiling_upper", None, None].value is not None
    three = np.concatenate([np.insert(part, r, -1, axis=1) for r, part in enumerate(np.split(labels, 3))])
    made = figures(sample_of(three, truth, scale="nominal"))
    assert {made["ceiling_upper", label, None].undefined for label in LABELS} == {"no stimulus has three raters"}


def test_held_out_raters_are_ranked_alike_whether_ratings_are_whole_or_decimal():
    labels, truth = people(120, 5, seed=4)
    names = [f"s{i:03d}" for i in range(120)]
    found = []
    for by, more in ((1.0, 0.0), (0.1, 0.0), (0.1, 0.3), (1e-20, 0.0), (1.0, 1e9)):
        rows = [(names[i], f"r{r}", float(k * by + more)) for (i, r), k in np.ndenumerate(labels)]
        said = Judgements.from_columns(*zip(*rows, strict=True), scale="interval")
        found.append({k: f.value for k, f in figures(join(said, Stimuli.from_columns(names, truth))).items()})
    for other in found[1:]:
        assert other == pytest.approx(found[0], abs=1e-12)


def test_numbers_have_a_ceiling_by_rank_too():
    labels, truth = people(60, 3)
    names = [f"s{i:04d}" for i in range(60)]
    columns = zip(*((names[i], f"r{r}", float(k)) for (i, r), k in np.ndenumerate(labels)), strict=True)
    numbers = join(Judgements.from_columns(*columns, scale="ratio"), Stimuli.from_columns(names, truth))
    assert (
        figures(numbers)["ceiling_lower", None, None] == figures(sample_of(labels, truth))["ceiling_lower", None, None]
    )


def test_means_weigh_stimuli_by_the_design():
    labels, truth = people(200, 3)
    labels[100:] = np.random.default_rng(0).integers(0, 3, size=(100, 3))
    names = [f"s{i:04d}" for i in range(200)]
    rows = [(names[i], f"r{r}", LABELS[k]) for (i, r), k in np.ndenumerate(labels)]
    judgements = Judgements.from_columns(*zip(*rows, strict=True), categories=LABELS, scale="nominal")
    stratum = np.repeat([0, 1], 100).tolist()
    found = {}
    for name, chance in (("agreeing", [1 / 50, 1.0]), ("guessing", [1.0, 1 / 50])):
        table = Stimuli.from_columns(names, truth, stratum=stratum, inclusion_probability=np.repeat(chance, 100))
        found[name] = figures(join(judgements, table))["ceiling_lower", "c", None].value
    assert found["agreeing"] > 0.5 > 0.2 > found["guessing"]


def test_a_unit_with_thresholds_has_an_interval_that_knows_they_were_fitted():
    labels, truth = people(120, 4, seed=5)
    noisy = truth + np.random.default_rng(1).normal(size=120)
    figure = figures(sample_of(labels, noisy, scale="nominal"), n_replicates=400)["unit_against_consensus", "c", None]
    # the same answers, taken as given: the width that the threshold's own uncertainty adds is missing
    own = np.where(labels == 2, 2, 0)
    given = figures(sample_of(own, noisy, scale="nominal"), n_replicates=400)["unit_against_consensus", "c", None]
    assert figure.low < figure.value < figure.high
    assert given.value == pytest.approx(figure.value, abs=0.15)


def test_refitted_errors_are_those_of_refitting_by_hand():
    labels, truth = people(80, 3, seed=2)
    sample = sample_of(labels, truth + np.random.default_rng(3).normal(size=80), scale="nominal")
    draws = Resampling(sample.weight, sample.stratum, 3, 60, 0)
    boards, refitting = label_boards(sample, 0)
    judged, agreed = boards[2].agreed_on.astype(float), np.stack([board.everyone for board in boards], axis=1)
    made = refitting.errors_of_kappas(draws, judged, agreed, np.zeros((80, 2, 3)), np.ones((2, 3)))

    rows = judged > 0

    def kappa(weight, fitted_to):
        said = cross_fitted(sample.activation, refitting.share[:, 2], fitted_to * refitting.weight, refitting.fold)
        return binary_kappa(said[rows], agreed[rows, 2] > 0, weight[None, rows])[0]

    def moved(weights):
        return np.array([kappa(weight, weight) - kappa(weight, sample.weight) for weight in weights])

    # of cuts that are equally good each takes one of its own
    assert made[1, 2] == pytest.approx(draws.stimuli(moved).std(), rel=0.03)


def test_of_very_many_raters_those_with_most_stimuli_have_figures_of_their_own():
    rng = np.random.default_rng(0)
    labels = np.full((300, MOST_RATERS + 5), -1)
    for i in range(300):
        labels[i, rng.choice(MOST_RATERS, 8, replace=False)] = rng.integers(0, 3, 8)
    labels[:2, MOST_RATERS:] = 1
    sample = sample_of(labels)
    assert [sample.raters[r] for r in shown_raters(sample)] == sorted(f"r{r}" for r in range(MOST_RATERS))
    own = [rater for name, _, rater in figures(sample, n_replicates=2) if rater]
    assert len(own) == MOST_RATERS


def test_no_stimulus_with_two_raters_leaves_the_unit_its_figure():
    labels = np.full((60, 2), -1)
    labels[np.arange(60), np.arange(60) % 2] = np.arange(60) // 20
    for scale, label in (("nominal", "c"), ("ordinal", None)):
        made = figures(sample_of(labels, np.arange(60.0), scale=scale))
        assert made["ceiling_lower", label, None].undefined.startswith("fewer than 10")
        assert made["normalised_agreement", label, None].undefined.startswith("fewer than 10")
        assert made["unit_against_consensus", label, None].value > 0.9


def test_a_kappa_near_one_keeps_an_interval_that_the_data_bear_out():
    """On Fisher's scale the lower end of a kappa of 0.96 fell to -0.30."""
    interval = _arcsine_interval(0.958, 0.093, 40.0)
    assert interval is not None
    assert 0.5 < interval[0] < 0.958 < interval[1] <= 1
    assert _arcsine_interval(1.0, 0.1, 40.0) is None
    assert _arcsine_interval(0.5, 0.0, 40.0) is None
    low, high = _arcsine_interval(0.0, 0.01, 1e6)
    assert (low, high) == pytest.approx((-0.0196, 0.0196), abs=1e-4)
    turned = _arcsine_interval(-0.958, 0.093, 40.0)
    assert turned == pytest.approx((-interval[1], -interval[0]))


def test_a_unit_that_settles_its_threshold_badly_still_excludes_chance_where_it_agrees():
    labels, truth = people(60, 9, seed=11, spread=0.2)
    made = figures(sample_of(labels, truth, scale="nominal"))
    for label in ("a", "c"):
        figure = made["unit_against_consensus", label, None]
        assert 0.3 < figure.low < figure.value < figure.high <= 1


def test_what_is_rounding_alone_is_zero():
    assert _snapped(1.3e-14) == 0
    assert _snapped(-1.3e-14) == 0
    assert _snapped(1e-9) == 1e-9
    labels = np.array([[0, 0, 0], [0, 0, 0], [2, 2, 2], [2, 2, 2]] * 10)
    made = figures(sample_of(labels, np.tile([0.0, 1.0, 0.0, 1.0], 10), scale="nominal"))
    values = [figure.value for figure in made.values() if figure.value is not None]
    assert not [value for value in values if 0 < abs(value) < 1e-12]
