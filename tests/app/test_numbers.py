"""Every number of the page stands in report.json: in words, cards, tables, charts and what is read aloud.

A number passes only as a rendering of a number in the part of report.json that its section is about, so that a wrong
one does not pass because some other figure happens to be like it.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from helpers import RUBRIC, new_study, png, which_one_study

from app.cli import main
from app.export import write_report
from app.findings.words import words_for
from app.results.computing import report_on
from app.results.pictures import reference_pictures, stimulus_pictures
from app.results.source import read_source
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.protocol import Conditions, Exclusion, Protocol
from app.study.records import Known, NewStudy, Trial

FIXED = (
    "0.5 at chance and 1 at best", "0 at chance and 1 at best", "50 % is chance", "At 50 % people guess",
    "0.5 is chance", "0 is chance", "1 is perfect", "100 % is as good as", "It cannot be below 0", "leaves out 0",
    "SHA-256", "All areas together are 1", "from 5 % to 95 %", "ICC(1,1)", "ICC(A,1)", "ICC(C,1)", "ICC(1,k)", "AC1",
    "AC2", "sha256", "2000 permutations", "20 judgements or more", "at most 5 knots",
)  # fmt: skip
"""Numbers that belong to a definition and to no study."""
VOID = {"meta", "img", "br", "col"}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


# ---- what the page says --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """One run of text, or an attribute that is read, and the section that it stands in."""

    section: str
    text: str
    in_methods: bool


class Page(HTMLParser):
    """All that a page says but for numbers on axes and the list of works, whose numbers are of no study."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[Said] = []
        self.rows: list[list[str]] = []
        """The cells of the table of figures; the name of the figure comes first."""
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._name = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if not self._is_axis():
            for key in ("alt", "title", "aria-label"):
                self._say(found.get(key) or "")
        if tag not in VOID:
            self._open.append((tag, found))
        if tag == "tr" and self._section() == "figures":
            self.rows.append([])
        if tag == "td" and self._section() == "figures":
            self.rows[-1] = self.rows[-1] or [self._name]
            self.rows[-1] += [""] * int(found.get("colspan") or 1)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        if "style" in tags or self._is_axis() or self._has("class", "works"):
            return
        self._say(data)
        if self._section() == "figures" and "td" in tags:
            self.rows[-1][-1] += plain(data)
        elif self._section() == "figures" and tags[-1] == "code":
            self._name = data

    def _say(self, text: str) -> None:
        if re.search(r"\d", text):
            self.said.append(Said(self._section(), plain(text), self._has("class", "methods")))

    def _section(self) -> str:
        return next((str(found.get("id")) for tag, found in self._open if tag == "section"), "header")

    def _has(self, attribute: str, value: str) -> bool:
        return any(value in (found.get(attribute) or "").split() for _, found in self._open)

    def _is_axis(self) -> bool:
        return any(re.search("[xy]tick", found.get("id") or "") for _, found in self._open)


def plain(text: str) -> str:
    """Text with ordinary spaces and hyphens for minus signs."""
    return " ".join(text.replace("\N{MINUS SIGN}", "-").replace("\N{SOFT HYPHEN}", "").split())


# ---- what report.json holds ----------------------------------------------------------------------------------------


