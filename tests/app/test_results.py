"""What enters a report on a study file: whose judgements, which of them, and what is said of the rest."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from helpers import NAME_IT, RUBRIC, SEVEN, SLIDER, FakeClock, label_everything, new_study, png, which_one_study

import app.export.plots
from analysis.figures import Figure
from app.cli import main
from app.errors import Fault
from app.results import report_study
from app.results.anonymous import anonymous
from app.results.entering import entering, labels_of, tally
from app.results.source import read_source
from app.results.workload import Given, workload
from app.study.events import Entry, Judgement
from app.study.file import StudyFile
from app.study.handing_out import hand_out, reassign
from app.study.log import RaterLog
from app.study.protocol import Conditions, Exclusion, Protocol
from app.study.records import Condition, Known, NewStudy, Trial
from app.study.returning import save_answers

CATCH = Known("ffff", "catch", 1, png(999), ("edge",))
PARTS = {"ann": "ab", "bob": "bc", "cy": "c", "dee": "abc"}
"""Which stimuli each rater was given."""
STRICT = Exclusion(catch_accuracy=0.8)


def judgement(rater: str, label: str | None = "edge", **parts: Any) -> Judgement:
    given = {"stimulus": "a", "condition": "blind", "occasion": 1, "seconds": 1.0, "simulated": False}
    return Judgement(rater=rater, label=label, **(given | parts))


def study_of(folder: Path, new: NewStudy, raters: Iterable[str], say: Callable[[str, Trial, float], str]) -> Path:
    """A study that these raters labeled; `say` is told the rater, the trial and the stimulus's activation."""
    path = folder / "study.jury"
    StudyFile.create(path, new)
    activation = {stimulus.id: stimulus.activation for stimulus in new.stimuli}
    with StudyFile.open(path) as study:
        for number, name in enumerate(raters):
            rater = study.add_rater(name, seed=number)
            log = RaterLog(study, rater)
            for trial in study.trials(rater):
                assert trial.stimulus is not None
                label = say(name, trial, activation.get(trial.stimulus, 99.0))
                log.append(Entry(trial.id, "label", label, milliseconds=900))
    return path


def by_activation(rater: str, trial: Trial, activation: float) -> str:
    """Everybody knows; but whoever is called "bad" gets catch trials wrong and says the opposite."""
    right = "edge" if activation > 1 else "unrelated"
    return {"edge": "unrelated", "unrelated": "edge"}[right] if rater.startswith("bad") else right


@pytest.fixture(autouse=True)
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts take most of the time that a page takes, and no test here looks at one."""
    monkeypatch.setattr(app.export.plots, "draw_plots", lambda *_: ())


def reported(path: Path, out: Path, unit: str | None = None) -> tuple[dict[str, Any], str]:
    """report.json, and the page's text without tags."""
    written = report_study(path, out, lambda *_: None, unit_name=unit, only=("html", "json", "csv"))
    page = written.read_text("utf-8")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("</style>")[2]))
    return json.loads((out / "report.json").read_text("utf-8")), text.replace("\N{NO-BREAK SPACE}", " ")


def value(found: dict[str, Any], name: str, label: str | None = None) -> float:
    return next(f["value"] for f in found["figures"] if (f["name"], f["label"]) == (name, label))


# ---- raters who are left out -------------------------------------------------------------------------------------


def test_raters_below_the_thresholds_enter_no_figure_and_the_report_shows_both_ways(tmp_path: Path) -> None:
    new = replace(new_study(20), known=(CATCH,), protocol=Protocol(exclusion=STRICT))
    found, page = reported(study_of(tmp_path, new, ["ann", "bob", "bad"], by_activation), tmp_path / "out")
    study = found["study"]
    assert study["raters"] == ["ann", "bob"]
    assert study["n_judgements"] == 40
    assert study["thresholds"] == {"catch_accuracy": 0.8}
    reason = "0 of 1 catch trials right (0\N{NO-BREAK SPACE}%), where 80\N{NO-BREAK SPACE}% are needed"
    assert study["excluded"] == [{"rater": "bad", "reasons": [reason]}]
    everyone = {figure.name: figure for figure in (Figure(**row) for row in study["with_everyone"])}
    # Of three raters two always agree and one never does: one pair of three.
    assert value(found, "percent_agreement") == pytest.approx(1.0)
    assert everyone["percent_agreement"].value == pytest.approx(1 / 3)
    assert (everyone["percent_agreement"].n_raters, everyone["percent_agreement"].n_judgements) == (3, 60)
    assert everyone["percent_agreement"].speaks_for == "these raters"  # as in the report, of two raters
    assert {"auroc_at_least", "krippendorff_alpha", "share_of_expected_activation"} <= set(everyone)
    assert "Left out of every figure, by the study's thresholds: bad (1 of 3 raters)." in found["warnings"][0]
    assert "bad 0 of 1 catch trials right (0 %), where 80 % are needed" in page
    assert "Agreement 100.0 %" in page
    assert "33.3 %" in page


