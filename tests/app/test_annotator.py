"""What the installers start."""

from __future__ import annotations

import importlib
import os
import re
import runpy
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers import study_file

import app
from app.annotator import main
from app.errors import Fault
from app.qt import run
from app.qt.opened import open_study

ROOT = Path(__file__).parents[2]


PACKAGING = ROOT / "packaging"
LEFT_OUT: tuple[str, ...] = runpy.run_path(str(PACKAGING / "left_out.py"))["EVERYTHING"]


def test_its_version() -> None:
    assert app.__version__ in CliRunner().invoke(main, ["--version"]).output


def test_the_file_that_was_double_clicked_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path | None] = []

    def annotate(path: Path | None) -> int:
        opened.append(path)
        return 3

    monkeypatch.setattr(run, "annotate", annotate)
    assert CliRunner().invoke(main, ["a study.jury"]).exit_code == 3
    assert CliRunner().invoke(main, []).exit_code == 3
    assert opened == [Path("a study.jury"), None]


ON_WINDOWS = """
import os, runpy, sys
import click.core
from app.qt import run

class Windows:
    name = "nt"

    def __getattr__(self, what):
        return getattr(os, what)

click.core.os = Windows()
run.annotate = lambda path: print(path)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize("name", ["study [1].jury", "$HOME.jury", "~", "*.jury"])
def test_on_windows_a_file_s_name_is_no_pattern(tmp_path: Path, name: str) -> None:
    """As a browser names a file that is downloaded twice."""
    (tmp_path / "study 1.jury").touch()
    done = subprocess.run(
        [sys.executable, "-c", ON_WINDOWS, PACKAGING / "launch.py", name],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{name}\n", "")


def test_a_fault_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def selftest() -> None:
        raise Fault("The selftest failed: no window.")

    monkeypatch.setattr(run, "selftest", selftest)
    done = CliRunner().invoke(main, ["--selftest"])
    assert (done.exit_code, done.output) == (1, "Error: The selftest failed: no window.\n")


def test_the_selftest_labels_a_study_with_no_screen_and_without_what_installers_leave_out() -> None:
    assert "torch" in LEFT_OUT
    code = (
        "import sys\n"
        f"for name in {LEFT_OUT!r}: sys.modules[name] = None\n"  # importing one fails, as where it is not installed
        "from app.annotator import main\n"
        "main(['--selftest'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"neuronjury {app.__version__}: a stimulus was shown")


FORBIDDEN = (
    *("torch", "torchvision", "matplotlib", "scipy", "jinja2", "datasets"),
    *("requests", "urllib3", "http.client", "ssl", "ftplib", "smtplib", "xmlrpc", "asyncio"),
    *("PySide6.QtNetwork", "PySide6.QtWebEngineCore", "PySide6.QtWebSockets"),
)
WATCHED = """
import socket, sys

def watch(event, args):
    if event.startswith("socket.") or event in ("urllib.Request", "webbrowser.open", "subprocess.Popen"):
        raise SystemExit(f"it reached out: {event} {args}")

class Forbidden:
    def __init__(self, *args, **options):
        raise SystemExit("it made a socket")

sys.addaudithook(watch)
socket.socket = Forbidden
try:
    {do}
finally:
    print(sorted(name for name in {forbidden!r} if name in sys.modules))
"""
LABEL_AND_SEND = """
    import os, tempfile
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from pathlib import Path
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication
    from app.qt.application import qt_application
    from app.qt.opened import open_study
    from app.qt.selftest import label_specimen
    from app.qt.settings import Settings
    from app.qt.window import Window
    from app.study.file import StudyFile
    from app.study.handing_out import hand_out
    from app.study.specimen import specimen
    label_specimen()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "study.jury")
        StudyFile.create(home, specimen())
        with StudyFile.open(home) as study:
            (file,) = hand_out(study, ["heron"], Path(folder, "out"), lambda done, total: None)
        settings = Settings(QSettings(str(Path(folder, "s.ini")), QSettings.Format.IniFormat))
        window = Window(open_study(file.path), settings=settings)
        window.show()
        window.menus.send.trigger()
        while window.sending.sheet.saved is None:
            QApplication.processEvents()
        window.menus.write.trigger()
        window.close()
        while window.isVisible():
            QApplication.processEvents()
"""


def watched(do: str) -> subprocess.CompletedProcess[str]:
    code = WATCHED.replace("{do}", do.strip()).replace("{forbidden!r}", repr(FORBIDDEN))
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_labeling_and_saving_answers_use_no_network_and_load_nothing_that_could() -> None:
    done = watched(LABEL_AND_SEND)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


@pytest.mark.parametrize(
    "do", ["socket.getaddrinfo('localhost', 1)", "socket.create_connection(('127.0.0.1', 9))", "import http.client"]
)
def test_whoever_used_it_would_be_found(do: str) -> None:
    done = watched(do)
    assert (done.returncode, done.stdout) != (0, "[]\n")


# ---- what an annotator reads ---------------------------------------------------------------------------------------

OF_TERMINALS = re.compile(r"neuronjury |\bpip\b|\bterminal\b|command line|study\.toml|(?<![\w-])--\w", re.IGNORECASE)


@pytest.mark.parametrize("module", ["pages", "sending", "password", "trial", "name_it", "which_one"])
def test_no_word_on_screen_speaks_of_terminals(module: str) -> None:
    loaded = importlib.import_module(f"app.qt.texts.{module}")
    said = [text for name, value in vars(loaded).items() if name.isupper() for text in texts_in(value)]
    assert said
    assert [text for text in said if OF_TERMINALS.search(text)] == []


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts_in(tuple(value.values()))
    elif isinstance(value, tuple):
        for one in value:
            yield from texts_in(one)


def wrong_files(folder: Path) -> Iterator[Path]:
    """One of each kind that somebody may be sent, or make by accident."""
    good = study_file(folder)
    data = bytearray(good.read_bytes())
    kinds = {
        "empty": b"",
        "letter": b"Dear rater,",
        "zip": b"PK\x03\x04" + bytes(range(256)) * 16,
        "cut": data[:5_000],
        "spoilt": data[:8_192] + bytes(4_096) + data[12_288:],
        "newer": data[:60] + (99).to_bytes(4, "big") + data[64:],
        "wal": data[:18] + b"\x02\x02" + data[20:],
        "other-database": data[:68] + bytes(4) + data[72:],
    }
    for name, content in kinds.items():
        path = folder / f"{name}.jury"
        path.write_bytes(content)
        yield path
    yield folder / "not-there.jury"
    yield folder
    with closing(sqlite3.connect(good)) as connection, connection:
        connection.execute("CREATE VIEW strange AS SELECT 1")
    yield good


def test_no_word_on_a_wrong_file_does_either(tmp_path: Path) -> None:
    told = []
    for path in wrong_files(tmp_path):
        with pytest.raises(Fault) as caught:
            open_study(path)
        told.append(str(caught.value).replace(str(tmp_path), ""))
    assert len(told) == 11
    assert [text for text in told if OF_TERMINALS.search(text)] == []
