"""Study files from anybody: whatever is in one, it is refused in words or does no harm."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import fuzzing
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.study.collecting import collect, look
from app.study.file import StudyFile

SCRIPTS = sorted((fuzzing.CORPUS / "studies").glob("*.sql"))
FIRST_LINE = re.compile(r"-- (copy|packed) (\w+)( vouch)?(?:: (.*))?")
"""Of a script: which file it alters, its task, whether the log is chained anew, and what is said against the file."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], fuzzing.Studies]:
    return cache(lambda task: fuzzing.studies(tmp_path_factory.mktemp(task), task))


@pytest.mark.parametrize("task", fuzzing.TASKS)
def test_what_was_not_altered_is_taken(made: Callable[[str], fuzzing.Studies], tmp_path: Path, task: str) -> None:
    """Else the tests below would say nothing."""
    studies = made(task)
    for number, path in enumerate((studies.copy, studies.packed)):
        target = tmp_path / f"{number}.jury"
        fuzzing.altered(path, target, "", vouch=True)
        said = fuzzing.study(target, studies.home, report=True)
        of_no_figure = ("words of their own", "was handed out to one rater")
        assert [one for one in said if not any(words in one for words in of_no_figure)] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_corpus(made: Callable[[str], fuzzing.Studies], tmp_path: Path, script: Path) -> None:
    text = script.read_text()
    found = FIRST_LINE.fullmatch(text.partition("\n")[0])
    assert found is not None
    which, task, vouch, words = found.groups()
    studies = made(task)
    target = tmp_path / "altered.jury"
    fuzzing.altered(getattr(studies, which), target, text, vouch=bool(vouch))
    assert target.read_bytes() != getattr(studies, which).read_bytes()
    said = fuzzing.study(target, studies.home, report=words is None)
    if words is None:
        assert not [one for one in said if "was altered" in one or "is damaged" in one]
    else:
        assert any(re.search(words, one) for one in said), said


@given(data=st.data())
@settings(fuzzing.STEADY, max_examples=12)
def test_altered_rows(
    made: Callable[[str], fuzzing.Studies], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    studies = made(data.draw(st.sampled_from(sorted(fuzzing.TASKS))))
    source = data.draw(st.sampled_from((studies.copy, studies.packed)))
    one = st.builds(
        fuzzing.statement,
        st.sampled_from(fuzzing.STATEMENTS),
        st.sampled_from(fuzzing.columns(source)),
        st.integers(0, 5),
        st.sampled_from(fuzzing.VALUES),
    )
    target = tmp_path_factory.mktemp("altered") / "altered.jury"
    script = "\n".join(data.draw(st.lists(one, min_size=1, max_size=3)))
    fuzzing.altered(source, target, script, vouch=data.draw(st.booleans()))
    fuzzing.study(target, studies.home)


@given(edits=fuzzing.edits(), packed=st.booleans())
@settings(fuzzing.STEADY, max_examples=25)
def test_altered_bytes(
    made: Callable[[str], fuzzing.Studies],
    tmp_path_factory: pytest.TempPathFactory,
    edits: list[fuzzing.Edit],
    packed: bool,
) -> None:
    studies = made("categorize")
    target = tmp_path_factory.mktemp("altered") / "altered.jury"
    target.write_bytes(fuzzing.edited((studies.packed if packed else studies.copy).read_bytes(), edits))
    fuzzing.study(target, studies.home)


def test_an_event_that_bears_the_id_of_somebody_elses_is_refused(
    made: Callable[[str], fuzzing.Studies], tmp_path: Path
) -> None:
    """Whether that other was collected a moment ago, or long before; and what else comes is not held up by it."""
    studies = made("categorize")
    with StudyFile.open(studies.copy, writable=False) as file:
        theirs = [file.events(rater)[0].uuid for rater in file.raters() if rater.pseudonym == "eve"]
    target = tmp_path / "altered.jury"
    fuzzing.altered(studies.packed, target, f"UPDATE event SET uuid = '{theirs[0]}' WHERE sequence = 2;", vouch=True)
    home = tmp_path / "home.jury"
    home.write_bytes(studies.home.read_bytes())
    with StudyFile.open(home) as study:
        assert [one.path for one in look(study, [studies.copy, target]).refused] == [target]
        came = collect(study, [studies.copy, target])
        assert [one.path for one in came.refused] == [target]
        assert came.events == len(came.found[-1:]) * came.found[-1].new > 0
        again = collect(study, [target])
        assert ["its ids stand for something else" in one.why for one in again.refused] == [True]
        assert again.events == 0


def test_no_name_that_somebody_gave_themselves_keeps_others_out(
    made: Callable[[str], fuzzing.Studies], tmp_path: Path
) -> None:
    """Of two raters of one name, both get the beginning of their ids behind it: a third may be called just that."""
    studies = made("categorize")
    files, ids = [], ("1234aaaa", "5678bbbb", "9999cccc")
    for id_, name in zip(ids, ("bob", "bob", "bob 1234"), strict=True):
        files.append(tmp_path / f"{id_}.jury")
        eve = "(SELECT id FROM rater WHERE pseudonym = 'eve')"
        script = f"""
            UPDATE trial SET id = '{id_}' || position, rater = '{id_}' WHERE rater = {eve};
            DELETE FROM event;
            UPDATE rater SET id = '{id_}', pseudonym = '{name}' WHERE pseudonym = 'eve';
        """
        fuzzing.altered(studies.copy, files[-1], script)
    names = []
    for order in (files, files[::-1], [*files[1:], *files]):
        home = tmp_path / "home.jury"
        home.write_bytes(studies.home.read_bytes())
        for path in order:
            with StudyFile.open(home) as study:
                assert not collect(study, [path]).refused
        with StudyFile.open(home, writable=False) as study:
            names.append({rater.id: rater.pseudonym for rater in study.raters() if rater.id in ids})
    assert names[0] == {"1234aaaa": "bob 1234a", "5678bbbb": "bob 5678", "9999cccc": "bob 1234"}
    assert names[1] == names[2] == names[0]


def test_a_picture_is_held_once_however_many_stimuli_show_it(
    made: Callable[[str], fuzzing.Studies], tmp_path: Path
) -> None:
    """Else a file of some megabytes could fill any memory."""
    target = tmp_path / "altered.jury"
    fuzzing.altered(
        made("categorize").copy,
        target,
        "UPDATE stimulus SET image = (SELECT min(sha256) FROM image);\n"
        "UPDATE reference SET image = (SELECT min(sha256) FROM image);",
    )
    with StudyFile.open(target, writable=False) as file:
        for held in (file.stimuli(), file.references(1), [*file.catches().values(), *file.practice().values()]):
            assert len(held) > 1
            assert len({id(one.image) for one in held}) <= 2  # of practice and of catch trials, one each