def test_the_figures_without_them_are_those_of_a_study_that_never_had_them(tmp_path: Path) -> None:
    new = replace(new_study(20), known=(CATCH,), protocol=Protocol(exclusion=STRICT))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with_bad, _ = reported(study_of(tmp_path / "a", new, ["ann", "bob", "bad"], by_activation), tmp_path / "one")
    never, page = reported(study_of(tmp_path / "b", new, ["ann", "bob"], by_activation), tmp_path / "two")
    assert with_bad["figures"] == never["figures"]
    assert with_bad["curves"] == never["curves"]
    assert (never["study"]["excluded"], never["study"]["with_everyone"]) == ([], [])
    assert "Left out" not in page


def test_who_has_not_finished_and_how_the_images_were_shared_out_is_told(tmp_path: Path) -> None:
    """Of everybody whom the report is about, catch trials apart."""
    path = study_of(tmp_path, replace(new_study(20, units=2), known=(CATCH,)), ["ann", "bob"], by_activation)
    assert reported(path, tmp_path / "whole")[0]["study"]["workload"] == {
        "raters": 2,
        "raters_per_item": {"fewest": 2, "most": 2},
        "items_per_rater": {"fewest": 20, "most": 20},
    }
    with StudyFile.open(path) as study:
        rater = study.add_rater("cy", seed=7)
        log = RaterLog(study, rater)
        for trial in [trial for trial in study.trials(rater) if trial.unit == 1 and trial.kind == "main"][:3]:
            log.append(Entry(trial.id, "label", "edge", milliseconds=900))
    found, page = reported(path, tmp_path / "out")
    assert found["study"]["workload"] == {
        "raters": 3,
        "raters_per_item": {"fewest": 3, "most": 3},
        "items_per_rater": {"fewest": 3, "most": 20},
        "unfinished": 1,
        "unfinished_of": 3,
        "least_finished": {"answered": 3, "trials": 20},
    }
    assert found["warnings"][0] == (
        "1 of 3 raters has not finished: 3 of 20 trials answered of this unit, catch trials and practice apart."
    )
    assert "Each image went to 3 of 3 raters, and each rater judged 3 to 20 images. 1 of 3 raters has not" in page


def test_where_each_image_goes_to_some_of_the_raters_the_report_says_so() -> None:
    given = {name: Given(len(ids), frozenset(frozenset(one) for one in ids)) for name, ids in PARTS.items()}
    said = [judgement(name, stimulus=one) for name, ids in PARTS.items() for one in ids]
    told = workload(given, said, ["ann", "bob", "cy"], {})
    assert told["raters_per_item"] == {"fewest": 1, "most": 2}
    assert told["items_per_rater"] == {"fewest": 1, "most": 2}
    assert "unfinished" not in told
    cut = workload(given, said[1:], ["ann", "bob", "cy"], {})
    assert (cut["unfinished"], cut["least_finished"]) == (1, {"answered": 1, "trials": 2})
    assert "unfinished" not in workload(given, said[1:], ["ann", "bob", "cy"], {"ann": "csv"})
    assert workload({}, said, ["ann"], {}) == {}
    assert workload(given, said[1:], ["ann", "bob", "cy"], {"cy": "csv"})["unfinished_of"] == 2


