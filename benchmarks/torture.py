"""A study that is killed, cut off and filled up, again and again: are acknowledged answers ever lost?

    .venv/bin/python benchmarks/torture.py [--kills 1000] [--cuts 10] [--seed 1] [--folder DIR] [--out TABLE.md]

Three things, on the disk of --folder: SIGKILL at random moments while a session, `collect` or `pack` is at work (half
of the kills, a quarter and a quarter); power cuts, after every single change to the files of a study with everything
that can be done to it, in so many passes with other draws of what was written and what was not; and a disk that is
full, reports an error or is gone for a while, at every point of everything that can be done. Prints a table; ends with
1 where anything was lost, damaged or not told. The short form of it is `python -m pytest tests/faults`.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import failing
import power_cuts
import torturing
import vfs

AT_ONCE = 50
"""Kills of one study, before the next."""
HEAD = ("| what | how often | acknowledged | lost | damaged or not told |", "| --- | --- | --- | --- | --- |")


def kills(folder: Path, number: int, seed: int, bar: tqdm) -> Iterator[str]:
    """Kill sessions, collecting and packing; a line of the table for each."""
    shares = {"label": number - 2 * (number // 4), "collect": number // 4, "pack": number // 4}
    for kind, wanted in shares.items():
        done = acknowledged = lost = damaged = 0
        for start in range(0, wanted, AT_ONCE):
            place = folder / f"{kind}-{start}"
            place.mkdir()
            one = torturing.torture(kind, place, min(AT_ONCE, wanted - start), seed + start, stimuli=120)
            done, acknowledged = done + one.kills, acknowledged + one.acknowledged
            lost, damaged = lost + one.lost, damaged + len(one.damaged)
            bar.update(one.kills)
        yield f"| SIGKILL during `{kind}` | {done:,} kills | {acknowledged:,} | {lost} | {damaged} |"


def cuts(folder: Path, passes: int, seed: int, bar: tqdm) -> Iterator[str]:
    """Cut the power after every change; a line of the table."""
    states = acknowledged = lost = damaged = 0
    for number in range(passes):
        place = folder / f"cut-{number}"
        place.mkdir()
        recording = power_cuts.record(torturing.torture_study(place))
        one = power_cuts.cut(recording, place / "found", seed + number, drawn=2)
        states, acknowledged = states + one.states, acknowledged + one.acknowledged
        lost, damaged = lost + one.lost, damaged + len(one.damaged)
        bar.update()
    yield f"| power cut | {states:,} states of the disk | {acknowledged:,} | {lost} | {damaged} |"


def failures(folder: Path, bar: tqdm) -> Iterator[str]:
    """Let the disk fail at every point; a line of the table for each way to fail."""
    base, said = folder / "base", {"full": "disk full", "error": "one error", "gone": "disk gone for a while"}
    base.mkdir()
    torturing.torture_study(base)
    for mode in failing.MODES:
        points = lost = damaged = 0
        for act in torturing.ACTS:
            one = failing.fail(act, mode, base, folder / "room")
            points, lost = points + one.points, lost + len(one.lost)
            damaged += len(one.damaged) + len(one.silent)
            bar.update()
        yield f"| {said[mode]} | {points:,} points | all that was there | {lost} | {damaged} |"


def main() -> int:
    """Torture, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--cuts", type=int, default=10, help="passes of power cuts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="on the disk to be tried; else the temporary one")
    parser.add_argument("--out", type=Path, help="also write the table into this file")
    asked = parser.parse_args()
    lines = list(HEAD)
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        folder = Path(name)
        with tqdm(total=asked.kills, unit=" kills") as bar:
            lines += kills(folder, asked.kills, asked.seed, bar)
        if vfs.why_not() is None:
            with tqdm(total=asked.cuts, unit=" passes") as bar:
                lines += cuts(folder, asked.cuts, asked.seed, bar)
            with tqdm(total=len(failing.MODES) * len(torturing.ACTS), unit=" acts") as bar:
                lines += failures(folder, bar)
        else:
            print(f"No power cuts and no failing disks: {vfs.why_not()}.", file=sys.stderr)
    clean = all(line.endswith("| 0 | 0 |") for line in lines[len(HEAD) :])
    lines += [
        "",
        f"SQLite {sqlite3.sqlite_version}, {sys.platform}, Python {sys.version.split()[0]}, seed {asked.seed}.",
    ]
    print("\n".join(lines))
    if asked.out is not None:
        asked.out.write_text("\n".join(lines) + "\n")
    return int(not clean)


if __name__ == "__main__":
    sys.exit(main())
