from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from analysis.assumptions import Assumptions, StudyDesign
from analysis.figures import Figure, Report
from analysis.judgements import Judgements, Stimuli
from analysis.planning import Plan, grid, plan
from analysis.widths import Gain, Width, gain_of
from analysis.worlds import simulate
from app.errors import Fault
from app.planning import plan_study
from app.planning import run as running
from app.planning.asked import assumed, laid_out, shares, whole_numbers
from app.planning.memory import StudiesOnDisk
from app.planning.page import render
from app.planning.plot import as_png, as_svg
from app.planning.words import advice, as_table, csv_of, sentence

LIKE, THESE = "raters like these", "these raters"
SMALL = {"stimuli": "6,12", "raters": "3", "repeats": "0", "worlds": 2, "strata": 2}


def _fake_analysis(judgements: Judgements, stimuli: Stimuli | None, *, seed: int, n_replicates: int) -> Report:
    """Narrower with more images, raters and repeats, each in its own figure; some noise from the seed."""
    first = judgements.first_blind
    images, raters = len(judgements.stimuli), len(judgements.raters)
    repeats = int((judgements.occasion == 2).sum())
    noise = 1 + (seed % 10) / 50
    widths = {
        ("percent_agreement", None, LIKE): 3 / raters * noise,
        ("auroc", judgements.categories[-1], THESE): 2 / images**0.5 * noise,
        ("subjectivity", None, LIKE): 4 / (repeats + 1) * noise if repeats else None,
        ("probability_of_label", judgements.categories[-1], THESE): 0.1,
    }
    assert first.any()
    return Report(
        tuple(
            Figure(name, None, label=label, undefined="needs repeats")
            if width is None
            else Figure(name, 0.5, 0.5 - width / 2, 0.5 + width / 2, label=label, speaks_for=speaks_for)
            for (name, label, speaks_for), width in widths.items()
        )
    )


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.planning.analyse", _fake_analysis)


@pytest.fixture(scope="module")
def made() -> Plan:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.planning.analyse", _fake_analysis)
        designs = grid(StudyDesign(n_strata=2), [10, 20], [3, 6], [0.0, 0.5])
        return plan(Assumptions(n_population=500), designs, n_worlds=3)


def test_numbers_on_the_command_line() -> None:
    assert whole_numbers("--stimuli", "40, 20,20") == (20, 40)
    assert shares("--repeats", "0,0.25") == (0.0, 0.25)


@pytest.mark.parametrize("text", ["", "a", "3,,4", "0", "2.5", "-1", "99999999"])
def test_numbers_that_are_none(text: str) -> None:
    with pytest.raises(Fault, match="--raters takes"):
        whole_numbers("--raters", text)


@pytest.mark.parametrize("text", ["", "x", "1.5", "-0.1", "nan"])
def test_shares_that_are_none(text: str) -> None:
    with pytest.raises(Fault, match="--repeats takes shares"):
        shares("--repeats", text)


def _assumed(**given: object) -> Assumptions:
    asked: dict = {"scale": None, "categories": (), "common": None, "spreads": {}} | given
    return assumed(None, **asked)


def test_what_is_assumed_without_a_pilot() -> None:
    assert _assumed() == Assumptions()
    assert _assumed(spreads={"noise": 0.7, "lapse": None}) == Assumptions(noise=0.7)
    assert _assumed(categories=("no", "yes")).thresholds == (1.0,)
    assert len(_assumed(categories=tuple("abcde"), scale="nominal").thresholds) == 4
    assert _assumed(scale="interval").has_slider
    assert not _assumed(scale="interval", categories=("1", "2")).has_slider


