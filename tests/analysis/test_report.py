import json
import math
import zlib
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.figures import Figure
from analysis.judgements import Judgements, Stimuli
from analysis.report import analyse
from analysis.simulate import world

LABELS = ("a", "b", "c")
DESIGNED = {
    "percent_agreement", "fleiss_kappa", "conger_kappa", "brennan_prediger", "gwet_ac1", "gwet_ac2_linear",
    "gwet_ac2_quadratic", "krippendorff_alpha", "krippendorff_alpha_nominal", "specific_agreement",
    "cohen_kappa_median", "icc_1_1", "icc_a_1", "icc_c_1", "icc_1_k", "icc_a_k", "icc_c_k", "retest_agreement",
    "probability_of_label", "auroc", "auroc_at_least", "average_precision", "spearman", "kendall_tau_b",
    "share_of_expected_activation", "mean_activation", "eta_squared", "threshold_kappa", "ceiling_lower",
    "ceiling_upper", "unit_against_consensus", "normalised_agreement", "alt_test_winning_rate",
    "alt_test_advantage_probability", "alt_test_winning_rate_constant", "alt_test_advantage_probability_constant",
    "alt_test_winning_rate_random", "alt_test_advantage_probability_random", "variance_stimulus", "variance_rater",
    "variance_stimulus_rater", "variance_occasion", "subjectivity", "subjectivity_lowest", "subjectivity_highest",
    "noise_share",
}  # fmt: skip
"""Every name that the design gives report.json, but those of revealing and of the two-alternative task."""
FOLDED = ("threshold_kappa", "alt_test", "unit_against", "normalised")
"""Here the unit answers by thresholds that are fitted in folds, which the seed and the order of names draw."""
BOUNDED = ("auroc", "auroc_at_least", "probability_of_label", "percent_agreement", "share_of_expected_activation")


def test_a_study_comes_out_whole_and_fit_for_json():
    w = world(3000, 5, 20, 3, 3, seed=2)
    heard = []
    report = analyse(
        in_some_order(w.judgements),
        w.stimuli,
        seed=7,
        study={"title": "curves"},
        n_replicates=200,
        progress=lambda *s: heard.append(s),
    )
    assert heard == [(done, 14) for done in range(15)]
    assert json.loads(json.dumps(asdict(report), allow_nan=False))["study"]["title"] == "curves"
    assert set(report.curves) >= {"label_given_activation", "activation_given_label", "label_contribution"}
    assert set(report.tables) == {
        "raters",
        "stimuli",
        "rater_pairs",
        "confusion",
        "roc",
        "roc_raters",
        "session_drift",
    }
    assert [len(report.tables[name].rows) for name in ("raters", "stimuli", "rater_pairs")] == [
        3,
        len(w.stimuli.stimuli),
        3,
    ]
    assert {figure.name for figure in report.figures} >= DESIGNED
    drifts = [figure for figure in report.figures if figure.name.startswith("drift")]
    assert [figure.name for figure in drifts] == ["drift_agreement", "drift_score", "drift_seconds"]
    assert {figure.target for figure in report.figures if figure not in drifts} == {"the population"}
    assert all(set(row) >= {"label", "at_least"} for row in report.tables["roc"].records())
    assert report.study["scale"] == "ordinal"
    assert report.study["n_judgements"] == len(w.judgements.label)
    assert 0 < report.study["kish_effective_n"] < report.study["n_stimuli"]
    assert any("smallest stratum" in warning for warning in report.warnings)


def in_some_order(judgements):
    """The same judgements, each rater's in the order of the stimuli, in 1, 2, 3, ... seconds."""
    place = np.array([(judgements.rater[:row] == r).sum() + 1 for row, r in enumerate(judgements.rater)])
    return replace(judgements, place=place, seconds=place.astype(float))


def test_tables_and_curves_that_say_nothing_are_not_there():
    rows = [(f"s{i}", f"r{r}", LABELS[(i + r) % 3]) for i in range(12) for r in range(2)]
    stimulus, rater, label = zip(*rows, strict=True)
    judgements = Judgements.from_columns(stimulus, rater, label, categories=LABELS, scale="nominal")
    assert set(analyse(judgements, None, seed=0, n_replicates=20).tables) == {
        "raters", "stimuli", "rater_pairs", "confusion"
    }  # fmt: skip
    stimuli = Stimuli.from_columns([f"s{i}" for i in range(12)], range(12))
    report = analyse(judgements, stimuli, seed=0, n_replicates=20)
    assert "label_given_activation_revealed" not in report.curves
    assert not [figure for figure in report.figures if figure.name.startswith("drift")]
    shown = Judgements.from_columns(
        [*stimulus, "s3"],
        [*rater, "r0"],
        [*label, "a"],
        categories=LABELS,
        scale="nominal",
        condition=["blind"] * 24 + ["revealed"],
    )
    points = analyse(shown, stimuli, seed=0, n_replicates=20).curves["label_given_activation_revealed"]
    assert [(point.label, point.value) for point in points] == [("a", 1), ("b", 0), ("c", 0)]


