"""What of the unpacked wheels stays: what the labeling window uses. The rest is several times its size."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import left_out

OBJDUMP = "x86_64-w64-mingw32-objdump"

QT_MODULES = ("QtCore", "QtGui", "QtOpenGL", "QtOpenGLWidgets", "QtSvg", "QtWidgets")  # pyqtgraph imports OpenGL
# Pillow decodes the pictures, so Qt needs no formats of its own but SVG; offscreen is for the selftest.
QT_PLUGINS = {
    "platforms": ("qwindows", "qoffscreen"),
    "imageformats": ("qsvg",),
    "iconengines": ("qsvgicon",),
    "styles": ("qmodernwindowsstyle",),
}
# Besides the modules of left_out.py.
UNUSED = (
    *("app/resources/demo", "app/resources/examples", "app/resources/report"),
    *("numpy/_core/include", "numpy/_core/lib", "numpy/_pyinstaller", "bin"),
)
UNUSED_ANYWHERE = ("**/tests", "**/*.pyi", "**/*.h", "**/*.lib", "**/*.c", "**/*.pxd", "**/py.typed", "**/*.a")


def trim(site: Path) -> None:
    """Take out of the folder that the wheels were unpacked into all that the window does not use."""
    modules = (name.replace(".", "/") for name in left_out.EVERYTHING)
    for pattern in (*(one for place in modules for one in (place, f"{place}.*")), *UNUSED, *UNUSED_ANYWHERE):
        for path in sorted(site.glob(pattern)):
            _remove(path)
    _trim_qt(site / "PySide6", site / "shiboken6")


def imports_of(path: Path) -> set[str]:
    """The libraries that a program or library of Windows asks for, in lower case, with those it loads late."""
    said = subprocess.run([OBJDUMP, "-p", path], capture_output=True, text=True, errors="replace", check=True).stdout
    return {name.lower() for name in re.findall(r"DLL Name: (\S+)", said)}


def _trim_qt(qt: Path, shiboken: Path) -> None:
    kept = _needed([*_roots(qt), shiboken / "Shiboken.pyd"], [qt, shiboken])
    for path in (*sorted(qt.rglob("*")), *sorted(shiboken.rglob("*"))):
        if path.is_file() and path not in kept and path.suffix != ".py":
            path.unlink()
    for name in ("scripts", "support/generate_pyi.py"):
        _remove(qt / name)


def _roots(qt: Path) -> Iterator[Path]:
    for name in QT_MODULES:
        yield qt / f"{name}.pyd"
    for folder, names in QT_PLUGINS.items():
        for name in names:
            yield qt / "plugins" / folder / f"{name}.dll"


def _needed(waiting: list[Path], folders: Iterable[Path]) -> set[Path]:
    """Those files, the libraries in the folders that they ask for, and those that these ask for."""
    there: dict[str, list[Path]] = {}
    for path in (path for folder in folders for path in folder.glob("*.dll")):
        there.setdefault(path.name.lower(), []).append(path)
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [one for name in imports_of(path) for one in there.get(name, ())]
    return found


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()
