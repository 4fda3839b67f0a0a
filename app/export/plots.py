"""The charts of a report as plots for its page, each with its heading and how to read it.

matplotlib is loaded from here on and nowhere else in the app; it needs no window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.export.draw import draw
from app.export.svg import drawing, to_svg
from app.findings.charts import Chart
from app.findings.labels import Label

SIMULATED = "Simulated raters"
"""Inside every chart where no person labeled."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One finished plot: its chart, and the SVG of it."""

    chart: Chart
    svg: str

    @property
    def key(self) -> str:
        """Its name for files and links."""
        return self.chart.key

    @property
    def title(self) -> str:
        """Its heading."""
        return self.chart.title

    @property
    def caption(self) -> str:
        """How to read it."""
        return self.chart.caption


def draw_plots(charts: Sequence[Chart], labels: Sequence[Label], simulated: bool) -> tuple[Plot, ...]:
    """Every chart as SVG for a page, in the page's own colours."""
    return tuple(Plot(chart, _svg(chart, labels, SIMULATED if simulated else "")) for chart in charts)


def _svg(chart: Chart, labels: Sequence[Label], notice: str) -> str:
    with drawing(chart.key):
        return to_svg(draw(chart, labels, notice), chart.key, chart.title)
