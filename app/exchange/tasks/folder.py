"""The folder with a study's tasks: pictures, the question with its answers, and the files that the tool reads.

Blinding is by absence, as in a file that is handed out: no activation of anything that is judged, no stratum, no file
name, no name of a unit; pictures are written anew and named by their ids, and the order follows from ids and a seed.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import app
from app.errors import Fault
from app.exchange.asked import Asked
from app.exchange.tasks import jspsych, label_studio, prodigy
from app.exchange.tasks.material import EXAMPLES, IMAGES, REFERENCES, Material
from app.exchange.tasks.pictures import as_png, composed
from app.study.file import StudyFile

Progress = Callable[[int, int], None]
TOOLS: Mapping[str, Callable[[Material, Path], str]] = {
    "label-studio": label_studio.write,
    "jspsych": jspsych.write,
    "prodigy": prodigy.write,
}
"""By name: each writes its own files into the folder, and gives what to do with them, as Markdown."""
_EXAMPLES_STAND = {
    "label-studio": "to the right of what is judged",
    "jspsych": "below what is judged",
    "prodigy": "behind the button for help, and not beside what is judged",
}


@dataclass(frozen=True, slots=True)
class Written:
    """What a folder holds now."""

    tasks: int
    """How many."""
    examples: str
    """Where the tool shows the examples of a unit, as a sentence; empty where there are none."""


def write_tasks(study: StudyFile, tool: str, out: Path, seed: int, progress: Progress) -> Written:
    """Write the tasks of a study into a new folder, whole or not at all; what is there then.

    Args:
        study: the researcher's own file.
        tool: one of TOOLS.
        out: the folder; there must be nothing in it.
        seed: of the order and the sides. The folder tells it.
        progress: called with pictures written and all.

    Raises:
        Fault: the folder is there already, something cannot be written, a picture is damaged, the tool cannot ask what
            the study asks, or the study was handed out to one rater.
    """
    asked = Asked.of(study)
    if not asked.items:
        raise Fault(f"{study.path} has nothing to judge.")
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise Fault(f"{out} exists already, and is not empty. Name another folder with --out.")
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as made:
            part = Path(made) / "tasks"
            part.mkdir()
            material = _pictures(study, asked, part, seed, progress)
            told = TOOLS[tool](material, part)
            (part / "README.md").write_text(_readme(material, tool, told), encoding="utf-8")
            if out.exists():
                out.rmdir()
            shutil.move(part, out)
    except OSError as error:
        raise Fault(f"{out} cannot be written: {error.strerror}.") from error
    return Written(len(material.order), _examples(material, tool))


def _pictures(study: StudyFile, asked: Asked, folder: Path, seed: int, progress: Progress) -> Material:
    """Write all pictures, those to judge in the order of their ids."""
    shown = sorted({stimulus for item in asked.items.values() for stimulus in item.stimuli})
    units = sorted({item.unit for item in asked.items.values()})
    for name in (IMAGES, REFERENCES, EXAMPLES):
        (folder / name).mkdir()
    for done, stimulus in enumerate(shown):
        progress(done, len(shown))
        _write(folder / IMAGES / f"{stimulus}.png", as_png(study.image(stimulus), f"the image {stimulus}"))
    progress(len(shown), len(shown))
    with_references = []
    for unit in units:
        if references := study.references(unit):
            (folder / REFERENCES / f"unit-{unit}.png").write_bytes(composed(references))
            with_references.append(unit)
    examples: dict[int, tuple[str, ...]] = {}
    for place, category in enumerate(asked.rubric.categories, 1):
        names = tuple(f"{place}-{rank}.png" for rank in range(1, len(category.examples) + 1))
        for name, data in zip(names, category.examples, strict=True):
            (folder / EXAMPLES / name).write_bytes(as_png(data, f"an example of {category.name}"))
        examples[place] = names
    for name in (REFERENCES, EXAMPLES):
        if not any((folder / name).iterdir()):
            (folder / name).rmdir()
    consent = study.protocol().consent.strip()
    return Material(asked, tuple(asked.in_order(seed)), seed, frozenset(with_references), examples, consent)


def _write(path: Path, data: bytes) -> None:
    """A stimulus under its id, which may come from anybody: never outside of the folder."""
    if path.parent.name != IMAGES or not path.stem.replace("-", "").replace("_", "").isalnum():
        raise Fault(f"The study was altered: {path.stem!r} is no id of an image. Ask for a fresh copy of it.")
    path.write_bytes(data)


def _examples(material: Material, tool: str) -> str:
    """Instructions were written for our own window: a tool may show the examples elsewhere than they say."""
    if not material.units:
        return ""
    rubric = material.asked.rubric
    where = "above the answers" if rubric.task == "name_it" else _EXAMPLES_STAND[tool]
    return f"The examples stand {where} in {tool}: see whether the study's instructions say so, or say elsewhere."


def _readme(material: Material, tool: str, told: str) -> str:
    asked = material.asked
    drawn = "Order and sides were" if asked.rubric.task == "which_one" else "The order was"
    return f"""# {len(material.order)} tasks for {tool}

Written by Neuron Jury {app.__version__} from the study {asked.study}. Everything is judged once and blind.
{drawn} drawn with the seed {material.seed} from the ids alone. Practice, catch trials, repeats and revealed
trials are not among them.
{_examples(material, tool)}

{told}
Bring what comes back into the study with:

    neuronjury import STUDY.jury FILES... --from {tool} --dry-run
    neuronjury import STUDY.jury FILES... --from {tool}
"""
