"""Stops a build that should not go out: something in it that must not be, too large, asking for too much, or broken.

    build/clean/bin/python packaging/guard.py build/frozen/neuronjury [INSTALLER...]

It runs in the environment that froze the program, because only PyInstaller can look into what it packed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import left_out

STARTED = "app.annotator"
"""What launch.py imports: where it is not seen, nothing was."""
FORBIDDEN_LIBRARIES = re.compile(
    r"^lib(torch|c10|cuda|cudnn|gomp|ssl|Qt6(Network|Qml|Quick|Pdf|VirtualKeyboard|WebEngine))", re.IGNORECASE
)
MEGABYTE = 1_000_000
INSTALLED_BUDGET = 260 * MEGABYTE
BUDGETS = {".deb": 80 * MEGABYTE, ".rpm": 80 * MEGABYTE, ".gz": 110 * MEGABYTE, ".exe": 60 * MEGABYTE}
"""Bytes that an installer may have, by how its name ends."""
OF_GLIBC = {f"lib{name}.so" for name in ("c", "m", "dl", "pthread", "rt", "util", "resolv")} | {"ld-linux-x86-64.so"}
PACKAGE = Path(__file__).resolve().parent / "linux" / "nfpm.yaml"


def main(frozen: Path, installers: Collection[Path]) -> int:
    """Say every complaint; the exit code."""
    complaints = [
        *wrong_modules(modules_in(frozen)),
        *(f"{path.name} is inside." for path in forbidden_files(frozen)),
        *(f"{path} leads nowhere." for path in frozen.rglob("*") if path.is_symlink() and not path.exists()),
        *too_large(frozen, installers),
        *(asks_too_much(frozen, PACKAGE.read_text()) if sys.platform.startswith("linux") else ()),
        *broken(frozen),
    ]
    for complaint in complaints:
        print(f"Guard: {complaint}", file=sys.stderr)
    if not complaints:
        print(f"Guard: nothing to complain of; {size_of(frozen) / MEGABYTE:.0f} MB installed.")
    return bool(complaints)


def program_in(frozen: Path) -> Path:
    """The program that starts."""
    return frozen / ("neuronjury.exe" if sys.platform == "win32" else "neuronjury")


def modules_in(frozen: Path) -> list[str]:
    """The names of all modules that were packed into the program."""
    from PyInstaller.archive.readers import CArchiveReader

    archive = CArchiveReader(str(program_in(frozen)))
    return [
        module for name in archive.toc if name.endswith(".pyz") for module in archive.open_embedded_archive(name).toc
    ]


def wrong_modules(modules: Collection[str]) -> Iterator[str]:
    """Each that must not be there, or lies below one that must not; and that they were not found at all."""
    if STARTED not in modules:
        yield f"{STARTED} was not found inside, so what else is there cannot be told."
    for name in sorted(modules):
        if any(name == one or name.startswith(f"{one}.") for one in left_out.EVERYTHING):
            yield f"{name} is inside."


def forbidden_files(frozen: Path) -> list[Path]:
    """Folders of forbidden packages, their extension modules, and libraries."""
    names = {one for one in left_out.EVERYTHING if "." not in one}
    return [
        path
        for path in sorted(frozen.rglob("*"))
        if path.name.partition(".")[0] in names
        or path.name.partition("-")[0] in names
        or FORBIDDEN_LIBRARIES.match(path.name)
        if "licenses" not in path.relative_to(frozen).parts
    ]


def size_of(frozen: Path) -> int:
    """Bytes of all files; links count nothing."""
    return sum(path.lstat().st_size for path in frozen.rglob("*") if path.is_file() and not path.is_symlink())


def too_large(frozen: Path, installers: Collection[Path]) -> Iterator[str]:
    """What is over its budget."""
    sizes = [(frozen, size_of(frozen), INSTALLED_BUDGET)]
    sizes += [(path, path.stat().st_size, BUDGETS[path.suffix]) for path in installers]
    for path, size, budget in sizes:
        if size > budget:
            yield f"{path.name} has {size / MEGABYTE:.1f} MB; its budget is {budget / MEGABYTE:.0f} MB."


def asks_too_much(frozen: Path, package: str) -> Iterator[str]:
    """Libraries and versions that the files ask of the system, and that the package does not ask for."""
    asked, needed, versions = set(re.findall(r"lib[\w.+-]+?\.so[.\d]*(?=\()", package)), set(), set()
    files = [path for path in sorted(frozen.rglob("*")) if path.is_file() and not path.is_symlink() and is_elf(path)]
    for path in files:
        said = subprocess.run(["readelf", "-dVW", path], capture_output=True, text=True, check=True).stdout
        for place in re.findall(r"\((?:RUNPATH|RPATH)\).*\[(.+?)\]", said):
            if any(not one.startswith("$ORIGIN") for one in place.split(":")):
                yield f"{path.name} looks for libraries in {place}, a place of the machine that built it."
        needed |= set(re.findall(r"\(NEEDED\).*\[(.+?)\]", said))
        versions |= set(re.findall(r"Name: (GLIBC(?:XX)?_[\d.]+)", said))
    there = {path.name for path in frozen.rglob("*")}
    for library in sorted(needed - there - asked):
        if library.partition(".so")[0] + ".so" not in OF_GLIBC:
            yield f"{library} is neither inside nor asked for in {PACKAGE.name}."
    for family in ("GLIBC", "GLIBCXX"):
        highest = max((version_of(name) for name in versions if name.startswith(f"{family}_")), default=())
        stated = version_of(next(iter(re.findall(rf"{family}_[\d.]+", package)), "_0"))
        print(
            f"{family}: the files ask for {'.'.join(map(str, highest))}, the package for {'.'.join(map(str, stated))}."
        )
        if highest > stated:
            yield f"The files ask for {family} {'.'.join(map(str, highest))}: say so in {PACKAGE.name}."


def is_elf(path: Path) -> bool:
    """Whether it is a program or library of Linux."""
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def version_of(name: str) -> tuple[int, ...]:
    """(2, 35) of GLIBC_2.35."""
    return tuple(map(int, name.partition("_")[2].split(".")))


def broken(frozen: Path) -> Iterator[str]:
    """What the program's own selftest says where it fails."""
    done = subprocess.run(
        [program_in(frozen), "--selftest"], capture_output=True, text=True, errors="replace", timeout=300, check=False
    )
    print(done.stdout.strip())
    if done.returncode:
        yield f"the selftest failed: {done.stderr.strip()}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]))
