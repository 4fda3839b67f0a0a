"""Where shipped files lie: in a checkout, in an installed wheel, in a frozen app."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """The path of a shipped file below resources/.

    A wheel, and an app frozen from it, carry the folder inside the package; a checkout has it beside the package.

    Raises:
        FileNotFoundError: there is no such file: the installation is broken.
    """
    for base in (_HERE / "resources", _HERE.parent / "resources"):
        path = base.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"the shipped file {'/'.join(parts)} is missing: install the program again")
