"""How long it takes to collect many files into one study, against SQLite's own inserting of the same rows.

    python benchmarks/collecting.py [--files 20 60 200] [--events 5000]

For each number of files: makes a study, hands out the files, writes each rater's answers into them as the program
would (without waiting for the disk after each), and collects them. Beside it, in the same run: the same events inserted
by one bare executemany into a table with the same indexes, from memory, in one transaction, with the same cache. Told
are the time on the clock and the processor's time, which other programs on the same machine lengthen less.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from app.study.chain import event_hash, event_mac
from app.study.collecting import collect, look
from app.study.events import Event
from app.study.file import StudyFile
from app.study.handing_out import hand_out
from app.study.records import Box, Category, Histogram, NewStudy, Rubric, Stimulus, Stratum, StudyInfo, Unit, UnitSample

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)


Seconds = tuple[float, float]
"""On the clock, and of the processor."""


def now() -> Seconds:
    return time.perf_counter(), time.process_time()


def since(begun: Seconds) -> Seconds:
    clock, processor = now()
    return clock - begun[0], processor - begun[1]


def study(stimuli: int) -> NewStudy:
    """One unit, and so many stimuli with one picture."""
    sample = UnitSample(
        Unit(1, "unit"), (), (Stratum(1, 0.0, 1.0, stimuli, stimuli),), Histogram((0.0, 1.0), (stimuli,))
    )
    return NewStudy(
        StudyInfo("benchmark", "Many files", "", 1, "2026-01-01T00:00:00Z", "benchmark"),
        Rubric(1, "Yes?", "", "nominal", (Category("no", ""), Category("yes", ""))),
        (sample,),
        tuple(Stimulus(f"{n:08x}", 1, PIXEL, n / stimuli, 1, 1.0, "", Box(0, 0, 1, 1)) for n in range(stimuli)),
    )


def answer_all(path: Path) -> None:
    """What the rater of this file says, one event a trial."""
    with StudyFile.open(path) as file:
        rater = file.issued_to()
        assert rater is not None
        key = file.key(rater)
        assert key is not None
        previous, rows = "", []
        for number, trial in enumerate(file.trials(rater), 1):
            event = Event(
                f"{rater.id[:24]}{number:012x}", rater.id, number, trial.id, "label", ("no", "yes")[number % 2], None,
                None, 1500, 0, "2026-01-01T00:00:00Z", 1, previous, "",
            )  # fmt: skip
            previous = event_hash(event.row)
            rows.append(replace(event, hash=previous, mac=event_mac(previous, key)).row)
        with file.writing() as connection:
            connection.executemany(f"INSERT INTO event VALUES ({', '.join('?' * 15)})", rows)


def bare(home: Path, target: Path) -> Seconds:
    """Seconds to insert the same rows into the same table of an empty file, with its indexes, from memory."""
    with sqlite3.connect(home) as source:
        rows = source.execute("SELECT * FROM event ORDER BY rater, sequence").fetchall()
        made = [
            sql
            for (sql,) in source.execute(
                "SELECT sql FROM sqlite_schema WHERE tbl_name = 'event' AND type IN ('table', 'index') AND sql NOT NULL"
            )
        ]
    source.close()
    with sqlite3.connect(target, isolation_level=None) as connection:
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA cache_size = -65536")
        for sql in made:
            connection.execute(sql)
        begun = now()
        connection.execute("BEGIN")
        connection.executemany(f"INSERT INTO event VALUES ({', '.join('?' * 15)})", rows)
        connection.execute("COMMIT")
        taken = since(begun)
    connection.close()
    return taken


def measure(folder: Path, n_files: int, n_events: int) -> None:
    """Make so many files, collect them, say how long it took."""
    path = folder / "study.jury"
    StudyFile.create(path, study(n_events))
    with StudyFile.open(path) as home:
        names = [f"rater {number}" for number in range(1, n_files + 1)]
        files = [one.path for one in hand_out(home, names, folder / "out", lambda done, total: None)]
    for file in files:
        answer_all(file)
    with StudyFile.open(path) as home:
        begun = now()
        preview = look(home, files)
        looked = since(begun)
        begun = now()
        came = collect(home, files)
        collected = since(begun)
    assert not preview.refused, preview.refused[0]
    assert came.events == n_files * n_events
    plain = bare(path, folder / "bare.db")
    print(f"{n_files} files x {n_events} events")
    for what, (seconds, worked) in (("look", looked), ("collect", collected), ("bare", plain)):
        for kind, taken, of_bare in (("clock", seconds, plain[0]), ("processor", worked, plain[1])):
            each = 1e6 * taken / came.events
            print(
                f"  {what:8} {kind:10} {taken:7.2f} s  {taken / of_bare:5.2f} x bare  {each:5.1f} us an event",
                flush=True,
            )


def main() -> None:
    """Measure each number of files, in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, nargs="+", default=[20, 60, 200])
    parser.add_argument("--events", type=int, default=5000)
    parser.add_argument("--keep", type=Path, help="where the studies are left to lie; nowhere if not given")
    asked = parser.parse_args()
    for n_files in asked.files:
        if asked.keep:
            measure(asked.keep / str(n_files), n_files, asked.events)
        else:
            with tempfile.TemporaryDirectory() as folder:
                measure(Path(folder), n_files, asked.events)


if __name__ == "__main__":
    main()
