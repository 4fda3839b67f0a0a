"""The folders with tasks: what must not be in them is not, and what a lab needs is."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from helpers import RUBRIC, SEVEN, new_study, png, which_one_study
from PIL import Image

from app.errors import Fault
from app.exchange.tasks import TOOLS, write_tasks
from app.study.file import StudyFile
from app.study.protocol import Protocol
from app.study.records import Category, Known, NewStudy


def write(folder: Path, new: NewStudy, tool: str, seed: int = 0) -> Path:
    path = folder / "study.jury"
    if not path.exists():
        StudyFile.create(path, new)
    out = folder / f"{tool}-{seed}"
    with StudyFile.open(path, writable=False) as study:
        write_tasks(study, tool, out, seed, lambda done, total: None)
    return out


def everything(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("tool", TOOLS)
def test_nothing_hidden_is_in_the_folder(tmp_path: Path, tool: str) -> None:
    new = replace(
        new_study(8, 2),
        known=(Known("catch-1", "catch", 1, png(77), ("edge",), "a clear edge"),),
        protocol=Protocol(consent="I take part of my own will."),
    )
    files = everything(write(tmp_path, new, tool))
    names = {name for name in files if name.startswith("images/")}
    assert names == {f"images/{stimulus.id}.png" for stimulus in new.stimuli}
    text = b"".join(data for name, data in files.items() if not name.endswith(".png"))
    hidden = ["secret", "photograph", "features.", "a model", "catch-1", "a clear edge", "Edges?", '"edges"']
    hidden += [f"{stimulus.activation:.3f}"[:6] for stimulus in new.stimuli if abs(stimulus.activation) > 0.2]
    assert [word for word in hidden if word.encode() in text] == []
    assert b"I take part of my own will." in text
    for name in names:
        with Image.open(tmp_path / f"{tool}-0" / name) as image:
            assert image.info == {}


@pytest.mark.parametrize("tool", TOOLS)
def test_no_activation_and_no_stratum_moves_a_byte_but_in_the_examples(tmp_path: Path, tool: str) -> None:
    new = which_one_study()
    before = everything(write(tmp_path, new, tool))
    connection = sqlite3.connect(tmp_path / "study.jury")
    connection.execute(
        "UPDATE measurement SET activation = -activation * 7, stratum = 3 - stratum, source = 'elsewhere'"
    )
    connection.execute('UPDATE pair SET "first" = second, second = "first", gap = \'1 / 2\'')
    connection.commit()
    connection.close()
    again = tmp_path / "again"
    with StudyFile.open(tmp_path / "study.jury") as study:
        write_tasks(study, tool, again, 0, lambda done, total: None)
    assert everything(again) == before


def test_the_seed_draws_order_and_sides_and_is_told(tmp_path: Path) -> None:
    def shown(seed: int) -> list[tuple[str, str]]:
        out = write(tmp_path, which_one_study(40), "label-studio", seed)
        assert f"the seed {seed} " in (out / "README.md").read_text()
        return [
            (task["data"]["stimulus"], task["data"]["left"]) for task in json.loads((out / "tasks.json").read_text())
        ]

    one, two = shown(1), shown(2)
    assert one != two
    assert sorted(id_ for id_, _ in one) == sorted(id_ for id_, _ in two)
    assert dict(one) != dict(two)
    stronger = {pair.id: pair.first for pair in which_one_study(40).pairs}
    lefts = sum(stronger[id_] == left for rows in (one, two) for id_, left in rows)
    assert 8 < lefts < 32  # of 40, by chance


class Tags(HTMLParser):
    """Which tags a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.scripts = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "script":
            self.scripts += data


EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.mark.parametrize("tool", TOOLS)
def test_hostile_words_stay_words(tmp_path: Path, tool: str) -> None:
    rubric = replace(
        RUBRIC, question=EVIL, instructions=EVIL, categories=(Category(EVIL, EVIL), Category('a"b&c', "\x00\x08"))
    )
    out = write(tmp_path, replace(new_study(4), rubric=rubric, protocol=Protocol(consent=EVIL)), tool)
    for path in out.glob("*.html"):
        page = Tags()
        page.feed(path.read_text())
        assert page.tags.count("script") == (3 if tool == "jspsych" else 0)
        assert EVIL not in path.read_text()
        assert "onerror" not in page.tags
    if tool == "label-studio":
        choices = [choice.attrib["value"] for choice in Xml.parse(out / "label_config.xml").iter("Choice")]
        assert choices == [EVIL, 'a"b&c', "Can't tell"]
    if tool == "jspsych":
        for trial in json.loads((out / "timeline.json").read_text()):
            shown = Tags()
            shown.feed(trial["stimulus"] + "".join(trial["choices"]) + trial.get("prompt", ""))
            assert "script" not in shown.tags


def test_the_references_are_beside_with_their_activations(tmp_path: Path) -> None:
    out = write(tmp_path, new_study(4, 2), "jspsych")
    trials = [trial for trial in json.loads((out / "timeline.json").read_text()) if "data" in trial]
    units = ["1" if "unit-1.png" in trial["prompt"] else "2" for trial in trials]
    assert sorted(units) == ["1"] * 4 + ["2"] * 4
    assert len({*units[:4]}) == len({*units[4:]}) == 1  # unit by unit
    with Image.open(out / "references" / "unit-1.png") as picture:
        assert picture.size == (3 * 120 + 8, 2 * 160 + 8)


def test_ratings_in_stars_and_on_a_slider(tmp_path: Path) -> None:
    out = write(tmp_path, replace(new_study(4), rubric=SEVEN), "label-studio")
    config = Xml.parse(out / "label_config.xml")
    assert [one.attrib["maxRating"] for one in config.iter("Rating")] == ["7"]
    assert [one.attrib["alias"] for one in config.iter("Choice")] == ["can't tell"]


def test_a_folder_with_something_in_it_is_left_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "jspsych-0"
    out.mkdir()
    write(tmp_path, new_study(4), "jspsych")
    (tmp_path / "prodigy-0").mkdir()
    (tmp_path / "prodigy-0" / "mine").write_text("x")
    with pytest.raises(Fault, match="is not empty"):
        write(tmp_path, new_study(4), "prodigy")
    assert [path.name for path in (tmp_path / "prodigy-0").iterdir()] == ["mine"]


def test_a_damaged_picture_leaves_no_folder(tmp_path: Path) -> None:
    new = new_study(4)
    broken = replace(new, stimuli=(replace(new.stimuli[0], image=b"no picture"), *new.stimuli[1:]))
    with pytest.raises(Fault, match="cannot be read: the image 0000"):
        write(tmp_path, broken, "jspsych")
    assert [path.name for path in tmp_path.iterdir()] == ["study.jury"]