def test_who_was_given_a_file_and_answered_nothing_is_told(tmp_path: Path) -> None:
    """Not who dropped out; and in an anonymous report how many there are, and no name."""
    path = study_of(tmp_path, new_study(20), ["ann", "bob"], by_activation)
    with StudyFile.open(path) as study:
        hand_out(study, ["quiet-cy", "gone-dee"], tmp_path / "files", lambda done, total: None)
        reassign(study, "gone-dee", "quiet-eve", tmp_path / "files", lambda done, total: None)
        study.add_rater("in-the-study-itself")
    found, page = reported(path, tmp_path / "named")
    told = "2 raters who were given a file have answered nothing: quiet-cy, quiet-eve."
    assert told in found["warnings"]
    assert told in page
    assert found["study"]["workload"]["nothing_answered"] == 2
    assert found["study"]["workload"]["nothing_answered_by"] == ["quiet-cy", "quiet-eve"]
    report_study(path, tmp_path / "numbers", lambda *_: None, anonymous=True, only=["json"])
    text = (tmp_path / "numbers" / "report.json").read_text()
    assert "2 raters who were given a file have answered nothing." in text
    assert "quiet" not in text
    assert not {"quiet-cy", "quiet-eve"} & set(anonymous(read_source(path)).unheard)


def test_what_somebody_left_to_another_is_not_unfinished(tmp_path: Path) -> None:
    path = study_of(tmp_path, new_study(20), ["ann"], by_activation)
    with StudyFile.open(path) as study:
        hand_out(study, ["gone-dee"], tmp_path / "files", lambda done, total: None)
        dee = next(rater for rater in study.raters() if rater.pseudonym == "gone-dee")
        log = RaterLog(study, dee)
        for trial in study.trials(dee)[:5]:
            log.append(Entry(trial.id, "label", "edge", milliseconds=900))
        reassign(study, "gone-dee", "eve", tmp_path / "files", lambda done, total: None)
        eve = next(rater for rater in study.raters() if rater.pseudonym == "eve")
        label_everything(study, eve, FakeClock())
    found, page = reported(path, tmp_path / "out")
    assert found["study"]["workload"] == {
        "raters": 3,
        "raters_per_item": {"fewest": 2, "most": 2},
        "items_per_rater": {"fewest": 5, "most": 20},
        "dropped_out": 1,
    }
    assert "1 rater dropped out, and what was left to judge went to somebody else." in page
    assert not [warning for warning in found["warnings"] if "not finished" in warning]


def test_a_report_is_made_from_the_whole_study_alone(tmp_path: Path) -> None:
    """Neither from the file of one rater, nor from the small one that came back."""
    path = study_of(tmp_path, new_study(6), ["ann"], by_activation)
    with StudyFile.open(path) as study:
        (mine,) = hand_out(study, ["cy"], tmp_path / "files", lambda done, total: None)
    small = tmp_path / "small.jury"
    with StudyFile.open(mine.path) as study:
        label_everything(study, study.raters()[0], FakeClock())
        save_answers(study, study.raters()[0], small)
    for file in (mine.path, small):
        out = tmp_path / f"of-{file.stem}"
        told = CliRunner().invoke(main, ["report", str(file), "--out", str(out)])
        assert told.exit_code == 1
        assert f"{file} was handed out to one rater: use the study that it was made from." in told.output
        assert not out.exists()
        packed = CliRunner().invoke(main, ["pack", str(file), "--raters", "1", "--out", str(tmp_path / "more")])
        assert "was handed out to one rater: use the study that it was made from." in packed.output
        assert CliRunner().invoke(main, ["status", str(file)]).exit_code == 0


def test_where_nobody_would_be_left_nobody_is_left_out(tmp_path: Path) -> None:
    new = replace(new_study(20), known=(CATCH,), protocol=Protocol(exclusion=STRICT))
    found, page = reported(study_of(tmp_path, new, ["bad", "bad too"], by_activation), tmp_path / "out")
    assert (found["study"]["raters"], found["study"]["excluded"]) == (["bad", "bad too"], [])
    assert "would leave nobody, so nobody is left out. They are not met by: bad (0 of 1" in found["warnings"][0]
    assert "would leave nobody" in page
    assert [row["rater"] for row in found["study"]["thresholds_not_met"]] == ["bad", "bad too"]
    assert "2 raters did not meet them, but all were kept" in page
    assert "every rater met them" not in page


def test_who_is_left_but_said_nothing_that_counts_is_nobody() -> None:
    heard = [
        judgement("bad"),
        judgement("shy", None),
        judgement("late", occasion=2),
        judgement("told", condition="revealed"),
    ]
    found = entering(heard, {"bad": ("why",)})
    assert (found.kept, found.excluded) == (tuple(heard), {})


def test_reasons_for_raters_of_other_units_are_not_told_here() -> None:
    found = entering([judgement("ann")], {"bob": ("why",)})
    assert (found.excluded, found.warnings) == ({}, ())


# ---- which judgements --------------------------------------------------------------------------------------------


