"""The scripts that build for Windows and macOS: what they take in, what they let out."""

from __future__ import annotations

import plistlib
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"
MODULES = ("build", "bundle", "checking", "embedded_python", "freeze", "guard", "left_out", "licences", "trimming")


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Scripts lie beside one another and import one another by plain names; other tests shall not see these."""
    for folder in (PACKAGING, PACKAGING / "macos", PACKAGING / "windows"):
        monkeypatch.syspath_prepend(folder)
    yield
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def checking(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """With what each file asks for written in it, a name in each line."""
    module = import_module("checking")
    monkeypatch.setattr(module, "imports_of", lambda path: set(path.read_text().split()))
    return module


STARTED = "python/site/app/annotator.pyc"


def _lay(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_a_build_with_all_it_asks_for(checking: ModuleType, tmp_path: Path) -> None:
    files = {
        "neuronjury.exe": "kernel32.dll",
        "vcruntime140.dll": "api-ms-win-crt-heap-l1-1-0.dll",
        "python/python311.dll": "vcruntime140.dll ws2_32.dll",
        "python/site/PySide6/QtCore.pyd": "qt6core.dll shiboken6.dll",
        "python/site/PySide6/Qt6Core.dll": "icuuc.dll",
        "python/site/shiboken6/shiboken6.dll": "python311.dll",
        STARTED: "",
    }
    stage = _lay(tmp_path / "stage", files)
    installer = stage / "neuronjury.exe"
    assert list(checking.complaints(stage, installer)) == []


def test_a_library_that_nobody_brings(checking: ModuleType, tmp_path: Path) -> None:
    """It may be somewhere else in the folder: Windows does not look for it there."""
    library = {"python/site/PIL/_imaging.pyd": "msvcp140.dll", "python/site/other/msvcp140.dll": ""}
    stage = _lay(tmp_path, {"neuronjury.exe": "", STARTED: ""} | library)
    found = list(checking.complaints(stage, stage / "neuronjury.exe"))
    assert found == ["python/site/PIL/_imaging.pyd asks for msvcp140.dll, which is not there."]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("python/icuuc.dll", "python/icuuc.dll is inside: it stands in for"),
        ("UISettings.dll", "UISettings.dll is inside: it stands in for"),
        ("python/site/app/recording/recorder.pyc", "app.recording.recorder is inside."),
        ("python/site/scipy/__init__.pyc", "scipy is inside."),
    ],
)
def test_what_must_not_be_inside(checking: ModuleType, tmp_path: Path, name: str, said: str) -> None:
    stage = _lay(tmp_path, {name: "", "neuronjury.exe": ""})
    assert any(found.startswith(said) for found in checking.complaints(stage, stage / "neuronjury.exe"))


def test_a_build_without_the_program(checking: ModuleType, tmp_path: Path) -> None:
    stage = _lay(tmp_path, {"neuronjury.exe": ""})
    (told,) = checking.complaints(stage, stage / "neuronjury.exe")
    assert told.startswith("app.annotator was not found inside")


def test_what_the_window_does_not_use_is_taken_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trimming = import_module("trimming")
    monkeypatch.setattr(trimming, "imports_of", lambda path: set())
    kept = ["app/annotator.py", "app/qt/window.py", "app/resources/window/icon.svg", "numpy/core.pyd", "PIL/Image.py"]
    unused = ["app/exchange/reading/nwb.py", "app/demo.py", "app/qt/results/page.py", "app/resources/report/page.html"]
    unused += ["analysis/kappa.py", "scipy.libs/a.dll", "numpy/testing/utils.py", "numpy/tests/test.py"]
    unused += ["PIL/_avif.cp311-win_amd64.pyd", "PIL/ImageQt.py"]
    site = _lay(tmp_path, dict.fromkeys([*kept, *unused], ""))
    trimming.trim(site)
    assert sorted(str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()) == sorted(kept)


def test_older_installers_do_not_lie_beside_the_new_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    build = import_module("build")
    older = ("neuronjury-0.0.9-windows-x64.exe", "neuronjury-0.1.0-windows-x64-NOT-FOR-RELEASE.exe")
    _lay(tmp_path, dict.fromkeys([*older, "neuronjury_0.1.0_amd64.deb"], ""))
    monkeypatch.setattr(build.freeze, "DIST", tmp_path)
    build.remove_older()
    assert [path.name for path in tmp_path.iterdir()] == ["neuronjury_0.1.0_amd64.deb"]


def test_the_stand_ins_of_the_test_are_all_known(checking: ModuleType) -> None:
    wine = PACKAGING / "windows" / "wine"
    assert {f"{path.stem}.dll" for path in wine.iterdir() if path.suffix in (".c", ".py")} == set(checking.STAND_INS)
    assert all("FOR THE TEST UNDER WINE ALONE" in path.read_text() for path in wine.iterdir())


def test_another_python_than_the_pinned_one_stops_the_build(tmp_path: Path) -> None:
    embedded = import_module("embedded_python")
    (tmp_path / embedded.ADDRESS.rpartition("/")[2]).write_bytes(b"something else")
    with pytest.raises(SystemExit, match="is not what it should be"):
        embedded.fetch(tmp_path)


@pytest.mark.parametrize(
    ("version", "numbers"), [("0.1.0", ["0", "1", "0", "0"]), ("12", ["12", "0", "0", "0"]), ("1.2.3.4", list("1234"))]
)
def test_the_four_numbers_of_a_version(version: str, numbers: list[str]) -> None:
    assert import_module("build").version_numbers(version) == numbers


@pytest.mark.parametrize("version", ["1.2.3.4.5", "1.0rc1"])
def test_a_version_that_windows_cannot_read(version: str) -> None:
    with pytest.raises(SystemExit, match="as Windows wants it"):
        import_module("build").version_numbers(version)


def test_what_is_removed_is_what_was_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    build = import_module("build")
    monkeypatch.setattr(build, "STAGE", _lay(tmp_path, {"a.exe": "", "python/site/b$.pyc": ""}))
    assert list(build.removal_lines()) == [
        'Delete "$INSTDIR\\a.exe"',
        'Delete "$INSTDIR\\python\\site\\b$$.pyc"',
        'RMDir "$INSTDIR\\python\\site"',
        'RMDir "$INSTDIR\\python"',
    ]


def test_the_kind_of_file_is_one_on_every_system() -> None:
    info = import_module("bundle").info("1.2")
    (declared,) = info["UTExportedTypeDeclarations"]
    (opened,) = info["CFBundleDocumentTypes"]
    assert opened["LSItemContentTypes"] == [declared["UTTypeIdentifier"]]
    (mime,) = declared["UTTypeTagSpecification"]["public.mime-type"]
    for place in ("windows/installer.nsi", "linux/neuronjury.xml"):
        assert f'"{mime}"' in (PACKAGING / place).read_text()
    assert plistlib.loads(plistlib.dumps(info)) == info
