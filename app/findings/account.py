"""All that a report says, in words, put together once for whoever lays it out: the page, the paper, the window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from analysis.figures import Figure, Report
from app.findings.both_ways import BothWays, both_ways
from app.findings.charts import Chart, charts_of
from app.findings.jury import RaterLine, UnitLine, disputed_ids, rater_lines, unit_lines
from app.findings.labels import Label, labels_of
from app.findings.verdict import Card, cards, verdict
from app.findings.words import OTHER, Words, group_of, groups, words_for

SIMULATED = "Simulated raters: no person labeled these images. These numbers say nothing about the unit."

_TOLD_ELSEWHERE = (
    "title", "question", "claim", "categories", "simulated", "unit", "other_units", "their_reports", "excluded",
    "with_everyone", "tables", "references", "strata", "not_counted",
)  # fmt: skip
"""Facts of a study that stand elsewhere than in the table of facts."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the table of facts; `depth` is how far it is nested, `long` asks for a fixed-width face."""

    name: str
    text: str
    depth: int
    long: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not counted, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A work that the methods paragraph refers to."""

    key: str
    """Of the BibTeX entry."""
    text: str
    """As it stands in a list of references."""
    link: str = ""


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
    """Judgements that enter no figure."""
    labels: tuple[Label, ...]
    charts: tuple[Chart, ...]
    raters: tuple[RaterLine, ...]
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
    study = report.study
    said = verdict(report)
    return Account(
        title=str(study.get("title") or "A study of one unit"),
        question=str(study.get("question") or ""),
        claim=str(study.get("claim") or ""),
        unit=str(study.get("unit") or ""),
        other_units=tuple(map(str, _listed(study.get("other_units")))),
        their_reports=str(study.get("their_reports") or ""),
        notice=notice,
        headline=said[0],
        verdict=said[1:],
        cards=cards(report),
        warnings=tuple(warning for warning in report.warnings if warning != notice),
        raters_left_out=tuple(_raters_left_out(study.get("excluded"))),
        both_ways=both_ways(report),
        not_counted=(),
        labels=labels_of(report),
        charts=charts_of(report),
        raters=rater_lines(report),
        disputed=disputed_ids(report),
        units=unit_lines(report),
        methods=(),
        citations=(),
        figures=_grouped(report.figures),
        facts=tuple(_facts({key: value for key, value in study.items() if key not in _TOLD_ELSEWHERE})),
    )


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else ()


def _raters_left_out(excluded: object) -> Iterator[LeftOut]:
    for one in _listed(excluded):
        if isinstance(one, Mapping):
            yield LeftOut(str(one.get("rater", "")), "; ".join(map(str, _listed(one.get("reasons")))))


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


def _facts(study: Mapping[str, object], depth: int = 0) -> Iterator[Fact]:
    """Every fact of a study as rows, nested ones below their heading; keys that nobody foresaw are shown too."""
    for key, value in study.items():
        name = str(key).replace("_", " ")
        name = name[:1].upper() + name[1:]
        if isinstance(value, Mapping):
            yield Fact(name, "", depth)
            yield from _facts(value, depth + 1)
        else:
            text = _told(value)
            yield Fact(name, text, depth, long=len(text) >= 32 and " " not in text)


def _told(value: object) -> str:
    if value is None or value == "":
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(_told(inner) for inner in value) or "none"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_told(inner)}" for key, inner in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)
