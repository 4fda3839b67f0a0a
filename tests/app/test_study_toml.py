"""A description is read whole, or refused with a sentence that names the place and says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import Fault
from app.study_toml import StudyToml, gap_text, read_study_toml

EXAMPLES = Path(__file__).parents[2] / "resources" / "examples"


def text_of(example: str) -> str:
    return (EXAMPLES / f"{example}.toml").read_text()


def read(folder: Path, text: str) -> StudyToml:
    path = folder / "study.toml"
    path.write_text(text)
    return read_study_toml(path)


def test_there_is_a_whole_example_of_each_task() -> None:
    tasks = [read_study_toml(path).rubric.task for path in sorted(EXAMPLES.iterdir())]
    assert sorted(tasks) == ["categorize", "name_it", "rate", "which_one"]


def test_the_example_of_categories_is_read_in_full() -> None:
    study = read_study_toml(EXAMPLES / "categorize.toml")
    assert study.rubric.several
    assert study.rubric.nothing
    assert study.rubric.answers_scale == "nominal"
    assert study.rubric.categories[0].examples == ("examples/wheel-1.png", "examples/wheel-2.png")
    session = study.session
    assert (session.conditions.blind, session.conditions.revealed, session.conditions.feedback) == (0.6, 0.2, 0.2)
    assert (session.order, session.repeats, session.block) == ("balanced", 0.15, 60)
    assert session.exclusion.catch_accuracy == 0.75
    assert session.consent.lstrip().startswith("# Consent")
    assert [table.accepted(study.rubric) for table in (*study.catch, *study.practice)] == [
        ("wheel",),
        ("no spokes",),
        ("wheel",),
        ("no spokes",),
    ]


def test_the_scale_of_the_answers_follows_the_task() -> None:
    scales = {path.stem: read_study_toml(path).rubric.answers_scale for path in EXAMPLES.iterdir()}
    assert scales == {"categorize": "nominal", "rate": "interval", "which-one": "nominal", "name-it": "nominal"}


def test_a_rating_has_labeled_ends_and_its_right_answers_are_a_range() -> None:
    study = read_study_toml(EXAMPLES / "rate.toml")
    assert study.rubric.rating is not None
    assert list(study.rubric.rating.values) == [1, 2, 3, 4, 5, 6, 7]
    assert study.catch[0].accepted(study.rubric) == ("5", "7")


def test_gaps_are_the_ends_or_two_percentiles() -> None:
    pairs = read_study_toml(EXAMPLES / "which-one.toml").pairs
    assert pairs is not None
    assert [gap_text(gap) for gap in pairs.gaps] == ["extreme", "99 / 1", "95 / 5", "75 / 25"]


def test_a_slider_has_no_steps(tmp_path: Path) -> None:
    text = text_of("rate").replace("points = 7 ", "points = 0 ").replace("[5, 7]", "[62.5, 100]")
    study = read(tmp_path, text)
    assert study.rubric.rating is not None
    assert study.rubric.rating.values == range(101)
    assert study.catch[0].accepted(study.rubric) == ("62.5", "100")


CATEGORIES = (
    '[[rubric.categories]]\nname = "a"\ndefinition = "A."\n[[rubric.categories]]\nname = "b"\ndefinition = "B."\n'
)


@pytest.mark.parametrize(
    ("example", "old", "new", "words"),
    [
        # what goes with which task
        ("rate", "points = 7 ", "several = true\npoints = 7 ", r'`several` goes with task = "categorize".*at `rubric`'),
        ("rate", "points = 7 ", "nothing = true\npoints = 7 ", '`nothing` goes with task = "categorize"'),
        ("rate", "points = 7 ", 'scale = "ordinal"\npoints = 7 ', '`scale` goes with task = "categorize"'),
        ("rate", "[session]\n", f"{CATEGORIES}[session]\n", '`categories` goes with task = "categorize"'),
        ("rate", "points = 7 ", "# ", "needs `points`: 0 for a slider"),
        ("rate", "points = 7 ", "points = 1 ", "needs `points`: 0 for a slider"),
        ("rate", "points = 7 ", "points = 10 ", r"`int` <= 9 - at `rubric\.points`"),
        ("rate", 'low = "not at all"', "", "needs `low` and `high`"),
        ("categorize", "several = true ", 'low = "x"\nseveral = true ', '`low` goes with task = "rate"'),
        ("categorize", 'task = "categorize"', 'task = "sort"', r"`rubric\.task`"),
        ("categorize", 'scale = "nominal"', 'scale = "ordinal"', '`several` needs scale = "nominal"'),
        ("categorize", 'scale = "nominal"', "", '`several` needs scale = "nominal"'),
        ("categorize", 'name = "wheel"', 'name = "Nothing nameable here"', "no category may be called"),
        ("categorize", '"examples/wheel-1.png", ', '"a", "b", "c", "d", ', r"length <= 4 - at `rubric\.categories"),
        ("name-it", "[session]\n", f"{CATEGORIES}[session]\n", '`categories` goes with task = "categorize"'),
        ("which-one", 'task = "which_one"', 'task = "name_it"', r'\[pairs\] with `gaps` and `per_gap` goes with'),
        ("name-it", 'task = "name_it"', 'task = "categorize"', "needs 2 to 9 `categories`"),
        ("name-it", 'task = "name_it"', 'task = "which_one"', r'\[pairs\] with `gaps` and `per_gap` goes with'),
        # the sample
        ("which-one", "references = 9 ", "references = 5 ", "must be 0, 1, 4 or 9"),
        ("which-one", "references = 9 ", "references = 0 ", "there is no reference of rank 1"),
        ("which-one", "references = 9 ", "strata = 4\nreferences = 9 ", r"`sample\.strata` has no use"),
        ("which-one", "references = 9 ", "edges = [1.0]\nreferences = 9 ", r"`sample\.edges` has no use"),
        ("name-it", "references = 9", "per_stratum = 3\nreferences = 9", r"`sample\.per_stratum` has no use"),
        ("rate", "references = 4", "references = 0", r"`sample\.references` must be 1 to 9"),
        # pairs
        ("which-one", "[99, 1]", "[1, 99]", "the higher percentile first"),
        ("which-one", "[99, 1]", "[100, 0]", r"`pairs\.gaps"),
        ("which-one", "[99, 1]", '"widest"', r"`pairs\.gaps"),
        ("which-one", "[99, 1]", "[95.0, 5.0]", "is there twice"),
        ("which-one", "per_gap = 10", "per_gap = 51", r"`pairs\.per_gap`"),
        # the session
        ("categorize", "blind = 0.6", "blind = 0.5", "must add up to 1"),
        ("categorize", "blind = 0.6\nrevealed = 0.2", "blind = 0\nrevealed = 0.8", "only blind trials are repeated"),
        ("categorize", "repeats = 0.15", "repeats = 0.6", r"`session\.repeats`"),
        ("categorize", "block = 60 ", "# ", r"`session\.break_seconds` needs `session\.block`"),
        ("categorize", 'order = "balanced"', 'order = "sorted"', r"`session\.order`"),
        ("name-it", "[session]", "[session]\nrepeats = 0.1", r"`session\.repeats` has no use"),
        ("name-it", "[session]", "[session]\nwithout_references = 0.1", r"`session\.without_references` has no use"),
        ("name-it", "[session]", "[session.conditions]\nblind = 0\nrevealed = 1\n[session]", "there is no stimulus"),
        ("name-it", "[session]", '[[catch]]\nimage = "a.png"\n[session]', "has no right answers"),
        ("rate", "[[catch]]", "[session.exclusion]\ncatch_accuracy = 0.5\n[[practice]]", "needs .*catch.* trials"),
        ("rate", "[[practice]]", "[session.practice]\nneeded = 0.5\n[[catch]]", "needs .*practice.* trials"),
        # known answers
        ("categorize", 'answer = "wheel"', 'answer = "wheels"', r"catch\]\] number 1: `answer` must be .*'wheels'"),
        ("categorize", 'answer = "wheel"', "", r"\[\[catch\]\] number 1: `answer` is missing"),
        ("categorize", 'answer = "wheel"', 'answer = "wheel"\nwhy = "so"', r"`why` goes with \[\[practice\]\]"),
        ("categorize", 'answer = ["wheel"]', "answer = []", r"\[\[practice\]\] number 1: `answer` must be one of"),
        ("categorize", 'answer = "wheel"', 'answer = "wheel"\nother = "b.png"', '`other` goes with task = "which_one"'),
        ("categorize", 'answer = "wheel"', 'answer = "wheel"\nreference = "most"', "one of `image` or `reference`"),
        ("categorize", 'answer = "wheel"', 'answer = "wheel"\nrank = 2', "`rank` goes with `reference`"),
        ("categorize", "rank = 1", "rank = 10", r"`practice\[1\]\.rank`"),
        ("rate", "rank = 2", "rank = 5", r"no reference of rank 5: `sample\.references` is 4"),
        ("rate", "answer = [5, 7]", "answer = [7, 5]", "lowest and highest right rating, from 1 to 7"),
        ("rate", "answer = [5, 7]", "answer = [5.2, 5.8]", "holds no rating: none lies between 5.2 and 5.8"),
        ("rate", "answer = [5, 7]", "answer = [5, 8]", "lowest and highest right rating, from 1 to 7"),
        ("rate", "answer = [5, 7]", 'answer = "5"', "lowest and highest right rating, from 1 to 7"),
        ("rate", "answer = [5, 7]", 'answer = [5, "7"]', "lowest and highest right rating, from 1 to 7"),
        ("which-one", 'reference = "most"', 'reference = "most"\nanswer = "left"', "no `answer` goes with"),
        ("which-one", 'reference = "most"', 'reference = "least"', '`reference` must be "most"'),
        ("which-one", 'other = "examples/wall.png"', "", "`other` is missing"),
        ("which-one", 'reference = "most"', 'reference = "most"\nother = "b.png"', "`other` goes with `image`"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(tmp_path: Path, example: str, old: str, new: str, words: str) -> None:
    text = text_of(example)
    assert old in text
    with pytest.raises(Fault, match=words) as found:
        read(tmp_path, text.replace(old, new, 1))
    assert str(tmp_path / "study.toml") in str(found.value)


def test_catch_trials_need_others_to_hide_among(tmp_path: Path) -> None:
    text = text_of("rate").partition("[session")[0] + "[session.conditions]\nblind = 0.0\nrevealed = 1.0\n"
    read(tmp_path, text)
    with pytest.raises(Fault, match="they would stand out"):
        read(tmp_path, text + '[[catch]]\nreference = "most"\nanswer = [5, 7]\n')


def test_references_that_are_not_there_cannot_be_left_out(tmp_path: Path) -> None:
    text = text_of("which-one").replace("references = 9 ", "references = 0 ").partition("[[catch]]")[0]
    text = text.replace("[session.exclusion]\ncatch_accuracy = 0.8", "")
    assert read(tmp_path, text).sample.references == 0
    with pytest.raises(Fault, match=r"`session\.without_references` has no use"):
        read(tmp_path, text.replace("[session]", "[session]\nwithout_references = 0.5"))
