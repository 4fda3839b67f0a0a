"""For Prodigy: tasks for its `choice` interface, one JSON object a line, with the pictures inside."""

from __future__ import annotations

import html
from pathlib import Path

import msgspec

from app.errors import Fault
from app.exchange.asked import Item
from app.exchange.tasks.material import Material, embedded

TASKS, CONFIG, INSTRUCTIONS = "tasks.jsonl", "prodigy.json", "instructions.html"
_TOLD = f"""Run Prodigy in this folder, where it finds {CONFIG}, and give every rater an address of their own
(`?session=heron`), since whose an answer is follows from the session:

    prodigy mark neuronjury {TASKS} --loader jsonl --view-id choice
    prodigy db-out neuronjury > answers.jsonl

The pictures are inside of the tasks. The examples of what the unit responds to stand in {INSTRUCTIONS}, which Prodigy
shows behind its button for help. Prodigy tells when an answer was given, and not how long it took.
"""


def write(material: Material, folder: Path) -> str:
    """Write the tasks, Prodigy's settings and the instructions; what to do with them.

    Raises:
        Fault: the study asks for what the interface has not: words, or a slider.
    """
    rubric = material.asked.rubric
    if rubric.task == "name_it" or (rubric.rating is not None and not rubric.rating.points):
        raise Fault("Prodigy's choice interface has no slider and takes no words. Use another tool.")
    (folder / INSTRUCTIONS).write_text(material.page(folder), encoding="utf-8")
    settings = {
        "choice_style": "multiple" if rubric.several else "single",
        "instructions": INSTRUCTIONS,
        "feed_overlap": True,
        "force_stream_order": True,
        "html_template": False,
    }
    (folder / CONFIG).write_bytes(msgspec.json.format(msgspec.json.encode(settings), indent=2))
    with (folder / TASKS).open("wb") as file:
        for item in material.order:
            file.write(msgspec.json.encode(_task(material, item, folder)) + b"\n")
    return _TOLD


def _task(material: Material, item: Item, folder: Path) -> dict[str, object]:
    pictures = [embedded(folder / name) for name in material.images(item)]
    options = [{"id": option.value, "text": option.words} for option in material.asked.answers()]
    if len(pictures) == 1:
        return material.data(item) | {"image": pictures[0], "options": options}
    sides = "".join(f'<img src="{html.escape(one)}" style="width: 45%; margin: 2%">' for one in pictures)
    return material.data(item) | {"html": sides, "options": options}
