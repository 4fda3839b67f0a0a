"""A report as plain data for the typesetter: one value fit for JSON, and the pictures that it names.

Whatever came from strangers is data here and stays data: the template prints it and never reads it as markup.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from analysis.figures import Figure
from app.export.quilt import Gallery, Reference, Tile
from app.findings.account import Account, FigureRows
from app.findings.charts.telling import one_line
from app.findings.jury import MOST_RATERS
from app.findings.labels import Label
from app.findings.words import interval_of, value_of

_UNDECLARED = "#B8BEC4"
"""The colour of a label that the study does not declare."""
_NAME = 40
"""Letters of a name in a table; all of it stands under "The study", and in the other files."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What the typesetter is handed: the data, and by name the files that the data speaks of."""

    data: Mapping[str, object]
    files: Mapping[str, bytes]


def paper_of(account: Account, figures: Mapping[str, bytes], gallery: Gallery) -> Paper:
    """The report's data, in the order of its page.

    Args:
        account: what the report says.
        figures: each chart as a standalone SVG, by the chart's key; a chart without one is left out.
        gallery: the pictures.
    """
    files: dict[str, bytes] = {}
    charts = []
    for chart in account.charts:
        if chart.key in figures:
            files[f"{chart.key}.svg"] = figures[chart.key]
            charts.append(
                {"file": f"{chart.key}.svg", "title": chart.title, "caption": chart.caption, "alt": _alt(chart.caption)}
            )
    data = {
        "title": account.title,
        "question": account.question,
        "asks": account.asks,
        "unit": account.unit,
        "other_units": ", ".join(account.other_units),
        "their_reports": account.their_reports,
        "notice": account.notice,
        "headline": account.headline,
        "verdict": account.verdict,
        "cards": [asdict(card) for card in account.cards],
        "warnings": account.warnings,
        "left_out": [[one.what, one.why] for one in account.raters_left_out],
        "both_ways": [[row.name, _quoted(row.without), _quoted(row.everyone)] for row in account.both_ways],
        "labels": [
            {"name": label.name, "definition": label.definition, "fill": label.light} for label in account.labels
        ],
        "charts": charts,
        "raters": _raters(account),
        "graded": account.graded,
        "compared": any(line.agreement for line in account.raters),
        "more_raters": len(account.raters) if len(account.raters) > MOST_RATERS else 0,
        "disputed": [_tile(tile, files, account.labels) for tile in gallery.disputed],
        "units": [asdict(line) for line in account.units],
        "references": [
            {"heading": heading, "pictures": [_reference(one, files) for one in side]}
            for heading, side in (("Most activating", gallery.most), ("Least activating", gallery.least))
            if side
        ],
        "bands": [
            {"heading": band.heading, "tiles": [_tile(tile, files, account.labels) for tile in band.tiles]}
            for band in gallery.bands
        ],
        "gallery_note": gallery.note,
        "outlined": gallery.outlined,
        "counted": account.counted,
        "not_counted": [
            [one.what, *("" if n is None else str(n) for n in (one.count, one.raters)), one.why]
            for one in account.not_counted
        ],
        "methods": account.methods,
        "citations": [asdict(one) for one in account.citations],
        "figures": [_group(heading, names) for heading, names in account.figures],
        "facts": [asdict(fact) for fact in account.facts],
    }
    return Paper(data, files)


def _alt(caption: str) -> str:
    """What is read aloud in the place of a chart; its title stands above it as a heading."""
    return f"A chart. {caption}"


def _quoted(figure: Figure | None) -> str:
    if figure is None:
        return "not computed"
    return f"{value_of(figure)} {interval_of(figure)}".strip() if figure.value is not None else figure.undefined or ""


def _raters(account: Account) -> dict[str, object]:
    """The table of raters; columns that are empty throughout are left out."""
    named = (
        ("Category", "category", False),
        ("Rater", "rater", False),
        ("Judgements", "judgements", True),
        ("Agreement", "agreement", True),
        ("Kappa", "kappa", True),
        ("Deviation", "deviation", True),
        ("Commonest difference", "confusion", False),
    )
    lines = account.raters[:MOST_RATERS]
    used = [column for column in named if any(getattr(line, column[1]) for line in lines)]
    return {
        "columns": [{"name": name, "number": number} for name, _, number in used],
        "rows": [[_short(getattr(line, key), key) for _, key, _ in used] for line in lines],
    }


def _short(told: object, column: str) -> object:
    return one_line(told, _NAME) if isinstance(told, str) and column in ("rater", "category") else told


def _group(heading: str, names: Sequence[FigureRows]) -> dict[str, object]:
    """The figures under one heading; only where some are about a label or a rater is there a column for it."""
    figures = [figure for found in names for figure in found.figures]
    used = [column for column in _FIGURES if column.name not in _ABOUT or any(map(column.told, figures))]
    return {
        "heading": heading,
        "columns": [{"name": column.name, "number": column.number, "wide": column.wide} for column in used],
        "names": [
            {
                "name": found.name,
                "called": found.words.name,
                "says": found.words.says,
                "rows": [[column.told(figure) for column in used] for figure in found.figures],
            }
            for found in names
        ],
    }


def _interval(figure: Figure) -> str:
    """The interval with its level where that is not the usual one; the reason where there is no number."""
    if figure.undefined is not None:
        return figure.undefined
    return interval_of(figure) + ("" if figure.low is None or figure.level == 0.95 else f" ({100 * figure.level:g} %)")


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table of figures."""

    name: str
    told: Callable[[Figure], str]
    number: bool = False
    wide: bool = False
    """It may hold a name or a sentence: it takes the room that is left, and wraps."""


_FIGURES = (
    _Column("Label", lambda figure: one_line(figure.label or "", _NAME), wide=True),
    _Column("Rater", lambda figure: one_line(figure.rater or "", _NAME), wide=True),
    _Column("Value", value_of, number=True),
    _Column("Interval, or why there is no number", _interval, wide=True),
    _Column("Speaks for", lambda figure: figure.speaks_for),
    _Column("About", lambda figure: figure.target),
    _Column("Images", lambda figure: str(figure.n_stimuli), number=True),
    _Column("Raters", lambda figure: str(figure.n_raters), number=True),
    _Column("Judgements", lambda figure: str(figure.n_judgements), number=True),
)
_ABOUT = ("Label", "Rater")


def _tile(tile: Tile, files: dict[str, bytes], labels: Sequence[Label]) -> dict[str, object]:
    fills = {label.index: label.light for label in labels}
    return {
        "file": _stored(tile.source, files),
        "alt": tile.title,
        "caption": tile.caption,
        "parts": [
            {"percent": part.percent, "fill": fills.get(-1 if part.index is None else part.index, _UNDECLARED)}
            for part in tile.parts
        ],
    }


def _reference(reference: Reference, files: dict[str, bytes]) -> dict[str, object]:
    return {"file": _stored(reference.source, files), "alt": reference.title, "caption": reference.caption}


def _stored(source: str, files: dict[str, bytes]) -> str:
    """Put the picture of a data URI among the files, under a name of ours."""
    name = f"{len(files)}.jpg"
    files[name] = base64.b64decode(source.partition(",")[2])
    return name
