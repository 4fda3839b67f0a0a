"""Freezes the labeling program: from the checkout to a folder that needs no Python, the same way on every system.

    python packaging/freeze.py

build/tools     the tools that build, pinned (constraints-tools.txt), and nothing else
build/clean     the project's wheel and what the window imports, pinned (constraints-annotator.txt), and nothing else
build/frozen/neuronjury    the program
dist/           neuronjury-VERSION-SYSTEM.cdx.json, the list of its parts (SBOM)
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import licences

ROOT = Path(__file__).resolve().parent.parent
PACKAGING, BUILD, DIST = ROOT / "packaging", ROOT / "build", ROOT / "dist"
TOOLS, CLEAN = BUILD / "tools", BUILD / "clean"
FROZEN = BUILD / "frozen" / "neuronjury"
PYINSTALLER = (
    *("pyinstaller", "pyinstaller-hooks-contrib", "altgraph", "packaging", "setuptools"),
    *{"darwin": ("macholib",), "win32": ("pefile", "pywin32-ctypes")}.get(sys.platform, ()),
)
"""What freezing needs beside the program, in its own environment: all of it, with what PyInstaller needs in turn."""


def main() -> None:
    """Build everything anew; the tools are kept where their pins are unchanged."""
    version = project_version()
    BUILD.mkdir(exist_ok=True)
    make_tools()
    make_clean(version)
    write_sbom(version)
    freeze()
    add_licences()
    tidy_python()
    print(f"Frozen: {FROZEN.relative_to(ROOT)}")


def project_version() -> str:
    """The version in app/__init__.py."""
    text = (ROOT / "app" / "__init__.py").read_text()
    return text.partition('__version__ = "')[2].partition('"')[0]


def system_name() -> str:
    """Such as linux-x86_64."""
    return f"{platform.system()}-{platform.machine()}".lower()


def python_of(environment: Path) -> Path:
    """Its interpreter."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(*command: str | Path, **variables: str) -> None:
    """Run it in build/, where no `app` lies that would hide the wheel's; without a person's own PYTHONPATH."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | variables
    subprocess.run(list(map(str, command)), cwd=BUILD, env=environment, check=True)


def pip(into: Path, *arguments: str | Path) -> None:
    """Install what is named, and nothing beside it, into an environment that need have no pip of its own.

    What is pinned comes as wheels alone: what builds one from its source would come without a pin.
    """
    alone = ("--no-deps", "--only-binary", ":all:")
    run(python_of(TOOLS), "-m", "pip", "--python", python_of(into), "install", "--quiet", *alone, *arguments)


def make_tools() -> None:
    """build/tools, kept while its pins are what they were."""
    pins, mark = PACKAGING / "constraints-tools.txt", TOOLS / "pins.txt"
    if mark.exists() and mark.read_text() == pins.read_text():
        return
    shutil.rmtree(TOOLS, ignore_errors=True)
    venv.create(TOOLS, with_pip=True)
    pip(TOOLS, "--requirement", pins)
    run(python_of(TOOLS), "-m", "pip", "check")  # the list is whole
    mark.write_text(pins.read_text())


def make_clean(version: str) -> None:
    """build/clean: the wheel, not the checkout, is what is frozen."""
    shutil.rmtree(CLEAN, ignore_errors=True)
    venv.create(CLEAN)
    wheels = BUILD / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    run(python_of(TOOLS), "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", wheels, ROOT)
    (wheel,) = wheels.glob(f"neuron_jury-{version}-*.whl")
    # The wheel's own dependencies are the researcher's too (scipy): the pins are the whole list.
    pip(CLEAN, "--requirement", PACKAGING / "constraints-annotator.txt", wheel)


def write_sbom(version: str) -> None:
    """The parts of the program and their licences, before the tools come beside them."""
    DIST.mkdir(exist_ok=True)
    for older in DIST.glob(f"neuronjury-*-{system_name()}.cdx.json"):
        older.unlink()
    out = DIST / f"neuronjury-{version}-{system_name()}.cdx.json"
    listing = ("-m", "cyclonedx_py", "environment", "--pyproject", ROOT / "pyproject.toml", "--output-reproducible")
    run(python_of(TOOLS), *listing, "--output-file", out, python_of(CLEAN), SOURCE_DATE_EPOCH=commit_time())


def commit_time() -> str:
    """Seconds since 1970 of the newest commit, so that one commit gives one build.

    SOURCE_DATE_EPOCH where that is set; outside of git, when app/__init__.py was written.
    """
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not stated and (ROOT / ".git").exists() and shutil.which("git"):
        newest = ("git", "log", "-1", "--format=%ct")
        stated = subprocess.run(newest, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return stated or str(int((ROOT / "app" / "__init__.py").stat().st_mtime))


def freeze() -> None:
    """Draw the icons and run PyInstaller."""
    pip(CLEAN, "--constraint", PACKAGING / "constraints-tools.txt", *PYINSTALLER)
    run(python_of(CLEAN), PACKAGING / "icons.py", BUILD / "icons", QT_QPA_PLATFORM="offscreen")
    places = ("--distpath", FROZEN.parent, "--workpath", BUILD / "pyinstaller")
    arguments = ("--noconfirm", "--log-level", "WARN", *places, PACKAGING / "neuronjury.spec")
    run(python_of(CLEAN), "-m", "PyInstaller", *arguments, PYTHONHASHSEED="1", SOURCE_DATE_EPOCH=commit_time())


def add_licences() -> None:
    """The licence of every part, in licenses/; the build stops where one cannot be found."""
    folder = FROZEN / "licenses"
    shutil.copytree(PACKAGING / "licenses", folder)
    shutil.copy(ROOT / "LICENSE", folder / "Neuron Jury.txt")
    shutil.copy(Path(sysconfig.get_path("stdlib")) / "LICENSE.txt", folder / "Python.txt")
    site = subprocess.run(
        [python_of(CLEAN), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    # PyInstaller's own stays: the program starts with its code.
    tools = [f"{name.replace('-', '_')}-" for name in PYINSTALLER if not name.startswith("pyinstaller")]
    licences.of_wheels(Path(site), folder, without=tools)
    if sys.platform.startswith("linux"):
        licences.of_system(BUILD / "pyinstaller" / "neuronjury" / "COLLECT-00.toc", CLEAN, folder / "system")


def tidy_python() -> None:
    """On Linux, take out of Python's own libraries where the build host's Python lies, and needless symbols.

    libpython and SQLCipher alone are stripped: stripping numpy's libraries breaks them.
    """
    if not sys.platform.startswith("linux"):
        return
    own = list(FROZEN.glob("_internal/libpython*.so*"))
    for library in [*own, *FROZEN.glob("_internal/python*/lib-dynload/*.so")]:
        run(TOOLS / "bin" / "patchelf", "--remove-rpath", library)
    for library in [*own, *FROZEN.glob("_internal/sqlcipher3/*.so")]:
        run("strip", "--strip-unneeded", library)


if __name__ == "__main__":
    main()
