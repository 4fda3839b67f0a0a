"""The methods section, second half: what was computed and how its intervals were made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.figures import Report
from app.findings.facts import inner, rows, series, text, whole
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
    ("share_of_expected_activation", "each label's share of the expected activation", ("cammarata2020",)),
)  # fmt: skip


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
    yield from _components(names, cite)
    if "anchoring_shift" in names:
        yield (
            "The effect of revealing the activation is the weighted mean of revealed minus blind labels per image, and"
            f" its slope on the activation, with leave-one-out residuals {cite('mackinnon1985')}."
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
        unit = " The unit was held against the same consensuses." if "normalised_agreement" in names else ""
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
    level = f"{100 * having[0].level:g} %"
    replicates, seed = whole(report.study, "n_replicates"), text(report.study, "seed")
    drawn = f", {replicates} replicates, seed {seed}" if replicates and seed else ""
    yield (
        f"Intervals are {level}, from Rao and Wu's bootstrap of stimuli within strata {cite('raowu1988')}{drawn}, or"
        f" its limit {cite('efron1982')} with Satterthwaite's degrees of freedom {cite('satterthwaite1946')}."
    )
    if report.curves.get("label_given_activation"):
        yield (
            f"Shares per band of activation have Wilson's interval {cite('wilson1927', 'newcombe1998')} on the"
            " effective number of trials."
        )
    wide = {figure.name for figure in having if figure.speaks_for == "raters like these"}
    if "proportion_correct" in wide:
        yield (
            f"The share of correct trials has Wilson's interval {cite('wilson1927')} on an effective number of trials"
            f" from the variance of raters and pairs together {cite('cameron2011', 'owen2012')}."
        )
    elif wide:
        yield (
            "Intervals that speak for raters like these add the variance between raters"
            f" {cite('owen2007', 'cameron2011')}; the others speak for these raters."
        )
    if "variance_rater" in wide:
        yield f"The intervals of variance components are pivots {cite('weerahandi1993')}."


def _versions(study: Mapping[str, object]) -> str:
    program = text(study, "program")
    if not program:
        return ""
    versions = inner(inner(study, "recording"), "versions")
    used = [f"{name} {text(versions, str(name))}" for name in versions]
    return f"Computed with {program}{f'; activations with {series(used)}' if used else ''}."
