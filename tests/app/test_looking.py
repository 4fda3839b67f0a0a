"""One rater or one condition alone, the stimuli of a band, and who said what of one."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from helpers import RUBRIC, SEVEN, SLIDER, FakeClock, label_everything, study_file
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Fault
from app.export import StimulusPicture
from app.results.computing import report_on
from app.results.entering import Labels, counts, entering
from app.results.looking import Look, choices, disputed, said_of, select, stimuli_between
from app.results.pictures import stimulus_pictures
from app.results.source import Source, read_source
from app.study.events import Judgement
from app.study.file import StudyFile
from app.study.records import Category, Rating

LABELS = ("unrelated", "imperfect", "edge")
RATERS = ("ann", "bob", "cem", "dee")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """A study of 12 stimuli as one person labeled it; the tests put other judgements in."""
    path = study_file(tmp_path_factory.mktemp("looking"))
    with StudyFile.open(path) as file:
        label_everything(file, file.add_rater("ann", simulated=False, seed=1), FakeClock())
    return read_source(path)


SOURCE: list[Source] = []
"""The study, for what hypothesis draws."""


@pytest.fixture(autouse=True, scope="module")
def _shared(study: Source) -> None:
    SOURCE[:] = [study]


def said(
    rater: str, stimulus: int, label: str | None, condition: str = "blind", occasion: int = 1, **more: object
) -> Judgement:
    name = SOURCE[0].stimuli[stimulus].id
    place = 100 * occasion + stimulus
    return Judgement(name, rater, label, condition, occasion, 2.0, False, place=place, **more)  # type: ignore[arg-type]


def heard(judgements: list[Judgement], reasons: dict[str, tuple[str, ...]] | None = None, **more: object) -> Source:
    """The study in which this was said, and nothing else."""
    enter = entering([one for one in judgements if not one.simulated] or judgements, reasons or {})
    return replace(SOURCE[0], judgements=tuple(judgements), enter=enter, reasons=reasons or {}, **more)


def a_judgement(rater: str, stimulus: int) -> st.SearchStrategy[list[Judgement]]:
    """What one rater says of one stimulus: once in some condition, and maybe again where it was blind."""
    labels = st.sampled_from((*LABELS, None))

    def build(drawn: tuple[str, str | None, str | None, bool]) -> list[Judgement]:
        condition, label, again, repeats = drawn
        first = said(rater, stimulus, label, condition, kind="label" if label else "cannot_tell")
        second = said(rater, stimulus, again, occasion=2, kind="label" if again else "cannot_tell")
        return [first, second] if repeats and condition == "blind" else [first]

    return st.tuples(st.sampled_from(("blind", "blind", "revealed")), labels, labels, st.booleans()).map(build)


@st.composite
def studies(draw: st.DrawFn) -> Source:
    """Four raters, three stimuli; now and then one rater is left out."""
    judgements = [one for r in RATERS for s in range(3) for one in draw(a_judgement(r, s))]
    left_out = draw(st.sampled_from((None, *RATERS)))
    return heard(judgements, {left_out: ("too fast",)} if left_out else {})


def test_with_nothing_chosen_the_study_is_the_same(study: Source) -> None:
    assert select(study, Look()) is study


@settings(max_examples=40)
@given(studies())
def test_the_raters_together_are_everyone_and_nothing_but_who_enters_changes(source: Source) -> None:
    parts = []
    for rater in RATERS:
        theirs = [one for one in source.enter.everyone if one.rater == rater]
        if not any(map(counts, theirs)):
            with pytest.raises(Fault, match=rater):
                select(source, Look(rater=rater))
            parts += theirs
            continue
        chosen = select(source, Look(rater=rater))
        assert {one.rater for one in chosen.enter.kept} == {rater}
        assert chosen.enter.kept == chosen.enter.everyone
        assert not chosen.enter.excluded
        assert rater in chosen.enter.warnings[0]
        assert replace(chosen, enter=source.enter) == source
        parts += chosen.enter.kept
    assert sorted(map(repr, parts)) == sorted(map(repr, source.enter.everyone))


@settings(max_examples=40)
@given(studies())
def test_revealed_first_judgements_take_the_place_of_blind_ones(source: Source) -> None:
    revealed = [one for one in source.enter.everyone if one.condition == "revealed"]
    if not any(one.label for one in revealed):
        with pytest.raises(Fault, match="revealed"):
            select(source, Look("revealed"))
        return
    chosen = select(source, Look("revealed"))
    assert [replace(one, condition="revealed") for one in chosen.enter.everyone] == revealed
    assert all(one.condition == "blind" and one.occasion == 1 for one in chosen.enter.kept)
    assert set(chosen.enter.excluded) <= set(source.enter.excluded)
    assert "Only revealed judgements" in chosen.enter.warnings[0]
    assert replace(chosen, enter=source.enter) == source


@settings(max_examples=40)
@given(studies())
def test_what_can_be_chosen_can_be_selected(source: Source) -> None:
    conditions, raters = choices(source)
    assert list(raters) == sorted(raters)
    for condition in conditions:
        assert select(source, Look(condition)).enter.kept
    chosen = {one.rater for one in source.enter.everyone if one.occasion == 1 and one.label}
    assert set(raters) == chosen


def test_a_rater_who_is_left_out_can_be_looked_at_and_the_reason_is_said(study: Source) -> None:
    source = heard([said(r, s, "edge") for r in RATERS for s in range(6)], {"bob": ("too fast",)})
    chosen = select(source, Look(rater="bob"))
    assert {one.rater for one in chosen.enter.kept} == {"bob"}
    assert len(chosen.enter.warnings) == 1
    assert "too fast" in chosen.enter.warnings[0]


def test_a_second_look_takes_no_blind_judgements_place(study: Source) -> None:
    again = said("ann", 1, "imperfect", "revealed", occasion=2)
    source = heard([said("ann", 0, "edge"), said("ann", 1, "edge", "revealed"), again])
    chosen = select(source, Look("revealed"))
    assert [(one.label, one.condition, one.occasion) for one in chosen.enter.kept] == [("edge", "blind", 1)]


def test_the_analysis_takes_what_was_selected(study: Source) -> None:
    judgements = [said(r, s, LABELS[(s + n) % 3]) for n, r in enumerate(RATERS) for s in range(12)]
    judgements = [replace(one, condition="revealed") if one.stimulus < "8" else one for one in judgements]
    source = heard(judgements)
    revealed = sum(one.condition == "revealed" for one in judgements)
    report = report_on(select(source, Look("revealed")), lambda *_: None)
    assert report.study["n_judgements"] == revealed
    one = report_on(select(source, Look(rater="cem")), lambda *_: None)
    assert one.study["raters"] == ["cem"]


# ---- the stimuli of a band -----------------------------------------------------------------------------------------


def picture(number: int, activation: float) -> StimulusPicture:
    return StimulusPicture(f"{number:04}", b"", activation, 1, {}, 3)


@given(
    st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=30),
    st.lists(st.integers(-5, 5).map(float), max_size=4),
)
def test_bands_that_touch_share_out_the_stimuli_among_them(activations: list[float], cuts: list[float]) -> None:
    pictures = [picture(number, activation) for number, activation in enumerate(activations)]
    edges = sorted({min(activations), max(activations), *(c for c in cuts if min(activations) < c < max(activations))})
    bands = [stimuli_between(pictures, low, high) for low, high in pairwise(edges)]
    if len(edges) == 1:
        bands = [stimuli_between(pictures, edges[0], edges[0])]
    found = [one for band in bands for one in band]
    assert sorted(one.id for one in found) == sorted(one.id for one in pictures)
    for band in bands:
        assert list(band) == sorted(band, key=lambda one: (-one.activation, one.id))


def test_a_band_of_a_curve_holds_as_many_stimuli_as_the_curve_says(study: Source) -> None:
    source = heard([said(r, s, LABELS[(s + n) % 3]) for n, r in enumerate(RATERS) for s in range(12)])
    points = report_on(source, lambda *_: None).curves["label_given_activation"]
    pictures = stimulus_pictures(source)
    assert len(points) > 3
    for point in points:
        assert len(stimuli_between(pictures, point.activation_low, point.activation_high)) == point.n_stimuli


def test_the_disputed_come_in_the_order_of_the_report(study: Source) -> None:
    agreed = [said(r, s, "edge") for r in RATERS for s in range(10)]
    torn = [said(r, 10, label) for r, label in zip(RATERS, ("edge", "edge", "edge", "imperfect"), strict=True)]
    split = [said(r, 11, label) for r, label in zip(RATERS, ("edge", "edge", "unrelated", "imperfect"), strict=True)]
    source = heard(agreed + torn + split)
    found = disputed(stimulus_pictures(source), report_on(source, lambda *_: None))
    assert [one.id for one in found] == [source.stimuli[11].id, source.stimuli[10].id]
    assert found[1].shares == {"unrelated": 0.0, "imperfect": 0.25, "edge": 0.75}


# ---- who said what ---------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(studies())
def test_everything_that_was_said_is_told_with_the_reason_where_it_does_not_count(source: Source) -> None:
    for stimulus in source.stimuli[:3]:
        told = said_of(source, stimulus.id)
        assert len(told) == sum(one.stimulus == stimulus.id for one in source.judgements)
        entered = [one for one in source.enter.kept if one.stimulus == stimulus.id and counts(one)]
        assert sorted(one.rater for one in told if one.enters) == sorted(one.rater for one in entered)
        assert all(one.apart == 0 for one in told if not one.enters)
        distances = [one.apart for one in told if one.enters]
        assert distances == sorted(distances, reverse=True)
        assert [one.enters for one in told] == sorted((one.enters for one in told), reverse=True)


def test_who_is_furthest_from_the_others_comes_first(study: Source) -> None:
    labels = ("edge", "edge", "imperfect", "unrelated")
    source = heard([said(r, 0, label) for r, label in zip(RATERS, labels, strict=True)])
    told = said_of(source, source.stimuli[0].id)
    assert [(one.rater, one.apart) for one in told] == [
        ("dee", pytest.approx(5 / 3)),
        ("ann", 1.0),
        ("bob", 1.0),
        ("cem", 1.0),
    ]


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ({"condition": "revealed"}, "saw the activation"),
        ({"condition": "feedback"}, "told the activation"),
        ({"occasion": 2}, "repeat"),
        ({"label": None, "kind": "cannot_tell"}, "no label"),
        ({"simulated": True}, "stand-in"),
        ({"references": False}, "references"),
        ({"rater": "left"}, "too fast"),
    ],
)
def test_why_something_does_not_count(study: Source, what: dict[str, object], why: str) -> None:
    others = [said(r, 0, "edge") for r in RATERS]
    odd = replace(said("ann", 0, "imperfect"), place=999, **what)  # type: ignore[arg-type]
    source = heard([*others, said("ann", 1, "edge"), odd], {"left": ("too fast",)})
    told = [one for one in said_of(source, odd.stimulus) if not one.enters]
    assert [one.rater for one in told] == [odd.rater]
    assert why in told[0].left_out


def test_what_is_not_looked_at_says_so(study: Source) -> None:
    source = heard([said("ann", 0, "edge"), said("bob", 0, "edge"), said("cem", 0, "imperfect", "revealed")])
    by_rater = {one.rater: one.left_out for one in said_of(select(source, Look(rater="ann")), source.stimuli[0].id)}
    assert by_rater == {"ann": "", "bob": "Another rater is looked at.", "cem": "Another rater is looked at."}
    revealed = {one.rater: one.left_out for one in said_of(select(source, Look("revealed")), source.stimuli[0].id)}
    assert revealed["cem"] == ""
    assert revealed["ann"] == revealed["bob"] == "Another rater is looked at."


def test_words_and_distances_of_other_kinds_of_labels(study: Source) -> None:
    several = replace(RUBRIC, several=True, scale="nominal", categories=tuple(Category(n, "") for n in "abc"))
    numbers = Labels((), (), "interval")
    steps = Labels(tuple("1234567"), ("",) * 7, "ordinal")
    for rubric, labels, given_, words, first in (
        (several, Labels(("a", "b", "c"), ("",) * 3, "nominal"), ('["a"]', '["a", "b"]', '["c"]'), "a, b", "cem"),
        (SLIDER, numbers, ("10", "20", "90"), "20", "cem"),
        (SEVEN, steps, ("1", "2", "7"), "2 of 7", "cem"),
    ):
        judgements = [said(r, 0, label) for r, label in zip(RATERS, given_, strict=False)]
        source = heard(judgements, rubric=rubric, labels=labels)
        told = said_of(source, source.stimuli[0].id)
        assert told[0].rater == first
        assert next(one.says for one in told if one.rater == "bob") == words
    assert SEVEN.rating == Rating(7, "not at all", "entirely")


def test_a_pair_is_told_apart_by_one_rater_alone(tmp_path: Path) -> None:
    from helpers import which_one_study

    path = tmp_path / "pairs.jury"
    StudyFile.create(path, which_one_study())
    with StudyFile.open(path) as file:
        for seed, name in enumerate(("ann", "bob")):
            label_everything(file, file.add_rater(name, simulated=False, seed=seed), FakeClock())
    source = read_source(path)
    report = report_on(select(source, Look(rater="bob")), lambda *_: None)
    assert report.study["raters"] == ["bob"]
    assert stimulus_pictures(source) == []
