"""The licences of what is bundled, gathered into one folder; where one cannot be found, the build stops."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

TOLD_BY_US = ("pyside6_essentials-", "shiboken6-")
"""Wheels that bring no licence along; packaging/licenses has it (QT.txt)."""
DOCUMENTS = Path("/usr/share/doc")
COMMON = Path("/usr/share/common-licenses")
"""Where Debian keeps what a package says of its licence, and the long texts that those name."""


def of_wheels(site: Path, folder: Path, without: Collection[str] = ()) -> None:
    """Copy the licences of all that pip installed.

    Args:
        site: where it lies.
        folder: gets a folder for each wheel.
        without: how the names of those begin that are not bundled.

    Raises:
        SystemExit: a wheel has none.
    """
    for info in sorted(site.glob("*.dist-info")):
        if info.name.lower().startswith(tuple(without)):
            continue
        texts = [path for path in sorted(info.rglob("*")) if path.is_file() and _is_licence(path)]
        if not texts and not info.name.lower().startswith(TOLD_BY_US):
            sys.exit(f"{info.name} brings no licence along: put its text into packaging/licenses.")
        for text in texts:
            place = folder / info.name.removesuffix(".dist-info") / text.relative_to(info)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, place)


def of_system(listing: Path, ours: Path, folder: Path) -> None:
    """Copy what Debian or Ubuntu say of the licences of their own libraries that PyInstaller took in.

    Args:
        listing: PyInstaller's list of what it collected (COLLECT-00.toc).
        ours: the environment with the wheels, whose libraries have licences of their own.
        folder: gets a text for each package, and the long texts that those name in common-licenses/.

    Raises:
        SystemExit: nobody knows where a library comes from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for source in _libraries(listing):
        if source.is_relative_to(ours) or _is_pythons_own(source):
            continue
        text = DOCUMENTS / _package_of(source) / "copyright"
        if not text.is_file():
            sys.exit(f"{text} is missing, the licence of {source}, which is bundled. Install its package anew.")
        place = folder / f"{text.parent.name}.txt"
        shutil.copyfile(text, place)
        _copy_common(place.read_text(encoding="utf-8", errors="replace"), folder / COMMON.name)


def _is_licence(path: Path) -> bool:
    return path.stem.upper().startswith(("LICEN", "COPYING"))


def _libraries(listing: Path) -> Iterator[Path]:
    """The files that the libraries inside were copied from."""
    (entries,) = ast.literal_eval(listing.read_text(encoding="utf-8"))
    for _, source, kind in sorted(entries):
        if kind in ("BINARY", "EXTENSION"):
            yield Path(source)


def _is_pythons_own(source: Path) -> bool:
    """Whether it came with a Python that no package brought: its licence is Python.txt."""
    prefix = Path(sys.base_prefix)
    own = source.name.startswith("libpython") or source.parent.name == "lib-dynload"
    return own and source.is_relative_to(prefix) and prefix != Path("/usr")


def _package_of(source: Path) -> str:
    """The package that a library belongs to.

    Debian has /lib in /usr/lib, but lists some files under the one name and some under the other.
    """
    if shutil.which("dpkg-query") is None:
        sys.exit(
            f"The licence of {source} is looked up in Debian's or Ubuntu's list of packages: build on one of them."
        )
    bare = str(source).removeprefix("/usr")
    for name in (f"/usr{bare}", bare):
        done = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.partition(":")[0]
    sys.exit(f"No package brought {source}, so its licence is not known. Build where all libraries come from packages.")


def _copy_common(text: str, folder: Path) -> None:
    """The long texts that a package's own names, which other systems do not have."""
    for name in sorted(set(re.findall(rf"{COMMON}/([A-Za-z][\w.-]*\w)", text))):
        if (COMMON / name).is_file():
            folder.mkdir(exist_ok=True)
            shutil.copyfile(COMMON / name, folder / name)
