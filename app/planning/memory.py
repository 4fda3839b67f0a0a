"""The simulated studies on disk, so that a plan that was stopped goes on where it was."""

from __future__ import annotations

import json
from collections import UserDict
from collections.abc import Sequence
from pathlib import Path

import app
from analysis.widths import Finding
from app.errors import Fault


class StudiesOnDisk(UserDict[str, Sequence[Finding]]):
    """What was found in each simulated study, one line of JSON each, written as soon as it is known.

    Lines of another version of the program, whose figures may differ, are left where they are and not used; so is a
    line that was cut off.

    Raises:
        Fault: the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        try:
            lines = path.read_bytes().splitlines() if path.exists() else []
            self._file = path.open("ab")
            if lines and not path.read_bytes().endswith(b"\n"):
                self._file.write(b"\n")
        except OSError as error:
            raise Fault(f"{path} cannot be written: {error.strerror}.") from error
        for line in lines:
            self._take(line)

    def __setitem__(self, key: str, findings: Sequence[Finding]) -> None:
        line = json.dumps({"program": app.__version__, "key": key, "findings": list(findings)})
        try:
            self._file.write(line.encode() + b"\n")
            self._file.flush()
        except OSError as error:
            raise Fault(f"{self._path} cannot be written: {error.strerror}.") from error
        self.data[key] = findings

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _take(self, line: bytes) -> None:
        try:
            known = json.loads(line)
            if known["program"] == app.__version__:
                self.data[known["key"]] = [_finding(*found) for found in known["findings"]]
        except (ValueError, KeyError, TypeError):
            return


def _finding(
    name: str, label: str | None, speaks_for: str, value: float | None, width: float | None, reason: str
) -> Finding:
    return name, label, speaks_for, value, width, reason
