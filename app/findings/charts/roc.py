"""ROC curves: the unit at every threshold, and each rater as the one point that a person is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.figures import Report
from app.findings.charts.chart import Axis, Chart, Dot, Dots, Key, Layer, Line, Panel
from app.findings.charts.telling import (
    Record,
    images,
    known,
    most_common,
    named,
    number_in,
    records,
    text_in,
    value_words,
)
from app.findings.labels import is_ordinal, labels_of, pick
from app.findings.words import number

MOST = 6
"""So many charts at most: those of the most common labels."""


def roc(report: Report) -> Iterator[Chart]:
    """One chart for each label; on ordinal scales for each label or any above it, but for the lowest."""
    at_least = is_ordinal(report)
    lines = _by_label(records(report, "roc"), at_least=at_least)
    people = _by_label(records(report, "roc_raters"), at_least=at_least)
    labels = [label.name for label in labels_of(report)]
    for place, name in enumerate(most_common(report, [one for one in labels if one in lines], MOST), 1):
        key = "roc" if place == 1 else f"roc_{place}"
        or_above = " or above" if at_least and name != labels[-1] else ""
        yield _chart(report, key, name, or_above, lines[name], people.get(name, ()), at_least=at_least)


def _by_label(rows: Sequence[Record], *, at_least: bool) -> dict[str, list[Record]]:
    """Rows by label; of several categories those about a category, not about its absence."""
    found: dict[str, list[Record]] = {}
    for row in rows:
        label = text_in(row, "label")
        known_rates = None not in (number_in(row, "false_positive_rate"), number_in(row, "true_positive_rate"))
        if bool(row.get("at_least")) == at_least and row.get("category") in (None, label) and known_rates:
            found.setdefault(label, []).append(row)
    return found


def _chart(
    report: Report,
    key: str,
    name: str,
    or_above: str,
    line: Sequence[Record],
    people: Sequence[Record],
    *,
    at_least: bool,
) -> Chart:
    figure = known(pick(report, "auroc_at_least" if at_least else "auroc", name))
    area = "" if figure is None or figure.value is None else _area(figure.value, figure.low, figure.high)
    false, true = zip(*map(_rates, line), strict=True)
    layers: list[Layer] = [Line((0.0, 1.0), (0.0, 1.0), dashed=True), Line(false, true)]
    keys = [Key("line", f"the unit{area}"), Key("dashed", "chance")]
    persons = ""
    if people:
        layers.append(Dots(tuple(map(_person, people)), filled=False))
        keys.append(Key("circle", "a rater", filled=False))
        persons = " Each circle is one rater, held against all others; above the line a person does better."
    axes = (
        Axis("false positive rate", percent=True, low=-0.02, high=1.02),
        Axis("true positive rate", percent=True, low=-0.02, high=1.02),
    )
    return Chart(
        key,
        f"The unit and each rater: {named(name, 60)}{or_above}",
        "ROC: of the images with the label, the share that the unit finds, against the share of the others that it "
        f"takes for one, at every threshold on its activation.{persons}",
        (Panel(tuple(layers), *axes, square=True),),
        tuple(keys),
        row_height=3.7,
        label=name,
    )


def _area(value: float, low: float | None, high: float | None) -> str:
    return f": AUROC {value_words(value, low, high, percent=False)}"


def _rates(row: Record) -> tuple[float, float]:
    return number_in(row, "false_positive_rate") or 0.0, number_in(row, "true_positive_rate") or 0.0


def _person(row: Record) -> Dot:
    false, true = _rates(row)
    rater, n = text_in(row, "rater"), number_in(row, "n_stimuli")
    right, wrong = (number(rate, "percent", fine=False) for rate in (true, false))
    of = f", {images(int(n))}" if n is not None else ""
    said = f"{named(rater)}: finds {right} of the images with it, and {wrong} of those without{of}"
    return Dot(false, true, says=said, rater=rater)
