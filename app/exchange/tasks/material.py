"""What every tool's files are made of."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.exchange.asked import Asked, Item

IMAGES, REFERENCES, EXAMPLES = "images", "references", "examples"
"""Folders: the images to judge, one picture with the examples of each unit, and the examples of categories."""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Instructions</title>
<style>body {{ font-family: sans-serif; max-width: 46em; margin: 2em auto }} .words {{ white-space: pre-wrap }}
img {{ max-width: 100% }}</style></head><body>
{body}
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Material:
    """A study's tasks, with all pictures written already."""

    asked: Asked
    order: tuple[Item, ...]
    """As raters see them."""
    seed: int
    units: frozenset[int]
    """Those that have references."""
    examples: Mapping[int, tuple[str, ...]]
    """Of each category, by its place from 1, the names of its example pictures."""
    consent: str
    """What raters agree to first; empty where there is nothing."""

    def references(self, item: Item) -> str | None:
        """The picture with the examples that belong beside an item, from the folder; None where there are none."""
        return f"{REFERENCES}/unit-{item.unit}.png" if item.unit in self.units else None

    def data(self, item: Item) -> dict[str, str]:
        """What a task has to carry, so that its answer finds its way back."""
        found = {"study": self.asked.study, "stimulus": item.id}
        return found | ({"left": item.sides(self.seed)[0]} if len(item.stimuli) == 2 else {})

    def images(self, item: Item) -> tuple[str, ...]:
        """The pictures to judge, from left to right, from the folder."""
        return tuple(f"{IMAGES}/{stimulus}.png" for stimulus in item.sides(self.seed))

    def instructions(self, folder: Path | None = None, *, consent: bool = True) -> str:
        """The question, how to go about it, and what each answer means, as HTML; all words are escaped.

        Args:
            folder: where the pictures are, to be put into the text itself; None: they are named.
            consent: begin with what raters agree to.
        """
        rubric = self.asked.rubric

        def picture(name: str) -> str:
            source = name if folder is None else embedded(folder / name)
            return f'<img src="{html.escape(source)}" alt="">'

        parts = [f'<p class="words">{html.escape(self.consent)}</p>'] if consent and self.consent else []
        parts.append(f"<h2>{html.escape(rubric.question)}</h2>")
        if rubric.instructions.strip():
            parts.append(f'<p class="words">{html.escape(rubric.instructions)}</p>')
        for place, category in enumerate(rubric.categories, 1):
            parts.append(f"<h3>{html.escape(category.name)}</h3><p>{html.escape(category.definition)}</p>")
            parts += [picture(f"{EXAMPLES}/{name}") for name in self.examples[place]]
        for unit in sorted(self.units):
            which = "the unit" if len(self.units) == 1 else f"unit {unit}"
            parts += [f"<h3>What {which} responds to</h3>", picture(f"{REFERENCES}/unit-{unit}.png")]
        return "\n".join(parts)

    def page(self, folder: Path) -> str:
        """The instructions as a page that needs no other file."""
        return _PAGE.format(body=self.instructions(folder))


def embedded(path: Path) -> str:
    """A picture as an address that holds all of it."""
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"
