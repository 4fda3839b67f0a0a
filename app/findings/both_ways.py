"""The headline figures both ways: without the raters who were left out, and with everyone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from analysis.figures import Figure, Report
from app.findings.key_figures import headline
from app.findings.labels import pick
from app.findings.words import words_for


@dataclass(frozen=True, slots=True)
class BothWays:
    """One headline figure, as this report has it and as it would be with everyone."""

    name: str
    without: Figure
    everyone: Figure | None


def with_everyone(report: Report, everyone: Report) -> list[dict[str, object]]:
    """What the headline figures of `report` would be in a report on everyone, fit for report.json.

    Of two intervals the one is taken that speaks for the same raters, so that like stands beside like.
    """
    found = (
        next((f for f in everyone.figures if _key(f) == _key(figure)), None)
        or pick(everyone, figure.name, figure.label)
        for figure in headline(report)
    )
    return [asdict(figure) for figure in found if figure is not None]


def both_ways(report: Report) -> tuple[BothWays, ...]:
    """The headline figures of a report whose study holds `with_everyone`; none where nobody was left out."""
    stated = report.study.get("with_everyone")
    rows = [row for row in stated if isinstance(row, Mapping)] if isinstance(stated, Iterable) else []
    if not rows:
        return ()
    everyone = {(figure.name, figure.label): figure for figure in (Figure(**row) for row in rows)}
    return tuple(
        BothWays(
            f"{words_for(figure.name).name}{f': “{figure.label}”' if figure.label else ''}",
            figure,
            everyone.get((figure.name, figure.label)),
        )
        for figure in headline(report)
    )


def _key(figure: Figure) -> tuple[str, str | None, str | None, str]:
    return figure.name, figure.label, figure.rater, figure.speaks_for
