"""Several categories at once: each is a question of its own, whether it was among those that a rater chose."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from analysis.figures import CurvePoint, Figure, Report, Table
from analysis.judgements import Judgements, Stimuli
from analysis.report import N_REPLICATES, analyse


def analyse_several(
    stimulus: Sequence[str],
    rater: Sequence[str],
    chosen: Sequence[Collection[str] | None],
    stimuli: Stimuli | None,
    *,
    categories: Sequence[str],
    condition: Sequence[str | None] | None = None,
    occasion: Sequence[int] | None = None,
    seconds: Sequence[float | None] | None = None,
    place: Sequence[int | None] | None = None,
    seed: int,
    study: Mapping[str, object] | None = None,
    n_replicates: int = N_REPLICATES,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """`analysis.report.analyse` for each category against its absence, as one report.

    One judgement per row; `chosen` holds the categories that the rater chose, None where they could not tell. Every
    figure carries the category as its `label`, those too that are about no single label elsewhere (agreement).
    A shared ground is not asked for: raters who choose more categories agree by chance more often, which each
    category's own coefficients allow for.

    Raises InputError as `Judgements.from_columns` and `analyse` do.
    """
    parts = []
    for at, name in enumerate(categories):
        words = f"not {name}", name
        labels = [None if one is None else words[name in one] for one in chosen]
        said = Judgements.from_columns(
            stimulus,
            rater,
            labels,
            categories=words,
            scale="nominal",
            condition=condition,
            occasion=occasion,
            seconds=seconds,
            place=place,
        )
        heard = _within(progress, at, len(categories))
        part = analyse(said, stimuli, seed=seed, n_replicates=n_replicates, progress=heard)
        parts.append(_about(part, name))
    warnings = dict.fromkeys(warning for part in parts for warning in part.warnings)
    return Report(
        tuple(figure for part in parts for figure in part.figures),
        {key: _joined([part.curves.get(key, ()) for part in parts]) for key in _keys(part.curves for part in parts)},
        {**parts[0].study, "categories": list(categories), **(study or {})},
        tuple(warnings),
        {key: _stacked([(name, part.tables[key]) for name, part in zip(categories, parts, strict=True)
                        if key in part.tables])
         for key in _keys(part.tables for part in parts)},
    )  # fmt: skip


def _keys(parts: Iterable[Iterable[str]]) -> dict[str, None]:
    """What any part has: of a category that nobody chose, say, there is no curve of some kinds."""
    return dict.fromkeys(key for part in parts for key in part)


def _about(part: Report, name: str) -> Report:
    """The report with all that is about the category, and nothing about its absence."""

    def kept(row: Figure | CurvePoint) -> bool:
        return row.label in (None, name)

    return replace(
        part,
        figures=tuple(replace(figure, label=name) for figure in part.figures if kept(figure)),
        curves={key: tuple(filter(kept, points)) for key, points in part.curves.items()},
        tables={key: _of_label(table, name) for key, table in part.tables.items()},
        warnings=tuple(f"“{name}”: {warning}" if "no label" not in warning else warning for warning in part.warnings),
    )


def _of_label(table: Table, name: str) -> Table:
    """Without the rows about the absence, where rows are about labels."""
    if "label" not in table.columns:
        return table
    at = table.columns.index("label")
    return Table(table.columns, tuple(row for row in table.rows if row[at] in (None, name)))


def _within(progress: Callable[[int, int], None] | None, place: int, n: int) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda done, total: progress(place * total + done, n * total)


def _joined(parts: Sequence[tuple[CurvePoint, ...]]) -> tuple[CurvePoint, ...]:
    return tuple(point for part in parts for point in part)


def _stacked(parts: Sequence[tuple[str, Table]]) -> Table:
    """The tables below one another, each row with its category."""
    columns = ("category", *parts[0][1].columns)
    return Table(columns, tuple((name, *row) for name, table in parts for row in table.rows))
