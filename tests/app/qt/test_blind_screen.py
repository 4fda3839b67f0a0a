"""Blindness, checked: all that reaches the screen and the accessibility tree in a blind trial, looked through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import NAME_IT, RUBRIC, SEVEN, SLIDER, FakeLog, new_study, which_one_study
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAction
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.qt.background import here_and_now
from app.qt.keys import KeyMap
from app.qt.labeling_page import LabelingPage
from app.qt.sights import Sights, looking_into
from app.qt.theme import LIGHT
from app.session import Session
from app.study.file import StudyFile
from app.study.protocol import Conditions, Protocol
from app.study.records import Condition, HeatMap, NewStudy, Trial

HEAT = HeatMap(1, 2, (321.5, 432.5))
STUDIES = {
    "categorize": new_study(12),
    "categorize, several": replace(new_study(12), rubric=replace(RUBRIC, scale="nominal", several=True, nothing=True)),
    "rate": replace(new_study(12), rubric=SEVEN),
    "slider": replace(new_study(12), rubric=SLIDER),
    "which one": which_one_study(12),
    "name it": replace(new_study(12), rubric=NAME_IT),
}
HALF_REVEALED = Protocol(conditions=Conditions(0.5, 0.5, 0.0))


def hidden(new: NewStudy) -> NewStudy:
    """The same study with hidden values that are like nothing else on screen, and others for each stimulus."""
    stimuli = tuple(
        replace(s, activation=77.123 + 1.37 * n, source=f"secret-{n}.png", heat=HEAT)
        for n, s in enumerate(sorted(new.stimuli, key=lambda stimulus: stimulus.activation))
    )
    return replace(new, stimuli=stimuli)


def without(new: NewStudy) -> NewStudy:
    """The same with nothing to hide: every stimulus has the same hidden values (but for pairs, which need two)."""
    high = {pair.first for pair in new.pairs}
    stimuli = tuple(replace(s, activation=float(s.id in high), source="", stratum=1, heat=None) for s in new.stimuli)
    return replace(new, stimuli=stimuli)


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path) -> Iterator[object]:
    """A function that shows a trial of a study, as the window does, and hands over the page."""
    files: list[StudyFile] = []

    def show(new: NewStudy, condition: Condition = "blind") -> tuple[LabelingPage, Trial]:
        path = tmp_path / f"{len(files)}.jury"
        StudyFile.create(path, new)
        file = StudyFile.open(path)
        files.append(file)
        trials = file.trials(file.add_rater("ann", seed=11))
        chosen = next(one for one in trials if one.condition == condition)
        session = Session([chosen, *(one for one in trials if one.id != chosen.id)], file.rubric(), FakeLog())
        page = LabelingPage(session, Sights(looking_into(file), here_and_now, file.reveal), LIGHT, KeyMap())
        qtbot.addWidget(page)
        page.setStyleSheet(LIGHT.style_sheet(QApplication.font().pointSizeF()))
        page.setFixedSize(1280, 800)
        session.go_on()
        page.show()
        qtbot.waitUntil(lambda: page.ready)
        return page, chosen

    yield show
    for file in files:
        file.close()


@pytest.mark.parametrize("task", STUDIES)
def test_nothing_hidden_is_said_on_screen_or_to_a_screen_reader(shown, task: str) -> None:  # type: ignore[no-untyped-def]
    new = replace(hidden(STUDIES[task]), protocol=HALF_REVEALED if task != "name it" else Protocol())
    page, trial = shown(new)
    assert trial.condition == "blind"
    said = list(all_said(page))
    assert any(new.rubric.question in text for text in said)  # it did look
    secrets = {"secret", "features.1", "stratum", "mountain", trial.id, *trial.stimuli}
    for stimulus in new.stimuli:
        secrets |= {f"{stimulus.activation:.{digits}f}" for digits in (1, 2, 3)}
    secrets |= {"321.5", "432.5"}
    assert [(secret, text) for secret in secrets for text in said if secret in text] == []


@pytest.mark.parametrize("task", STUDIES)
def test_a_blind_trial_looks_the_same_whatever_is_hidden(shown, task: str) -> None:  # type: ignore[no-untyped-def]
    """To the pixel, and word by word."""
    seen = []
    for new in (hidden(STUDIES[task]), without(STUDIES[task])):
        page, trial = shown(new)
        seen.append((trial.stimuli, list(all_said(page)), page.grab().toImage()))
        page.close()
    assert seen[0][:2] == seen[1][:2]
    assert seen[0][2] == seen[1][2]


def test_the_looking_finds_what_is_shown_when_it_is_not_hidden(shown) -> None:  # type: ignore[no-untyped-def]
    """The same search, on a revealed trial: it finds the activation, so it can find one."""
    new = replace(hidden(new_study(12)), protocol=Protocol(conditions=Conditions(0.0, 1.0, 0.0)))
    page, trial = shown(new, "revealed")
    value = next(stimulus.activation for stimulus in new.stimuli if stimulus.id == trial.stimulus)
    assert any(f"{value:.1f}" in text for text in all_said(page))


def all_said(page: QWidget) -> Iterator[str]:
    """Every string of every widget and action, and all that a screen reader is told, in order."""
    for thing in (page, *page.findChildren(QWidget), *page.findChildren(QAction)):
        about = thing.metaObject()
        for place in range(about.propertyCount()):
            value = about.property(place).read(thing)
            if isinstance(value, str) and value and about.property(place).name() != "styleSheet":
                yield f"{about.className()}.{about.property(place).name()}: {value}"
    told = QAccessible.queryAccessibleInterface(page)
    assert told is not None
    yield from _told(told)


def _told(interface: QAccessibleInterface) -> Iterator[str]:
    for kind in (
        QAccessible.Text.Name,
        QAccessible.Text.Description,
        QAccessible.Text.Value,
        QAccessible.Text.Help,
        QAccessible.Text.Accelerator,
    ):
        if text := interface.text(kind):
            yield f"{kind.name}: {text}"
    for place in range(interface.childCount()):
        child = interface.child(place)
        if child is not None:
            yield from _told(child)
