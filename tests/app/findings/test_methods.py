"""The methods section and its references: from the study's own facts, and nothing beyond them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.figures import CurvePoint, Figure, Report, Table
from app.findings.account import account_of
from app.findings.bibliography import bibtex_entry, works
from app.findings.citations import bibtex, citations_for
from app.findings.fact_rows import fact_rows
from app.findings.headings import heading_of, under_headings
from app.findings.methods import methods_of
from app.findings.not_counted import counted_in, not_counted
from app.findings.shared_out import nothing_answered

STUDY: dict[str, object] = {
    "title": "Curves?",
    "claim": "curves",
    "question": "Is there a curve?",
    "task": "categorize",
    "scale": "ordinal",
    "categories": [{"name": "no", "definition": "No arc."}, {"name": "curve", "definition": ""}],
    "unit": "the curve unit",
    "unit_facts": {
        "layer": "mixed3b", "channel": 379, "read": "positions on a grid", "receptive_field": [83, 83],
        "receptive_field_how": "measured", "population": 4257,
        "sampling": "8 equal-width bands of activation, up to 40",
    },
    "recording": {
        "model": "inceptionv1", "weights": "v1.pth", "weights_sha256": "ab" * 32, "source": "a folder", "images": 330,
        "images_sha256": "cd" * 32, "duplicates": 2, "skipped": 1, "resize": 256, "crop": 224,
        "interpolation": "bilinear",
        "versions": {"torch": "2.13.0"},
    },
    "session": {
        "order": "random", "conditions": {"blind": 0.75, "revealed": 0.25, "feedback": 0.0},
        "without_references": 0.125,
        "repeats": 0.15, "repeat_distance": 10, "catch_trials": 6, "practice_trials": 0,
    },
    "references": [{"role": "most", "rank": 1, "activation": 9.0}, {"role": "least", "rank": 1, "activation": -5.0}],
    "thresholds": {"catch_accuracy": 0.8},
    "excluded": [{"rater": "bad", "reasons": ["why"]}],
    "not_counted": [
        {"what": "revealed", "judgements": 25, "raters": 3}, {"what": "cannot_tell", "judgements": 4, "raters": 2}
    ],
    "target": "the population",
    "kish_effective_n": 81.4,
    "sampling_seed": 2026,
    "seed": 7,
    "n_replicates": 2000,
    "n_stimuli": 94,
    "n_raters": 3,
    "n_judgements": 270,
    "created": "2026-03-01T00:00:00Z",
    "study_uuid": "c97b1d37-ac19",
    "program": "Neuron Jury 0.1.0",
}  # fmt: skip
FIGURES = (
    Figure("krippendorff_alpha", 0.6, 0.5, 0.7, speaks_for="raters like these"),
    Figure("gwet_ac1", None, undefined="needs at least 2 raters"),
    Figure("auroc", 0.9, 0.8, 0.95, label="curve", speaks_for="these raters"),
)
REPORT = Report(FIGURES, study=STUDY)


def whole(report: Report) -> str:
    return " ".join(methods_of(report).paragraphs).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    "said",
    [
        "here called “the curve unit”, is channel 379 of the layer mixed3b of the network inceptionv1",
        "weights v1.pth, SHA-256 abababababab…",
        "83 × 83 pixels (measured)",
        "330 images (a folder, SHA-256 of all cdcdcdcdcdcd…), resized to 256 pixels on the short side (bilinear)",
        "2 exact copies and 1 file that could not be used were left out",
        "population of 4257 items",
        "(seed 2026)",
        "1 most activating and 1 least activating examples",
        "Kish's effective number of stimuli is 81.40",
        "3 raters judged 94 images, asked “Is there a curve?”",
        "(from lowest to highest): “no” (No arc); “curve”",
        "Each rater's images were dealt to the conditions at random: 75 % blind and 25 % with the activation shown.",
        "12.5 % of the images came with no references",
        "15 % of the images were to come a second time, blind both times, with at least 10 other trials between",
        "6 catch trials, whose answers are known",
        "at least 80 % of the catch trials right; 1 rater did not meet them and enters no figure",
        "270 blind first judgements with a label enter the figures",
        "2000 replicates, seed 7",
        "Computed with Neuron Jury 0.1.0; activations with torch 2.13.0",
    ],
)
def test_what_the_study_states_is_told(said: str) -> None:
    assert said in whole(REPORT)


def test_what_it_does_not_state_is_not_spoken_of() -> None:
    bare = Report(
        FIGURES, study={"title": "t", "scale": "nominal", "categories": ["a", "b"], "n_raters": 3, "n_stimuli": 9}
    )
    told = whole(bare)
    assert not re.search(r"None|not stated|  |\(\)|,\s*\.|\bseed \)", told)
    assert "network" not in told
    assert "population of" not in told
    assert "simulated" not in told
    assert len(methods_of(bare).paragraphs) < len(methods_of(REPORT).paragraphs)
    assert methods_of(Report(())).paragraphs == ()


def test_each_fact_alone_makes_whole_sentences() -> None:
    """A study may state any of its facts and not the others."""
    for key, value in STUDY.items():
        for paragraph in methods_of(Report((), study={key: value})).paragraphs:
            assert not re.search(r"None|  |\(\)|“”", paragraph), (key, paragraph)
            assert paragraph.endswith("."), (key, paragraph)


def test_only_works_that_a_figure_rests_on_are_cited_and_by_their_numbers() -> None:
    methods = methods_of(REPORT)
    keys = [work.key for work in methods.citations]
    assert {"krippendorff2011", "hanley1982", "raowu1988"} <= set(keys)
    assert not {"gwet2008", "calderon2025", "wichmann2001", "dawid1979"} & set(keys)
    used = re.findall(r"\[(\d+(?:, \d+)*)\]", " ".join(methods.paragraphs))
    numbers = [int(number) for group in used for number in group.split(", ")]
    assert sorted(set(numbers)) == list(range(1, len(keys) + 1))
    assert list(dict.fromkeys(numbers)) == sorted(set(numbers))  # numbered in the order of their first mention
    assert f"Krippendorff's alpha [{keys.index('krippendorff2011') + 1}]" in whole(REPORT)
    assert citations_for(REPORT) == methods.citations


def with_facts(**facts: object) -> Report:
    return Report(FIGURES, study={**STUDY, **facts})


KINDS = {"blind": 28, "revealed": 19, "repeats": 9}


def test_how_many_trials_there_were_of_each_kind_is_counted() -> None:
    """The stated shares are of images: 9 of 28 blind images came again, so more than 60 % of the trials are blind."""
    told = "28 blind trials, 19 trials with the activation shown and 9 repeats were answered"
    assert f"{told}." in whole(with_facts(judgements=KINDS))
    bare = with_facts(judgements=KINDS, not_counted=[{"what": "without_references", "judgements": 3, "raters": 1}])
    assert f"{told}, besides those without references." in whole(bare)
    assert "were answered" not in whole(with_facts(judgements={"blind": 28}))


def test_nothing_is_said_of_sessions_that_were_in_another_tool() -> None:
    """A study's own session holds for none of the labels that were read from elsewhere."""
    tools = [{"tool": "label-studio", "judgements": 94, "raters": 2}]
    limits = {"least_minutes": 5, "same_answer": 0.9}
    facts = {"imported": tools, "judgements": KINDS, "thresholds": limits, "excluded": []}
    told = whole(with_facts(raters=["x", "y"], **facts))
    assert "94 judgements by 2 raters from Label Studio" in told
    for word in ("order drawn", "at random:", "a second time", "catch trials", "were answered", "active time"):
        assert word not in told
    assert "no answer given in more than 90 % of the trials" in told
    some = whole(with_facts(raters=["x", "y", "z"], **facts))
    assert "Of the answers given in this program the following holds. Trials came in an order drawn" in some
    assert "were answered" not in some  # the counts hold those of the other tool, too


