"""The study file's tables: migrations in order, and how a file of ours is told from any other.

Each migration sets `user_version` to its own number, so that the first 100 bytes of a file say whether it is a study
file and whether this program can read it, before SQLite opens it.
"""

from __future__ import annotations

import re
import sqlite3
from functools import cache

from sqlite_utils import Database, Migrations

APPLICATION_ID = int.from_bytes(b"JURY", "big")
VERSION = 1
"""The newest schema that this program knows."""

migrations = Migrations("neuronjury")

_VERSION_1 = """
-- issued_to: in a file that was handed out, the one rater whose it is.
CREATE TABLE study (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    uuid TEXT NOT NULL,
    title TEXT NOT NULL,
    claim TEXT NOT NULL,
    seed INTEGER NOT NULL CHECK (seed >= 0),
    created TEXT NOT NULL,
    program TEXT NOT NULL,
    facts TEXT NOT NULL,
    issued_to TEXT REFERENCES rater (id)
) STRICT;

CREATE TABLE rubric (
    version INTEGER PRIMARY KEY,
    question TEXT NOT NULL,
    instructions TEXT NOT NULL,
    scale TEXT NOT NULL CHECK (scale IN ('nominal', 'ordinal', 'interval')),
    task TEXT NOT NULL CHECK (task IN ('categorize', 'rate', 'which_one', 'name_it')),
    several INTEGER NOT NULL CHECK (several IN (0, 1)),
    "nothing" INTEGER NOT NULL CHECK ("nothing" IN (0, 1)),
    points INTEGER CHECK (points = 0 OR points BETWEEN 2 AND 9),
    low TEXT,
    high TEXT,
    CHECK ((task = 'rate') = (points IS NOT NULL)),
    CHECK ((points IS NULL) = (low IS NULL) AND (low IS NULL) = (high IS NULL))
) STRICT;

-- How a session runs, as JSON: what [session] of study.toml says.
CREATE TABLE protocol (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    json TEXT NOT NULL
) STRICT;

CREATE TABLE category (
    rubric INTEGER NOT NULL REFERENCES rubric (version),
    position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 9),
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (rubric, position),
    UNIQUE (rubric, name)
) STRICT;

CREATE TABLE image (
    sha256 TEXT PRIMARY KEY,
    data BLOB NOT NULL
) STRICT;

CREATE TABLE category_example (
    rubric INTEGER NOT NULL,
    position INTEGER NOT NULL,
    rank INTEGER NOT NULL CHECK (rank >= 1),
    image TEXT NOT NULL REFERENCES image (sha256),
    PRIMARY KEY (rubric, position, rank),
    FOREIGN KEY (rubric, position) REFERENCES category (rubric, position)
) STRICT;

-- A name such as "dog faces" would lead raters: they see the number of a unit at most.
CREATE TABLE unit (
    number INTEGER PRIMARY KEY CHECK (number >= 1),
    name TEXT NOT NULL UNIQUE,
    facts TEXT NOT NULL
) STRICT;

-- What a rater may see of a stimulus. The hidden values lie apart, so that a file without them is the same file.
CREATE TABLE stimulus (
    id TEXT PRIMARY KEY,
    unit INTEGER NOT NULL REFERENCES unit (number),
    image TEXT NOT NULL REFERENCES image (sha256)
) STRICT;

CREATE TABLE measurement (
    stimulus TEXT PRIMARY KEY REFERENCES stimulus (id),
    activation REAL NOT NULL,
    stratum INTEGER NOT NULL,
    inclusion_probability REAL NOT NULL CHECK (inclusion_probability > 0 AND inclusion_probability <= 1),
    source TEXT NOT NULL,
    "top" INTEGER NOT NULL,
    "left" INTEGER NOT NULL,
    "bottom" INTEGER NOT NULL,
    "right" INTEGER NOT NULL
) STRICT;

-- Where in its picture the unit fires: rows x columns 32-bit floats, little-endian, stretched over the picture.
CREATE TABLE heat_map (
    stimulus TEXT PRIMARY KEY REFERENCES stimulus (id),
    "rows" INTEGER NOT NULL CHECK ("rows" BETWEEN 1 AND 1024),
    "columns" INTEGER NOT NULL CHECK ("columns" BETWEEN 1 AND 1024),
    data BLOB NOT NULL CHECK (length(data) = 4 * "rows" * "columns")
) STRICT;

-- Two stimuli that raters tell apart; "first" is the one with the higher activation.
CREATE TABLE pair (
    id TEXT PRIMARY KEY,
    "first" TEXT NOT NULL REFERENCES stimulus (id),
    second TEXT NOT NULL REFERENCES stimulus (id),
    gap TEXT NOT NULL,
    UNIQUE ("first", second)
) STRICT;

-- Stimuli with a right answer, for catch trials and practice: of two, the first is the one that activates more.
CREATE TABLE known (
    stimulus TEXT PRIMARY KEY REFERENCES stimulus (id),
    other TEXT REFERENCES stimulus (id),
    kind TEXT NOT NULL CHECK (kind IN ('catch', 'practice')),
    accepted TEXT NOT NULL,
    why TEXT NOT NULL
) STRICT;

-- What the other units of the study make of a stimulus.
CREATE TABLE other_activation (
    stimulus TEXT NOT NULL REFERENCES stimulus (id),
    unit INTEGER NOT NULL REFERENCES unit (number),
    activation REAL NOT NULL,
    PRIMARY KEY (stimulus, unit)
) STRICT;

CREATE TABLE stratum (
    unit INTEGER NOT NULL REFERENCES unit (number),
    number INTEGER NOT NULL,
    low REAL NOT NULL,
    high REAL NOT NULL,
    population INTEGER NOT NULL,
    drawn INTEGER NOT NULL,
    PRIMARY KEY (unit, number)
) STRICT;

CREATE TABLE reference (
    unit INTEGER NOT NULL REFERENCES unit (number),
    role TEXT NOT NULL CHECK (role IN ('most', 'least')),
    rank INTEGER NOT NULL,
    activation REAL NOT NULL,
    image TEXT NOT NULL REFERENCES image (sha256),
    source TEXT NOT NULL,
    "top" INTEGER NOT NULL,
    "left" INTEGER NOT NULL,
    "bottom" INTEGER NOT NULL,
    "right" INTEGER NOT NULL,
    PRIMARY KEY (unit, role, rank)
) STRICT;

CREATE TABLE histogram (
    unit INTEGER NOT NULL REFERENCES unit (number),
    low REAL NOT NULL,
    high REAL NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (unit, low)
) STRICT;

CREATE TABLE rater (
    id TEXT PRIMARY KEY,
    pseudonym TEXT NOT NULL UNIQUE,
    seed INTEGER NOT NULL,
    simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
    number INTEGER NOT NULL CHECK (number >= 1)
) STRICT;

-- Raters who were given a file of their own, with the key that vouches for what comes back in it.
CREATE TABLE issue (
    rater TEXT PRIMARY KEY REFERENCES rater (id),
    key BLOB NOT NULL CHECK (length(key) = 32),
    withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1))
) STRICT;

-- Raters whose answers were read from what another tool wrote: blindness, order and times were that tool's.
CREATE TABLE imported (
    rater TEXT PRIMARY KEY REFERENCES rater (id),
    tool TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- Raters who were taken out of the study for good: SHA-256 of their id, so that collecting does not bring them back.
CREATE TABLE forgotten (
    rater TEXT PRIMARY KEY,
    events INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- Fixed when the rater is added. In the two-alternative task stimulus is on the left and other on the right; where
-- the unit itself is to be named there is neither.
CREATE TABLE trial (
    id TEXT PRIMARY KEY,
    rater TEXT NOT NULL REFERENCES rater (id),
    position INTEGER NOT NULL,
    stimulus TEXT REFERENCES stimulus (id),
    unit INTEGER NOT NULL REFERENCES unit (number),
    condition TEXT NOT NULL CHECK (condition IN ('blind', 'revealed', 'feedback')),
    occasion INTEGER NOT NULL CHECK (occasion >= 1),
    kind TEXT NOT NULL CHECK (kind IN ('main', 'catch', 'practice')),
    other TEXT REFERENCES stimulus (id),
    "references" INTEGER NOT NULL CHECK ("references" IN (0, 1)),
    block INTEGER NOT NULL CHECK (block >= 0),
    UNIQUE (rater, position)
) STRICT;

-- The log. (rater, sequence) is not unique on purpose: a fork must be kept and reported, never refused.
CREATE TABLE event (
    uuid TEXT PRIMARY KEY,
    rater TEXT NOT NULL REFERENCES rater (id),
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    trial TEXT REFERENCES trial (id),
    kind TEXT NOT NULL
        CHECK (kind IN ('label', 'cannot_tell', 'nothing', 'undo', 'comment', 'flag', 'unflag', 'consent')),
    answer TEXT CHECK ((answer IS NOT NULL) = (kind = 'label')),
    confidence INTEGER CHECK (confidence IS NULL OR kind = 'label'),
    note TEXT,
    milliseconds INTEGER NOT NULL CHECK (milliseconds >= 0),
    idle INTEGER NOT NULL CHECK (idle BETWEEN 0 AND milliseconds),
    at TEXT NOT NULL,
    rubric INTEGER NOT NULL REFERENCES rubric (version),
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    mac TEXT,
    CHECK ((trial IS NULL) = (kind = 'consent'))
) STRICT;
CREATE INDEX event_by_rater ON event (rater, sequence);
CREATE INDEX event_by_trial ON event (trial, sequence);

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'judgements are never changed: undo is an event'); END;
CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'judgements are never removed: undo is an event'); END;

-- What raters say on the trials of the study proper: practice and catch trials are no judgements.
CREATE VIEW judgement AS
SELECT coalesce(pair.id, trial.stimulus, 'unit ' || trial.unit) AS stimulus,
       rater.pseudonym AS rater,
       CASE WHEN trial.other IS NULL THEN event.answer
            WHEN event.answer = 'left' THEN trial.stimulus
            WHEN event.answer = 'right' THEN trial.other END AS label,
       trial.condition, trial.occasion, trial."references", event.confidence,
       coalesce(event.note, (
           SELECT comment.note FROM event AS comment
           WHERE comment.trial = event.trial AND comment.kind = 'comment'
           ORDER BY comment.sequence DESC, comment.uuid DESC LIMIT 1
       )) AS note,
       event.kind, event.milliseconds, event.idle, rater.simulated, event.rubric, event.at, trial.id AS trial,
       rater.id AS rater_id, trial.unit, trial.position AS place
FROM event JOIN trial ON trial.id = event.trial JOIN rater ON rater.id = event.rater
     LEFT JOIN pair ON (pair."first" = trial.stimulus AND pair.second = trial.other)
         OR (pair."first" = trial.other AND pair.second = trial.stimulus)
WHERE trial.kind = 'main' AND event.kind IN ('label', 'cannot_tell', 'nothing') AND NOT EXISTS (
    SELECT 1 FROM event AS later
    WHERE later.trial = event.trial AND (later.sequence, later.uuid) > (event.sequence, event.uuid)
      AND later.kind IN ('label', 'cannot_tell', 'nothing', 'undo')
);
"""


