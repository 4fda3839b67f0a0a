"""The guard of the installers complains of what must not go out."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A script that imports another one beside it by its plain name; other tests shall not see these."""
    monkeypatch.syspath_prepend(PACKAGING)
    yield import_module("guard")
    for name in ("guard", "left_out"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("name", ["torch", "scipy.stats", "app.recording.recorder", "analysis", "app.qt.results.page"])
def test_a_module_that_must_not_be_inside(guard: ModuleType, name: str) -> None:
    inside = ["app.annotator", "app.qt.window", name, "torchless", "app.recordings"]
    assert list(guard.wrong_modules(inside)) == [f"{name} is inside."]


def test_modules_that_were_not_found(guard: ModuleType) -> None:
    (told,) = guard.wrong_modules([])
    assert told.startswith("app.annotator was not found inside")


@pytest.mark.parametrize(
    "name", ["torch/x.py", "scipy-1.17.dist-info/METADATA", "libtorch_cpu.so", "_ssl.cpython-311.so", "libQt6Qml.so.6"]
)
def test_a_file_that_must_not_be_inside(guard: ModuleType, tmp_path: Path, name: str) -> None:
    for one in (name, "libQt6Core.so.6", "numpy/core.so"):
        path = tmp_path / one
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [path.name for path in guard.forbidden_files(tmp_path)] == [name.partition("/")[0]]


def test_budgets(guard: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "frozen").mkdir()
    (tmp_path / "frozen" / "program").write_bytes(bytes(2_000))
    (tmp_path / "one.deb").write_bytes(bytes(1_000))
    monkeypatch.setattr(guard, "INSTALLED_BUDGET", 2_000)
    monkeypatch.setitem(guard.BUDGETS, ".deb", 999)
    complaints = list(guard.too_large(tmp_path / "frozen", [tmp_path / "one.deb"]))
    assert [complaint.partition(" ")[0] for complaint in complaints] == ["one.deb"]


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("readelf") is None, reason="reads Linux programs")
def test_what_the_files_ask_of_the_system(guard: ModuleType, tmp_path: Path) -> None:
    shutil.copy(shutil.which("readelf") or "", tmp_path / "program")
    asked = "libc.so.6(GLIBC_2.99)(64bit) libstdc++.so.6(GLIBCXX_3.4.99)(64bit)"
    libraries = [complaint.partition(" ")[0] for complaint in guard.asks_too_much(tmp_path, asked)]
    assert libraries
    listed = asked + "".join(f" {library}()(64bit)" for library in libraries)
    assert list(guard.asks_too_much(tmp_path, listed)) == []
    (old,) = guard.asks_too_much(tmp_path, listed.replace("2.99", "2.2"))
    assert old.startswith("The files ask for GLIBC 2.")


@pytest.mark.parametrize(("place", "is_ours"), [("/home/somebody/lib", False), ("$ORIGIN/../lib:$ORIGIN", True)])
def test_a_library_that_looks_on_the_build_host(
    guard: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, is_ours: bool
) -> None:
    (tmp_path / "library.so").write_bytes(b"\x7fELF")
    said = f" 0x1d (RUNPATH)  Library runpath: [{place}]\n"
    monkeypatch.setattr(guard.subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 0, said, ""))
    assert bool(list(guard.asks_too_much(tmp_path, ""))) is not is_ours


def test_the_program_says_what_is_broken(guard: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "neuronjury"
    monkeypatch.setattr(guard, "program_in", lambda frozen: program)
    for code, complaints in ((0, []), (1, ["the selftest failed: no window"])):
        program.write_text(f"#!/bin/sh\necho no window >&2\nexit {code}\n")
        program.chmod(0o755)
        assert list(guard.broken(tmp_path)) == complaints


def test_the_pins_are_those_of_the_tests() -> None:
    def pins(path: Path) -> dict[str, str]:
        found = re.findall(r"^([\w.-]+)==([\w.]+)", path.read_text(), flags=re.MULTILINE)
        return {name.lower().replace("_", "-"): version for name, version in found}

    everyone, annotator = pins(PACKAGING.parent / "constraints.txt"), pins(PACKAGING / "constraints-annotator.txt")
    assert {name: version for name, version in annotator.items() if everyone.get(name, version) != version} == {}
    assert len(annotator) > 10
