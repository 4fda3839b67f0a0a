"""A report as files: what is in them, what a hostile study cannot do to them, and what happens when it cannot be."""

from __future__ import annotations

import base64
import csv
import io
import json
import math
import re
import subprocess
import sys
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from analysis.figures import SCHEMA, CurvePoint, Figure, Report, Table
from app.errors import Fault
from app.export import SIMULATED, ReferencePicture, StimulusPicture
from app.export import write_report as write_formats
from app.export.files import MANIFEST
from app.export.pictures import thumbnail
from app.export.tables import TABLES
from app.findings.both_ways import with_everyone
from app.findings.charts import charts_of

CATEGORIES = ("unrelated", "imperfect", "curve")
# The formats that this file is about; the others have files of their own (test_report_formats.py, test_pdf.py).
write_report = partial(write_formats, only=("html", "json", "csv"))
SCRIPT = "<script>alert(1)</script>"


def picture(seed: int, side: int = 120) -> bytes:
    """A small photograph-like PNG."""
    rng = np.random.default_rng(seed)
    rough = Image.fromarray(rng.integers(0, 256, (6, 6, 3), dtype=np.uint8))
    data = io.BytesIO()
    rough.resize((side, side), Image.Resampling.BICUBIC).save(data, "PNG")
    return data.getvalue()


