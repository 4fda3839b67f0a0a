"""The page in a real browser: it stands alone, is read by everyone, fits its window, and runs nothing of anybody's.

The browser is the system's own Chromium; without one these tests are skipped, and fail where CI is set.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from analysis.judgements import Judgements, Stimuli
from analysis.report import analyse
from app.export import ReferencePicture, StimulusPicture, write_report

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LABELS = ("unrelated", "<img src=x onerror=alert(1)>", "curve")
SCRIPT = "<script>alert(1)</script>"
RATERS = ("ann", SCRIPT, "'\"><svg onload=alert(2)>", "名前", "x" * 90)
N = 400

Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        why = "no Chromium is installed (on Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """A study of 400 crops with hostile names, by people; and by simulated raters, of which few crops are shown."""
    rng = np.random.default_rng(0)
    activation = np.sort(rng.normal(size=N))
    names = [f"s{i:03}" for i in range(N - 1)] + [SCRIPT]
    rows = []
    for i, name in enumerate(names):
        for rater in RATERS:
            step = int(np.clip(np.round(1 + activation[i] + rng.normal(scale=0.6)), 0, 2))
            rows.append((name, rater, LABELS[step]))
    stimulus, rater, label = zip(*rows, strict=True)
    study = {
        "title": f"Curves? {SCRIPT}",
        "claim": "curves of one orientation",
        "question": "Is there a curve?",
        "unit": "mixed3b:379",
        "excluded": [{"rater": SCRIPT, "reasons": [SCRIPT]}],
        "recording": {SCRIPT: SCRIPT},
    }
    report = analyse(
        Judgements.from_columns(stimulus, rater, label, categories=LABELS, scale="ordinal"),
        Stimuli.from_columns(names, activation.tolist(), stratum=[str(i * 8 // N) for i in range(N)]),
        seed=1,
        study=study,
        n_replicates=40,
    )
    crops = [photograph(i) for i in range(40)]
    shares = {LABELS[0]: 0.5, LABELS[1]: 0.25, LABELS[2]: 0.25}
    pictures = [
        StimulusPicture(name, crops[i % 40], float(activation[i]), i * 8 // N, shares, 4)
        for i, name in enumerate(names)
    ]
    references = [ReferencePicture(crops[i], 9.0 - i, "most", i + 1) for i in range(9)]
    out = tmp_path_factory.mktemp("pages")
    return {
        simulated: write_report(
            report,
            out / str(simulated),
            pictures=pictures[-24:] if simulated else pictures,
            references=references,
            simulated=simulated,
            only=("html",),
        )
        for simulated in (False, True)
    }


def photograph(seed: int, side: int = 224) -> bytes:
    """A crop with large shapes and fine grain, which a JPEG cannot make small."""
    rng = np.random.default_rng(seed)
    rough = Image.fromarray(rng.integers(0, 256, (9, 9, 3), dtype=np.uint8)).resize(
        (side, side), Image.Resampling.BICUBIC
    )
    grain = np.clip(np.asarray(rough).astype(np.int64) + rng.normal(scale=12, size=(side, side, 3)), 0, 255)
    data = io.BytesIO()
    Image.fromarray(grain.astype(np.uint8)).save(data, "PNG")
    return data.getvalue()


class Opened:
    """A page of the browser, with all that it asked for and complained of."""

    def __init__(self, browser: Browser, path: Path, width: int, height: int, scheme: Scheme) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        self.asked: list[str] = []
        self.told: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.told.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.told.append(f"page error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.goto(path.as_uri(), wait_until="load")

    def _dialog(self, dialog: Any) -> None:
        self.told.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture
def opened(browser: Browser, pages: dict[bool, Path], request: pytest.FixtureRequest) -> Iterator[Opened]:
    """A page: parametrised with simulated or not, width, height and colour scheme."""
    simulated, width, height, scheme = request.param
    one = Opened(browser, pages[simulated], width, height, scheme)
    yield one
    one.page.close()


LOOKS = [(False, 1280, 800, "light"), (True, 1280, 800, "dark"), (True, 390, 844, "light"), (False, 800, 600, "dark")]


@pytest.mark.parametrize("opened", LOOKS, indirect=True)
def test_nothing_is_fetched_and_nothing_is_complained_of(opened: Opened) -> None:
    """Names that would run a script would open a dialog, or be refused by the page's policy with a message."""
    opened.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert [url for url in opened.asked if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in opened.asked if url.startswith("file:")]) == 1
    assert opened.told == []


