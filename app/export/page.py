"""A report as one self-contained HTML page: no scripts, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.assets import resource
from app.export.draw import draw
from app.export.plots import SIMULATED, Plot
from app.export.quilt import Gallery
from app.export.svg import drawing, to_svg
from app.findings.account import Account
from app.findings.charts import Chart
from app.findings.headings import under_headings
from app.findings.jury import MOST_RATERS
from app.findings.labels import Label
from app.findings.words import interval_of, value_of


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the table of contents."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class ChartGroup:
    """The charts under one heading, each with its SVG and the one for small screens."""

    place: Place
    charts: tuple[tuple[Plot, Markup, Markup], ...]


def slim_svg(chart: Chart, labels: Sequence[Label], simulated: bool) -> str:
    """The chart as SVG for a screen as narrow as a telephone's, where the wide one would have to be scrolled."""
    with drawing(chart.key):
        return to_svg(draw(chart, labels, SIMULATED if simulated else "", slim=True), f"slim-{chart.key}", chart.title)


def render(account: Account, plots: Sequence[Plot], slim: Mapping[str, str], gallery: Gallery) -> str:
    """The whole page as text; the account's notice stands on every page and section, unless it is empty.

    `slim` holds what `slim_svg` makes of each chart, by key.
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
    groups = tuple(_chart_groups(plots, slim))
    return room.get_template("report.html.j2").render(
        account=account,
        notice=account.notice,
        gallery=gallery,
        groups=groups,
        contents=tuple(_contents(account, groups, gallery)),
        compared=any(line.agreement for line in account.raters),
        by_category=any(line.category for line in account.raters),
        most_raters=MOST_RATERS,
    )


def _chart_groups(plots: Sequence[Plot], slim: Mapping[str, str]) -> Iterator[ChartGroup]:
    for number, (heading, members) in enumerate(under_headings(plots), start=1):
        charts = tuple((plot, Markup(plot.svg), Markup(slim[plot.key])) for plot in members)
        yield ChartGroup(Place(f"charts-{number}", heading), charts)


def _contents(account: Account, groups: Sequence[ChartGroup], gallery: Gallery) -> Iterator[Place]:
    """The sections that there are, in the order of the page."""
    yield Place("verdict", "Verdict")
    yield from _if(account.raters_left_out, "left-out", "Left out")
    yield from _if(account.labels, "labels", "The labels")
    yield from (group.place for group in groups)
    yield from _if(account.raters, "raters", "The raters, one by one")
    yield from _if(gallery.disputed, "disputed", "What raters differ about most")
    yield from _if(account.units, "units", "Other units before the same jury")
    yield from _if(gallery.most or gallery.least, "references", "The references")
    yield from _if(gallery.bands, "stimuli", "The stimuli, and what people said")
    yield from _if(account.not_counted, "not-counted", "What was not counted")
    yield Place("figures", "All figures")
    yield from _if(account.methods, "methods", "Methods")
    yield from _if(account.facts, "study", "The study")


def _if(anything: object, name: str, title: str) -> Iterator[Place]:
    if anything:
        yield Place(name, title)