def test_judgements_without_references_are_left_out_and_counted() -> None:
    heard = [judgement("ann"), judgement("ann", stimulus="b", references=False), judgement("bob")]
    heard.append(judgement("bob", stimulus="b", references=False, condition="revealed"))
    found = entering(heard, {})
    assert [j.stimulus for j in found.kept] == ["a", "a"]
    assert found.warnings == ("1 of 3 blind judgements were made without references: left out of every figure.",)


def test_nothing_nameable_is_counted_apart_from_cannot_tell() -> None:
    heard = [judgement("ann", stimulus=str(n)) for n in range(3)]
    heard += [
        judgement("ann", None, stimulus="x", kind="nothing"),
        judgement("ann", None, stimulus="y", kind="cannot_tell"),
    ]
    assert entering(heard, {}).warnings == (
        "1 of 5 blind judgements are “nothing nameable here”, which is no category.",
    )


def test_where_no_judgement_had_references_all_are_analysed_and_it_is_said() -> None:
    heard = [judgement("ann", references=False), judgement("bob", references=False)]
    found = entering(heard, {})
    assert found.kept == tuple(heard)
    assert found.warnings == ("No references stood beside the images: every figure is about judgements without them.",)


def test_judgements_are_told_by_condition() -> None:
    conditions: tuple[Condition, ...] = ("blind", "revealed", "feedback", "blind")
    heard = [judgement("ann", condition=one, stimulus=str(n)) for n, one in enumerate(conditions)]
    heard.append(judgement("ann", occasion=2))
    assert tally(heard) == {"blind": 2, "revealed": 1, "feedback": 1, "repeats": 1}
    assert tally([]) == {"blind": 0}


def test_only_blind_first_judgements_with_references_make_the_figures(tmp_path: Path) -> None:
    """Wherever anything was shown, on repeats and with no references, everybody says "edge": none of it counts."""

    def say(rater: str, trial: Trial, activation: float) -> str:
        enters = trial.condition == "blind" and trial.references and trial.occasion == 1
        return "unrelated" if enters else "edge"

    protocol = Protocol(conditions=Conditions(0.6, 0.2, 0.2), without_references=0.25, repeats=0.1, repeat_distance=5)
    path = study_of(tmp_path, replace(new_study(40), protocol=protocol), ["ann", "bob", "cleo"], say)
    found, _ = reported(path, tmp_path / "out")
    assert value(found, "probability_of_label", "unrelated") == pytest.approx(1.0)
    assert found["study"]["judgements"]["blind"] == found["study"]["n_judgements"] == 54  # 3 * 40 * 0.6 * 0.75
    assert any(warning.startswith("18 of 72 blind judgements") for warning in found["warnings"])


# ---- which answers are labels ------------------------------------------------------------------------------------


def test_the_labels_of_a_study_are_its_categories_or_the_steps_of_its_scale() -> None:
    plain = labels_of(RUBRIC)
    assert (plain.names, plain.scale) == (("unrelated", "imperfect", "edge"), "ordinal")
    assert plain.definitions[0] == "No edge."
    rated = labels_of(SEVEN)
    assert (rated.names, rated.scale) == (tuple("1234567"), "ordinal")
    assert rated.definitions == (
        "1 of 7: not at all", "2 of 7", "3 of 7", "4 of 7", "5 of 7", "6 of 7", "7 of 7: entirely",
    )  # fmt: skip


def test_names_are_words_and_no_figure_is_made_of_them(tmp_path: Path) -> None:
    StudyFile.create(tmp_path / "study.jury", replace(new_study(), rubric=NAME_IT))
    with pytest.raises(Fault, match=r"name what a unit responds to.*view `judgement`.*docs/study-file.md"):
        report_study(tmp_path / "study.jury", tmp_path / "out", lambda *_: None)
    assert not (tmp_path / "out").exists()


def test_sliders_are_numbers(tmp_path: Path) -> None:
    """Both put the slider at five times the place of the image, and one of them ten higher."""
    new = replace(new_study(16), rubric=SLIDER)

    def say(rater: str, trial: Trial, activation: float) -> str:
        return str(round((activation + 1.2345) * 5) + 10 * (rater == "bob"))

    found, page = reported(study_of(tmp_path, new, ["ann", "bob"], say), tmp_path / "out")
    assert found["study"]["scale"] == "interval"
    assert value(found, "spearman") == pytest.approx(1.0)
    assert value(found, "icc_c_1") == pytest.approx(1.0)
    assert value(found, "icc_a_1") < 0.99
    assert value(found, "variance_rater") == pytest.approx(50.0)  # half the squared difference of ten
    assert "needs a declared list of categories" in page
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "mean 30.00" in html  # under the strongest, of which 25 and 35 were said
    assert "no labels" not in html
    with (tmp_path / "out" / "raters.csv").open(encoding="utf-8", newline="") as file:
        deviation = {row["rater"]: float(row["deviation"]) for row in csv.DictReader(file)}
    assert deviation == pytest.approx({"ann": -10, "bob": 10})


