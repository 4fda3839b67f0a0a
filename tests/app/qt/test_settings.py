"""What is kept between two starts, and the mark of a study that is open."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from app.qt.in_use import InUse
from app.qt.keys import Action, KeyMap
from app.qt.settings import MOST_RECENT, Settings

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path) -> Callable[[], Settings]:
    """The same settings, opened anew: each opening is a minute later."""
    clock = iter(datetime(2026, 11, 20, 9, 0) + timedelta(minutes=n) for n in range(100))
    path = str(tmp_path / "settings.ini")
    return lambda: Settings(QSettings(path, QSettings.Format.IniFormat), lambda: next(clock))


def test_the_study_opened_last_comes_first_and_only_once(store: Callable[[], Settings], tmp_path: Path) -> None:
    one, two = tmp_path / "one, two; & =.jury", tmp_path / "zwei-ü.jury"
    for path in (one, two, one):
        store().remember(path)
    recent = store().recent()
    assert [entry.path for entry in recent] == [one.resolve(), two.resolve()]
    assert recent[0].opened == datetime(2026, 11, 20, 9, 2)


def test_the_list_stays_short(store: Callable[[], Settings], tmp_path: Path) -> None:
    settings = store()
    for number in range(MOST_RECENT + 5):
        settings.remember(tmp_path / f"{number}.jury")
    assert [entry.path.stem for entry in store().recent()] == [str(n) for n in range(MOST_RECENT + 4, 4, -1)]


def test_a_study_is_taken_off_the_list(store: Callable[[], Settings], tmp_path: Path) -> None:
    settings = store()
    for name in "abc":
        settings.remember(tmp_path / f"{name}.jury")
    settings.forget((tmp_path / "b.jury").resolve())
    assert [entry.path.stem for entry in store().recent()] == ["c", "a"]


def test_nothing_but_paths_and_times_is_stored(store: Callable[[], Settings], tmp_path: Path) -> None:
    settings = store()
    settings.remember(tmp_path / "a.jury")
    raw = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    assert sorted(raw.allKeys()) == ["recent/1/opened", "recent/1/path", "recent/size"]


def test_whom_to_write_to_is_kept_with_a_study_that_says_so(store: Callable[[], Settings], tmp_path: Path) -> None:
    told, silent = tmp_path / "a.jury", tmp_path / "b.jury"
    store().remember(told, "Ada, ada@example.org")
    store().remember(silent)
    assert store().contact(told) == "Ada, ada@example.org"
    assert store().contact(silent) == store().contact(tmp_path / "c.jury") == ""


@pytest.mark.parametrize("stored", [5, ["a", "b"], "x" * 9_000, "turned \u202eround\nand two lines"])
def test_a_contact_that_somebody_wrote_into_the_settings_is_one_short_line(
    store: Callable[[], Settings], tmp_path: Path, stored: object
) -> None:
    path = (tmp_path / "a.jury").resolve()
    store().remember(path)
    raw = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    raw.setValue("recent/1/contact", stored)
    raw.sync()
    found = store().contact(path)
    assert len(found) <= 400
    assert "\n" not in found
    assert "\u202e" not in found


def test_keys_are_kept(store: Callable[[], Settings]) -> None:
    assert store().keys() == KeyMap()
    changed = KeyMap({Action.FLAG: "M", Action.CONFIRM: "Space", Action.ZOOM_IN: ",", Action.RUBRIC: "%"})
    store().set_keys(changed)
    assert store().keys() == changed
    store().set_keys(KeyMap())
    assert store().keys() == KeyMap()


def test_settings_that_cannot_be_read_count_as_not_set(store: Callable[[], Settings], tmp_path: Path) -> None:
    (tmp_path / "settings.ini").write_text(
        "[recent]\nsize=3\n1\\path=/x.jury\n1\\opened=yesterday\n2\\opened=2026-01-01\n"
        "3\\path=/y.jury\n3\\opened=2026-01-01T10:00:00\n[keys]\nflag=C\nfly=Q\n"
    )
    assert [entry.path for entry in store().recent()] == [Path("/y.jury")]
    assert store().keys() == KeyMap()  # "C" is for comments: two actions would share it


def test_a_key_that_does_not_fit_falls_back_to_the_default(store: Callable[[], Settings]) -> None:
    store().set_keys(KeyMap({Action.CONFIRM: "Space", Action.UNDO: "Return", Action.FLAG: "Home", Action.PAUSE: "Q"}))
    assert store().keys() == KeyMap({Action.CONFIRM: "Space", Action.PAUSE: "Q"})


def test_a_window_that_was_the_second_leaves_its_mark_once_the_first_is_gone(tmp_path: Path) -> None:
    study = tmp_path / "a.jury"
    first = InUse(study, tmp_path)
    second = InUse(study, tmp_path)
    second.claim()
    assert second.elsewhere
    first.release()
    for _ in range(2):
        second.claim()
        assert not second.elsewhere
    third = InUse(study, tmp_path)
    assert third.elsewhere
    second.release()


def test_the_second_window_on_a_study_knows_of_the_first(tmp_path: Path) -> None:
    study, folder = tmp_path / "a.jury", tmp_path / "temp"
    folder.mkdir()
    first = InUse(study, folder)
    second, other = InUse(study, folder), InUse(tmp_path / "b.jury", folder)
    assert (first.elsewhere, second.elsewhere, other.elsewhere) == (False, True, False)
    second.release()  # it was never its own
    assert InUse(study, folder).elsewhere
    first.release()
    third = InUse(study, folder)
    assert not third.elsewhere
    third.release()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_study_whose_name_is_no_text_is_marked_as_any_other(tmp_path: Path) -> None:
    study = tmp_path / os.fsdecode(b"Studie f\xfcr.jury")
    first = InUse(study, tmp_path)
    assert (first.elsewhere, InUse(study, tmp_path).elsewhere) == (False, True)
    first.release()


def test_a_study_is_the_same_by_whatever_path_and_no_mark_lies_beside_it(tmp_path: Path) -> None:
    folder, home = tmp_path / "temp", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    (home / "a.jury").touch()
    (tmp_path / "link.jury").symlink_to(home / "a.jury")
    first = InUse(home / "a.jury", folder)
    assert InUse(tmp_path / "link.jury", folder).elsewhere
    assert InUse(home / ".." / "home" / "a.jury", folder).elsewhere
    assert [path.name for path in home.iterdir()] == ["a.jury"]
    assert not any("a.jury" in path.name for path in folder.iterdir())
    first.release()


def test_the_mark_of_a_program_that_crashed_does_not_count(tmp_path: Path) -> None:
    folder = tmp_path / "temp"
    folder.mkdir()
    code = (
        "import os, pathlib, sys\n"
        "from app.qt.in_use import InUse\n"
        "mark = InUse(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))\n"
        "os._exit(7 if mark.elsewhere else 3)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "a.jury", folder], cwd=ROOT, check=False)
    assert done.returncode == 3
    assert list(folder.iterdir())  # it left its mark behind
    mark = InUse(tmp_path / "a.jury", folder)
    assert not mark.elsewhere
    mark.release()


def test_a_folder_that_cannot_be_written_keeps_nobody_from_working(tmp_path: Path) -> None:
    mark = InUse(tmp_path / "a.jury", tmp_path / "there" / "is" / "none")
    assert not mark.elsewhere
    mark.release()
