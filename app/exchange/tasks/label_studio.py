"""For Label Studio: a labeling configuration, and tasks whose pictures it serves from the folder."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as Xml

import msgspec

from app.errors import Fault
from app.exchange.asked import Item, Option
from app.exchange.tasks.material import Material
from app.study.records import SLIDER_TOP

CONFIG, TASKS, INSTRUCTIONS = "label_config.xml", "tasks.json", "instructions.html"
_TOLD = f"""1. Let Label Studio serve this folder (once, before it starts):

       export LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true
       export LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT=/path/to/this/folder
       label-studio start

2. Make a project. Under Labeling Setup, Custom template, paste {CONFIG}.
3. Settings, Cloud Storage, Add Source Storage, Local files: the path /path/to/this/folder/images, and once more for
   /path/to/this/folder/references. Save them, and do not sync: that would make tasks of its own.
4. Import {TASKS}.
5. Settings, Instructions: paste {INSTRUCTIONS}. Settings, Annotation: as many annotations per task as you have raters,
   and sequential sampling, which keeps the order.

Afterwards: Export, JSON (or JSON-MIN).
"""


def write(material: Material, folder: Path) -> str:
    """Write the configuration, the tasks and the instructions; what to do with them.

    Raises:
        Fault: a name begins with a dollar sign, which Label Studio takes for a variable.
    """
    tree = Xml.ElementTree(_config(material))
    Xml.indent(tree)
    tree.write(folder / CONFIG, encoding="unicode")
    tasks = [{"data": _data(material, item)} for item in material.order]
    (folder / TASKS).write_bytes(msgspec.json.format(msgspec.json.encode(tasks), indent=1))
    (folder / INSTRUCTIONS).write_text(material.page(folder), encoding="utf-8")
    return _TOLD


def _data(material: Material, item: Item) -> dict[str, str]:
    shown = dict(zip(_names(item), material.images(item), strict=True))
    if references := material.references(item):
        shown["references"] = references
    return material.data(item) | {name: f"/data/local-files/?d={quote(path)}" for name, path in shown.items()}


def _names(item: Item) -> tuple[str, ...]:
    return ((), ("image",), ("left_image", "right_image"))[len(item.stimuli)]


def _config(material: Material) -> Xml.Element:
    rubric, first = material.asked.rubric, material.order[0]
    view = Xml.Element("View")
    _add(view, "Header", value=_words(rubric.question))
    row = _add(view, "View", style="display: flex; gap: 16px")
    names = _names(first)
    for name in names:
        _add(row, "Image", name=name, value=f"${name}")
    if material.units:
        if len(material.units) < len({item.unit for item in material.order}):
            raise Fault("Some units of the study have no examples: Label Studio cannot show them for the others alone.")
        _add(row, "Image", name="references", value="$references")
    to = (*names, "references")[0]
    if rubric.rating is not None:
        _rating(view, material, to)
    else:
        several = "multiple" if rubric.several else "single"
        options = material.asked.answers()
        _choices(view, "label", to, options, choice=several, required="true")
    if rubric.task == "name_it":
        _add(view, "TextArea", name="words", toName=to, placeholder="What is it?", maxSubmissions="1", rows="2")
    return view


def _rating(view: Xml.Element, material: Material, to: str) -> None:
    """Stars, or a slider, and beside it what is no rating: neither is required, and importing wants one of them."""
    rating = material.asked.rubric.rating
    if rating is None:
        raise ValueError("the study asks for no rating")
    top = rating.points or SLIDER_TOP
    bottom = 1 if rating.points else 0
    _add(view, "Header", size="5", value=_words(f"{bottom}: {rating.low}, {top}: {rating.high}"))
    if rating.points:
        _add(view, "Rating", name="label", toName=to, maxRating=str(top))
    else:
        _add(view, "Number", name="label", toName=to, min="0", max=str(top), step="1", slider="true")
    _choices(view, "no_label", to, material.asked.no_label(), choice="single")


def _choices(view: Xml.Element, name: str, to: str, options: tuple[Option, ...], **more: str) -> None:
    group = _add(view, "Choices", name=name, toName=to, showInline="true", **more)
    for key, option in enumerate(options, 1):
        if option.words.startswith("$"):
            raise Fault(f"Label Studio would take the category {option.words} for a variable. Use another tool.")
        own = {"alias": option.value} if option.value != option.words else {}
        hint = {"hint": _words(option.hint)} if option.hint else {}
        _add(group, "Choice", value=_words(option.words), hotkey=str(key), **own, **hint)


def _add(parent: Xml.Element, tag: str, **attributes: str) -> Xml.Element:
    return Xml.SubElement(parent, tag, attributes)


def _words(text: str) -> str:
    """Text that XML can hold, and that Label Studio does not take for a variable."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return f" {plain}" if plain.startswith("$") else plain
