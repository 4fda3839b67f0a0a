"""A report on paper: what it is made from, what a hostile study cannot do to it, and that anybody can read it."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from analysis.figures import Figure, Report, Table
from app.errors import Fault
from app.export.paper import paper_of
from app.export.pdf import pdf_of
from app.export.quilt import Band, Gallery, Part, Reference, Tile
from app.findings.account import SIMULATED, account_of
from app.findings.charts.chart import Axis, Chart, Panel

HOSTILE = (
    '#panic("run") #read("/etc/passwd") $x^2$ *bold* _it_ <script>alert(1)</script> @ref `raw` = head // c /* d */ \\'
)
STRANGE = "שלום العربية 日本 \N{GRINNING FACE} \x07\N{RIGHT-TO-LEFT OVERRIDE}"
LONG = "W" * 400


def figure(name: str, value: float | None = 0.6, **more: object) -> Figure:
    ends = {} if value is None else {"low": value - 0.1, "high": value + 0.1}
    stated = {"speaks_for": "raters like these", "target": "the population", "n_stimuli": 30, "n_raters": 4}
    return Figure(name, value, **{**ends, **stated, "n_judgements": 120, **more})  # type: ignore[arg-type]


def report(word: str = "curve") -> Report:
    """A report in which `word` stands wherever a word of strangers may."""
    study = {
        "title": word, "question": word, "claim": word, "unit": word, "other_units": [word], "their_reports": word,
        "scale": "ordinal", "categories": [{"name": "no", "definition": word}, {"name": word, "definition": word}],
        "excluded": [{"rater": word, "reasons": [word]}], "facts": {word: word, "hash": "ab" * 32},
        "raters": [word], "not_counted": [{"what": "repeats", "judgements": 3, "raters": 2}],
    }  # fmt: skip
    figures = (
        figure("krippendorff_alpha"),
        figure("auroc_at_least", label=word, level=0.9),
        figure("normalised_agreement", 0.9),
        figure("ceiling_lower", rater=word),
        Figure("subjectivity", None, undefined="needs repeats"),
    )
    raters = Table(
        ("rater", "n_judgements", "agreement", "kappa", "deviation", "deviation_error", "others_say", "rater_says",
         "confusion_share"),
        ((word, 30, 0.9, 0.8, 0.05, 0.04, word, "no", 0.1),),
    )  # fmt: skip
    units = Table(
        ("name", "label", "unit", "value", "other", "other_value", "difference", "low", "high"),
        (("auroc", word, word, 0.6, word, 0.5, 0.1, 0.05, 0.15),),
    )
    return Report(figures, {}, study, (word, word), {"raters": raters, "units": units})


def jpeg(seed: int) -> str:
    pixels = np.random.default_rng(seed).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(data.getvalue()).decode()


def gallery(word: str, n: int = 3) -> Gallery:
    tiles = tuple(
        Tile(jpeg(i), word, word, (Part(word, 1, 60.0, share=0.6), Part(word, None, 40.0, share=0.4))) for i in range(n)
    )
    reference = Reference(jpeg(n), word, "1.20")
    return Gallery((Band(word, tiles),), (reference,), (reference,), tiles[:2], word, (), outlined=True)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from strings(inner)


CHART = Chart("auroc", "How well", "At the broken line, a coin.", (Panel((), Axis(), Axis()),))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><rect width="80" height="20"/></svg>'


def test_it_is_tagged_titled_and_every_picture_is_described() -> None:
    """Typst refuses to write PDF/UA where a title, a language, a description or a heading is missing."""
    account = replace(account_of(report(), notice=SIMULATED), charts=(CHART,))
    made = pdf_of(paper_of(account, {"auroc": SVG}, gallery("curve")))
    assert made.startswith(b"%PDF-")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert b"/Lang(en)" in made


def test_the_same_report_gives_the_same_bytes_without_a_date() -> None:
    account = account_of(report())
    one, two = (pdf_of(paper_of(account, {}, gallery("curve"))) for _ in "12")
    assert one == two
    assert b"CreationDate" not in one
    assert b"CreateDate" not in one


def test_words_of_strangers_are_data() -> None:
    """Whatever they hold it is set, as it is: were it read as markup, the panic would end it."""
    paper = paper_of(account_of(report(HOSTILE), notice=SIMULATED), {}, gallery(HOSTILE))
    assert sum(HOSTILE in text for text in strings(paper.data)) > 20
    made = pdf_of(paper)
    title = made.partition(b"<dc:title>")[2].partition(b"</dc:title>")[0].decode()
    assert HOSTILE in html.unescape(title)


@pytest.mark.parametrize("word", [STRANGE, LONG, "", "\ud800", "a\nb\r\n\tc"])
def test_any_text_can_be_set(word: str) -> None:
    """Scripts that no font at hand has, words without a break, no words, half a character."""
    made = pdf_of(paper_of(account_of(report(word)), {}, gallery(word)))
    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made


def test_a_report_with_nothing_in_it_can_be_set() -> None:
    assert pdf_of(paper_of(account_of(Report(())), {}, Gallery())).startswith(b"%PDF-")


def test_it_holds_all_that_the_account_says_in_the_order_of_the_page() -> None:
    account = replace(account_of(report(), notice=SIMULATED), charts=(CHART,), counted="Of 3 judgements.")
    data = paper_of(account, {"auroc": SVG}, gallery("curve")).data
    said = set(strings(json.loads(json.dumps(data))))
    assert {account.title, account.headline, *account.verdict, *account.methods, *account.warnings} <= said
    assert {card.value for card in account.cards} <= said
    assert {"needs repeats", "[0.50,\N{NO-BREAK SPACE}0.70] (90 %)", SIMULATED, CHART.caption} <= said
    order = [
        "title", "headline", "cards", "warnings", "left_out", "charts", "raters", "disputed", "units", "references",
        "bands", "not_counted", "methods", "citations", "facts", "figures",
    ]  # fmt: skip
    template = (Path(__file__).parents[2] / "resources" / "report" / "report.typ").read_text(encoding="utf-8")
    body = template.partition("// ---- the report")[2]
    first = {"title": "title()", "raters": "data.raters.rows"}
    places = [body.index(first.get(name, f"data.{name}")) for name in order]
    assert places == sorted(places)
    assert "Simulated raters" in template


def test_every_part_of_the_data_is_printed() -> None:
    template = (Path(__file__).parents[2] / "resources" / "report" / "report.typ").read_text(encoding="utf-8")
    unused = [name for name in paper_of(account_of(report()), {}, Gallery()).data if f"data.{name}" not in template]
    assert unused == []


def pages(*heights: int) -> int:
    """How many pages the report has with charts of these heights, in millimetres, as wide as its text."""
    charts = tuple(replace(CHART, key=f"chart_{number}") for number in range(len(heights)))
    svgs = {chart.key: b'<svg xmlns="http://www.w3.org/2000/svg" width="170" height="%d"/>' % height
            for chart, height in zip(charts, heights, strict=True)}  # fmt: skip
    made = pdf_of(paper_of(replace(account_of(report()), charts=charts), svgs, Gallery()))
    (count,) = re.findall(rb"/Type\s*/Pages[^>]*?/Count (\d+)", made)
    return int(count)


def test_charts_fill_their_pages() -> None:
    """Three that are a little too high for one page are drawn smaller, rather than leave a third of it blank."""
    assert pages(*[62] * 12) - pages(*[62] * 6) == 2
    assert pages(*[150] * 4) - pages(*[150] * 3) == 1  # nothing is made so small that it cannot be read
    assert pages(2000) - pages() <= 2  # nor is any too high for a page


def test_a_long_name_is_cut_in_tables_and_stands_whole_once() -> None:
    data = paper_of(account_of(report(LONG)), {}, Gallery()).data
    cut = "W" * 39 + "…"
    assert cut in set(strings(data["raters"]))
    assert cut in set(strings(data["figures"]))
    assert LONG not in set(strings(data["raters"])) | set(strings(data["figures"]))
    assert any(LONG in text for text in strings(data["facts"]))


def test_a_chart_that_was_not_drawn_is_left_out() -> None:
    account = replace(account_of(report()), charts=(CHART,))
    assert paper_of(account, {}, Gallery()).data["charts"] == []


def test_hundreds_of_pictures_are_all_there() -> None:
    made = pdf_of(paper_of(account_of(report()), {}, gallery("curve", 600)))
    assert made.count(b"/DCTDecode") >= 600


def test_a_full_disk_is_told_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(Fault, match="PDF cannot be made in the temporary folder: No such file"):
        pdf_of(paper_of(account_of(report()), {}, Gallery()))