def test_the_same_tables_and_seed_give_the_same_report():
    w = world(800, 4, 10, 3, 3, seed=4)
    one, again, other = (analyse(w.judgements, w.stimuli, seed=s, n_replicates=50) for s in (1, 1, 2))
    assert one == again
    first, second = ([f.value for f in r.figures if not f.name.startswith(FOLDED)] for r in (one, other))
    assert first == second
    assert [f.low for f in one.figures] != [f.low for f in other.figures]


def test_renaming_raters_and_stimuli_changes_no_estimate():
    w = world(800, 4, 10, 3, 3, seed=4)
    j, s = w.judgements, w.stimuli
    rename = {name: f"{zlib.crc32(name.encode())}-{name}" for name in (*j.stimuli, *j.raters)}
    renamed = Judgements.from_columns(
        [rename[j.stimuli[i]] for i in j.stimulus],
        [rename[j.raters[r]] for r in j.rater],
        [j.categories[k] for k in j.label],
        categories=j.categories,
        scale=j.scale,
    )
    stimuli = Stimuli.from_columns(
        [rename[name] for name in s.stimuli],
        s.activation,
        stratum=s.stratum.tolist(),
        inclusion_probability=s.inclusion_probability,
    )
    before = analyse(j, s, seed=1, n_replicates=50)
    after = {
        (f.name, f.label, f.rater, f.speaks_for): f for f in analyse(renamed, stimuli, seed=1, n_replicates=50).figures
    }
    for figure in before.figures:
        if figure.name.startswith(FOLDED):
            continue
        key = (figure.name, figure.label, rename.get(figure.rater or ""), figure.speaks_for)
        assert figure.value == pytest.approx(after[key].value)


def test_people_alone():
    w = world(800, 4, 10, 3, 3, seed=4)
    report = analyse(w.judgements, None, seed=1, n_replicates=50)
    assert report.curves == {}
    assert {figure.target for figure in report.figures} == {"these stimuli"}
    assert report.get("auroc") is None
    assert report.get("ceiling_lower").value is not None


def test_without_inclusion_probabilities_it_is_about_these_stimuli():
    w = world(800, 4, 10, 2, 3, seed=4)
    bare = Stimuli.from_columns(w.stimuli.stimuli, w.stimuli.activation)
    report = analyse(w.judgements, bare, seed=1, n_replicates=50)
    assert {figure.target for figure in report.figures} == {"these stimuli"}
    told = " ".join(report.warnings)
    assert "No inclusion probabilities" in told
    assert "Two raters cannot speak for other raters" in told
    assert not [figure for figure in report.figures if figure.speaks_for == "raters like these"]


def test_figures_refuse_what_is_no_number():
    for value in (math.nan, math.inf):
        with pytest.raises(ValueError, match="neither NaN nor infinity"):
            Figure("auroc", value)


tables = st.lists(
    st.tuples(st.lists(st.integers(-1, 2), min_size=1, max_size=3), st.integers(-2, 3), st.integers(0, 2)),
    min_size=1,
    max_size=24,
).filter(lambda rows: any(k >= 0 for row in rows for k in row[0]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(tables, st.sampled_from(["nominal", "ordinal"]), st.booleans())
def test_whatever_the_study_every_figure_is_a_number_or_a_reason(rows, scale, weighted):
    names = [f"s{i}" for i in range(len(rows))]
    columns = [
        (n, f"r{r}", LABELS[k] if k >= 0 else None)
        for n, row in zip(names, rows, strict=True)
        for r, k in enumerate(row[0])
    ]
    stimulus, rater, label = zip(*columns, strict=True)
    stimuli = Stimuli.from_columns(
        names,
        [float(a) for _, a, _ in rows],
        stratum=[h for _, _, h in rows],
        inclusion_probability=[1 / (1 + h) for _, _, h in rows] if weighted else None,
    )
    judgements = Judgements.from_columns(
        [*stimulus, *stimulus],
        [*rater, *rater],
        [*label, *label],
        categories=LABELS,
        scale=scale,
        condition=["blind"] * len(label) + ["revealed"] * len(label),
        seconds=[2.0**place if place % 3 else None for place in range(2 * len(label))],
        place=[1 + place // 2 if weighted else None for place in range(2 * len(label))],
    )
    for table in (stimuli, None):
        report = analyse(judgements, table, seed=0, n_replicates=20)
        json.dumps(asdict(report), allow_nan=False)
        for figure in report.figures:
            assert figure.undefined or figure.n_judgements > 0
            assert (figure.low is None) == (figure.high is None)
            bounded = figure.name in (
                "auroc",
                "probability_of_label",
                "percent_agreement",
                "share_of_expected_activation",
            )
            assert not bounded or figure.value is None or 0 <= figure.value <= 1 + 1e-12