def walk(value: object) -> Iterator[object]:
    """Every text, number, key and truth value within."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)
    else:
        yield value


class Renderings:
    """The renderings of the numbers in a part of report.json."""

    def __init__(self, *parts: object) -> None:
        numbers = {float(one) for part in parts for one in walk(part) if isinstance(one, (int, float))}
        self.percents = {zero(f"{100 * one:.{digits}f}") for one in numbers for digits in (0, 1)}
        self.plain = {text for one in numbers for text in renderings(one)}


def renderings(one: float) -> set[str]:
    texts = {f"{one:g}"}
    if one.is_integer():
        texts.add(f"{one:.0f}")
    if abs(one) >= 100:
        texts.add(f"{one:.0f}")
    elif 0 < abs(one) < 0.01:
        texts.add(f"{one:.2g}")
    else:
        texts.add(f"{one:.2f}")
    return {zero(text) for text in texts}


def zero(text: str) -> str:
    return text if float(text) else text.lstrip("-")


class Checked:
    """report.json, asked whether what a page says is in it."""

    def __init__(self, report: dict[str, Any]) -> None:
        self.report = report
        study = report["study"]
        tables = study["tables"]
        rest = {key: value for key, value in study.items() if key not in ("tables", "with_everyone")}
        overall = [figure for figure in report["figures"] if figure["rater"] is None]
        self._parts: dict[str, Renderings] = {
            "verdict": Renderings(overall, study),
            "left-out": Renderings(overall, study.get("with_everyone", [])),
            "raters": Renderings(tables.get("raters", []), len(tables.get("raters", []))),
            "disputed": Renderings(tables.get("stimuli", [])),
            "stimuli": Renderings(tables.get("stimuli", []), study.get("strata", []), study.get("unlabeled", [])),
            "units": Renderings(tables.get("units", [])),
            "references": Renderings(study.get("references", [])),
            "figures": Renderings(report["figures"]),
        }
        self._rest = Renderings(rest, [figure["level"] for figure in report["figures"]])
        self._charts = Renderings(overall, report["curves"], tables)

    @cached_property
    def texts(self) -> list[str]:
        """Every text with a digit, the longest first; a key of a fact is shown with spaces."""
        found = {plain(one) for one in walk(self.report) if isinstance(one, str) and re.search(r"\d", one)}
        return sorted((one for one in found if not NUMBER.fullmatch(one)), key=len, reverse=True)

    @cached_property
    def names(self) -> set[str]:
        """Texts that are numbers throughout, such as the steps of a rating scale."""
        return {one for one in map(str, walk(self.report)) if NUMBER.fullmatch(one)}

    def strangers(self, page: Page) -> list[tuple[str, str]]:
        """The numbers of the page that report.json does not have, each with the text that it stands in."""
        return [(number, said.text) for said in page.said for number in self.strangers_in(said)]

    def strangers_in(self, said: Said) -> Iterator[str]:
        """The same of one text."""
        text = said.text
        for fixed in FIXED:
            text = text.replace(fixed, " ")
        for stated in self.texts:
            if len(stated) > 1 and stated in text:
                text = text.replace(stated, " ")
        if said.in_methods:
            text = re.sub(r"\[\d+(?:, \d+)*\]", " ", text)  # the numbers of works
            text = re.sub(r"\S+…", self._shortened, text)
        known = self._charts if said.section.startswith("charts-") else self._parts.get(said.section, self._rest)
        brackets = [match.span() for match in re.finditer(r"\[[^\]]*\]", text)]
        for match in NUMBER.finditer(text):
            number = match.group()
            if number in self.names and not text[match.end() :].startswith(" %"):
                continue
            if text[match.end() :].startswith(" %"):
                fits = number in known.percents
            elif any(low <= match.start() < high for low, high in brackets):
                fits = number in known.percents | known.plain
            else:
                fits = number in known.plain or (
                    " to " in text[match.end() : match.end() + 4] and number in known.percents
                )
            if not fits:
                yield number

    def _shortened(self, match: re.Match[str]) -> str:
        """Nothing, where what was cut is the beginning of a text of the report."""
        beginning = match.group().lstrip("(").rstrip("…")
        return " " if any(text.startswith(beginning) for text in self.texts) else match.group()


def row_of(figure: Mapping[str, Any]) -> list[str]:
    """A figure's row, as the page has to show it."""
    percent = words_for(figure["name"]).kind == "percent"

    def bare(value: float) -> str:
        digits = ".1f" if percent else ".0f" if abs(value) >= 100 else ".2g" if 0 < abs(value) < 0.01 else ".2f"
        return zero(f"{100 * value if percent else value:{digits}}")

    value, low, high = (figure[key] for key in ("value", "low", "high"))
    level = "" if figure["level"] == 0.95 else f"{100 * figure['level']:g} %"
    shown = ["", plain(figure["undefined"] or "")]
    if value is not None:
        shown = [bare(value) + " %" * percent, f"[{bare(low)}, {bare(high)}]{level}" if low is not None else ""]
    counts = [str(figure[f"n_{what}"]) for what in ("stimuli", "raters", "judgements")]
    about = [plain(figure[key] or "") for key in ("label", "rater")]
    return [figure["name"], *about, *shown, figure["speaks_for"], figure["target"], *counts]


# ---- studies of every kind -----------------------------------------------------------------------------------------

Say = Callable[[str, Trial, float], str]


def written(folder: Path, new: NewStudy, say: Say, raters: Iterable[str] = ("ann", "bob", "cy", "bad")) -> Path:
    """The folder of a report on a study that these raters labeled; `say` is told rater, trial and activation."""
    path = folder / "study.jury"
    StudyFile.create(path, new)
    activation = {stimulus.id: stimulus.activation for stimulus in new.stimuli}
    with StudyFile.open(path) as study:
        for number, name in enumerate(raters):
            rater = study.add_rater(name, seed=number)
            log = RaterLog(study, rater)
            for trial in study.trials(rater):
                answer = say(name, trial, activation.get(trial.stimulus or "", 9.0))
                kind = "cannot_tell" if answer == "?" else "label"
                confidence = 1 + trial.position % 3 if answer in ("left", "right") else None
                log.append(
                    Entry(
                        trial.id, kind, None if answer == "?" else answer, confidence, milliseconds=900 + trial.position
                    )
                )
    source = read_source(path)
    report = report_on(source, lambda *_: None)
    stimuli, references = stimulus_pictures(source), reference_pictures(source)
    write_report(report, folder / "out", pictures=stimuli, references=references, only=("html", "json"))
    return folder / "out"