def work(raters: int, to_each: tuple[int, int], by_each: tuple[int, int], **more: object) -> dict[str, object]:
    ranges = {"raters_per_item": to_each, "items_per_rater": by_each}
    return {"raters": raters, **{name: {"fewest": a, "most": b} for name, (a, b) in ranges.items()}, **more}


def test_how_the_images_were_shared_out_and_who_has_not_finished_is_told() -> None:
    one = work(4, (2, 2), (9, 29), unfinished=1, unfinished_of=3, least_finished={"answered": 9, "trials": 28})
    told = whole(with_facts(workload=one))
    assert "Each image went to 2 of 4 raters, and each rater judged 9 to 29 images." in told
    assert "1 of 3 raters has not finished: 9 of 28 trials answered, catch trials and practice apart." in told
    two = work(4, (1, 2), (20, 20), unfinished=2, unfinished_of=4, least_finished={"answered": 9, "trials": 28})
    told = whole(with_facts(workload=two, n_stimuli=0, n_pairs=30))
    assert "Each pair went to 1 to 2 of 4 raters, and each rater judged 20 pairs." in told
    assert "2 of 4 raters have not finished; the least far has answered 9 of 28 trials, catch trials" in told
    everybody = whole(with_facts(workload=work(4, (4, 4), (47, 47))))
    assert "went to" not in everybody
    assert "finished" not in everybody


