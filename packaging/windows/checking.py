"""Stops a Windows build that should not go out: besides what packaging/guard.py forbids everywhere, libraries that
nobody brings along, and what stands in for Windows in the test under Wine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import guard
from trimming import imports_of

OF_WINDOWS = frozenset(
    f"{name}.dll"
    for name in (
        *(
            "advapi32",
            "authz",
            "bcrypt",
            "bcryptprimitives",
            "comctl32",
            "comdlg32",
            "crypt32",
            "d3d11",
            "d3d12",
            "d3d9",
        ),
        *(
            "dbghelp",
            "dcomp",
            "dnsapi",
            "dwmapi",
            "dwrite",
            "dxgi",
            "gdi32",
            "icuuc",
            "imm32",
            "iphlpapi",
            "kernel32",
            "mpr",
        ),
        *("msvcrt", "netapi32", "ntdll", "ole32", "oleaut32", "rpcrt4", "secur32", "setupapi", "shcore", "shell32"),
        *(
            "shlwapi",
            "ucrtbase",
            "uiautomationcore",
            "user32",
            "userenv",
            "uxtheme",
            "version",
            "winmm",
            "winspool.drv",
            "ws2_32",
            "wtsapi32",
        ),
    )
)
"""What every Windows 10 (1809 or later) has."""
STAND_INS = ("icuuc.dll", "ucrtbase.dll", "uisettings.dll")
"""For the test under Wine alone (packaging/windows/wine)."""
SEARCHED = (".", "python", "python/site/PySide6", "python/site/shiboken6", "python/site/numpy.libs")
"""Where libraries are looked for beside the folder of whoever asks: the launcher's folder, what is loaded first
(Python), and what PySide6 and numpy add."""
LARGEST = 12


def complaints(stage: Path, installer: Path) -> Iterator[str]:
    """What is wrong with what is installed and with the installer.

    Args:
        stage: the folder that is installed.
        installer: the .exe.
    """
    yield from guard.wrong_modules(set(_modules_in(stage / "python" / "site")))
    for path in guard.forbidden_files(stage):
        yield f"{path.relative_to(stage)} is inside."
    yield from _stand_ins(stage)
    yield from _unmet(stage)
    yield from guard.too_large(stage, [installer])


def room(stage: Path) -> str:
    """What takes the room: the largest parts, in a line each."""
    sizes: dict[str, int] = {}
    for path in stage.rglob("*"):
        if path.is_file():
            parts = path.relative_to(stage).parts
            part = "/".join(parts[: 3 if parts[:2] == ("python", "site") else 2])
            sizes[part] = sizes.get(part, 0) + path.stat().st_size
    largest = sorted(sizes.items(), key=lambda one: -one[1])[:LARGEST]
    rest = sum(sizes.values()) - sum(size for _, size in largest)
    return "\n".join(f"{size / guard.MEGABYTE:7.1f} MB  {part}" for part, size in (*largest, ("the rest", rest)))


def _modules_in(site: Path) -> Iterator[str]:
    for path in site.rglob("*"):
        if path.suffix in (".py", ".pyc", ".pyd"):
            parts = path.relative_to(site).parts
            yield ".".join((*parts[:-1], path.name.partition(".")[0])).removesuffix(".__init__")


def _stand_ins(stage: Path) -> Iterator[str]:
    for path in sorted(stage.rglob("*")):
        if path.name.lower() in STAND_INS:
            yield f"{path.relative_to(stage)} is inside: it stands in for a part of Windows, for the test under Wine."


def _unmet(stage: Path) -> Iterator[str]:
    """Libraries that a file asks for, and that are neither of Windows nor in a folder where they are looked for."""
    files = [path for path in sorted(stage.rglob("*")) if path.suffix.lower() in (".dll", ".pyd", ".exe")]
    there = {(path.parent, path.name.lower()) for path in files}
    for path in files:
        for name in sorted(imports_of(path) - OF_WINDOWS):
            places = (path.parent, *(stage / place for place in SEARCHED))
            if not name.startswith(("api-ms-win-", "ext-ms-win-")) and not any(
                (place, name) in there for place in places
            ):
                yield f"{path.relative_to(stage)} asks for {name}, which is not there."


def stop_on(found: list[str]) -> None:
    """Say every complaint, and stop where there is one."""
    for complaint in found:
        print(f"Guard: {complaint}", file=sys.stderr)
    if found:
        sys.exit(1)
