"""All that a report says, in words, put together once for whoever lays it out: the page, the paper, the window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from analysis.figures import Figure, Report
from app.findings.bibliography import Citation
from app.findings.both_ways import BothWays, both_ways
from app.findings.cards import Card, cards
from app.findings.charts import Chart, charts_of
from app.findings.fact_rows import Fact, fact_rows
from app.findings.facts import inner, listed, rows, text
from app.findings.jury import RaterLine, UnitLine, disputed_ids, rater_lines, unit_lines
from app.findings.labels import Label, is_ordinal, labels_of
from app.findings.not_counted import LeftOut, counted_in, not_counted
from app.findings.verdict import headline_sentence, verdict
from app.findings.words import OTHER, Words, group_of, groups, words_for

__all__ = ["SIMULATED", "Account", "Card", "Citation", "Fact", "FigureRows", "LeftOut", "account_of"]

SIMULATED = "Simulated raters: no person labeled these images. These numbers say nothing about the unit."

_TOLD_ELSEWHERE = (
    "title", "question", "claim", "categories", "simulated", "unit", "other_units", "their_reports", "excluded",
    "with_everyone", "tables", "references", "strata", "not_counted", "unlabeled", "imported",
)  # fmt: skip
"""Facts of a study that stand elsewhere than in the table of facts."""


@dataclass(frozen=True, slots=True)
class FigureRows:
    """The figures of one name, with what the name means."""

    name: str
    words: Words
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What is said of a study, part by part; an empty part has nothing to say."""

    title: str
    question: str
    claim: str
    asks: str
    """What the study asks, as a question about its claim; empty where no claim is stated."""
    unit: str
    other_units: tuple[str, ...]
    their_reports: str
    notice: str
    """What must stand on every page and beside every chart: that raters are simulated."""
    headline: str
    """The verdict in one careful sentence, with its interval."""
    verdict: tuple[str, ...]
    """The sentences that bear it out; the last says whom they speak for."""
    cards: tuple[Card, ...]
    warnings: tuple[str, ...]
    raters_left_out: tuple[LeftOut, ...]
    both_ways: tuple[BothWays, ...]
    not_counted: tuple[LeftOut, ...]
    """Judgements that enter no figure, or only the figures about them."""
    counted: str
    """What the figures are made of, as a sentence."""
    labels: tuple[Label, ...]
    charts: tuple[Chart, ...]
    raters: tuple[RaterLine, ...]
    graded: bool
    """Labels have an order or are numbers, so that raters can deviate upward or downward."""
    disputed: tuple[str, ...]
    """Ids of stimuli, the most disputed first."""
    units: tuple[UnitLine, ...]
    methods: tuple[str, ...]
    """Paragraphs ready to paste."""
    citations: tuple[Citation, ...]
    figures: tuple[tuple[str, tuple[FigureRows, ...]], ...]
    """All figures by heading and name."""
    facts: tuple[Fact, ...]


def account_of(report: Report, *, notice: str = "") -> Account:
    """The account of a report; `notice` is SIMULATED where no person labeled."""
    from app.findings.methods import methods_of  # the statistics come with it: only once there is a report

    study, methods = report.study, methods_of(report)
    claim = text(study, "claim")
    return Account(
        title=text(study, "title") or "A study of one unit",
        question=text(study, "question"),
        claim=claim,
        asks=f"Do people agree that this unit shows “{claim}”?" if claim else "",
        unit=text(study, "unit"),
        other_units=tuple(map(str, listed(study, "other_units"))),
        their_reports=text(study, "their_reports"),
        notice=notice,
        headline=headline_sentence(report),
        verdict=verdict(report),
        cards=cards(report),
        warnings=tuple(warning for warning in report.warnings if warning != notice),
        raters_left_out=tuple(_raters_left_out(report)),
        both_ways=both_ways(report),
        not_counted=not_counted(report),
        counted=counted_in(report),
        labels=labels_of(report),
        charts=charts_of(report),
        raters=rater_lines(report),
        graded=is_ordinal(report),
        disputed=disputed_ids(report),
        units=unit_lines(report),
        methods=methods.paragraphs,
        citations=methods.citations,
        figures=_grouped(report.figures),
        facts=tuple(fact_rows(_facts(study))),
    )


def _facts(study: Mapping[str, object]) -> dict[str, object]:
    """Those for the table; the recording was asked for by the task, too, which stands among the others already."""
    facts = {key: value for key, value in study.items() if key not in _TOLD_ELSEWHERE}
    if inner(study, "recording").get("task") == study.get("task"):
        facts["recording"] = {key: value for key, value in inner(study, "recording").items() if key != "task"}
    return facts


def _raters_left_out(report: Report) -> Iterator[LeftOut]:
    for one in rows(report.study, "excluded"):
        yield LeftOut(str(one.get("rater", "")), "; ".join(map(str, listed(one, "reasons"))))


def _grouped(figures: Sequence[Figure]) -> tuple[tuple[str, tuple[FigureRows, ...]], ...]:
    """The figures under their headings, and those of one name together."""
    order = [*groups(), OTHER]
    names = {name: i for i, name in enumerate(dict.fromkeys(figure.name for figure in figures))}
    known = sorted(figures, key=lambda f: (order.index(group_of(f.name)), names[f.name]))
    return tuple(
        (
            group,
            tuple(
                FigureRows(name, words_for(name), tuple(rows)) for name, rows in groupby(members, key=lambda f: f.name)
            ),
        )
        for group, members in groupby(known, key=lambda f: group_of(f.name))
    )