def test_who_was_given_a_file_and_answered_nothing_is_counted_and_named_in_the_warning_alone() -> None:
    names = [f"r{n}" for n in range(9)]
    facts = with_facts(workload=work(4, (4, 4), (47, 47), nothing_answered=9, nothing_answered_by=names)).study
    assert "9 raters who were given a file have answered nothing." in whole(with_facts(**facts))
    assert nothing_answered(facts) == (
        "9 raters who were given a file have answered nothing: r0, r1, r2, r3, r4, r5, r6, r7, ...",
    )
    one = {"workload": {"nothing_answered": 1, "nothing_answered_by": ["cy"]}, "other_units": ["b"]}
    assert nothing_answered(one) == ("1 rater who was given a file has answered nothing of this unit: cy.",)
    assert nothing_answered({"workload": {"nothing_answered": 1}}) == (
        "1 rater who was given a file has answered nothing.",
    )
    assert nothing_answered({"workload": work(4, (4, 4), (47, 47))}) == ()


def test_nobody_is_said_to_have_met_a_threshold_who_did_not() -> None:
    """Where it would leave nobody, nobody is left out."""
    kept = with_facts(excluded=[], thresholds_not_met=[{"rater": "a", "reasons": ["x"]}, {"rater": "b", "reasons": []}])
    assert "2 raters did not meet them, but all were kept, as nobody would have been left." in whole(kept)
    assert "every rater met them" not in whole(kept)
    assert "every rater met them" in whole(with_facts(excluded=[]))


def test_a_threshold_for_catch_trials_that_there_are_not_is_told_as_one() -> None:
    session = {"order": "random", "catch_trials": 0}
    assert "80 % of the catch trials right (there were none);" in whole(with_facts(session=session))
    assert "(this unit had none);" in whole(with_facts(session=session, other_units=["b"]))
    assert "none)" not in whole(REPORT)


def test_of_several_categories_each_is_a_question_of_its_own() -> None:
    told = whole(with_facts(several=True))
    assert "For each image they chose one category or several" in told
    assert "Each category is analysed as a question of its own" in told
    assert "several" not in whole(with_facts(several=False))


def test_units_beside_one_another_the_smooth_curve_the_session_and_p_values_are_told_where_there_are_some() -> None:
    point = CurvePoint("curve", 1.0, 1.0, 1.0, 0.5, 0.4, 0.6, 9)
    rows = [("u", other, low) for other, low in (("v", 0.1), ("w", None))]
    full = Report(
        (
            *FIGURES,
            Figure("anchoring_shift", 0.1, 0.0, 0.2, speaks_for="these raters"),
            Figure("drift_agreement", 0.1, 0.0, 0.2, speaks_for="raters like these"),
        ),
        {"label_given_activation_smooth": (point,)},
        {**STUDY, "anchoring_tests": [{"name": "anchoring_shift", "label": "curve", "p": 0.3, "n_permutations": 2000}]},
        tables={"units": Table(("unit", "other", "low"), tuple(rows))},
    )
    told = whole(full)
    for said in (
        "compared with 2 other units (“v” and “w”) before the same raters",
        "the interval of a difference is paired",
        "at most 5 knots",
        "its band is pointwise",
        "Drift over the session, in how often a rater agrees with most others, is the mean over raters with 20",
        "p-values are two-sided, from 2000 permutations",
    ):
        assert said in told
        assert said not in whole(REPORT)
    assert {"efron1993", "hastie2009"} <= {work.key for work in citations_for(full)}
    assert not {"efron1993", "hastie2009"} & {work.key for work in citations_for(REPORT)}
    assert ", each with each," not in told
    each = replace(full, tables={"units": Table(("unit", "other", "low"), (*rows, ("v", "w", None)))})
    assert "(“v” and “w”), each with each, before" in whole(each)


def test_choices_between_two_images_have_no_bootstrap_that_no_figure_used() -> None:
    share = Figure("proportion_correct", 0.8, 0.7, 0.9, speaks_for="raters like these")
    study = {**STUDY, "task": "which_one", "n_pairs": 24}
    told = whole(Report((share,), study=study))
    assert "270 blind first choices enter the figures." in told
    assert "Wilson's interval" in told
    assert "variance of raters and pairs together" in told
    assert not re.search("bootstrap|replicates|with a label|raters like these add", told)
    assert "raowu1988" not in {work.key for work in citations_for(Report((share,), study=study))}
    fitted = whole(Report((share, Figure("psychometric_threshold", 0.4, 0.2, 0.6)), study=study))
    assert "The threshold of the psychometric function has percentile intervals" in fitted
    assert "bootstrap" in fitted
    assert "2000 replicates, seed 7" in fitted
    alike = whole(Report((replace(share, value=1.0, high=1.0),), study=study))
    assert "Kish's effective number of pairs" in alike
    assert "together" not in alike