@migrations()
def version_1(db: Database) -> None:
    """The first released schema."""
    for statement in _statements(_VERSION_1):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")


def _statements(script: str) -> list[str]:
    # executescript() would commit the migration's transaction; this keeps it whole.
    found, rest = [], ""
    for line in script.splitlines(keepends=True):
        rest += line
        if sqlite3.complete_statement(rest):
            found.append(rest.strip())
            rest = ""
    return found


def objects(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Every table, index, view and trigger of a file: (type, name) to the SQL that made it."""
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return {(kind, name): sql for kind, name, sql in rows}


def version_of(connection: sqlite3.Connection) -> int:
    """The number of a file's schema."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def strange_objects(connection: sqlite3.Connection, version: int) -> list[str]:
    """What does not belong in a study file of this schema: foreign, altered or missing, by name.

    Plain tables and indexes that somebody added for their own queries are let be: they run nothing and refuse nothing.
    """
    ours = _ours(migrations, version)
    found = [((kind, name), (name, table, sql)) for kind, name, table, sql in _rows(connection)]
    theirs = dict(found)
    wrong = [name for (kind, name), row in ours.items() if theirs.get((kind, name)) != row]
    names = {name for _, name in ours}
    wrong += [name for key, (name, _, sql) in found if key not in ours and (name in names or not _is_plain(*key, sql))]
    if len(theirs) < len(found):
        wrong.append("sqlite_schema")
    # What SQLite made of it, whatever is written there.
    kinds = connection.execute("SELECT name, type FROM pragma_table_list WHERE type <> 'table'").fetchall()
    wrong += [name for name, kind in kinds if (kind, name) not in ours]
    return sorted(map(str, set(wrong)))


@cache
def _ours(made_by: Migrations, version: int) -> dict[tuple[str, str], tuple[str, str, str | None]]:
    """What these migrations make of an empty file, by type and name; made once, since it is asked at each opening."""
    plain = sqlite3.connect(":memory:")
    try:
        made_by.apply(Database(plain), stop_before=f"version_{version + 1}")
        return {(kind, name): (name, table, sql) for kind, name, table, sql in _rows(plain)}
    finally:
        plain.close()


def _rows(connection: sqlite3.Connection) -> list[tuple[str, str, str, str | None]]:
    return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()


_PLAIN = {
    # A list of columns: no parentheses but of sizes, and so no expressions, checks and keys of several columns.
    "table": re.compile(r"CREATE TABLE [^(]*\([^()]*\)[\w\s,]*", re.IGNORECASE),
    "index": re.compile(r"CREATE INDEX [^(]* ON [^(]*\([^()]*\)\s*", re.IGNORECASE),
}
_SIZE = re.compile(r"\(\s*\d+\s*(,\s*\d+\s*)?\)")
_NOT_PLAIN = re.compile(r"--|/\*|\b(UNIQUE|REFERENCES)\b", re.IGNORECASE)


def _is_plain(kind: str, name: str, sql: str | None) -> bool:
    """Whether an object that somebody added can do nothing: no SQLite of ours evaluates anything for it, or obeys it.

    Never one of SQLite's own names: its statistics, say, could make it choose ways that take for ever.
    """
    if sql is None:
        return kind == "index" and str(name).startswith("sqlite_autoindex_")
    if kind not in _PLAIN or str(name).lower().startswith("sqlite_") or _NOT_PLAIN.search(sql):
        return False
    return _PLAIN[kind].fullmatch(_SIZE.sub("", sql)) is not None
