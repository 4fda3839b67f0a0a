"""A plan in words: the table for the terminal, what to increase, and the rows of its CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import fill

from analysis.assumptions import StudyDesign
from analysis.planning import Plan
from analysis.widths import OF_REPEATS, Gain, Key, Width
from app.findings.words import number, words_for

_COLUMNS = 80

NEVER = "–"
"""In place of a width, where no simulated study has an interval."""
OFTEN = 0.1
"""The share of studies without an interval from which on a width is marked."""
MARK = "*"
LITTLE = 0.05
"""A share of the width that is not worth telling: so much comes from the simulation."""

WIDTHS = (
    "figure", "label", "speaks_for", "images_per_band", "bands", "images", "raters", "raters_per_image", "repeats",
    "judgements", "value", "width", "width_low", "width_high", "without_interval", "reason",
)  # fmt: skip
GAINS = (
    "figure", "label", "speaks_for", "more_of", "judgements_before", "judgements_after", "width_before", "width_after",
    "narrower_by", "narrower_by_per_doubling",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """The widths of one figure: a row for each number of images and share of repeats, a column for each of raters."""

    key: Key
    title: str
    raters: tuple[int, ...]
    rows: tuple[tuple[str, tuple[Width | None, ...]], ...]
    note: str = ""


def title_of(key: Key) -> str:
    """The figure's name, with its label and what its interval speaks for."""
    name, label, speaks_for = key
    about = [f"“{label}”"] if label is not None else []
    about += [f"for {speaks_for}"] if speaks_for else []
    return f"{words_for(name).name}{', ' if about else ''}{', '.join(about)}"


def blocks(plan: Plan) -> list[Block]:
    """Every figure's widths. Repeats are told apart only where they change anything."""
    raters = tuple(sorted({design.n_raters for design in plan.designs}))
    return [_block(plan, key, raters) for key in plan.keys]


def _block(plan: Plan, key: Key, raters: tuple[int, ...]) -> Block:
    repeats = sorted({design.repeats for design in plan.designs})
    told = repeats if key[0] in OF_REPEATS else repeats[:1]
    rows = []
    for share in told:
        for per_stratum in sorted({design.per_stratum for design in plan.designs}):
            found = {
                design.n_raters: plan.get(key, design)
                for design in plan.designs
                if design.per_stratum == per_stratum and design.repeats == share
            }
            name = str(per_stratum * plan.base.n_bands)
            row = f"{name}, {percent(share)} repeats" if len(told) > 1 else name
            rows.append((row, tuple(found.get(n) for n in raters)))
    cells = [width for _, row in rows for width in row if width is not None]
    bare = next((width.reason for width in cells if width.undefined >= OFTEN and width.reason), "")
    return Block(key, title_of(key), raters, tuple(rows), bare)


def cell(width: Width | None) -> str:
    """The median width, marked where many studies have no interval."""
    if width is None or width.median is None:
        return NEVER
    mark = MARK if width.undefined >= OFTEN else ""
    return number(width.median, words_for(width.name).kind).replace("\N{NO-BREAK SPACE}", " ") + mark


def percent(share: float) -> str:
    """A share in whole percent."""
    return f"{100 * share:.0f} %"


def as_table(plan: Plan) -> str:
    """The widths and what to increase, as lines for a terminal of 80 columns."""
    head = (
        f"How wide the 95 % interval of each figure comes out, from end to end: the median of {plan.n_worlds} simulated"
        f" studies. Rows: images in all ({plan.base.n_bands} bands of activation). Columns: raters."
    )
    lines = [fill(head, _COLUMNS)]
    for block in blocks(plan):
        lines += ["", block.title, *_grid(block)]
        if block.note:
            note = f"{NEVER}, {MARK}: no interval in all or many of the studies ({block.note})"
            lines.append(fill(note, _COLUMNS, initial_indent="  ", subsequent_indent="  "))
    return "\n".join([*lines, "", *(fill(line, _COLUMNS, subsequent_indent="  ") for line in advice(plan))])