def test_how_common_the_categories_are() -> None:
    found = _assumed(categories=("no", "yes"), common="0.8,0.2", spreads={"lapse": 0.0})
    truth = simulate(found, StudyDesign(5, 2, 2), seed=0).truth
    assert truth["krippendorff_alpha", None] > 0.3
    world = simulate(found, StudyDesign(5, 2, 200, raters_per_stimulus=2), seed=0)
    assert world.shares.mean(axis=0).tolist() == pytest.approx([0.8, 0.2], abs=0.03)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"common": "0.5,0.5"}, "one share above 0 for each category"),
        ({"common": "0.5,0.3,0.3"}, "which sum to 1"),
        ({"common": "1,0,0"}, "above 0"),
        ({"scale": "interval", "common": "1"}, "a slider has none"),
        ({"scale": "ordinal", "categories": ("one",)}, "at least 2 categories"),
        ({"scale": "ratio", "categories": ("a", "b")}, "are numbers"),
        ({"spreads": {"noise": -1.0}}, "noise must be a spread"),
        ({"spreads": {"correlation": 3.0}}, "between -1 and 1"),
    ],
)
def test_assumptions_that_make_no_sense(given: dict, words: str) -> None:
    with pytest.raises(Fault, match=words):
        _assumed(**given)


def test_a_pilot_says_what_to_assume() -> None:
    world = simulate(Assumptions(n_population=3000), StudyDesign(20, 4, 5), seed=1)
    pilot = world.judgements, world.stimuli
    found = assumed(pilot, scale=None, categories=(), common=None, spreads={"noise": 0.9})
    assert found.noise == 0.9
    assert found.n_population == pytest.approx(3000, abs=1)
    assert len(found.activation) > 50
    assert laid_out(pilot, None, None, 7).n_bands == 4
    assert laid_out(pilot, 3, 2, 7) == StudyDesign(20, 3, 7, raters_per_stimulus=2)
    with pytest.raises(Fault, match="fewer than one rater, or more"):
        laid_out(pilot, None, 9, 7)


def test_a_pilot_that_says_too_little_is_a_fault() -> None:
    world = simulate(Assumptions(n_population=3000), StudyDesign(20, 4, 1), seed=1)
    with pytest.raises(Fault, match="2 raters or more"):
        assumed((world.judgements, world.stimuli), scale=None, categories=(), common=None, spreads={})


def test_the_table_fits_a_terminal_and_says_what_to_increase(made: Plan) -> None:
    table = as_table(made)
    assert max(map(len, table.splitlines())) <= 80
    assert "Agreement, for raters like these" in table
    assert "AUROC, “clear”, for these raters" in table
    assert "starting from 20 images, 3 raters and 0 % repeats" in table
    lines = dict(line.removeprefix("- ").split(": ", 1) for line in advice(made)[1:])
    agreement = lines["Agreement, for raters like these"]
    assert agreement.startswith("twice the raters (50 % narrower, for 100 % more judgements). Twice the images: about")
    assert lines["AUROC, “clear”, for these raters"].startswith("twice the images (29 % narrower")
    assert lines["Subjectivity, for raters like these"].startswith("no interval as it is; with 20 % repeats")
    assert lines["How common the label is, “clear”, for these raters"] == "none of them narrows it by much."


def test_repeats_are_told_apart_where_they_matter(made: Plan) -> None:
    table = as_table(made)
    assert table.count("50 % repeats") == 2
    assert "needs repeats" in table
    assert "Subjectivity\n" not in table  # those without an interval stand among the rest


def test_no_interval_whatever_is_increased() -> None:
    silent = gain_of(("auroc", None, ""), "stimuli", (StudyDesign(), [[]]), (StudyDesign(80), [[]]))
    assert sentence([silent]) == "no interval, whatever is increased."


def test_a_wider_interval_is_called_wider() -> None:
    def width(median: float, design: StudyDesign) -> Width:
        return Width("auroc", None, THESE, design, 0.5, median, median, median, 0.0)

    base = width(0.2, StudyDesign())
    told = sentence(
        [
            Gain("stimuli", base, width(0.1, StudyDesign(80)), 0.5),
            Gain("raters", base, width(0.3, StudyDesign(n_raters=10)), -0.5),
        ]
    )
    assert told == "twice the images (50 % narrower, for 100 % more judgements). Twice the raters: 50 % wider."


