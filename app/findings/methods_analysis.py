"""The methods section, second half: what was computed and how its intervals were made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.drift import FEWEST_JUDGEMENTS
from analysis.figures import Figure, Report
from analysis.sample import RATERS_LIKE_THESE
from analysis.smooth import N_KNOTS
from app.findings.facts import counted, inner, rows, series, text, whole
from app.findings.labels import is_ordinal
from app.findings.methods_study import Cite

_PEOPLE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("percent_agreement", "percent agreement", ()),
    ("krippendorff_alpha", "Krippendorff's alpha", ("krippendorff2011",)),
    ("fleiss_kappa", "Fleiss' kappa", ("fleiss1971",)),
    ("conger_kappa", "Conger's kappa", ("conger1980",)),
    ("brennan_prediger", "Brennan and Prediger's coefficient", ("brennan1981",)),
    ("gwet_ac1", "Gwet's AC1", ("gwet2008", "gwet2014")),
    ("gwet_ac2_linear", "AC2", ("gwet2014",)),
    ("cohen_kappa_median", "the median of Cohen's kappa over pairs of raters", ("cohen1960",)),
    ("specific_agreement", "specific agreement", ("cicchetti1990",)),
    ("icc_a_1", "intraclass correlations", ("shrout1979", "mcgraw1996")),
    ("retest_agreement", "retest agreement", ()),
)
_UNIT: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("auroc", "the area under the ROC curve, with the share of raters who gave a label in place of a true class",
     ("hanley1982",)),
    ("average_precision", "average precision", ()),
    ("threshold_kappa", "Cohen's kappa at a cross-fitted threshold", ("cohen1960",)),
    ("spearman", "Spearman's rank correlation", ("spearman1904",)),
    ("kendall_tau_b", "Kendall's tau-b", ("kendall1945",)),
    ("share_of_expected_activation",
     "each label's share of the expected positive activation (activation below 0 counts as 0)", ("cammarata2020",)),
)  # fmt: skip
_DRIFT = (
    ("drift_agreement", "how often a rater agrees with most others"),
    ("drift_score", "how high a rater scores beside the others"),
    ("drift_seconds", "the logarithm of the time that an answer took"),
)
_FITTED = {"psychometric_threshold": "threshold", "psychometric_width": "width"}
_OF_PAIRS = ("proportion_correct", "psychometric_", "lapse_rate")
_MOST_NAMED = 4


def analysis_told(report: Report, cite: Cite) -> Iterator[str]:
    """Every statistic that the report has a value of, its intervals, and the versions."""
    names = {figure.name for figure in report.figures if figure.value is not None}
    if "proportion_correct" in names:
        yield from _pairs(names, cite)
    told = _named(_PEOPLE, names, cite)
    if told:
        yield f"Agreement among raters: {series(told)}."
    told = _named(_UNIT, names, cite)
    if told:
        yield f"The unit was held against the raters by {series(told)}."
    yield from _ceiling(report, names, cite)
    yield from _units(report, cite)
    yield from _smooth(report, cite)
    yield from _components(names, cite)
    yield from _drift(report)
    if "anchoring_shift" in names:
        yield (
            "The effect of revealing the activation is the weighted mean of revealed minus blind labels per image, and"
            f" its slope on the activation, with leave-one-out residuals {cite('mackinnon1985')}."
        )
        tests = rows(report.study, "anchoring_tests")
        if tests:
            yield (
                f"Its p-values are two-sided, from {tests[0]['n_permutations']} permutations of the conditions within"
                " images, or their normal limit in very large studies."
            )
    if any(row.get("likeliest_label") is not None for row in _records(report, "stimuli")):
        yield f"Dawid and Skene's model {cite('dawid1979')} gives each image its likeliest label."
    yield from _intervals(report, cite)
    yield _versions(report.study)


def _named(of: tuple[tuple[str, str, tuple[str, ...]], ...], names: set[str], cite: Cite) -> list[str]:
    return [f"{words} {cite(*keys)}" if keys else words for name, words, keys in of if name in names]


def _records(report: Report, name: str) -> Iterator[dict[str, Any]]:
    table = report.tables.get(name)
    return table.records() if table is not None else iter(())


def _pairs(names: set[str], cite: Cite) -> Iterator[str]:
    yield "The share of trials in which the image with the higher activation was chosen is reported."
    if "psychometric_threshold" in names:
        yield (
            "A logistic psychometric function of the gap between the two activations was fitted by penalised maximum"
            f" likelihood {cite('wichmann2001')}, its width from 5 % to 95 % {cite('schutt2016')}."
        )


def _ceiling(report: Report, names: set[str], cite: Cite) -> Iterator[str]:
    if "ceiling_lower" in names:
        measure = "Spearman's correlation" if is_ordinal(report) else f"Cohen's kappa {cite('cohen1960')}"
        unit = (
            " The unit was held against the same consensuses, in the place of each rater; its mean over that of the"
            " raters is the unit as a share of a person."
            if "normalised_agreement" in names
            else ""
        )
        yield (
            f"The noise ceiling is {measure} of each rater with the consensus of the others (lower end) and with the"
            f" consensus that includes them (upper end).{unit}"
        )
    if "alt_test_winning_rate" in names:
        used = sorted(
            {str(row["epsilon"]) for row in rows(report.study, "alternative_annotator_test") if "epsilon" in row}
        )
        yield (
            f"The alternative annotator test {cite('calderon2025')}{f' (epsilon {series(used)})' if used else ''}"
            f" controls the false discovery rate {cite('benjamini2001')}."
        )


def _units(report: Report, cite: Cite) -> Iterator[str]:
    differences = list(_records(report, "units"))
    if not differences:
        return
    first = str(differences[0]["unit"])
    others = [name for name in dict.fromkeys(str(row["other"]) for row in differences) if name != first]
    named = f" ({series([f'“{name}”' for name in others])})" if len(others) <= _MOST_NAMED else ""
    each = ", each with each," if any(row["unit"] != first for row in differences) else ""
    told = (
        f"The unit was compared with {counted(len(others), 'other unit')}{named}{each} before the same raters, by the"
        " differences of their figures"
    )
    if any(row["low"] is not None for row in differences):
        told += (
            f"; the interval of a difference is paired: the same draws of images {cite('raowu1988')} serve both units,"
            f" and it is Student's t on their standard error {cite('efron1993')}"
        )
    yield f"{told}."


def _smooth(report: Report, cite: Cite) -> Iterator[str]:
    points = report.curves.get("label_given_activation_smooth", ())
    if not points:
        return
    told = (
        "The smooth curve of each label over the activation is a weighted logistic regression with a small ridge on a"
        f" natural cubic spline with at most {N_KNOTS} knots {cite('hastie2009')}"
    )
    if any(point.low is not None for point in points):
        told += f"; its band is pointwise, from draws of images within strata {cite('raowu1988')}, on the logit scale"
    yield f"{told}."


def _drift(report: Report) -> Iterator[str]:
    """The figures of the session's course; their intervals are like no others."""
    told = {figure.name: figure.low is not None for figure in report.figures if figure.value is not None}
    named = [words for name, words in _DRIFT if name in told]
    if not named:
        return
    interval = "; intervals are Student's t over raters, and speak for raters like these"
    yield (
        f"Drift over the session, in {series(named)}, is the mean over raters with {FEWEST_JUDGEMENTS} judgements or"
        " more of each one's least-squares slope on the place of the trial, from first to last"
        f"{interval if any(told[name] for name, _ in _DRIFT if name in told) else ''}."
    )


