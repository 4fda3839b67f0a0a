"""Tasks go out, a tool writes what people say, and the study holds just that."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import NAME_IT, RUBRIC, SEVEN, SLIDER, new_study, which_one_study
from other_tools import TOOLS, Press

from app.exchange.asked import Asked
from app.exchange.importing import bring_in, look
from app.exchange.tasks import write_tasks
from app.study.chain import first_break
from app.study.collecting import collect
from app.study.file import StudyFile
from app.study.forgetting import forget_rater
from app.study.handing_out import hand_out
from app.study.records import Category, NewStudy

KINDS = {
    "categorize": new_study(4, 2),
    "nothing": replace(new_study(4), rubric=replace(RUBRIC, nothing=True)),
    "rate": replace(new_study(4), rubric=SEVEN),
    "which_one": which_one_study(8),
}
PRESSES = [
    Press(1, 0, 0),
    Press(2, 0, 2, 5),
    Press(1, 1, 3, 10),
    Press(1, 2, 1, 20),
    Press(2, 3, 0, 21),
    Press(1, 0, 2, 30),
]


def made(folder: Path, new: NewStudy) -> StudyFile:
    path = folder / "study.jury"
    StudyFile.create(path, new)
    return StudyFile.open(path)


def sent(study: StudyFile, to: str, folder: Path, seed: int = 3) -> Path:
    write_tasks(study, to, folder, seed, lambda done, total: None)
    return folder


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def judged(study: StudyFile) -> set[tuple[object, ...]]:
    """What the study holds: who says what of what, and what else is known of it."""
    rows = study.connection.execute(
        "SELECT rater_id, stimulus, label, kind, confidence, note, milliseconds, at FROM judgement"
    )
    return set(rows.fetchall())


def expected(study: StudyFile, presses: Sequence[Press], seed: int = 3) -> set[tuple[object, ...]]:
    """The newest press of each person on each task, as the study should hold it."""
    asked, found = Asked.of(study), {}
    for press in presses:
        item, option = asked.in_order(seed)[press.task], asked.answers()[press.option].value
        side, _, sure = option.partition(" ")
        kind = {"can't tell": "cannot_tell", "nothing nameable here": "nothing"}.get(option, "label")
        label: str | None = option
        if len(item.stimuli) == 2:
            label = item.sides(seed)[side == "right"]
        if kind != "label":
            label, sure = None, ""
        confidence = int(sure) if sure and len(item.stimuli) == 2 else None
        found[press.person, item.id] = (item.id, label, kind, confidence)
    return {(str(person), *row) for (person, _), row in found.items()}


@pytest.mark.parametrize(
    ("kind", "tool"),
    [
        *((kind, tool) for kind in ("categorize", "nothing", "which_one") for tool in TOOLS),
        ("rate", "prodigy"),
        ("rate", "jspsych"),
    ],
)
def test_what_people_say_elsewhere_is_what_the_study_holds(tmp_path: Path, kind: str, tool: str) -> None:
    to, from_, write = TOOLS[tool]
    with made(tmp_path, KINDS[kind]) as study:
        file = written(tmp_path, "answers", write(sent(study, to, tmp_path / "out"), PRESSES))
        before = study.path.read_bytes()
        preview = look(study, [file], from_)
        assert study.path.read_bytes() == before
        brought = bring_in(study, [file], from_)
        assert (preview.people, preview.passed) == (brought.people, brought.passed) == (brought.people, ())
        assert brought.new == len(PRESSES)
        told = {person.pseudonym: person.told[-1] for person in brought.people}
        whose = {rater.id: told[rater.pseudonym] for rater in study.raters()}
        assert {(whose[str(row[0])], *row[1:5]) for row in judged(study)} == expected(study, PRESSES)
        assert {row[6] for row in judged(study)} == ({0} if tool == "prodigy" else {2500})
        assert all(str(row[7]).startswith("2026-01-02T03:") for row in judged(study))
        for rater in study.raters():
            assert first_break(study.events(rater)) is None
        assert bring_in(study, [file], from_).new == 0


def test_stars_a_slider_and_words_come_back_from_label_studio(tmp_path: Path) -> None:
    cases = [
        (SEVEN, [{"rating": 4}], ("4", None)),
        (SLIDER, [{"number": 57}], ("57", None)),
        (SLIDER, [{"choices": ["can't tell"]}], (None, None)),
        (NAME_IT, [{"choices": ["one thing"]}, {"text": ["a bent line"]}], ("one thing", "a bent line")),
    ]
    for number, (rubric, values, said) in enumerate(cases):
        folder = tmp_path / str(number)
        folder.mkdir()
        with made(folder, replace(new_study(4), rubric=rubric)) as study:
            task = json.loads((sent(study, "label-studio", folder / "out") / "tasks.json").read_text())[0]
            results = [{"value": value, "from_name": "label", "type": "x"} for value in values]
            task["annotations"] = [{"id": 1, "completed_by": {"id": 7, "email": "a@b.org"}, "result": results}]
            (person,) = bring_in(study, [written(folder, "a.json", json.dumps([task]))], "label-studio").people
            assert person.pseudonym == "label-studio 7"
            ((_, _, label, _, _, note, milliseconds, at),) = judged(study)
            assert (label, note, milliseconds, at) == (*said, 0, "")
            # JSON-MIN wraps what is no text
            flat = {**task["data"], "label": [values[0]], "annotator": 8}
            flat |= {"words": values[1]["text"]} if len(values) > 1 else {}
            bring_in(study, [written(folder, "b.json", json.dumps([flat]))], "label-studio")
            assert {row[2] for row in judged(study)} == {said[0]}


def test_several_categories_come_back_whatever_they_are_called(tmp_path: Path) -> None:
    names = ("a<b>&amp;", 'l\'é "q"')
    rubric = replace(RUBRIC, several=True, scale="nominal", categories=tuple(Category(n, "") for n in names))
    with made(tmp_path, replace(new_study(4), rubric=rubric)) as study:
        trial = json.loads((sent(study, "jspsych", tmp_path / "js") / "timeline.json").read_text())[1]
        (question,) = trial["questions"]
        heard = {**trial["data"], "rater": "ann", "rt": 1.0, "response": {"label": question["options"][:2]}}
        bring_in(study, [written(tmp_path, "js.json", json.dumps([heard]))], "jspsych")
        line = json.loads((sent(study, "prodigy", tmp_path / "pr") / "tasks.jsonl").read_text().splitlines()[0])
        line |= {"accept": [names[1], names[0]], "answer": "accept", "_session_id": "x"}
        bring_in(study, [written(tmp_path, "pr.jsonl", json.dumps(line))], "prodigy")
        row = f'{Asked.of(study).in_order(0)[0].id},bob,"{json.dumps(names).replace(chr(34), chr(34) * 2)}"\n'
        bring_in(study, [written(tmp_path, "t.csv", f"stimulus,rater,label\n{row}")], "csv")
        said = json.dumps(names, ensure_ascii=False)
        assert [row[2] for row in judged(study)] == [said] * 3


def test_people_get_numbers_where_a_tool_has_their_address(tmp_path: Path) -> None:
    with made(tmp_path, new_study(4)) as study:
        task = json.loads((sent(study, "label-studio", tmp_path / "out") / "tasks.json").read_text())[0]
        people: list[object] = ["ann@example.org", {"email": "bob@example.org"}, 5]
        result = [{"value": {"choices": ["edge"]}}]
        task["annotations"] = [{"completed_by": one, "result": result} for one in people]
        file = written(tmp_path, "a.json", json.dumps([task]))
        brought = bring_in(study, [file], "label-studio")
        assert {one.told: one.pseudonym for one in brought.people} == {
            "5": "label-studio 5",
            "ann@example.org": "label-studio person 1",
            "bob@example.org": "label-studio person 2",
        }
        table = written(tmp_path, "t.csv", f"stimulus,rater,label\n{task['data']['stimulus']},cy@example.org,edge\n")
        bring_in(study, [table], "csv")
        assert b"example.org" not in study.path.read_bytes()


def test_one_person_can_be_named(tmp_path: Path) -> None:
    with made(tmp_path, new_study(4)) as study:
        file = written(tmp_path, "a", TOOLS["prodigy"][2](sent(study, "prodigy", tmp_path / "out"), PRESSES[:1]))
        (person,) = bring_in(study, [file], "prodigy", "heron").people
        assert (person.told, person.pseudonym, person.left) == ("heron", "heron", 3)
        assert study.imported() == {"heron": "prodigy"}


def test_copies_of_a_study_with_imported_raters_are_collected(tmp_path: Path) -> None:
    with made(tmp_path, KINDS["categorize"]) as study:
        write = TOOLS["jspsych"][2]
        folder = sent(study, "jspsych", tmp_path / "out")
        early, late = (written(tmp_path, f"{n}.json", write(folder, PRESSES[:n])) for n in (3, 6))
    copies = []
    for number, files in enumerate(([early], [late], [early, late])):
        path = tmp_path / f"copy-{number}.jury"
        path.write_bytes((tmp_path / "study.jury").read_bytes())
        with StudyFile.open(path) as copy:
            for file in files:
                bring_in(copy, [file], "jspsych")
            copy.connection.execute("UPDATE imported SET at = ?", (f"202{7 - number}-01-01T00:00:00Z",))
            last = judged(copy)
        copies.append(path)
    with StudyFile.open(tmp_path / "study.jury") as study:
        preview = collect(study, copies)
        assert not preview.refused
        assert judged(study) == last
        assert study.imported() == {"1": "jspsych", "2": "jspsych"}
        assert {at for (at,) in study.connection.execute("SELECT at FROM imported")} == {"2025-01-01T00:00:00Z"}
        assert collect(study, copies[::-1]).events == 0
        for rater in study.raters():
            assert first_break(study.events(rater)) is None
        forget_rater(study, "1")
        assert study.imported() == {"2": "jspsych"}
        gone = bring_in(study, [late], "jspsych")
        assert [person.pseudonym for person in gone.people] == ["2"]
        assert {one.skipped.why for one in gone.passed} == {"this rater was taken out of the study for good"}


def test_imported_answers_take_a_raters_place_only_where_they_were_given(tmp_path: Path) -> None:
    new = new_study(8)
    with made(tmp_path, replace(new, protocol=type(new.protocol)(raters_per_stimulus=2))) as study:
        write = TOOLS["jspsych"][2]
        file = written(tmp_path, "a.json", write(sent(study, "jspsych", tmp_path / "out"), [Press(1, 0, 0)]))
        bring_in(study, [file], "jspsych")
        packed = hand_out(study, ("ann", "bob"), tmp_path / "packed", lambda done, total: None)
        assert sum(one.trials for one in packed) == 2 * 8 - 1
        for one in packed:
            with StudyFile.open(one.path, writable=False) as handed:
                assert handed.imported() == {}
                assert len(handed.raters()) == 1