def test_the_tables_hold_every_width(made: Plan) -> None:
    files = csv_of(made)
    rows = list(csv.DictReader(files["plan.csv"].splitlines()))
    assert len(rows) == len(made.widths) == 4 * 8
    first = rows[0]
    assert (first["figure"], first["images"], first["raters"], first["judgements"]) == (
        "percent_agreement",
        "20",
        "3",
        "60",
    )
    assert float(first["width_low"]) <= float(first["width"]) <= float(first["width_high"])
    bare = [row for row in rows if row["figure"] == "subjectivity" and row["repeats"] == "0.0"]
    assert all(row["width"] == "" and row["reason"] == "needs repeats" for row in bare)
    assert len(list(csv.DictReader(files["increases.csv"].splitlines()))) == 4 * 3


def test_the_page_is_whole_and_escaped() -> None:
    odd = Assumptions(categories=("a", "b", "<script>alert(1)</script>"), n_population=300)
    made = plan(odd, [StudyDesign(5, 2, 3)], n_worlds=2)
    page = render(made, as_svg(made))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<svg" in page
    assert "What was assumed" in page
    assert "var(--label-0)" in page
    assert "http" not in page.split("<svg")[0].replace("http-equiv", "")


def test_the_picture_can_be_drawn(made: Plan) -> None:
    assert as_png(made).startswith(b"\x89PNG")
    svg = as_svg(made)
    assert svg.count("20 images") == 1
    assert "#fe00" not in svg


def test_a_plan_on_disk(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    planned = plan_study(tmp_path / "plan", lambda *step: told.append(step), **SMALL)
    assert planned.page.read_text().startswith("<!DOCTYPE html>")
    assert "What to have more of" in planned.table
    names = {path.name for path in (tmp_path / "plan").iterdir()}
    assert names == {"plan.html", "plan.csv", "increases.csv", "plan.png", "studies.jsonl"}
    assert told[-1][1] == told[-1][2] == 8  # twice the images stands in the grid already
    assert told[0][0] == running.SIMULATING


def test_a_stopped_plan_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(step: str, done: int, total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan_study(tmp_path, stop, **SMALL)
    assert len((tmp_path / "studies.jsonl").read_text().splitlines()) == 5
    studied = []
    monkeypatch.setattr(
        "analysis.planning.analyse", lambda *args, **more: studied.append(1) or _fake_analysis(*args, **more)
    )
    first = plan_study(tmp_path, lambda *step: None, **SMALL)
    assert len(studied) == 3
    assert plan_study(tmp_path, lambda *step: None, **SMALL) == first
    assert len(studied) == 3


def test_what_is_on_disk_may_be_cut_off_or_of_another_version(tmp_path: Path) -> None:
    path = tmp_path / "studies.jsonl"
    finding = ("auroc", None, THESE, 0.5, 0.1, "")
    known = StudiesOnDisk(path)
    known["a"] = [finding]
    known.close()
    line = path.read_text()
    old = json.dumps(json.loads(line) | {"program": "0.0.0", "key": "b"})
    path.write_text(f"{line}{old}\nnull\n[1]\n{line[:30]}")
    again = StudiesOnDisk(path)
    assert dict(again) == {"a": [finding]}
    again["c"] = [finding]
    again.close()
    last = StudiesOnDisk(path)
    assert set(last) == {"a", "c"}
    last.close()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"raters": "3,5", "raters_per_image": 2}, "one number of raters"),
        ({"raters_per_image": 9}, "more than there are"),
        ({"worlds": 1}, "two worlds"),
        ({"stimuli": "many"}, "--stimuli takes"),
        ({"repeats": "2"}, "--repeats takes"),
    ],
)
def test_what_cannot_be_planned(tmp_path: Path, more: dict, words: str) -> None:
    with pytest.raises(Fault, match=words):
        plan_study(tmp_path, lambda *step: None, **(SMALL | more))


def test_a_pilot_has_its_own_scale(tmp_path: Path) -> None:
    world = simulate(Assumptions(n_population=500), StudyDesign(10, 2, 3), seed=1)
    with pytest.raises(Fault, match="of its own"):
        plan_study(tmp_path, lambda *step: None, **SMALL, pilot=(world.judgements, world.stimuli), scale="nominal")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault, match="is a file"):
        plan_study(tmp_path / "file", lambda *step: None, **SMALL)
    (tmp_path / "studies.jsonl").mkdir()
    with pytest.raises(Fault, match=r"studies\.jsonl cannot be written"):
        plan_study(tmp_path, lambda *step: None, **SMALL)
