"""A report as one self-contained HTML page: no scripts, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.figures import Figure, Report
from app.assets import resource
from app.export.plots import Plot
from app.export.quilt import Gallery
from app.findings.both_ways import both_ways
from app.findings.jury import MOST_RATERS, rater_lines, unit_lines
from app.findings.labels import Label
from app.findings.verdict import cards, verdict
from app.findings.words import OTHER, Words, group_of, groups, interval_of, value_of, words_for

_ON_TOP = (
    "title", "question", "claim", "categories", "simulated", "unit", "other_units", "their_reports", "excluded",
    "with_everyone",
)  # fmt: skip
"""Facts that the page tells elsewhere than in its table of facts."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the table of facts; `depth` is how far it is nested, `long` asks for a fixed-width face."""

    name: str
    text: str
    depth: int
    long: bool = False


def render(report: Report, labels: Sequence[Label], plots: Sequence[Plot], gallery: Gallery, notice: str) -> str:
    """The whole page as text; `notice` stands on every page and section, unless it is empty.

    Everything but the plots is escaped: names of raters, files and labels come from anywhere.
    """
    room = Environment(
        loader=FileSystemLoader(resource("report")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    room.filters.update(value=value_of, interval=interval_of)
    study = report.study
    return room.get_template("report.html.j2").render(
        title=str(study.get("title") or "A study of one unit"),
        question=str(study.get("question") or ""),
        claim=str(study.get("claim") or ""),
        unit=str(study.get("unit") or ""),
        other_units=study.get("other_units") or (),
        their_reports=study.get("their_reports") or "",
        notice=notice,
        verdict=verdict(report),
        cards=cards(report),
        excluded=study.get("excluded") or (),
        both_ways=both_ways(report),
        warnings=[warning for warning in report.warnings if warning != notice],
        labels=labels,
        plots=[(plot, Markup(plot.svg)) for plot in plots],
        gallery=gallery,
        raters=(raters := rater_lines(report)),
        compared=any(line.agreement for line in raters),
        most_raters=MOST_RATERS,
        units=unit_lines(report),
        graded=study.get("scale") in ("ordinal", "interval", "ratio"),
        groups=grouped(report.figures),
        facts=list(facts({key: value for key, value in study.items() if key not in _ON_TOP})),
    )


def grouped(figures: Sequence[Figure]) -> list[tuple[str, list[tuple[str, Words, list[Figure]]]]]:
    """The figures under their headings, and those of one name together: (heading, [(name, words, figures)])."""
    order = [*groups(), OTHER]
    names = {name: i for i, name in enumerate(dict.fromkeys(figure.name for figure in figures))}
    known = sorted(figures, key=lambda f: (order.index(group_of(f.name)), names[f.name]))
    return [
        (group, [(name, words_for(name), list(rows)) for name, rows in groupby(members, key=lambda f: f.name)])
        for group, members in groupby(known, key=lambda f: group_of(f.name))
    ]


def facts(study: Mapping[str, object], depth: int = 0) -> Iterator[Fact]:
    """Every fact of a study as rows, nested ones below their heading; keys that nobody foresaw are shown too."""
    for key, value in study.items():
        name = str(key).replace("_", " ")
        name = name[:1].upper() + name[1:]
        if isinstance(value, Mapping):
            yield Fact(name, "", depth)
            yield from facts(value, depth + 1)
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