def noisy(rater: str, trial: Trial, activation: float, labels: tuple[str, ...] = RUBRIC.names) -> str:
    """The label goes with the activation, but for a taste and a noise that follow from the names."""
    seed = sum(map(ord, f"{rater}{trial.stimulus}")) * (1 + trial.occasion) % 17
    step = activation / 2 + seed / 8 - 0.8 + (trial.condition == "revealed") * 0.4
    if rater == "bad" or trial.kind == "catch":
        return labels[0 if rater == "bad" else -1]
    return "?" if seed == 5 and trial.occasion == 1 else labels[min(max(round(step), 0), len(labels) - 1)]


def ordinal(folder: Path) -> Path:
    """Everything at once: two units, conditions, repeats, catch trials, no references, and a rater left out."""
    protocol = Protocol(
        conditions=Conditions(0.7, 0.2, 0.1),
        without_references=0.1,
        repeats=0.2,
        repeat_distance=3,
        exclusion=Exclusion(catch_accuracy=0.8),
    )
    known = (Known("ffff", "catch", 1, png(999), ("edge",)),)
    return written(folder, replace(new_study(40, units=2), protocol=protocol, known=known), noisy)


def nominal(folder: Path) -> Path:
    return written(folder, replace(new_study(24), rubric=replace(RUBRIC, scale="nominal")), noisy, ("ann", "bob", "cy"))


def several(folder: Path) -> Path:
    rubric = replace(RUBRIC, several=True, scale="nominal")

    def say(rater: str, trial: Trial, activation: float) -> str:
        one = noisy(rater, trial, activation)
        return one if one == "?" else rubric.label_of([one] + (["unrelated"] if activation > 1 else []))

    return written(folder, replace(new_study(24), rubric=rubric), say, ("ann", "bob", "cy"))


def which_one(folder: Path) -> Path:
    new = replace(which_one_study(24), protocol=Protocol(without_references=0.25))
    stronger = {stimulus.id: stimulus.activation for stimulus in new.stimuli}

    def say(rater: str, trial: Trial, activation: float) -> str:
        right = (sum(map(ord, rater)) + trial.position) % 5 > 0
        return "left" if right == (activation > stronger[trial.other or ""]) else "right"

    return written(folder, new, say)


def tables(folder: Path) -> Path:
    judgements, stimuli = folder / "labels of 2026.csv", folder / "s.csv"
    rows = [
        [f"s{i}", rater, "" if i == 7 else "yes" if (i * 7 + ord(rater)) % 10 + i > 14 else "no"]
        for i in range(30)
        for rater in "abc"
    ]
    for path, header, body in (
        (judgements, ["stimulus", "rater", "label"], rows),
        (stimuli, ["stimulus", "activation"], [[f"s{i}", i / 3] for i in range(30)]),
    ):
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *body])
    words = ["analyze", judgements, "--stimuli", stimuli, "--categories", "no,yes", "--out", folder / "out"]
    done = CliRunner().invoke(main, [*map(str, words), "--only", "html,json"])
    assert done.exit_code == 0, done.output
    return folder / "out"


@pytest.fixture(scope="module", params=[ordinal, nominal, several, which_one, tables])
def out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a report."""
    make: Callable[[Path], Path] = request.param
    with pytest.MonkeyPatch.context() as patch:  # few draws: no number here depends on how many there are
        patch.setattr("app.results.analysing.REPLICATES", 100)
        patch.setattr("app.results.tables.REPLICATES", 100)
        return make(tmp_path_factory.mktemp(make.__name__))


def read(out: Path) -> tuple[str, Checked]:
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return (out / "report.html").read_text(encoding="utf-8"), Checked(report)


def test_every_number_of_the_page_is_in_report_json(out: Path) -> None:
    text, checked = read(out)
    page = Page(text)
    assert len(page.said) > 100
    assert checked.strangers(page) == []


def test_the_table_of_figures_is_report_jsons_row_by_row(out: Path) -> None:
    text, checked = read(out)
    rows = [tuple(row) for row in Page(text).rows if row]
    assert Counter(rows) == Counter(tuple(row_of(figure)) for figure in checked.report["figures"])


def test_a_number_that_is_not_there_is_found(out: Path) -> None:
    """Numbers of every section, in turn, are made others."""
    text, checked = read(out)
    shown = [(said, match) for said in Page(text).said for match in re.finditer(r"\d+\.\d+", said.text)]
    some = shown[:: max(len(shown) // 200, 1)]
    assert len({said.section for said, _ in some}) > 4
    for said, number in some:
        if any(number.group() in fixed and fixed in said.text for fixed in FIXED):
            continue
        wrong = f"{said.text[: number.start()]}8{number.group()}7{said.text[number.end() :]}"
        assert list(checked.strangers_in(replace(said, text=wrong))), said


def test_what_stands_in_the_page_is_what_is_read(out: Path) -> None:
    """A page whose first card is wrong is found to be."""
    text, checked = read(out)
    value = re.search(r'<p class="value">\D*(\d+)', text)
    assert value is not None
    assert checked.strangers(Page(f"{text[: value.start(1)]}9{text[value.start(1) :]}"))