@pytest.mark.parametrize("opened", LOOKS[1:3], indirect=True)
def test_axe_finds_nothing_serious(opened: Opened) -> None:
    opened.page.evaluate(AXE_SCRIPT)
    found = opened.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert len(found["passes"]) > 10
    grave = [
        (one["id"], [node["target"] for node in one["nodes"]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert grave == []


@pytest.mark.parametrize("opened", LOOKS, indirect=True)
def test_nothing_is_wider_than_the_window(opened: Opened) -> None:
    assert opened.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("opened", [*LOOKS, (False, 390, 844, "dark"), (False, 660, 800, "light")], indirect=True)
def test_each_chart_is_whole_and_can_be_read(opened: Opened) -> None:
    """None is cut and has to be scrolled, and each is there once; on a telephone its letters are no smaller."""
    plots = opened.page.locator(".plot")
    assert plots.count() > 6
    assert (
        opened.page.evaluate(
            "[...document.querySelectorAll('.plot')].filter(e => e.scrollWidth > e.clientWidth).map(e => e.ariaLabel)"
        )
        == []
    )
    sizes = opened.page.evaluate(
        "[...document.querySelectorAll('.plot')]"
        ".map(e => [...e.querySelectorAll('svg')].filter(s => s.checkVisibility()))"
        ".map(shown => [shown.length, shown[0].getBoundingClientRect().width / shown[0].viewBox.baseVal.width])"
    )
    assert {shown for shown, _ in sizes} == {1}
    assert min(share for _, share in sizes) > 0.95


@pytest.mark.parametrize("opened", [(False, 390, 844, "light"), (True, 320, 640, "dark")], indirect=True)
def test_on_a_telephone_each_figures_value_and_interval_are_in_view(opened: Opened) -> None:
    """Beside one another, with nothing to scroll, and no room is lost to cells that are empty."""
    cells = opened.page.evaluate(
        "[...document.querySelectorAll('.figures tbody tr')].map(row => ["
        "[...row.querySelectorAll('td')].filter(e => e.checkVisibility() && !e.textContent).length,"
        "...[...row.querySelectorAll('.n:not(.more), .ends, .undefined')].filter(e => e.checkVisibility())"
        ".map(e => e.getBoundingClientRect())"
        ".map(box => [box.left, box.right, box.bottom])])"
    )
    assert len(cells) > 20
    assert {empty for empty, *_ in cells} == {0}
    width = opened.page.evaluate("window.innerWidth")
    shown = [boxes for _, *boxes in cells]
    assert all(left >= 0 and right <= width for boxes in shown for left, right, _ in boxes)
    pairs = [boxes for boxes in shown if len(boxes) > 1]
    assert len(pairs) > 20
    assert [pair for pair in pairs if pair[0][1] > pair[1][0] or abs(pair[0][2] - pair[1][2]) > 2] == []


@pytest.mark.parametrize("opened", [(False, 390, 844, "light")], indirect=True)
def test_the_commonest_difference_is_no_tower_of_words(opened: Opened) -> None:
    widths = opened.page.evaluate(
        "[...document.querySelectorAll('.plain td.words')].map(e => e.getBoundingClientRect().width)"
    )
    assert len(widths) == len(RATERS)
    assert min(widths) > 190


@pytest.mark.parametrize("opened", [(simulated, 1280, 800, "light") for simulated in (False, True)], indirect=True)
def test_verdict_and_cards_are_on_the_first_screen(opened: Opened) -> None:
    bottoms = opened.page.evaluate("[...document.querySelectorAll('.card')].map(e => e.getBoundingClientRect().bottom)")
    assert len(bottoms) == 4
    assert max(bottoms) <= 800
    assert opened.page.evaluate("document.querySelector('.headline').getBoundingClientRect().top") > 0


@pytest.mark.parametrize("opened", [(False, 1280, 800, "light"), (True, 390, 844, "dark")], indirect=True)
def test_the_keyboard_reaches_every_section(opened: Opened) -> None:
    """From the first link on, and what a link leads to is not hidden behind what stands fixed above."""
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.textContent") == "Skip to the verdict"
    opened.page.keyboard.press("Tab")
    opened.page.keyboard.press("Tab")
    target = opened.page.evaluate("document.activeElement.getAttribute('href')")
    assert target == "#left-out"
    opened.page.keyboard.press("Enter")
    heading = f"document.querySelector('{target} h2')"
    opened.page.wait_for_function(f"{heading}.getBoundingClientRect().top < innerHeight / 2")
    assert opened.page.evaluate(
        f"(() => {{const box = {heading}.getBoundingClientRect();"
        f" return document.elementFromPoint(box.left + 5, box.top + 5) === {heading}}})()"
    )


def test_a_page_of_400_crops_can_be_mailed(pages: dict[bool, Path]) -> None:
    assert pages[False].stat().st_size < 5_000_000


@pytest.mark.parametrize("opened", [(True, 1280, 800, "light")], indirect=True)
def test_the_notice_of_simulated_raters_stays_in_sight_while_one_scrolls(opened: Opened) -> None:
    for share in (0.0, 0.5, 1.0):
        opened.page.evaluate(f"window.scrollTo(0, {share} * document.body.scrollHeight)")
        box = opened.page.locator(".notice").bounding_box()
        assert box is not None
        assert (round(box["y"]), round(box["width"])) == (0, 1280)
