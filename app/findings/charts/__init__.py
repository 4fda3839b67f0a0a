"""Every chart of a report."""

from analysis.figures import Report
from app.findings.charts.ceiling import ceiling
from app.findings.charts.chart import Chart
from app.findings.charts.confusion import confusion
from app.findings.charts.curves import (
    activation_given_label,
    label_and_activation,
    label_contribution,
    label_given_activation,
    label_given_activation_each,
    mean_given_activation,
)
from app.findings.charts.dots import anchoring, auroc, units
from app.findings.charts.gap import correct_given_gap
from app.findings.charts.jury import rater_bias, retest
from app.findings.charts.roc import roc
from app.findings.charts.session import revealing, session_drift

__all__ = ["Chart", "charts_of"]


def charts_of(report: Report) -> tuple[Chart, ...]:
    """Every chart that the report has figures, curves or tables for, in the order of the page."""
    found = (
        correct_given_gap(report),
        label_given_activation(report),
        label_and_activation(report),
        label_contribution(report),
        label_given_activation_each(report),
        activation_given_label(report),
        mean_given_activation(report),
        auroc(report),
        *roc(report),
        ceiling(report),
        rater_bias(report),
        confusion(report),
        retest(report),
        session_drift(report),
        revealing(report),
        anchoring(report),
        units(report),
    )
    return tuple(chart for chart in found if chart is not None)
