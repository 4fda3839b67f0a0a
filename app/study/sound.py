"""What the rows of a study file have to be, beyond what its tables say: it may come from anybody.

A file that passes asks nothing absurd of whoever reads it: numbers are numbers of this world, names are one line that
can be printed, and there is no more of anything than the program copes with.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from app.errors import Fault

MOST_BRANCHES = 100
"""Events at one place in the log of a rater: as many as there are copies of the file that went on by themselves.

Reading takes the number at one place squared. Of events one after the other, about a trial or not, there may be any
number: whoever flags a trial a thousand times wears out nothing but the key.
"""
MOST_OF_A_RATER = 200_000
"""Trials of one rater."""
LONGEST_LINE = 1000
_OPPOSITE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what is written after them."""


def is_line(text: str) -> bool:
    """Whether a name can be shown: on one line, not endless, and it does nothing to a terminal or to its neighbours.

    Beside what Python calls printable there may be unusual spaces, and the joiners that some scripts need.
    """
    kinds = {unicodedata.category(one) for one in text}
    return len(text) <= LONGEST_LINE and not _OPPOSITE & set(text) and not kinds & {"Cc", "Cs", "Zl", "Zp"}


def check_to_keep(path: Path, connection: sqlite3.Connection) -> None:
    """Before what came from somebody is committed: would the study be opened again with it?

    Raises:
        Fault: no.
    """
    flaw = next(flaws(connection), None)
    if flaw is not None:
        raise Fault(f"{path} could not be opened any more with this: {flaw}. Nothing was written.")


def flaws(connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with the rows of a study file, each in a few words; nothing is in the file of an honest program."""
    for sql in _NAMES:
        if not all(is_line(name) for (name,) in connection.execute(sql)):
            yield "it has names that cannot be shown"
    for sql in _COUNTS:
        if connection.execute(sql).fetchone():
            yield "it has more rows than a study ever does"
    checks = _checks(connection)
    for table in sorted(_WRONG.keys() | checks.keys()):
        # All of them in one go over the table: it may have a million rows.
        tests = {f"NOT ({check})": f"{table} has what it cannot have" for check in checks.get(table, ())}
        tests |= _WRONG.get(table, {})
        if connection.execute(f"SELECT 1 FROM {table} WHERE {' OR '.join(tests)}").fetchone():
            yield from (
                what
                for test, what in tests.items()
                if connection.execute(f"SELECT 1 FROM {table} WHERE {test}").fetchone()
            )


def _checks(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """The CHECK constraints of each table of the file, whose tables are known to be ours.

    SQLite forgets them where a file is opened to be read only, so that its own checks of the whole file pass them over.
    """
    tables = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CHECK (%'")
    return {table: [_up_to_its_end(rest) for rest in sql.split("CHECK (")[1:]] for table, sql in tables}


def _up_to_its_end(text: str) -> str:
    """What comes before the parenthesis that was open when the text began."""
    depth = accumulate((letter == "(") - (letter == ")") for letter in text)
    return text[: next(place for place, open_ in enumerate(depth) if open_ < 0)]


_NAMES = (
    "SELECT title FROM study",
    "SELECT name FROM unit",
    "SELECT name FROM category",
    "SELECT pseudonym FROM rater",
    "SELECT tool FROM imported",
)


def _more(table: str, most: int, of: str = "1") -> str:
    """Finds one of `of` that has too many rows; of what is about none, any number."""
    return f"SELECT 1 FROM {table} WHERE {of} IS NOT NULL GROUP BY {of} HAVING count(*) > {most}"


_COUNTS = (
    _more("unit", 1000),
    _more("rubric", 1000),
    _more("rater", 1_000_000),
    _more("trial", MOST_OF_A_RATER, of="rater"),
    _more("histogram", 10_000, of="unit"),
    _more("stratum", 10_000, of="unit"),
    f"SELECT 1 FROM event GROUP BY rater, sequence HAVING count(*) > {MOST_BRANCHES}",
)


def _outside(columns: str, low: str, high: str) -> dict[str, str]:
    """Tests for numbers out of these bounds. NULL is none of them."""
    return {f"{one} NOT BETWEEN {low} AND {high}": "it has numbers that cannot be" for one in columns.split()}


def _longer(columns: str, most: int) -> dict[str, str]:
    """Tests for texts of more bytes: `length` of a text would stop at its first NUL."""
    return {f"length(CAST({one} AS BLOB)) > {most}": "it has texts that are too long" for one in columns.split()}


def _no_id(column: str) -> dict[str, str]:
    """Tests for an id that is more than plain letters, or long."""
    bytes_ = f"length(CAST({column} AS BLOB))"
    # GLOB and `length` of a text see no further than its first NUL.
    tests = (f"{column} GLOB '*[^ -~]*'", f"{bytes_} NOT BETWEEN 1 AND 100", f"{bytes_} <> length({column})")
    return dict.fromkeys(tests, "it has ids that are none")


_BOX = '"top" "left" "bottom" "right"'
_REAL = ("-1e39", "1e39")
"""A unit's values are 32-bit floats. NaN is NULL to SQLite, which the tables refuse."""
_MANY = ("0", "1000000000000000")
_WRONG = {
    "study": _no_id("uuid")
    | _longer("created program", 1000)
    | _longer("claim", 100_000)
    | _longer("facts", 50_000_000),
    "protocol": _longer("json", 1_000_000),
    "rubric": _outside("version", "1", "1000000") | _longer("question instructions low high", 1_000_000),
    "category": _longer("definition", 100_000),
    "category_example": _outside("rank", "1", "4"),
    "image": _longer("sha256", 100),
    "unit": _outside("number", "1", "1000000") | _longer("facts", 50_000_000),
    "stimulus": _no_id("id"),
    "pair": _no_id("id") | _longer("gap", 1000),
    "known": _longer("accepted why", 100_000),
    "measurement": _outside("activation", *_REAL)
    | _outside(f"stratum {_BOX}", "-1000000", "1000000")
    | _longer("source", 10_000),
    "other_activation": _outside("activation", *_REAL),
    "stratum": _outside("low high", *_REAL) | _outside("number population drawn", *_MANY),
    "reference": _outside("activation", *_REAL)
    | _outside("rank", "1", "100")
    | _outside(_BOX, "-1000000", "1000000")
    | _longer("source", 10_000),
    "histogram": _outside("low high", *_REAL) | _outside("count", *_MANY),
    "rater": _no_id("id") | _outside("number", "1", "1000000000"),
    "forgotten": _outside("events", "0", "1000000000") | _longer("rater at", 1000),
    "imported": _longer("at", 100) | {"at = ''": "it has dates that are none"},
    "trial": _no_id("id") | _outside("position occasion block", "0", "1000000000"),
    "event": _outside("sequence", "1", "1000000000")
    | _outside("milliseconds", "0", "1000000000000")  # thirty years
    | _longer("answer note at", 100_000),
}
"""Of each table: what its rows must not be, as SQL, and how that is said."""