def _grid(block: Block) -> list[str]:
    head = ["", *(f"{n} rater{'s' if n > 1 else ''}" for n in block.raters)]
    table = [head, *([name, *map(cell, row)] for name, row in block.rows)]
    sizes = [max(len(row[at]) for row in table) for at in range(len(head))]
    return ["  " + "  ".join(text.rjust(size) for text, size in zip(row, sizes, strict=True)).rstrip() for row in table]


def advice(plan: Plan) -> list[str]:
    """What to have more of, one sentence for each figure, after one on where this starts from."""
    base = plan.base
    start = (
        f"What to have more of, starting from {base.per_stratum * base.n_bands} images, {base.n_raters}"
        f" rater{'s' if base.n_raters > 1 else ''} and {percent(base.repeats)} repeats"
        f" ({base.n_judgements} judgements):"
    )
    told = [f"- {title_of(key)}: {sentence(gains)}" for key in plan.keys if (gains := gains_of(plan, key))]
    return [start, *told] if told else []


def gains_of(plan: Plan, key: Key) -> list[Gain]:
    """What was tried for one figure, and can change it."""
    return [gain for gain in plan.gains if gain.before.key == key and (gain.what != "repeats" or key[0] in OF_REPEATS)]


def sentence(gains: Sequence[Gain]) -> str:
    """Which of the increases narrows the interval most for what it costs."""
    opened = [gain for gain in gains if gain.before.median is None and gain.after.median is not None]
    if opened:
        first = min(opened, key=lambda gain: gain.cost)
        return f"no interval as it is; with {_more(first)} it is {cell(first.after)} wide."
    known = sorted((gain for gain in gains if gain.per_cost is not None), key=lambda gain: -(gain.per_cost or 0.0))
    good = [gain for gain in known if (gain.narrowing or 0.0) >= LITTLE]
    if not known:
        return "no interval, whatever is increased."
    if not good:
        return "none of them narrows it by much."
    rest = "; ".join(f"{_more(gain)}: {_change(gain)}" for gain in known if gain is not good[0])
    return f"{_more(good[0])} ({_change(good[0])}, for {percent(good[0].cost)} more judgements). {_capital(rest)}."


def _more(gain: Gain) -> str:
    if gain.what == "repeats":
        return f"{percent(gain.after.design.repeats)} repeats"
    return {"stimuli": "twice the images", "raters": "twice the raters"}[gain.what]


def _change(gain: Gain) -> str:
    saved = gain.narrowing or 0.0
    if abs(saved) < LITTLE:
        return "about as wide"
    return f"{percent(abs(saved))} {'narrower' if saved > 0 else 'wider'}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def csv_of(plan: Plan) -> dict[str, str]:
    """plan.csv, the widths under every design, and increases.csv, what more of each thing does."""
    widths = (
        (*width.key, *_laid_out(width.design), width.value, width.median, width.low, width.high, width.undefined,
         width.reason)
        for width in plan.widths
    )  # fmt: skip
    gains = (
        (*gain.before.key, gain.what, gain.before.design.n_judgements, gain.after.design.n_judgements,
         gain.before.median, gain.after.median, gain.narrowing, gain.per_cost)
        for gain in plan.gains
    )  # fmt: skip
    return {"plan.csv": _csv(WIDTHS, widths), "increases.csv": _csv(GAINS, gains)}


def _laid_out(design: StudyDesign) -> tuple[object, ...]:
    images = design.per_stratum * design.n_bands
    return (
        design.per_stratum, design.n_bands, images, design.n_raters, design.seen_by, design.repeats,
        design.n_judgements,
    )  # fmt: skip


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if value is None else _harmless(value) for value in row])
    return text.getvalue()


def _harmless(value: object) -> object:
    """Text that a spreadsheet would take for a formula is made none: names of categories come from anywhere."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