def test_nothing_of_the_study_stands_twice_and_no_heading_is_empty() -> None:
    study = {**STUDY, "thresholds": {}, "recording": {"task": "categorize", "model": "inceptionv1"}}
    rows = account_of(Report(FIGURES, study=study)).facts
    assert [row.text for row in rows if row.name == "Task"] == ["categorize"]
    assert not any(row.name == "Thresholds" for row in rows)
    other = {**study, "recording": {"task": "rate"}}
    assert [row.text for row in account_of(Report(FIGURES, study=other)).facts if row.name == "Task"] == [
        "categorize", "rate",
    ]  # fmt: skip


def test_facts_have_names_for_people() -> None:
    facts = {
        "n_strata": 8, "kish_effective_n": 81.4, "made_up_key": 1,
        "anchoring_tests": [{"name": "anchoring_shift", "label": None, "p": 0.25, "n_permutations": 2000}] * 2,
    }  # fmt: skip
    assert [(row.name, row.text) for row in fact_rows(facts)] == [
        ("Strata", "8"),
        ("Effective number of images (Kish)", "81.4"),
        ("Made up key", "1"),
        ("Tests of the effect of revealing", "; ".join(["name Anchoring, shift, p-value 0.25, permutations 2000"] * 2)),
    ]


def test_simulated_raters_are_never_called_people() -> None:
    told = whole(Report(FIGURES, study={**STUDY, "simulated": True}))
    assert "The raters were simulated: no person labeled these images. 3 simulated raters judged" in told
    assert "Simulated raters." in bibtex(Report(FIGURES, study={**STUDY, "simulated": True}))


def test_every_work_has_what_a_reference_needs() -> None:
    for work in works().values():
        assert re.fullmatch(r".+ \(\d{4}\)\. .+\. .+\.", work.citation.text), work.key
        assert work.citation.link.startswith("https://") or not {"doi", "url"} & set(work.fields), work.key


def test_the_bibliography_has_the_study_and_the_program_before_the_works() -> None:
    text = bibtex(REPORT)
    keys = re.findall(r"^@\w+\{([^,]+),$", text, flags=re.MULTILINE)
    assert keys == ["study-c97b1d37", "neuronjury", *(work.key for work in citations_for(REPORT))]
    assert "title = {{Curves?}}" in text
    assert "year = {2026}" in text
    assert "author = {{The Neuron Jury authors}}" in text
    assert "Neuron Jury 0.1.0" in text


@given(st.text())
def test_an_entry_stays_an_entry_whatever_a_title_holds(title: str) -> None:
    """Braces are balanced, no line of the title's own begins, and no TeX sign is bare."""
    entry = bibtex_entry("key", "misc", {"title": title})
    depth = 0
    for sign in entry:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert entry.count("\n") == 2
    inside = entry.partition("{{")[2].rpartition("}}")[0]
    assert not re.search(
        r"(?<!\\)[%&$#_]|[~^]", inside.replace(r"\textasciitilde{}", "").replace(r"\textasciicircum{}", "")
    )


def test_what_was_not_counted_is_told_with_why_and_how_many() -> None:
    rows = not_counted(REPORT)
    assert [(row.what, row.count, row.raters) for row in rows] == [("Revealed", 25, 3), ("Can't tell", 4, 2)]
    assert "effect of revealing alone" in rows[0].why
    assert counted_in(REPORT) == "The figures are made of 270 judgements of 94 images by 3 raters."
    (row,) = not_counted(Report((), study={"n_no_answer": 5}))
    assert (row.what, row.count, row.raters) == ("No label", 5, None)
    assert not_counted(Report(())) == ()
    assert counted_in(Report(())) == ""


def test_an_account_asks_what_the_claim_says_and_never_more() -> None:
    account = account_of(REPORT)
    assert account.asks == "Do people agree that this unit shows “curves”?"
    assert account.methods == methods_of(REPORT).paragraphs
    assert account_of(Report(())).asks == ""


class Keyed:
    def __init__(self, key: str) -> None:
        self.key = key


def test_charts_stand_under_headings_in_the_order_of_the_page() -> None:
    charts = [Keyed(key) for key in ("anchoring", "roc_2", "roc", "label_contribution", "made_up_3")]
    found = [(heading, [chart.key for chart in members]) for heading, members in under_headings(charts)]
    assert [keys for _, keys in found] == [["label_contribution"], ["roc_2", "roc"], ["anchoring"], ["made_up_3"]]
    assert heading_of("roc_12") == heading_of("auroc")
