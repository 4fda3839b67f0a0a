"""The long form of tests/fuzz: altered files of every kind, until the time is up or one of them comes through.

    python benchmarks/fuzz.py --minutes 5 --kind studies

An input on which the program does anything but take it or refuse it in words is kept in --out: mend the program, then
put the input into tests/fuzz/corpus. Each kind begins with its corpus. Needs what the tests need.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path[:1] = [str(Path(__file__).parents[1] / "tests")]  # in place of this folder, whose names are others' too
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import fuzzing  # noqa: E402 - it lies among the tests

SLOW = 20.0
"""Seconds; an input that takes longer is kept too."""
MEMORY = 6 * 1024**3
"""Bytes of address space: an input that asks for more is kept."""


def some_edits(rng: random.Random, tokens: tuple[bytes, ...]) -> list[fuzzing.Edit]:
    """A few edits."""
    return [
        (
            rng.choice(fuzzing.OPERATIONS),
            rng.random() ** rng.choice((1, 4)),
            rng.choice(tokens) if tokens and rng.random() < 0.6 else rng.randbytes(rng.randrange(5)),
        )
        for _ in range(rng.randint(1, 5))
    ]


def bytes_of(kind: str, rng: random.Random) -> tuple[bytes, Callable[[bytes, Path], object]]:
    """An altered file of a kind, and what takes it."""
    seeds, tokens, check = fuzzing.KINDS[kind]
    return fuzzing.edited(rng.choice(seeds()), some_edits(rng, tokens)), check


class Studies:
    """Altered study files, of every task."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = {}
        for task in fuzzing.TASKS:
            (folder / task).mkdir()
            self._made[task] = fuzzing.studies(folder / task, task)

    def try_one(self, rng: random.Random) -> tuple[str, list[str]]:
        """Alter a file and use it; what was done, in words or SQL, and what was said against it."""
        made = self._made[rng.choice(tuple(self._made))]
        target = self._folder / "altered.jury"
        source = rng.choice((made.copy, made.packed))
        where = fuzzing.columns(source)
        if rng.random() < 0.15:
            target.write_bytes(fuzzing.edited(source.read_bytes(), some_edits(rng, ())))
            done = "bytes"
        else:
            done = "\n".join(
                fuzzing.statement(
                    rng.choice(fuzzing.STATEMENTS), rng.choice(where), rng.randrange(6), rng.choice(fuzzing.VALUES)
                )
                for _ in range(rng.choice((1, 1, 2, 4)))
            )
            fuzzing.altered(source, target, done, vouch=rng.random() < 0.8)
        self.last = f"-- {source.parent.name}/{source.name}\n{done}"
        return done, fuzzing.study(target, made.home, report=rng.random() < 0.15)


def main() -> None:
    """Run until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0, help="for each kind")
    parser.add_argument("--kind", choices=[*fuzzing.KINDS, "studies"], action="append")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("fuzz-found"))
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    failed = 0
    for kind in asked.kind or [*fuzzing.KINDS, "studies"]:
        failed += run(kind, asked.minutes, asked.seed, asked.out)
    sys.exit(bool(failed))


def run(kind: str, minutes: float, seed: int, out: Path) -> int:
    """Try inputs of one kind; how many came through."""
    rng, until = random.Random(seed), time.monotonic() + 60 * minutes
    tried, refused, found = 0, 0, Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many = Studies(folder) if kind == "studies" else None
        while time.monotonic() < until:
            tried += 1
            began = time.monotonic()
            data, error = b"", ""
            try:
                if many is not None:
                    refused += bool(many.try_one(rng)[1])
                else:
                    data, check = bytes_of(kind, rng)
                    refused += check(data, folder) is not None
            except Exception as caught:
                last = traceback.extract_tb(caught.__traceback__)[-1]
                error = f"{type(caught).__name__} in {Path(last.filename).name}:{last.lineno}"
                told = traceback.format_exc()
            if not error and time.monotonic() - began > SLOW:
                error, told = "slow", f"{time.monotonic() - began:.0f} s"
            if error:
                found[error] += 1
                if found[error] == 1:
                    out.mkdir(exist_ok=True)
                    where = out / f"{kind}-{seed}-{tried}"
                    where.with_suffix(".txt").write_text(f"{many.last if many else ''}\n{told}")
                    if many is not None:
                        shutil.copy(folder / "altered.jury", where.with_suffix(".jury"))
                    else:
                        where.with_suffix(".bin").write_bytes(data)
    print(f"{kind}: {tried} tried, {refused} refused in words, {found.total()} came through")
    for error, times in found.most_common():
        print(f"    {times} x {error}")
    return found.total()


if __name__ == "__main__":
    main()
