"""The licences of what is bundled: gathered, or the build stops."""

from __future__ import annotations

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
def licences(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A script that lies beside others, which import it by its plain name; other tests shall not see it."""
    monkeypatch.syspath_prepend(PACKAGING)
    yield import_module("licences")
    sys.modules.pop("licences", None)


@pytest.fixture
def debian(licences: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Debian on which libgood1 alone is installed, whose list has its file without /usr."""

    def run(command: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        found = command[-1] == "/lib/libgood.so.1"
        return subprocess.CompletedProcess(command, not found, "libgood1:amd64: /lib/libgood.so.1\n" * found, "")

    monkeypatch.setattr(licences.subprocess, "run", run)
    monkeypatch.setattr(licences.shutil, "which", lambda name: name)
    monkeypatch.setattr(licences, "DOCUMENTS", tmp_path / "doc")
    monkeypatch.setattr(licences, "COMMON", tmp_path / "common-licenses")
    monkeypatch.setattr(licences.sys, "base_prefix", "/opt/python")
    for name, text in {
        "doc/libgood1/copyright": f"License: see {tmp_path}/common-licenses/LGPL-2.1.\n",
        "common-licenses/LGPL-2.1": "A long text.",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def _listing(folder: Path, *sources: str) -> Path:
    path = folder / "COLLECT-00.toc"
    path.write_text(repr(([(Path(source).name, source, "BINARY") for source in sources],)))
    return path


@pytest.mark.parametrize("source", ["/lib/libgood.so.1", "/usr/lib/libgood.so.1"])
def test_a_library_of_the_system(licences: ModuleType, debian: Path, source: str) -> None:
    others = (f"{debian}/clean/numpy.so", "/opt/python/lib/libpython3.11.so.1.0", "/opt/python/lib-dynload/math.so")
    licences.of_system(_listing(debian, source, *others), debian / "clean", debian / "out")
    found = {path.relative_to(debian / "out").as_posix() for path in (debian / "out").rglob("*") if path.is_file()}
    assert found == {"libgood1.txt", "common-licenses/LGPL-2.1"}


@pytest.mark.parametrize("source", ["/usr/local/lib/libgood.so.1", "/opt/python/lib/libssl.so.3"])
def test_a_library_that_no_package_brought(licences: ModuleType, debian: Path, source: str) -> None:
    with pytest.raises(SystemExit, match="No package brought"):
        licences.of_system(_listing(debian, source), debian / "clean", debian / "out")


def test_a_package_that_says_nothing(licences: ModuleType, debian: Path) -> None:
    shutil.rmtree(debian / "doc")
    with pytest.raises(SystemExit, match=r"copyright is missing, the licence of /lib/libgood\.so\.1"):
        licences.of_system(_listing(debian, "/lib/libgood.so.1"), debian / "clean", debian / "out")


def test_no_list_of_packages(licences: ModuleType, debian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match="build on one of them"):
        licences.of_system(_listing(debian, "/lib/libgood.so.1"), debian / "clean", debian / "out")


def test_wheels(licences: ModuleType, tmp_path: Path) -> None:
    for name in ("one-1.dist-info/licenses/LICENSE", "one-1.dist-info/METADATA", "shiboken6-6.dist-info/METADATA"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    licences.of_wheels(tmp_path, tmp_path / "out")
    found = [path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert found == ["one-1/licenses/LICENSE"]
    (tmp_path / "two-1.dist-info").mkdir()
    licences.of_wheels(tmp_path, tmp_path / "out", without=("two-",))
    with pytest.raises(SystemExit, match="two-1"):
        licences.of_wheels(tmp_path, tmp_path / "out")
