"""The verdict and the cards: a word stands only where the whole interval stands behind it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.figures import CurvePoint, Figure, Report
from app.findings.cards import Card, cards
from app.findings.key_figures import headline, side_of, unit_figure
from app.findings.labels import top_label
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


def test_the_cards_say_by_what_measure_and_what_was_divided_by_what() -> None:
    report = jury(figure("unit_against_others", 0.48, 0.4, 0.6))
    assert card(report, "The unit with people").says.startswith(
        "The unit against the consensus, by Spearman's rho. How"
    )
    against = "Against the same others, by Spearman's rho: the unit 0.48 [0.40,\N{NO-BREAK SPACE}0.60], "
    person = "a held-out person 0.60 [0.50,\N{NO-BREAK SPACE}0.70]"
    assert card(report, "The unit as a share of a person").second == against + person
    plain = jury(figure("unit_against_others", 0.48), scale="nominal")
    assert "by Cohen's kappa: the unit 0.48" in card(plain, "The unit as a share of a person").second
    assert "’" not in headline_sentence(report) + "".join(verdict(report))


# ---- which side of a mark ------------------------------------------------------------------------------------------


@given(st.floats(-2, 2), st.floats(0, 1), st.floats(0, 1), st.floats(-2, 2))
def test_a_side_is_taken_by_the_whole_interval_or_by_none_of_it(
    value: float, below: float, above: float, mark: float
) -> None:
    one = figure("krippendorff_alpha", value, value - below, value + above)
    inside = value - below <= mark <= value + above
    assert (side_of(one, mark) == "unsettled") == inside
    assert side_of(replace(one, low=None, high=None), mark) == "unknown"


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
    [
        (1.1, 1.5, "and better than these raters do on average"),
        (0.7, 0.9, "but less well than these raters do on average"),
        (0.9, 1.1, "do not settle whether as well as these raters do"),
    ],
)
def test_the_unit_is_as_good_as_a_person_only_where_its_interval_says_so(low: float, high: float, said: str) -> None:
    assert said in headline_sentence(jury(figure("normalised_agreement", (low + high) / 2, low, high)))


def test_nothing_is_said_of_a_person_where_the_unit_may_be_at_chance() -> None:
    better = figure("normalised_agreement", 1.5, 1.2, 1.8)
    for low, said in ((-0.2, "The unit may be at chance"), (-0.9, "It goes against")):
        report = jury(figure("unit_against_consensus", low / 2, low, low + 0.6), better)
        assert "person" not in headline_sentence(report)
        assert card(report, "The unit as a share of a person").supports.startswith(said)
    sentences = " ".join(verdict(jury(figure("unit_against_consensus", 0.1, -0.2, 0.4), better)))
    assert "which says little: the unit may be at chance" in sentences


# ---- labels without an order ----------------------------------------------------------------------------------------


def nominal(*more: Figure, **study: object) -> Report:
    """A common "none" that carries most activation, and a rare "curve" that the unit is made for."""
    figures = []
    for label, share, common, auroc in (("none", 0.83, 0.89, 0.03), ("curve", 0.17, 0.11, 0.97)):
        figures += [
            figure("share_of_expected_activation", share, share - 0.05, share + 0.05, label=label),
            figure("probability_of_label", common, common - 0.05, common + 0.05, label=label),
            figure("auroc", auroc, auroc - 0.02, auroc + 0.02, label=label),
            figure("ceiling_lower", 0.7, 0.6, 0.8, label=label),
            figure("unit_against_consensus", 0.86, 0.6, 0.95, label=label),
            figure("normalised_agreement", 1.3, 1.1, 1.5, label=label),
        ]
    named = {(one.name, one.label) for one in more}
    kept = [one for one in figures if (one.name, one.label) not in named]
    return Report((*kept, *more), study={"scale": "nominal", "categories": ["none", "curve"], **study})


def test_the_label_in_question_is_the_one_singled_out_and_not_the_one_that_is_common() -> None:
    report = nominal()
    assert top_label(report) == "curve"
    told = headline_sentence(report)
    assert told.startswith("The unit goes with what these raters call “curve”, and against “none”, better than by")
    assert "AUROC for “curve” 0.97" in told
    assert "“curve”, the label that it singles out most" in " ".join(verdict(report))


def test_of_labels_that_are_ranked_above_the_others_the_lift_decides_else_the_auroc() -> None:
    both = [figure("auroc", 0.6, 0.55, 0.65, label="none"), figure("auroc", 0.58, 0.53, 0.63, label="curve")]
    assert top_label(nominal(*both)) == "curve"
    neither = [figure("auroc", 0.52, 0.4, 0.6, label="none"), figure("auroc", 0.51, 0.4, 0.6, label="curve")]
    assert top_label(nominal(*neither)) == "none"
    assert top_label(Report((), study={"scale": "nominal", "categories": ["none", "curve"]})) == "curve"


def test_a_unit_whose_auroc_lies_below_a_half_goes_against_the_label_whatever_its_kappa() -> None:
    below = [figure("auroc", 0.06, 0.03, 0.11, label="curve"), figure("auroc", 0.05, 0.03, 0.11, label="none")]
    report = nominal(*below)
    assert headline_sentence(report).startswith("The unit goes against what these raters call “curve” (AUROC")
    assert card(report, "The unit with people").supports.startswith("Worse than chance, by its AUROC")
    assert "Better" not in card(report, "The unit as a share of a person").supports
    assert "singles out" not in " ".join(verdict(report))


def test_where_the_auroc_settles_chance_it_decides_over_a_loose_kappa() -> None:
    report = nominal(figure("unit_against_consensus", 0.96, -0.3, 1.0, label="curve"))
    assert "not settle" not in headline_sentence(report)
    assert card(report, "The unit with people").supports == "Better than chance, by its AUROC."
    assert card(report, "The unit as a share of a person").supports == "Better than these raters do on average."
    open_ = nominal(*(figure("auroc", 0.5, 0.4, 0.6, label=label) for label in ("none", "curve")))
    assert card(open_, "The unit with people").supports == "Its AUROC does not settle whether it is better than chance."
    assert "person" not in headline_sentence(open_)


def test_each_clause_says_whom_it_speaks_for() -> None:
    alpha = Figure("krippendorff_alpha", 0.6, 0.5, 0.7, speaks_for="raters like these")
    told = headline_sentence(nominal(alpha))
    assert "what these raters call" in told
    assert "better than these raters do on average (130" in told
    assert "; raters like these agree with each other more than by chance" in told
    assert card(nominal(alpha), "People with people").supports == "Raters like these agree more than by chance."


def test_one_rater_is_never_called_people() -> None:
    ceiling = [Figure("ceiling_lower", None, undefined="needs at least 2 raters", label=at) for at in ("none", "curve")]
    person = [Figure("normalised_agreement", None, undefined="needs at least 2 raters", label=f.label) for f in ceiling]
    report = nominal(*ceiling, *person, n_raters=1)
    assert headline_sentence(report).startswith("The unit goes with what this rater calls “curve”, and against “none”")
    assert card(report, "The unit with this rater").note.endswith("for this rater")
    assert "speak for this rater." in verdict(report)[-1]
    assert "what this rater says" in headline_sentence(jury(figure("normalised_agreement", 0.8, 0.7, 0.9), n_raters=1))
    pairs = Report((figure("proportion_correct", 0.8, 0.7, 0.9),), study={"n_raters": 1})
    assert headline_sentence(pairs).startswith("This rater finds the more activating of two images better than")
    assert verdict(pairs)[0].startswith("Of two images, this rater chooses")


def test_of_several_categories_agreement_is_told_of_the_one_that_it_is_about() -> None:
    told = headline_sentence(nominal(figure("krippendorff_alpha", 0.7, 0.6, 0.8, label="curve")))
    assert "agree with each other whether it is “curve” more than by chance" in told


# ---- no interval ----------------------------------------------------------------------------------------------------


def test_unanimous_raters_are_said_to_be_so_and_not_to_be_undecided() -> None:
    report = jury(figure("krippendorff_alpha", 1.0))
    told = headline_sentence(report)
    assert "always agree with each other: all labels of an image are the same, so no interval can be given" in told
    assert "not settle" not in told
    assert card(report, "People with people").supports.startswith("All labels of an image are the same")
    assert "nothing to give an interval by" in " ".join(verdict(report))
    loose = jury(figure("krippendorff_alpha", 0.4))
    assert "is known without an interval (Krippendorff's alpha 0.40 (no interval))" in headline_sentence(loose)
    assert card(loose, "People with people").supports == "Without an interval nothing is settled."


def test_where_every_answer_is_the_same_that_is_what_is_said() -> None:
    report = Report(
        (
            Figure("krippendorff_alpha", None, undefined="undefined: no variation"),
            figure("percent_agreement", 1, 0.9, 1),
        ),
        study=ORDINAL,
    )
    assert headline_sentence(report).startswith("These raters always gave the same answer, so whether they agree more")
    assert card(report, "People with people").supports.startswith("Every answer is the same")


def test_the_unit_is_told_by_a_figure_that_has_an_interval() -> None:
    report = nominal(figure("unit_against_consensus", 0.0, label="curve"))
    unit = unit_figure(report)
    assert unit is not None
    assert unit.name == "auroc"
    bare = jury(figure("unit_against_consensus", 0.5), figure("auroc_at_least", 0.9, label="curve"))
    assert "how well the unit goes with what these raters say is known without" in headline_sentence(bare).lower()
    share = jury(figure("normalised_agreement", 0.8))
    assert "and reaches 80\N{NO-BREAK SPACE}% (no interval) of what these raters do" in headline_sentence(share)


def test_of_an_order_the_highest_label_that_anybody_used_is_the_one_in_question() -> None:
    used = {"low": 0.4, "high": 0.6, "never": 0.0}
    report = Report(
        (
            *(figure("probability_of_label", share, label=name) for name, share in used.items()),
            figure("auroc_at_least", 0.87, 0.8, 0.92, label="high"),
            Figure("auroc_at_least", None, label="never", undefined="never used"),
        ),
        study={"scale": "ordinal", "categories": list(used)},
    )
    assert top_label(report) == "high"
    told = " ".join(verdict(report))
    assert "The unit orders the images by “high” with an AUROC" in told
    assert "Nobody used “never”." in told


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.6, 0.9, "Subjective:"), (0.1, 0.4, "Mostly shared:"), (0.4, 0.6, "The data do not settle")],
)
def test_a_label_is_subjective_or_shared_only_where_the_interval_says_so(low: float, high: float, said: str) -> None:
    report = jury(figure("subjectivity", (low + high) / 2, low, high), figure("noise_share", 0.2, 0.1, 0.3))
    found = card(report, "Subjectivity")
    assert found.supports.startswith(said)
    assert found.ends == ("shared", "subjective")
    assert found.marks == ((50.0, "half"),)  # what it is judged by
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
    assert headline_sentence(report).startswith("The unit goes with what these raters say better than by chance")


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
    assert headline_sentence(report).startswith("These raters find the more activating of two images better than")
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
    assert headline_sentence(report).startswith(
        "The data do not settle whether these raters agree with each other more"
    )
    assert [one.heading for one in cards(report)] == ["People with people"]
    assert len(verdict(report)) == 2


def test_the_headline_figures_are_those_that_the_cards_show() -> None:
    names = [one.name for one in headline(jury(figure("subjectivity", 0.3, 0.2, 0.4)))]
    assert names == [
        "percent_agreement", "unit_against_consensus", "auroc_at_least", "krippendorff_alpha", "normalised_agreement",
        "subjectivity",
    ]  # fmt: skip
