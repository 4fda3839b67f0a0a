"""What each rater says where most others say something else."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.figures import Report
from app.findings.charts.chart import Axis, Cells, Chart, Panel
from app.findings.charts.telling import (
    Record,
    columns_for,
    images,
    is_several,
    named,
    number_in,
    records,
    text_in,
)
from app.findings.labels import labels_of
from app.findings.words import number

MOST_CONFUSED = 12


def confusion(report: Report) -> Chart | None:
    """One table a rater, the lowest kappa first: what they say where most others say something else."""
    if is_several(report):
        return None
    tables: dict[str, list[Record]] = {}
    for row in records(report, "confusion"):
        tables.setdefault(text_in(row, "rater"), []).append(row)
    kappa = {text_in(row, "rater"): number_in(row, "kappa") for row in records(report, "raters")}
    order = sorted(tables, key=lambda name: (2.0 if (k := kappa.get(name)) is None else k, name))
    names = [label.name for label in labels_of(report)]
    if not order or not names:
        return None
    columns = columns_for(min(len(order), MOST_CONFUSED)) if len(names) <= 5 else min(len(order), 3)
    fewer = (
        " Only the raters of lowest kappa are shown; all are in confusion.csv." if len(order) > MOST_CONFUSED else ""
    )
    return Chart(
        "confusion",
        "Each rater beside most of the others",
        "Each row holds the images to which most of the others give one label, and divides them by what this rater "
        f"says: on the diagonal the rater agrees. The lowest kappa comes first.{fewer}",
        tuple(_confused(name, tables[name], names) for name in order[:MOST_CONFUSED]),
        columns=columns,
        row_height=7.0 / columns if columns > 2 else 2.6,
        shared=True,
    )


def _confused(rater: str, rows: Sequence[Record], names: Sequence[str]) -> Panel:
    told = {(text_in(row, "others_say"), text_in(row, "rater_says")): row for row in rows}
    grid = [[told.get((others, this)) for this in names] for others in names]
    shares = tuple(tuple(None if row is None else number_in(row, "share") for row in line) for line in grid)
    says = tuple(tuple("" if row is None else _confusion_words(row) for row in line) for line in grid)
    ticks = tuple((float(place), name) for place, name in enumerate(names))
    end = len(names) - 0.5
    return Panel(
        (Cells(shares, says),),
        Axis("this rater says", low=-0.5, high=end, ticks=ticks),
        Axis("most others say", low=-0.5, high=end, ticks=ticks),
        rater,
        square=True,
    )


def _confusion_words(row: Record) -> str:
    share, n = number_in(row, "share") or 0.0, number_in(row, "n_stimuli")
    of = "the images" if n is None else f"the {images(int(n))}"
    rater, this, others = (named(text_in(row, name)) for name in ("rater", "rater_says", "others_say"))
    return f"{rater} says “{this}” for {number(share, 'percent', fine=False)} of {of} that most others call “{others}”"
