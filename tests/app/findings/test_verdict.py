"""The verdict and the cards: a word stands only where the whole interval stands behind it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.figures import CurvePoint, Figure, Report
from app.findings.cards import Card, cards
from app.findings.key_figures import headline, side_of
from app.findings.verdict import NOTHING, headline_sentence, verdict

ORDINAL = {"scale": "ordinal", "categories": ["no", "curve"]}


def figure(name: str, value: float, low: float | None = None, high: float | None = None, **more: object) -> Figure:
    return Figure(name, value, low, high, speaks_for="these raters" if low is not None else "", **more)  # type: ignore[arg-type]


def jury(*more: Figure, **study: object) -> Report:
    """A unit with people, and people with people."""
    figures = (
        figure("krippendorff_alpha", 0.6, 0.5, 0.7),
        figure("percent_agreement", 0.8, 0.7, 0.9),
        figure("ceiling_lower", 0.6, 0.5, 0.7),
        figure("ceiling_upper", 0.8, 0.7, 0.9),
        figure("unit_against_consensus", 0.5, 0.4, 0.6),
        figure("auroc_at_least", 0.9, 0.85, 0.95, label="curve"),
        figure("normalised_agreement", 0.8, 0.7, 0.9),
    )
    named = {one.name for one in more}
    return Report((*(one for one in figures if one.name not in named), *more), study={**ORDINAL, **study})


def card(report: Report, heading: str) -> Card:
    return next(one for one in cards(report) if one.heading == heading)


# ---- which side of a mark ------------------------------------------------------------------------------------------


@given(st.floats(-2, 2), st.floats(0, 1), st.floats(0, 1), st.floats(-2, 2))
def test_a_side_is_taken_by_the_whole_interval_or_by_none_of_it(
    value: float, below: float, above: float, mark: float
) -> None:
    one = figure("krippendorff_alpha", value, value - below, value + above)
    inside = value - below <= mark <= value + above
    assert (side_of(one, mark) == "unsettled") == inside
    assert side_of(replace(one, low=None, high=None), mark) == "unsettled"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.1, 0.6, "Better than chance."), (-0.6, -0.1, "Worse than chance"), (-0.1, 0.6, "The data do not settle")],
)
def test_the_unit_is_better_than_chance_only_where_its_interval_says_so(low: float, high: float, said: str) -> None:
    report = jury(figure("unit_against_consensus", (low + high) / 2, low, high))
    assert card(report, "The unit with people").supports.startswith(said)
    told = headline_sentence(report)
    assert ("better than by chance (" in told and "not settle" not in told) == (said == "Better than chance.")
    assert ("goes against" in told) == (said == "Worse than chance")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(1.1, 1.5, "better than a single"), (0.7, 0.9, "less well than a single"), (0.9, 1.1, "do not settle whether as")],
)
def test_the_unit_is_as_good_as_a_person_only_where_its_interval_says_so(low: float, high: float, said: str) -> None:
    assert said in headline_sentence(jury(figure("normalised_agreement", (low + high) / 2, low, high)))


def test_nothing_is_said_of_a_person_where_the_unit_may_be_at_chance() -> None:
    assert "person" not in headline_sentence(jury(figure("unit_against_consensus", 0.1, -0.2, 0.4)))


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.6, 0.9, "Subjective:"), (0.1, 0.4, "Mostly shared:"), (0.4, 0.6, "The data do not settle")],
)
def test_a_label_is_subjective_or_shared_only_where_the_interval_says_so(low: float, high: float, said: str) -> None:
    report = jury(figure("subjectivity", (low + high) / 2, low, high), figure("noise_share", 0.2, 0.1, 0.3))
    found = card(report, "Subjectivity")
    assert found.supports.startswith(said)
    assert found.ends == ("shared", "depends on who looks")
    assert "20\N{NO-BREAK SPACE}%" in found.second


@pytest.mark.parametrize(
    ("lowest", "highest", "said"),
    [((0.6, 0.7), (0.8, 0.9), "Subjective:"), ((0.0, 0.1), (0.2, 0.4), "Mostly"), ((0.1, 0.2), (0.4, 0.8), "The data")],
)
def test_without_repeats_the_bounds_stand_as_a_stretch(
    lowest: tuple[float, float], highest: tuple[float, float], said: str
) -> None:
    bounds = (
        figure("subjectivity_lowest", sum(lowest) / 2, *lowest),
        figure("subjectivity_highest", sum(highest) / 2, *highest),
        Figure("subjectivity", None, undefined="needs repeats"),
    )
    found = card(jury(*bounds), "Subjectivity")
    assert found.supports.startswith(said)
    assert found.at is None
    assert found.band == pytest.approx((50 * sum(lowest), 50 * sum(highest)))
    assert (found.low, found.high) == pytest.approx((100 * lowest[0], 100 * highest[1]))
    assert "shown twice" in found.second


# ---- the cards -----------------------------------------------------------------------------------------------------


def test_four_cards_with_their_ceiling_and_second_numbers() -> None:
    found = cards(jury(figure("subjectivity", 0.3, 0.2, 0.4)))
    headings = ["The unit with people", "People with people", "The unit as a share of a person", "Subjectivity"]
    assert [one.heading for one in found] == headings
    unit, people, person, _ = found
    assert unit.band == pytest.approx((60, 80))
    assert unit.band_word == "noise ceiling"
    assert unit.second.startswith("AUROC for “curve”: 0.90")
    assert people.marks == ((0.0, "chance"), (100.0, "perfect"))
    assert "80\N{NO-BREAK SPACE}%" in people.second
    assert [word for _, word in person.marks] == ["chance", "a person"]
    assert all("95 %, for these raters" in one.note for one in found)


def test_without_a_ceiling_the_unit_is_told_by_its_auroc_whose_chance_is_a_half() -> None:
    report = jury(Figure("ceiling_lower", None, undefined="needs at least 2 raters"))
    found = card(report, "The unit with people")
    assert (found.value, found.band) == ("0.90", None)
    assert found.marks[0] == (0.0, "chance")
    assert "AUROC for “curve” 0.90" in headline_sentence(report)
    assert headline_sentence(report).startswith("The unit goes with what people say better than by chance")


@given(st.floats(-3, 3), st.floats(0, 3), st.floats(0, 3))
def test_whatever_a_card_shows_lies_on_its_line(value: float, below: float, above: float) -> None:
    report = jury(
        figure("unit_against_consensus", value, value - below, value + above),
        figure("normalised_agreement", value, value - below, value + above),
        figure("krippendorff_alpha", value, value - below, value + above),
    )
    for one in cards(report):
        shown = [one.at, one.low, one.high, *(at for at, _ in one.marks), *(one.band or ())]
        assert all(0 <= at <= 100 for at in shown if at is not None)


def test_a_card_without_a_number_says_why() -> None:
    found = card(jury(Figure("krippendorff_alpha", None, undefined="undefined: no variation")), "People with people")
    assert (found.value, found.note, found.supports, found.at) == ("", "No variation", "", None)


def test_of_pairs_the_share_of_right_answers_is_the_verdict() -> None:
    gap = (CurvePoint("blind", 4.0, 3.0, 5.0, 0.9, 0.8, 0.95, 10),)
    report = Report(
        (
            figure("proportion_correct", 0.8, 0.7, 0.9),
            figure("proportion_correct", 0.5, 0.4, 0.6, label="without references"),
            figure("psychometric_threshold", 2.0, 1.0, 3.0),
            figure("lapse_rate", 0.02, 0.0, 0.08),
        ),
        {"correct_given_gap": gap},
    )
    assert headline_sentence(report).startswith("People find the more activating of two images better than by chance")
    headings = ["People find the stronger image", "Without references", "The gap they need", "Lapses"]
    assert [one.heading for one in cards(report)] == headings
    assert [one.supports for one in cards(report)[:2]] == [
        "Better than chance.",
        "The data do not settle whether it is better than chance.",
    ]
    assert cards(report)[2].at == pytest.approx(50)


# ---- the sentence --------------------------------------------------------------------------------------------------


def test_the_verdict_is_one_sentence_with_its_intervals() -> None:
    told = headline_sentence(jury())
    assert told.count(". ") == 0
    assert told.endswith(".")
    assert told.count("[") == 3
    assert headline_sentence(Report(())) == NOTHING
    assert headline_sentence(jury(simulated=True)).startswith("Simulated raters: the unit")
    assert "Neither" in headline_sentence(Report((figure("probability_of_label", 0.2, label="curve"),)))


def test_people_alone_are_told_of_alone() -> None:
    report = Report((figure("krippendorff_alpha", 0.1, -0.2, 0.4),), study=ORDINAL)
    assert headline_sentence(report).startswith("The data do not settle whether people agree with each other more than")
    assert [one.heading for one in cards(report)] == ["People with people"]
    assert len(verdict(report)) == 2


def test_the_headline_figures_are_those_that_the_cards_show() -> None:
    names = [one.name for one in headline(jury(figure("subjectivity", 0.3, 0.2, 0.4)))]
    assert names == [
        "percent_agreement", "unit_against_consensus", "auroc_at_least", "krippendorff_alpha", "normalised_agreement",
        "subjectivity",
    ]  # fmt: skip
