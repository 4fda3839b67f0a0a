"""What a recording is of. Two that differ in anything that could change a value are never mixed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock

from app.errors import Fault
from app.recording.part import replacing


def identity_sha256(identity: Mapping[str, object]) -> str:
    """One hash for all of an identity."""
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


def claim(folder: Path, identity: Mapping[str, object], parts: int) -> None:
    """Make `folder` the place of this recording, or see that it is.

    Raises:
        Fault: it holds another recording, or one by another number of workers, or it cannot be written.
    """
    path = folder / "recording.json"
    wanted = json.loads(json.dumps({"identity": identity, "parts": parts}))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "recording.lock"):  # workers begin at the same time
            if not path.exists():
                with replacing(path) as part:
                    part.write_text(json.dumps(wanted, indent=1))
            found = json.loads(path.read_text())
        theirs, their_parts = dict(found["identity"]), int(found["parts"])
    except OSError as error:
        raise Fault(f"{folder} cannot be written: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Fault(f"{path} cannot be read. Delete {folder} to record again.") from error
    if theirs != wanted["identity"]:
        raise Fault(
            f"{folder} holds a recording of something else, and recordings are never mixed."
            f" {_difference(theirs, wanted['identity'])}. Name another folder with --recording, or delete this one."
        )
    if their_parts != parts:
        raise Fault(
            f"{folder} was begun by {their_parts} workers and can only be finished by as many: --workers"
            f" {their_parts}. Or delete it to begin again."
        )


def _difference(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    """In what two identities differ, in words."""

    def flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
        for key, value in values.items():
            if isinstance(value, dict):
                yield from flat(value, f"{before}{key} ")
            else:
                yield before + key, value

    was, now = dict(flat(theirs)), dict(flat(ours))
    differing = [key for key in sorted(was | now) if was.get(key) != now.get(key)]
    return "; ".join(f"{key}: it has {_short(was.get(key))}, wanted is {_short(now.get(key))}" for key in differing[:4])


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def parts_of(folder: Path) -> int | None:
    """In how many parts the recording in `folder` is made, None where there is none yet."""
    try:
        return int(json.loads((folder / "recording.json").read_text())["parts"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