def sample_curves(labels: tuple[str, ...] = CATEGORIES, bins: int = 9) -> dict[str, tuple[CurvePoint, ...]]:
    """Three curves with a plausible shape: the higher the activation, the later the label."""
    edges = np.linspace(-3, 6, bins + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    peaks = np.linspace(-3, 7, len(labels))
    shares = np.exp(-((middles[None, :] - peaks[:, None]) ** 2) / (2 * (9 / len(labels)) ** 2))
    shares /= shares.sum(axis=0)
    crowd = np.exp(-(middles**2) / 8)
    density = shares * crowd / (shares * crowd).sum(axis=1, keepdims=True)
    carried = shares * crowd * np.maximum(middles, 0)
    found = {"label_given_activation": shares, "activation_given_label": density}
    found["label_contribution"] = carried / carried.sum()
    return {
        name: tuple(
            CurvePoint(label, m, edges[j], edges[j + 1], float(v), max(float(v) * 0.8, 0), min(float(v) * 1.2, 1), 40)
            for label, row in zip(labels, values, strict=True)
            for j, (m, v) in enumerate(zip(middles.tolist(), row, strict=True))
        )
        for name, values in found.items()
    }


def figure(name: str, value: float, half: float = 0.05, **more: object) -> Figure:
    stated: dict[str, object] = {
        "speaks_for": "raters like these",
        "target": "the population",
        "n_stimuli": 320,
        "n_raters": 6,
        "n_judgements": 1920,
    }
    return Figure(name, value, value - half, value + half, **{**stated, **more})  # type: ignore[arg-type]


def sample_report() -> Report:
    """An ordinal study of a curve detector, with people, unit, ceiling and subjectivity."""
    people = [
        figure("percent_agreement", 0.78, speaks_for="these raters"),
        figure("percent_agreement", 0.78, 0.06),
        figure("krippendorff_alpha", 0.61, 0.08),
        figure("gwet_ac2_quadratic", 0.74),
        *[figure("specific_agreement", v, label=n) for n, v in zip(CATEGORIES, (0.91, 0.52, 0.77), strict=True)],
    ]
    unit = [
        *[figure("probability_of_label", v, 0.02, label=n) for n, v in zip(CATEGORIES, (0.8, 0.12, 0.08), strict=True)],
        *[figure("auroc", v, 0.04, label=n) for n, v in zip(CATEGORIES, (0.89, 0.71, 0.93), strict=True)],
        *[figure("auroc_at_least", v, 0.03, label=n) for n, v in zip(CATEGORIES[1:], (0.89, 0.93), strict=True)],
        figure("share_of_expected_activation", 0.22, 0.04, label="unrelated"),
        figure("share_of_expected_activation", 0.27, 0.05, label="imperfect"),
        figure("share_of_expected_activation", 0.51, 0.07, label="curve"),
        figure("mean_activation", 4.213, 0.31, label="curve"),
        figure("spearman", 0.66),
    ]
    raters = [figure("ceiling_lower", 0.55 + 0.04 * i, 0.07, rater=f"rater-{i + 1}") for i in range(6)]
    ceiling = [
        figure("ceiling_lower", 0.65),
        *raters,
        figure("ceiling_upper", 0.76),
        figure("unit_against_consensus", 0.58),
        figure("normalised_agreement", 0.89, 0.09),
        Figure("alt_test_winning_rate", None, undefined="needs at least 3 raters with 30 images each"),
    ]
    other = [
        figure("subjectivity_lowest", 0.04, 0.02),
        figure("subjectivity_highest", 0.31, 0.06),
        Figure("a_new_figure", 12345.678),
    ]
    study = {
        "title": "Does mixed3b:379 detect curves?",
        "question": "How sure are you that this image holds a curve in the orientation of the examples?",
        "claim": "The unit fires on curves of one orientation.",
        "scale": "ordinal",
        "categories": [
            {"name": "unrelated", "definition": "Nothing in the image is like the examples."},
            {"name": "imperfect", "definition": "A curve, but of another orientation, radius or only part of one."},
            {"name": "curve", "definition": "A curve like those of the examples."},
        ],
        "seed": 7,
        "n_stimuli": 320,
        "raters": ["rater-1", "rater-2"],
        "recording": {"model": "inceptionv1", "weights": "ab" * 32, "receptive field": {"size": 83, "stride": 8}},
    }
    warnings = ("Stratum 9 has fewer than 40 stimuli: the interval of an AUROC is too narrow.",)
    return Report((*people, *unit, *ceiling, *other), sample_curves(), study, warnings)


def sample_pictures(n: int = 27) -> list[StimulusPicture]:
    rng = np.random.default_rng(0)
    found = []
    for i in range(n):
        activation = float(np.linspace(-3, 6, n)[i])
        chances = np.exp(-((activation - np.array([-2.0, 2.0, 6.0])) ** 2) / 6)
        shares = rng.multinomial(6, chances / chances.sum()) / 6
        labels = dict(zip(CATEGORIES, shares.tolist(), strict=True))
        found.append(StimulusPicture(f"s{i:03}", picture(i), activation, i * 9 // n, labels, 6))
    return found


def sample_references() -> list[ReferencePicture]:
    most = [ReferencePicture(picture(1000 + i), 9.0 - i / 2, "most", i + 1) for i in range(5)]
    return most + [ReferencePicture(picture(2000 + i), -5.0 + i / 2, "least", i + 1) for i in range(5)]


class Page(HTMLParser):
    """A page's elements and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += (
            data.replace("\N{NO-BREAK SPACE}", " ") if self.elements and self.elements[-1][0] != "style" else ""
        )


def page_of(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def test_report_json_is_exactly_the_schema(tmp_path: Path) -> None:
    report = sample_report()
    assert write_report(report, tmp_path / "deep" / "out") == tmp_path / "deep" / "out" / "report.html"
    told = json.loads((tmp_path / "deep" / "out" / "report.json").read_text(encoding="utf-8"))
    assert list(told) == ["schema", "figures", "curves", "study", "warnings"]
    assert told["schema"] == SCHEMA == "neuronjury-report/1"
    keys = "name label rater value low high level speaks_for target n_stimuli n_raters n_judgements undefined"
    assert all(list(row) == keys.split() for row in told["figures"])
    assert [Figure(**row) for row in told["figures"]] == list(report.figures)
    assert {n: tuple(CurvePoint(**p) for p in ps) for n, ps in told["curves"].items()} == report.curves
    assert told["study"] == {**report.study, "tables": {}}
    assert told["warnings"] == list(report.warnings)


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_report(sample_report(), tmp_path / name, pictures=sample_pictures(9), references=sample_references())
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    curves = ["activation_given_label.csv", "label_contribution.csv", "label_given_activation.csv"]
    tables = [f"{name}.csv" for name in TABLES]
    assert files == sorted([*curves, *tables, "figures.csv", "report.html", "report.json", MANIFEST])
    assert all((tmp_path / "one" / n).read_bytes() == (tmp_path / "two" / n).read_bytes() for n in files)


JURY = {
    "raters": Table(
        ("rater", "n_judgements", "agreement", "kappa", "deviation", "deviation_error", "others_say", "rater_says",
         "confusion_share"),
        (
            ("ann", 40, 0.9, 0.8, 0.05, 0.04, "curve", "imperfect", 0.1),
            ("=bob", 40, 0.5, 0.1, -0.6, 0.1, SCRIPT, "unrelated", 0.7),
            ("cy", 3, None, None, None, None, None, None, None),
        ),
    ),
    "stimuli": Table(
        ("stimulus", "n_raters", "entropy", "sd"),
        (("0001", 5, 1.5, 0.9), ("0002", 5, 0.0, 0.0), ("0003", 2, None, 0.7), ("0004", 5, 1.58, 0.8)),
    ),
    "units": Table(
        ("name", "label", "unit", "other", "value", "other_value", "difference", "low", "high"),
        (
            ("auroc", "curve", "mixed3b:385", "mixed3b:10", 0.9, 0.7, 0.2, 0.1, 0.3),
            ("spearman", None, "mixed3b:385", "mixed3b:10", 0.5, 0.45, 0.05, -0.1, 0.2),
            ("auroc", "odd", "mixed3b:385", "mixed3b:10", None, 0.45, None, None, None),
        ),
    ),
}  # fmt: skip


def test_the_jury_stands_one_by_one_in_the_page_and_as_csv(tmp_path: Path) -> None:
    pictures = [StimulusPicture(f"{n:04d}", picture(n), float(n), 0, {"curve": 1.0}, 5) for n in range(1, 5)]
    write_report(replace(sample_report(), tables=JURY), tmp_path, pictures=pictures)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    raters = page.partition('id="raters"')[2].partition("</section>")[0]
    assert raters.index("=bob") < raters.index("ann") < raters.index("cy")  # who agrees least comes first
    assert "says “unrelated” for 70\N{NO-BREAK SPACE}% of what most others call “&lt;script&gt;" in raters
    assert SCRIPT not in page
    disputed = page.partition('id="disputed"')[2].partition("</section>")[0]
    assert disputed.index("0004: activation") < disputed.index("0001: activation")
    assert "0002: activation" not in disputed  # all agree
    assert "0003: activation" not in disputed  # two raters are too few to call it disputed
    units = page.partition('id="units"')[2].partition("</section>")[0]
    assert "<b>0.20</b>" in units
    assert "<b>0.05</b>" not in units  # the interval of that difference holds 0
    with (tmp_path / "raters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["rater"] for row in rows] == ["ann", "'=bob", "cy"]
    assert rows[2]["agreement"] == ""


def test_what_an_earlier_report_left_is_not_taken_for_this_ones(tmp_path: Path) -> None:
    points = sample_curves()["label_given_activation"]
    curves = {**sample_curves(), "label_given_activation_smooth": points}
    write_report(replace(sample_report(), curves=curves, tables=JURY), tmp_path)
    assert (tmp_path / "label_given_activation_smooth.csv").exists()
    (tmp_path / "notes.txt").write_text("mine")
    write_report(sample_report(), tmp_path)
    assert not (tmp_path / "label_given_activation_smooth.csv").exists()
    assert (tmp_path / "raters.csv").read_text().splitlines() == ["rater"]
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_json_stays_strict_whatever_the_study_holds(tmp_path: Path) -> None:
    study = {"title": "t", "nested": {"bad": math.nan, 3: (1, math.inf)}, "path": Path("x"), "name": "caf\udce9"}
    point = CurvePoint("a", 0.0, -math.inf, 1.0, 0.5, None, None, 3)
    write_report(Report((), {"label_given_activation": (point,)}, study), tmp_path)

    def refuse(word: str) -> object:
        raise AssertionError(f"{word} is not JSON")

    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"), parse_constant=refuse)
    assert told["study"]["nested"] == {"bad": None, "3": [1, None]}
    assert told["study"]["name"] == "caf\udce9"
    assert told["curves"]["label_given_activation"][0]["activation_low"] is None


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\ufeff=", "\u200b\u00a0@", "\x00=", "＝"]
)
def test_a_spreadsheet_executes_no_text(tmp_path: Path, start: str) -> None:
    report = Report((Figure("auroc", -0.5, label=f"{start}cmd()", rater="plain"),))
    write_report(report, tmp_path)
    with (tmp_path / "figures.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["label"] == f"'{start}cmd()"
    assert (row["value"], row["rater"], row["low"]) == ("-0.5", "plain", "")


def test_a_curve_that_is_gone_leaves_no_old_table(tmp_path: Path) -> None:
    write_report(sample_report(), tmp_path)
    write_report(replace(sample_report(), curves={}), tmp_path)
    assert len((tmp_path / "label_given_activation.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_the_page_stands_alone(tmp_path: Path) -> None:
    page = page_of(write_report(sample_report(), tmp_path, pictures=sample_pictures(), references=sample_references()))
    assert not {"script", "link", "iframe", "object", "base"} & {tag for tag, _ in page.elements}
    sources = [attrs["src"] or "" for tag, attrs in page.elements if tag == "img"]
    assert len(sources) == 27 + 10
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    links = [(tag, v or "") for tag, attrs in page.elements for k, v in attrs.items() if k in ("href", "xlink:href")]
    # To works, for who wants to follow one: nothing is fetched before that.
    assert all(link.startswith("#") or (tag == "a" and link.startswith("https://")) for tag, link in links)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"url\((?!#)|@import", text)
    assert "default-src 'none'" in text


def test_ids_are_unique_and_every_reference_is_met(tmp_path: Path) -> None:
    text = write_report(sample_report(), tmp_path).read_text(encoding="utf-8")
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:url\(|href=")#([^)"]+)', text)) <= set(ids)


def test_plots_use_the_colours_of_the_page(tmp_path: Path) -> None:
    text = write_report(sample_report(), tmp_path).read_text(encoding="utf-8")
    plots = re.findall(r'<div class="plot".*?</svg>', text, flags=re.DOTALL)
    assert len(plots) == len(charts_of(sample_report())) > 4
    # What is left is black inside definitions that the page's colours overrule.
    assert {colour for plot in plots for colour in re.findall(r"#[0-9a-f]{6}\b", plot)} <= {"#000000"}
    assert "var(--label-2)" in plots[0]


@pytest.mark.parametrize("hostile", [SCRIPT, '"><img src=x onerror=alert(1)>', "$\\frac{", "a\nb\x00c", "x" * 300])
def test_hostile_names_stay_text(tmp_path: Path, hostile: str) -> None:
    report = sample_report()
    figures = tuple(
        replace(f, label=hostile if f.label == "curve" else f.label, rater=hostile if f.rater else None)
        for f in report.figures
    )
    curves = {
        n: tuple(replace(p, label=hostile) if p.label == "curve" else p for p in ps) for n, ps in report.curves.items()
    }
    study = {**report.study, "title": hostile, "claim": hostile, "categories": ["unrelated", "imperfect", hostile]}
    study["recording"] = {hostile: {hostile: hostile}}
    pictures = [StimulusPicture(hostile, picture(1), 1.0, 0, {hostile: 1.0}, 1)]
    path = write_report(Report(figures, curves, study, (hostile,)), tmp_path, pictures=pictures)
    page = page_of(path)
    assert not any(tag == "script" for tag, _ in page.elements)
    assert not any(key.startswith("on") for _, attrs in page.elements for key in attrs)
    assert len([tag for tag, _ in page.elements if tag == "img"]) == 1
    if hostile == SCRIPT:
        assert SCRIPT in page.text


def test_simulated_raters_cannot_be_missed(tmp_path: Path) -> None:
    page = page_of(write_report(without_one(sample_report(), sample_report()), tmp_path, simulated=True))
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert told["study"]["simulated"] is True
    assert told["warnings"] == [SIMULATED, *sample_report().warnings]
    assert SIMULATED in page.text
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    sections = re.findall(r"<section id=.*?</section>", text, flags=re.DOTALL)
    plots = re.findall(r'<div class="plot".*?</svg>', text, flags=re.DOTALL)
    assert len(sections) >= 6
    assert len(plots) == len(charts_of(sample_report()))
    assert all("Simulated raters" in part for part in (*sections, *plots))


def test_a_study_that_says_it_is_simulated_is_believed_once(tmp_path: Path) -> None:
    report = replace(sample_report(), study={"simulated": True}, warnings=("another", SIMULATED))
    page = page_of(write_report(report, tmp_path))
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert told["warnings"] == [SIMULATED, "another"]
    assert SIMULATED in page.text


def without_one(report: Report, everyone: Report, rater: str = "rater-9", reason: str = "too few right") -> Report:
    """The report as it is where a rater was left out of it."""
    told = {"excluded": [{"rater": rater, "reasons": [reason]}], "with_everyone": with_everyone(report, everyone)}
    return replace(report, study={**report.study, **told})


def changed(report: Report, name: str, **parts: object) -> Report:
    figures = tuple(replace(f, **parts) if f.name == name else f for f in report.figures)  # type: ignore[arg-type]
    return replace(report, figures=figures)


def test_raters_left_out_are_named_with_the_headline_figures_both_ways(tmp_path: Path) -> None:
    everyone = changed(sample_report(), "percent_agreement", value=0.61, low=0.5, high=0.7)
    page = page_of(write_report(without_one(sample_report(), everyone), tmp_path))
    text = re.sub(r"\s+", " ", page.text)
    assert "rater-9too few right" in text  # two cells
    assert "78.0 % [72.0, 84.0]61.0 % [50.0, 70.0]" in text
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["study"]
    names = ["percent_agreement", "unit_against_consensus", "auroc_at_least", "krippendorff_alpha"]
    names += ["normalised_agreement", "subjectivity_lowest", "subjectivity_highest", "share_of_expected_activation"]
    assert [row["name"] for row in told["with_everyone"]] == names
    assert told["with_everyone"][0]["speaks_for"] == "raters like these"
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "With everyone" not in html.partition('id="study"')[2]  # told once, not among the facts again


def test_a_headline_figure_that_everyone_has_not_says_why(tmp_path: Path) -> None:
    everyone = changed(sample_report(), "normalised_agreement", value=None, low=None, high=None, undefined="no ceiling")
    everyone = replace(everyone, figures=tuple(f for f in everyone.figures if f.name != "krippendorff_alpha"))
    text = page_of(write_report(without_one(sample_report(), everyone), tmp_path)).text
    assert "no ceiling" in text
    assert "not computed" in text


def test_names_and_reasons_of_raters_left_out_stay_text(tmp_path: Path) -> None:
    report = without_one(sample_report(), sample_report(), rater=SCRIPT, reason=SCRIPT)
    page = page_of(write_report(report, tmp_path))
    assert not any(tag == "script" for tag, _ in page.elements)
    assert page.text.count(SCRIPT) == 2


def test_real_raters_get_no_notice(tmp_path: Path) -> None:
    assert "imulated raters" not in page_of(write_report(sample_report(), tmp_path)).text


def test_the_verdict_quotes_figures_with_their_intervals(tmp_path: Path) -> None:
    text = page_of(write_report(sample_report(), tmp_path)).text
    assert "Two raters picked at random give the same label to 78 % [72, 84] of the images" in text
    assert "by “curve”" in text
    assert "0.93 [0.90, 0.96]" in text
    assert "the unit reaches 89 % [80, 98]" in text
    assert "speak for raters like these. Estimates are about the population." in text


def test_a_word_is_used_only_where_the_interval_supports_it(tmp_path: Path) -> None:
    for half, said in ((0.1, "mostly shared"), (0.4, "the data do not settle")):
        report = Report((figure("subjectivity", 0.3, half), figure("krippendorff_alpha", 0.1, 0.2)))
        text = page_of(write_report(report, tmp_path / said)).text
        assert said in text
        assert "which does not exclude chance" in text


def test_figures_without_a_number_show_the_reason(tmp_path: Path) -> None:
    names = ("percent_agreement", "krippendorff_alpha", "auroc", "normalised_agreement")
    report = Report(tuple(Figure(name, None, undefined=f"reason of {name}") for name in names))
    text = page_of(write_report(report, tmp_path)).text
    for name in names:
        assert f"reason of {name}" in text
    assert "None" not in text


@pytest.mark.parametrize("scale", ["nominal", "ordinal"])
@pytest.mark.parametrize("count", [2, 8])
def test_two_to_eight_categories(tmp_path: Path, count: int, scale: str) -> None:
    labels = tuple(f"a rather long name for category {i}, with detail" for i in range(count))
    figures = tuple(figure("auroc", 0.6, label=label) for label in labels)
    study = {"scale": scale, "categories": list(labels)}
    report = Report(figures, sample_curves(labels), study)
    text = write_report(report, tmp_path).read_text(encoding="utf-8")
    assert f"--label-{count - 1}: #" in text
    assert text.count('class="plot"') == len(charts_of(report)) > 3


@pytest.mark.parametrize("report", [Report(()), Report((), {}, {"title": "t"}, ("w",))])
def test_an_empty_report_is_still_a_page(tmp_path: Path, report: Report) -> None:
    text = page_of(write_report(report, tmp_path)).text
    assert "There is nothing to say yet" in text


def test_sixty_raters_and_labels_in_any_script(tmp_path: Path) -> None:
    figures = [figure("ceiling_lower", 0.5 + i / 300, rater=f"評価者 {i}") for i in range(60)]
    report = Report((*figures, figure("unit_against_others", 0.5), figure("auroc", 0.7, label="曲線")))
    assert "60 raters" in page_of(write_report(report, tmp_path)).text


def test_a_bad_picture_is_left_out_with_a_warning(tmp_path: Path) -> None:
    bad = [b"", b"no picture", picture(1)[:200], b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"]
    pictures = [StimulusPicture(f"bad{i}", image, 0.0, 0, {}, 0) for i, image in enumerate(bad)]
    good = StimulusPicture("good", picture(2), 1.0, 0, {"curve": 0.5, "unrelated": 0.5}, 2)
    path = write_report(sample_report(), tmp_path, pictures=[*pictures, good])
    assert sum(tag == "img" for tag, _ in page_of(path).elements) == 1
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert "stimulus bad0" in told["warnings"][-1]
    assert told["warnings"][-1] in page_of(path).text


def plain(shade: int, size: tuple[int, int] = (200, 200)) -> bytes:
    data = io.BytesIO()
    Image.new("L", size, shade).save(data, "PNG")
    return data.getvalue()


def shown(path: Path) -> list[np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    """The pictures of a page as gray levels."""
    sources = [attrs["src"] or "" for tag, attrs in page_of(path).elements if tag == "img"]
    opened = [Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))) for source in sources]
    return [np.asarray(image.convert("L")).astype(np.int64) for image in opened]


@pytest.mark.parametrize("shade", [0, 90, 255])
def test_the_field_is_outlined_visibly_and_stays_uncovered(tmp_path: Path, shade: int) -> None:
    stimulus = StimulusPicture("s", plain(shade), 1.0, 0, {"curve": 1.0}, 2, field=(50, 100, 100, 175))
    reference = ReferencePicture(plain(shade), 9.0, "most", 1, field=(50, 100, 100, 175))
    path = write_report(sample_report(), tmp_path, pictures=[stimulus], references=[reference])
    for gray in shown(path):
        scale = len(gray) / 200
        top, left, bottom, right = (round(edge * scale) for edge in (50, 100, 100, 175))
        # JPEG bleeds a little into the pixels beside a line.
        inside = gray[top + 2 : bottom - 2, left + 2 : right - 2]
        assert np.abs(inside - shade).max() < 40
        for side in (gray[top - 4 : top, left:right].T, gray[top:bottom, left - 4 : left]):
            assert np.median(np.ptp(side, axis=1)) > 120  # a white line beside a dark one, whatever is behind
    assert "The outline marks the receptive field" in page_of(path).text


@given(edges=st.tuples(*[st.integers(-300, 10**9)] * 4), size=st.tuples(st.integers(1, 120), st.integers(1, 120)))
@settings(max_examples=60, deadline=None)
def test_any_field_of_any_picture_leaves_a_picture(edges: tuple[int, int, int, int], size: tuple[int, int]) -> None:
    assert thumbnail(plain(90, size), 96, edges) is not None


def test_a_field_at_the_edge_is_outlined_inside_the_picture(tmp_path: Path) -> None:
    stimulus = StimulusPicture("s", plain(0), 1.0, 0, {"curve": 1.0}, 2, field=(0, 0, 200, 100))
    (gray,) = shown(write_report(sample_report(), tmp_path, pictures=[stimulus]))
    assert gray[:4, 10:30].max(axis=0).min() > 150
    assert gray[-4:, 10:30].max(axis=0).min() > 150


def test_a_field_that_is_the_whole_picture_is_not_outlined() -> None:
    assert thumbnail(plain(0), 96, (0, 0, 200, 200)) == thumbnail(plain(0), 96)


def test_pictures_that_are_fields_have_no_outline(tmp_path: Path) -> None:
    path = write_report(sample_report(), tmp_path, pictures=sample_pictures(3), references=sample_references())
    assert "outline" not in page_of(path).text


def test_four_hundred_pictures_stay_light(tmp_path: Path) -> None:
    images = [picture(i, 400) for i in range(10)]
    pictures = [StimulusPicture(str(i), images[i % 10], i / 40, i // 40, {"curve": 1.0}, 6) for i in range(400)]
    calls: list[tuple[int, int]] = []
    path = write_report(sample_report(), tmp_path, pictures=pictures, progress=lambda *step: calls.append(step))
    assert path.stat().st_size < 5_000_000
    total = calls[-1][1]
    assert total > 400
    assert calls == [(i + 1, total) for i in range(total)]


def test_too_many_pictures_are_thinned_evenly_and_it_says_so(tmp_path: Path) -> None:
    image = picture(0, 16)
    pictures = [StimulusPicture(str(i), image, i / 10, i % 4, {}, 0) for i in range(1000)]
    text = page_of(write_report(Report(()), tmp_path, pictures=pictures)).text
    assert "Of 1000 stimuli, 600 are shown" in text


def test_a_file_in_the_way_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(Fault, match="is a file"):
        write_report(sample_report(), tmp_path / "out")
    with pytest.raises(Fault, match="cannot be made"):
        write_report(sample_report(), tmp_path / "out" / "below")
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_a_folder_in_the_place_of_a_file_is_a_fault_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with pytest.raises(Fault, match=r"holds report\.json, which no report wrote"):
        write_report(sample_report(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_importing_the_export_loads_nothing_heavy() -> None:
    heavy = "('matplotlib', 'jinja2', 'PIL', 'PySide6', 'torch')"
    code = f"import app.export, sys; sys.exit(str([m for m in {heavy} if m in sys.modules] or '') or 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
