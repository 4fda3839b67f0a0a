"""Files of other tools may come from anybody: a sentence for each that is no answer, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import png, study_file
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Fault
from app.exchange.asked import Asked
from app.exchange.importing import bring_in, look
from app.exchange.reading import READERS, Said, Skipped
from app.exchange.reading.said import contents
from app.exchange.tasks import write_tasks
from app.study.file import StudyFile
from app.study.handing_out import hand_out
from app.study.records import Kind

GOOD = "0000"  # a stimulus of the study
LS = {"data": {"stimulus": GOOD, "study": "0000-uuid"}}
EDGE = [{"value": {"choices": ["edge"]}}]


def why(tmp_path: Path, tool: str, text: str | bytes) -> list[str]:
    """Why each entry of such a file is left out, with its place."""
    file = tmp_path / "answers"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with StudyFile.open(study_file(tmp_path)) as study:
        brought = look(study, [file], tool)
        assert not brought.people
        return [f"{one.skipped.where}: {one.skipped.why}" for one in brought.passed]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"result": []}, "there is no answer"),
        ({"was_cancelled": True}, "cancelled in Label Studio"),
        ({"result": [{"value": {"choices": ["edge", "unrelated"]}}]}, "“edge, unrelated” is more than one answer"),
        ({"result": [{"value": {"choices": ["edge", "can't tell"]}}]}, "says that there is no answer, and gives one"),
        ({"result": [{"value": {"choices": ["<script>"]}}]}, "“<script>” is no answer of this study"),
        ({"result": [{"value": {"choices": ["nothing nameable here"]}}]}, "is no answer of this study"),
        ({"completed_by": None}, "it does not say whose it is"),
        ({"completed_by": "x" * 1000}, "who said it cannot be read"),
        ({"completed_by": [1]}, "it cannot be read"),
        ({"updated_at": "yesterday"}, "the time of day “yesterday” cannot be read"),
        ({"updated_at": "9999-12-31T23:59:59-23:00"}, "cannot be read"),
        ({"result": 7}, "it cannot be read"),
    ],
)
def test_an_annotation_that_is_no_answer_is_named(tmp_path: Path, change: dict[str, object], words: str) -> None:
    annotation = {"result": EDGE, "completed_by": 1, **change}
    (told,) = why(tmp_path, "label-studio", json.dumps([{**LS, "annotations": [annotation]}]))
    assert told.startswith("task 1, annotation 1: ")
    assert words in told


@pytest.mark.parametrize(
    ("tool", "text", "words"),
    [
        ("label-studio", json.dumps([{"data": {"stimulus": "elsewhere"}, "annotations": [{"result": EDGE}]}]),
         "the study has nothing to judge that is called “elsewhere”"),
        ("label-studio", json.dumps([{"data": {**LS["data"], "study": "another"}, "annotations": [{"result": EDGE}]}]),
         "it belongs to another study"),
        ("label-studio", '[{"data": 7, "annotations": []}]', "task 1: it cannot be read"),
        ("label-studio", '[{"label": "edge", "annotator": 1}]', "task 1: it cannot be read"),
        ("prodigy", json.dumps({"stimulus": GOOD, "answer": "ignore", "_session_id": "a"}), "answer is “ignore”"),
        ("prodigy", json.dumps({"stimulus": GOOD, "answer": "reject", "accept": ["edge"]}), "answer is “reject”"),
        ("prodigy", "\n{not json", "line 2: it cannot be read"),
        ("prodigy", '{"stimulus": "0000", "answer": "accept", "_timestamp": 1e30, "accept": ["edge"]}', "time of day"),
        ("prodigy", b"\xff\xfe{}", "line 1: it cannot be read"),
        ("prodigy", '{"stimulus":' + "[" * 200_000, "line 1: it cannot be read"),
        ("jspsych", json.dumps([{"stimulus_id": GOOD, "response": 9, "answers": ["edge"]}]), "there is no button 9"),
        ("jspsych", json.dumps([{"stimulus_id": GOOD, "response": 0.5, "answers": ["edge"]}]), "no button 0.5"),
        ("jspsych", json.dumps([{"stimulus_id": GOOD, "response": 0}]), "what the buttons stand for"),
        ("jspsych", json.dumps([{"stimulus_id": GOOD, "response": None}]), "trial 1: there is no answer"),
        ("jspsych", json.dumps([{"stimulus_id": GOOD, "response": "{bad"}]), "trial 1: it cannot be read"),
        ("csv", f"stimulus,rater,label\n{GOOD},ann", "line 2: the row has not as many values"),
        ("csv", f"stimulus,rater,label,\n{GOOD},ann,edge,,more", "line 2: the row has not as many values"),
        ("csv", f"stimulus,rater,label,confidence\n{GOOD},ann,edge,9", "the confidence “9” is none"),
        ("csv", f"stimulus,rater,label,condition\n{GOOD},ann,edge,revealed", "only blind first judgements"),
        ("csv", f"stimulus,rater,label,occasion\n{GOOD},ann,edge,2", "only blind first judgements"),
        ("csv", f"stimulus,rater,label\n{GOOD},,edge", "it does not say whose it is"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_named_with_its_place(tmp_path: Path, tool: str, text: str | bytes, words: str) -> None:
    (told,) = why(tmp_path, tool, text)
    assert words in told


@pytest.mark.parametrize(
    ("tool", "text", "words"),
    [
        ("label-studio", "{}", "is no export of Label Studio in JSON"),
        ("label-studio", '[{"id": NaN}]', "is no export of Label Studio in JSON"),
        ("jspsych", "[" * 200_000, "is no data of jsPsych in JSON"),
        ("csv", "a,b\n1,2", "has no column stimulus and no column rater and no column label"),
        ("csv", "stimulus,label\n0000,edge", "no column rater. .* Where all of it is one person's, give --rater NAME"),
        ("csv", "stimulus,rater,label,label\n", "two columns called “label”"),
        ("csv", "stimulus,rater,label,Label\n", "two columns called “label”"),
        ("csv", ",,\na,b,c", "has no column stimulus"),
        ("csv", b"stimulus,rater,label\n\xff", "is no CSV file in UTF-8"),
        ("csv", 'stimulus,rater,label\n"' + "x" * 200_000 + '",a,b', "is no CSV file in UTF-8"),
    ],
)
def test_a_file_that_is_none_of_the_tools_is_refused(tmp_path: Path, tool: str, text: str | bytes, words: str) -> None:
    with pytest.raises(Fault, match=words):
        why(tmp_path, tool, text)


def taken(asked: Asked, folder: Path, tool: str, text: str) -> list[tuple[str | None, Kind, int]]:
    """Who says what kind of thing in such a file, and how long it took; nothing in it is left out."""
    file = folder / "answers"
    file.write_text(text, encoding="utf-8")
    found = [one for one in READERS[tool](file, asked) if isinstance(one, Said)]
    assert len(found) == len(list(READERS[tool](file, asked)))
    return [(one.person, one.answer.kind, one.milliseconds) for one in found]


@pytest.mark.parametrize("seconds", ["-0.001", "1e9", "1e300"])
def test_a_time_that_is_none_is_dropped_and_the_answer_taken(tmp_path: Path, asked: Asked, seconds: str) -> None:
    annotation = {"result": EDGE, "completed_by": 1, "lead_time": float(seconds)}
    files = {
        "label-studio": json.dumps([{**LS, "annotations": [annotation]}]),
        "csv": f"stimulus,rater,label,seconds\n{GOOD},1,edge,{seconds}",
        "jspsych": json.dumps([{"stimulus_id": GOOD, "rater": 1, "response": "edge", "rt": 1000 * float(seconds)}]),
    }
    for tool, text in files.items():
        assert taken(asked, tmp_path, tool, text) == [("1", "label", 0)], tool
    for told in ("nan", "soon"):
        text = f"stimulus,rater,label,seconds\n{GOOD},1,edge,{told}"
        assert taken(asked, tmp_path, "csv", text) == [("1", "label", 0)]


@pytest.mark.parametrize(
    "text",
    [
        "stimulus,rater,label,,\n{0},jo x,edge,,\n{1},jo x,can't tell,,\n",
        "stimulus,rater,label,\n{0},jo x,edge\n{1},jo x,can't tell,a remark\n",
        ",stimulus,rater,label\n0,{0},jo x,edge\n1,{1},jo x,can't tell\n",
        "Stimulus,RATER,Label\n{0},jo x,edge,,\n{1},jo x,can't tell\n",
        "stimulus,rater,label\n{0},jo x,edge\n{1},jo x,Can’t tell\n",
        "stimulus,rater,label\n{0},jo  x,edge\n{1}, jo\u00a0x ,can't tell\n",
    ],
    ids=["Excel's columns", "a remark", "row numbers", "capitals", "a curly apostrophe", "blanks"],
)
def test_what_spreadsheets_make_of_a_table_is_taken(tmp_path: Path, asked: Asked, text: str) -> None:
    two = sorted(asked.items)[:2]
    assert taken(asked, tmp_path, "csv", text.format(*two)) == [("jo x", "label", 0), ("jo x", "cannot_tell", 0)]


def test_a_device_is_never_read(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="is no ordinary file"):
        contents(Path("/dev/zero"))
    with pytest.raises(Fault, match="There is no file"):
        contents(tmp_path / "nowhere")


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    with StudyFile.open(study_file(tmp_path_factory.mktemp("study")), writable=False) as study:
        return Asked.of(study)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.sampled_from([GOOD, "edge"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.sampled_from(
        ["data", "annotations", "result", "value", "choices", "stimulus", "stimulus_id", "study", "completed_by",
         "accept", "answer", "_timestamp", "_session_id", "response", "answers", "rt", "at", "rater", "label",
         "lead_time", "updated_at", "email", "id", "number", "rating"]), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize("tool", READERS)
@given(value=st.lists(_JSON, max_size=3) | st.binary(max_size=60))
@settings(max_examples=60, deadline=None)
def test_nothing_but_answers_and_reasons_comes_of_any_file(
    tmp_path_factory: pytest.TempPathFactory, asked: Asked, tool: str, value: object
) -> None:
    path = tmp_path_factory.getbasetemp() / f"fuzz-{tool}"
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    try:
        found = list(READERS[tool](path, asked))
    except Fault:
        return
    assert all(isinstance(one, (Said, Skipped)) for one in found)


def test_answers_of_two_people_cannot_be_one_persons(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(f"stimulus,rater,label\n{GOOD},ann,edge\n{GOOD},bob,edge\n")
    with StudyFile.open(study_file(tmp_path)) as study:
        with pytest.raises(Fault, match="answers of 2 people, and cannot all be by “heron”"):
            bring_in(study, [file], "csv", "heron")
        with pytest.raises(Fault, match="no e-mail address"):
            bring_in(study, [file], "csv", "heron@example.org")
        assert study.raters() == ()


def test_a_raters_own_name_is_not_taken_from_them(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(f"stimulus,rater,label\n{GOOD},ann,edge\n")
    with StudyFile.open(study_file(tmp_path)) as study:
        study.add_rater("ann")
        (person,) = bring_in(study, [file], "csv").people
        assert person.pseudonym == "ann (csv)"


def test_a_file_that_was_handed_out_takes_in_nothing(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        (one,) = hand_out(study, ["ann"], tmp_path, lambda done, total: None)
    with StudyFile.open(one.path) as handed, pytest.raises(Fault, match="was handed out to one rater"):
        write_tasks(handed, "jspsych", tmp_path / "out", 0, lambda done, total: None)


def test_an_id_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    path = study_file(tmp_path)
    with StudyFile.open(path) as study:
        run = study.connection.execute
        run("INSERT INTO image VALUES ('x', ?)", (png(1),))
        run("INSERT INTO stimulus VALUES ('../../x', 1, 'x')")
        with pytest.raises(Fault, match="is no id of an image"):
            write_tasks(study, "jspsych", tmp_path / "out" / "tasks", 0, lambda done, total: None)
        assert not list((tmp_path / "out").iterdir())