def test_pairs_are_reported_on(tmp_path: Path) -> None:
    """Everybody finds the stronger image, but for one rater who never does."""
    path, new = tmp_path / "study.jury", which_one_study(24)
    StudyFile.create(path, new)
    activation = {stimulus.id: stimulus.activation for stimulus in new.stimuli}
    with StudyFile.open(path) as study:
        for number, name in enumerate(["ann", "bob", "cy", "never"]):
            rater = study.add_rater(name, seed=number)
            log = RaterLog(study, rater)
            for trial in study.trials(rater):
                assert trial.stimulus is not None
                assert trial.other is not None
                left = (activation[trial.stimulus] > activation[trial.other]) == (name != "never")
                log.append(Entry(trial.id, "label", "left" if left else "right", confidence=2, milliseconds=900))
    found, page = reported(path, tmp_path / "out")
    assert value(found, "proportion_correct") == pytest.approx(0.75)
    assert {f["rater"]: f["value"] for f in found["figures"] if f["name"] == "proportion_correct" and f["rater"]} == {
        "ann": 1, "bob": 1, "cy": 1, "never": 0,
    }  # fmt: skip
    assert re.search(r"choose the one that activates the unit more in 75.%", page)
    assert "The labels" not in page


def test_of_several_categories_at_once_each_is_a_question_of_its_own(tmp_path: Path) -> None:
    """An image may be both; the raters agree about edges, and about the rest they do not."""
    rubric = replace(RUBRIC, several=True, scale="nominal")
    new = replace(new_study(20), rubric=rubric)

    def say(rater: str, trial: Trial, activation: float) -> str:
        chosen = ["edge"] if activation > 0 else ["unrelated"]
        return rubric.label_of(chosen + (["imperfect"] if (rater == "ann") == (activation > 1) else []))

    found, page = reported(study_of(tmp_path, new, ["ann", "bob", "cy"], say), tmp_path / "out")
    assert value(found, "percent_agreement", "edge") == 1
    assert value(found, "percent_agreement", "imperfect") == pytest.approx(1 / 3)
    assert value(found, "auroc", "edge") == pytest.approx(1)
    assert {figure["label"] for figure in found["figures"]} == set(rubric.names)
    assert {point["label"] for point in found["curves"]["label_given_activation"]} == set(rubric.names)
    assert "agree whether it is “" in page
    assert found["study"]["several"] is True
    assert "For each image they chose one category or several" in page
    with (tmp_path / "out" / "raters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["category"] for row in rows] == [name for name in rubric.names for _ in "abc"]


def test_the_units_of_a_study_stand_side_by_side_before_one_jury(tmp_path: Path) -> None:
    new = new_study(20, units=2)
    found, page = reported(study_of(tmp_path, new, ["ann", "bob", "cy"], by_activation), tmp_path / "out")
    assert found["study"]["unit"] == new.units[0].unit.name
    with (tmp_path / "out" / "units.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["other"] for row in rows} == {new.units[1].unit.name}
    assert "Other units before the same jury" in page


def test_ratings_on_a_scale_are_analysed_as_ordered_labels(tmp_path: Path) -> None:
    """Stimulus n of 21 is rated n // 3 + 1 by both: perfect agreement, and each step as common as the next."""
    new = replace(new_study(21), rubric=SEVEN)

    def say(rater: str, trial: Trial, activation: float) -> str:
        return str(round((activation + 1.2345) * 3) // 3 + 1)

    found, page = reported(study_of(tmp_path, new, ["ann", "bob"], say), tmp_path / "out")
    assert found["study"]["scale"] == "ordinal"
    assert [category["name"] for category in found["study"]["categories"]] == list("1234567")
    assert value(found, "krippendorff_alpha") == pytest.approx(1.0)
    assert value(found, "auroc_at_least", "7") == pytest.approx(1.0)
    assert "7 of 7: entirely" in page
