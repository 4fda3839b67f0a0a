"""A report of a study in which every word is hostile: it says the words, and runs and fetches nothing."""

from __future__ import annotations

import os
import shutil
from html.parser import HTMLParser
from pathlib import Path

import fuzzing
import pytest
from playwright.sync_api import sync_playwright

from app.results import report_study

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WORDS = "</style></script><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}\"'><svg onload=alert(3)>&lt;"
"""Nothing of it may be markup, in whatever place it stands: an element, an attribute, a style, a template."""
SCRIPT = """
UPDATE category SET name = position || '{words}', definition = '{words}';
UPDATE event SET answer = (SELECT name FROM category WHERE position = 1 + event.sequence % 3) WHERE kind = 'label';
UPDATE event SET note = '{words}' WHERE kind = 'label';
UPDATE known SET accepted = json_array((SELECT name FROM category WHERE position = 1)), why = '{words}';
UPDATE study SET title = '{words}', claim = '{words}', created = '{words}', program = '{words}',
    facts = json_object('show', 'image', 'model', '{words}', '{words}', '{words}',
        'images', json_object('{words}', 1));
UPDATE rubric SET question = '{words}', instructions = '{words}';
UPDATE unit SET name = number || '{words}',
    facts = json_object('layer', '{words}', 'sampling', '{words}', '{words}', 2);
UPDATE rater SET pseudonym = substr(id, 1, 4) || '{words}';
UPDATE measurement SET source = '{words}';
UPDATE reference SET source = '{words}';
""".replace("{words}", WORDS.replace("'", "''"))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    made = fuzzing.studies(folder, "categorize")
    # Of a name that is markup too, as far as a file's may be.
    path = folder / "a <img src=x onerror=alert(4)>.jury"
    fuzzing.altered(made.copy, path, SCRIPT, vouch=True)
    report_study(path, folder / "out", lambda step, done, total: None, only=("html",))
    return folder / "out"


class Elements(HTMLParser):
    """All elements of a page, with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_word_is_said_as_it_is(report: Path) -> None:
    elements = Elements((report / "report.html").read_text("utf-8"))
    said = elements.text
    assert said.count(WORDS) > 10


def test_nothing_in_the_page_is_anybodys_markup(report: Path) -> None:
    for tag, attributes in Elements((report / "report.html").read_text("utf-8")).found:
        assert tag != "foreignobject"
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "action", "data"):
            value = attributes.get(name) or ""
            assert not value or value.startswith(("data:image/", "#", "https://")), (tag, value)
        assert attributes.get("src") != "x"


def test_a_browser_runs_and_fetches_nothing(report: Path) -> None:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium is installed (on Debian: apt-get install chromium)")
        pytest.skip("no Chromium is installed")
    told: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda request: told.append(request.url) if not request.url.startswith("data:") else None)
        page.goto((report / "report.html").as_uri(), wait_until="load")
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        browser.close()
    assert told == [(report / "report.html").as_uri()]