def _components(names: set[str], cite: Cite) -> Iterator[str]:
    if "variance_stimulus" not in names:
        return
    what = "between raters and their interaction with images, of all that is not noise"
    if "subjectivity" in names:
        yield (
            f"Variance components {cite('koch1968')}: subjectivity is the share of the variance {what}; noise is what"
            " raters did not repeat."
        )
    else:
        yield (
            f"Variance components {cite('koch1968')}: without repeats there are bounds for subjectivity, the share of"
            f" the variance {what}."
        )


def _intervals(report: Report, cite: Cite) -> Iterator[str]:
    having = [figure for figure in report.figures if figure.low is not None]
    if not having:
        return
    yield f"Intervals are {100 * having[0].level:g} %."
    yield from _intervals_of_pairs(report, having, cite)
    resampled = [figure for figure in having if not figure.name.startswith(("drift_", *_OF_PAIRS))]
    if resampled:
        yield (
            f"They come from Rao and Wu's bootstrap of stimuli within strata {cite('raowu1988')}{_draws(report)}, or"
            f" its limit {cite('efron1982')} with Satterthwaite's degrees of freedom {cite('satterthwaite1946')}."
        )
    if report.curves.get("label_given_activation"):
        yield (
            f"Shares per band of activation have Wilson's interval {cite('wilson1927', 'newcombe1998')} on the"
            " effective number of trials."
        )
    wide = {figure.name for figure in resampled if figure.speaks_for == RATERS_LIKE_THESE}
    if wide:
        yield (
            "Intervals that speak for raters like these add the variance between raters"
            f" {cite('owen2007', 'cameron2011')}; the others speak for these raters."
        )
    if "variance_rater" in wide:
        yield f"The intervals of variance components are pivots {cite('weerahandi1993')}."


def _draws(report: Report) -> str:
    replicates, seed = whole(report.study, "n_replicates"), text(report.study, "seed")
    return f", {replicates} replicates, seed {seed}" if replicates and seed else ""


def _intervals_of_pairs(report: Report, having: list[Figure], cite: Cite) -> Iterator[str]:
    """Those of choices between two images: Wilson's, and where a function was fitted, by fitting it again."""
    shares = [figure for figure in having if figure.name == "proportion_correct" and figure.rater is None]
    if any(figure.value not in (0, 1) for figure in shares):
        wide = any(figure.speaks_for == RATERS_LIKE_THESE for figure in shares)
        yield (
            f"The share of correct trials has Wilson's interval {cite('wilson1927')} on an effective number of trials"
            f" from the variance of {'raters and pairs together' if wide else 'pairs'}"
            f" {cite('cameron2011', 'owen2012')}."
        )
    if any(figure.value in (0, 1) for figure in shares):
        yield (
            f"Where all answers are alike, Wilson's interval {cite('wilson1927')} is on Kish's effective number of"
            f" pairs {cite('kish1965')}."
        )
    names = {figure.name for figure in having}
    fitted = [words for name, words in _FITTED.items() if name in names]
    if fitted:
        yield (
            f"The {series(fitted)} of the psychometric function {'have' if len(fitted) > 1 else 'has'} percentile"
            " intervals: the function is fitted again to draws of pairs by Rao and Wu's bootstrap"
            f" {cite('raowu1988')}{_draws(report)}."
        )
    if "lapse_rate" in names:
        yield "The lapse rate has a profile likelihood interval."


def _versions(study: Mapping[str, object]) -> str:
    program = text(study, "program")
    if not program:
        return ""
    versions = inner(inner(study, "recording"), "versions")
    used = [f"{name} {text(versions, str(name))}" for name in versions]
    return f"Computed with {program}{f'; activations with {series(used)}' if used else ''}."
