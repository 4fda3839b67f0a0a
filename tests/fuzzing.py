"""What fuzzing is made of: edits of bytes, and a check for each entry point that takes what may come from anybody.

A check gives what was said of the input: a refusal in words, or None where it was taken. Whatever else comes out, an
error of Python's above all, is a fault of the program.
"""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from helpers import NAME_IT, SEVEN, FakeClock, label_everything, new_study, png, which_one_study
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QSettings

from app.errors import Fault, plain
from app.pictures import MOST_PIXELS_A_SIDE, decode_picture
from app.qt.opened import open_study
from app.qt.settings import Settings
from app.recording.images import MAX_PIXELS, Unreadable, decode
from app.results.computing import report_on
from app.results.source import read_source
from app.session import Session
from app.status import as_json, as_table, exclusions_of, study_status
from app.study.chain import HASH, MAC, PREVIOUS, event_hash, event_mac, first_break
from app.study.collecting import collect, look
from app.study.file import StudyFile
from app.study.handing_out import hand_out
from app.study.log import RaterLog
from app.study.protocol import Practice, Protocol
from app.study.protocol import decode as decode_protocol
from app.study.records import Known, NewStudy
from app.study_toml import read_study_toml
from app.tables import judgement_columns, judgements_from, read_stimuli

Edit = tuple[str, float, bytes]
"""What is done ("set", "insert", "cut" or "repeat"), how far into the bytes (0 to 1), and with what."""
OPERATIONS = ("set", "insert", "cut", "repeat")
CORPUS = Path(__file__).parent / "fuzz" / "corpus"


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes after these edits, one after the other."""
    for operation, where, what in edits:
        at = int(where * len(data))
        if operation == "set":
            data = data[:at] + what + data[at + len(what) :]
        elif operation == "insert":
            data = data[:at] + what + data[at:]
        elif operation == "cut":
            data = data[:at] if not what else data[:at] + data[at + 8 ** min(len(what), 4) :]
        else:
            data = data[:at] + data[at : at + 40] * min(4 * len(what), 200) + data[at:]
    return data


def edits(tokens: Sequence[bytes] = ()) -> st.SearchStrategy[list[Edit]]:
    """A few edits, which put in some of the tokens and bytes of any kind."""
    what = st.binary(max_size=4) | st.sampled_from(tokens) if tokens else st.binary(max_size=4)
    return st.lists(st.tuples(st.sampled_from(OPERATIONS), st.floats(0, 1), what), min_size=1, max_size=4)


STEADY = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.large_base_example],
)
"""The same inputs on every run: `benchmarks/fuzz.py` tries others."""


# ---- texts and tables --------------------------------------------------------------------------------------------


def toml(data: bytes, folder: Path) -> str | None:
    """A study.toml."""
    path = folder / "study.toml"
    path.write_bytes(data)
    try:
        read_study_toml(path)
    except Fault as fault:
        return str(fault)
    return None


def table(data: bytes, folder: Path) -> str | None:
    """A plain table, read as judgements on each scale, and as stimuli."""
    path = folder / "table.csv"
    path.write_bytes(data)
    said = []
    for read in (
        *(lambda scale=scale: _judgements(path, scale) for scale in ("nominal", "ordinal", "interval", "ratio")),
        lambda: read_stimuli(path),
        lambda: read_stimuli(path, ("activation", "stimulus")),
    ):
        try:
            read()
        except Fault as fault:
            said.append(str(fault))
    return said[0] if len(said) == 6 else None


def _judgements(path: Path, scale: str) -> None:
    categories = ("a", "b") if scale in ("nominal", "ordinal") else ()
    judgements_from(path, judgement_columns(path), categories, scale)


# ---- pictures ----------------------------------------------------------------------------------------------------


def picture(data: bytes, folder: Path) -> str | None:
    """An image, as the recorder reads photographs and as the window and the report read pictures of a study."""
    shown = decode_picture(data)
    if shown is not None:
        assert (shown.mode, max(shown.size) <= MOST_PIXELS_A_SIDE) == ("RGB", True)
    try:
        image = decode(data)
    except Unreadable as why:
        return str(why)
    assert (image.mode, image.width * image.height <= MAX_PIXELS) == ("RGB", True)
    return None


def encoded(kind: str, size: tuple[int, int] = (9, 7), **how: object) -> bytes:
    """A small photograph in some format."""
    data = io.BytesIO()
    Image.open(io.BytesIO(png(1, size))).save(data, kind, **how)
    return data.getvalue()


# ---- kept texts -----------------------------------------------------------------------------------------------------


def protocol(data: bytes, folder: Path) -> str | None:
    """How a session runs, as a study file has it."""
    try:
        decode_protocol(data.decode(errors="replace"))
    except ValueError as error:
        return str(error)
    return None


def kept_settings(data: bytes, folder: Path) -> str | None:
    """What is kept of a person between two starts: what cannot be read counts as not set."""
    path = folder / "settings.ini"
    path.write_bytes(data)
    kept = Settings(QSettings(str(path), QSettings.Format.IniFormat))
    kept.keys()
    for one in kept.recent():
        one.path.exists()
    kept.remember(folder / "study.jury")
    assert kept.recent()[0].path == (folder / "study.jury").resolve()
    return None


def seeds(kind: str) -> tuple[bytes, ...]:
    """The kept files of a kind."""
    return tuple(path.read_bytes() for path in sorted((CORPUS / kind).iterdir()))


def _toml_seeds() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(EXAMPLES.glob("*.toml"))) + seeds("toml")


@cache
def _picture_seeds() -> tuple[bytes, ...]:
    kinds = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "PPM")
    return (*(encoded(kind) for kind in kinds), encoded("JPEG", progressive=True), *seeds("images"))


EXAMPLES = Path(__file__).parents[1] / "resources" / "examples"
KINDS: dict[str, tuple[Callable[[], tuple[bytes, ...]], tuple[bytes, ...], Callable[[bytes, Path], str | None]]] = {
    "toml": (
        _toml_seeds,
        (b"nan", b"inf", b"-1", b"9" * 5000, b"1e400", b"[[", b"]]", b"[a.b]", b'"""', b"'", b"{", b"\x00", b"\xff",
         b"\xef\xbb\xbf", b"\r\n", b"\r", b"=", b"true", b"1979-05-27T07:32:00Z", b"[unit]\n", b"[[catch]]\n",
         b"\\ud800",
         b"\\U00110000", "\u202e".encode(), b"[" * 3000, b"a." * 3000, b"\ntitle = 'x'\n"),
        toml,
    ),
    "csv": (
        lambda: seeds("csv"),
        (b",", b'"', b";", b"\n", b"\r", b"\r\n", b"\x00", b"\xff", b"\xef\xbb\xbf", b"nan", b"inf", b"-1",
         b"1e999", b"1e-999",
         b"a", b"b", b"stimulus", b"rater", b"label", b"occasion", b"9" * 400, b"1_0", b"\xed\xa0\x80", b"0",
         b"1.5", b"\x1b[2J"),
        table,
    ),
    "images": (
        _picture_seeds,
        (b"\xff", b"\x00", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"IHDR", b"IDAT", b"acTL", b"fcTL",
         b"zTXt", b"iCCP",
         b"eXIf", b"\xff\xe1", b"\xff\xda", b"\xff\xc2", b"VP8X", b"ANMF", b"\x2c", b"\x4d\x4d", b"\x00\x01\x00\x00"),
        picture,
    ),
    "protocol": (
        lambda: seeds("protocol"),
        (b"NaN", b"1e999", b"-1", b"[" * 5000, b"{", b"}", b'"', b"null", b"true", b"\\ud800", b"\x00", b"\xff",
         b'"consent":', b"0.5"),
        protocol,
    ),
    "settings": (
        lambda: seeds("settings"),
        (b"size=2000000000", b"size=-1", b"[recent]", b"[keys]", b"@Variant(\x00\x00\x00\x09\x00)", b"@ByteArray(x)",
         b"@Invalid()", b"\\x0", b"%00", b"\xff", b"\n", b"path=", b"opened=", b"@Rect(1 2 3 4)", b"\\xd800"),
        kept_settings,
    ),
}  # fmt: skip
"""Of each kind: what is altered, what is put in, and who takes it."""


# ---- study files -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Studies:
    """A study at home, and files of it that raters would bring back."""

    home: Path
    copy: Path
    """A copy of all of it, labeled by one who added herself."""
    packed: Path
    """A file that was handed out, labeled."""


TASKS: dict[str, Callable[[], NewStudy]] = {
    "categorize": lambda: _with_known(new_study(4, units=2), ("edge",)),
    "rate": lambda: _with_known(replace(new_study(4), rubric=SEVEN), ("2", "6")),
    "which_one": lambda: which_one_study(4),
    "name_it": lambda: replace(new_study(2, units=2), rubric=NAME_IT),
}


def _with_known(new: NewStudy, accepted: tuple[str, ...]) -> NewStudy:
    known = (
        Known("aaaa", "catch", 1, png(70), accepted),
        Known("bbbb", "practice", 1, png(71), accepted, "Because."),
    )
    return replace(new, known=known, protocol=Protocol(consent="Yes?", practice=Practice(needed=0.0)))


def studies(folder: Path, task: str) -> Studies:
    """A small study of a task with what raters made of it."""
    made = Studies(folder / "home.jury", folder / "copy.jury", folder / "back" / "home-ann.jury")
    StudyFile.create(made.home, TASKS[task]())
    with StudyFile.open(made.home) as study:
        hand_out(study, ["ann"], made.packed.parent, lambda done, total: None)
    shutil.copy(made.home, made.copy)
    for path, name in ((made.copy, "eve"), (made.packed, "ann")):
        with StudyFile.open(path) as study:
            rater = next((one for one in study.raters() if one.pseudonym == name), None) or study.add_rater(name)
            label_everything(study, rater, FakeClock(), RaterLog(study, rater, lambda: "2026-01-01T00:00:00Z"))
    return made


def study(path: Path, home: Path, *, report: bool = False) -> list[str]:
    """Whatever the program does with a file that comes from somebody; what was said against it.

    Args:
        path: the file.
        home: a study that it is collected into; never changed.
        report: whether a report is computed too, which takes a while.
    """
    said: list[str] = []
    before = home.read_bytes()
    own = path.with_name("home-of-it.jury")
    own.write_bytes(before)
    with _told(said), StudyFile.open(path, writable=False) as file:
        _status(file)
        for rater in file.raters():
            first_break(file.events(rater), file.key(rater))
        file.references(1), file.histogram(1), file.judgements(), file.pairs(), file.catches(), file.strata(1)
        for one in file.stimuli():
            decode_picture(one.image)
    with _told(said), StudyFile.open(own) as file:
        would = look(file, [path])
        came = collect(file, [path, path])
        assert came.events == would.events
        said += [refused.why for refused in (*would.refused, *came.refused)]
    with _told(said), StudyFile.open(own) as file:  # and nothing of it made the study one that is refused
        _status(file)
    with _told(said):
        source = read_source(path)
        if report:
            report_on(source, lambda step, done, total: None)
    labeled = path.with_name("labeled.jury")
    shutil.copy(path, labeled)
    with _told(said), closing(open_study(labeled).file) as file:  # as the window does
        for rater in file.raters():
            session = label_everything(file, rater, FakeClock())
            assert isinstance(session, Session)
    return said


def _status(file: StudyFile) -> None:
    statuses = study_status(file)
    left_out = exclusions_of(statuses, file.protocol().exclusion)
    told = as_table(file.info().title, statuses, left_out)
    assert plain(told) == told
    json.dumps(as_json(file.info().title, statuses, left_out))


@contextmanager
def _told(said: list[str]) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a number that numpy complains of is one that should not have come in
            yield
    except Fault as fault:
        said.append(f"{fault} [{fault.__cause__}]")


REOPEN = "-- reopen"
"""A line of a script after which it goes on in a new connection, which reads the tables' definitions anew."""


def altered(source: Path, target: Path, script: str, *, vouch: bool = False) -> None:
    """A copy of a study file with SQL run on it by somebody whom nothing stops.

    Statements that SQLite refuses are passed over: what the ones before them did stays.

    Args:
        source: the file.
        target: the copy.
        script: statements, ended by semicolons.
        vouch: whether every log is chained anew, with the key that is in the file, as a forger would do.
    """
    shutil.copy(source, target)
    with closing(_unguarded(target)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
    for part in script.split(REOPEN):
        with closing(_unguarded(target)) as connection:
            for statement in _statements(part):
                with suppress(sqlite3.Error, sqlite3.Warning):
                    connection.execute(statement)
    with closing(_unguarded(target)) as connection, suppress(sqlite3.Error):
        if vouch:
            _chain_anew(connection)
        for _, sql in triggers:
            connection.execute(sql)


def _unguarded(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("ignore_check_constraints = ON", "foreign_keys = OFF", "writable_schema = ON", "synchronous = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _chain_anew(connection: sqlite3.Connection) -> None:
    keys = dict(connection.execute("SELECT rater, key FROM issue").fetchall())
    last: dict[str, str] = {}
    for number, *row in connection.execute("SELECT rowid, * FROM event ORDER BY rater, sequence, uuid").fetchall():
        event = (*row[:PREVIOUS], last.get(row[1], ""), *row[HASH:])
        digest = last[row[1]] = event_hash(event)
        mac = event_mac(digest, keys[row[1]]) if row[1] in keys else row[MAC]
        connection.execute(
            "UPDATE event SET previous = ?, hash = ?, mac = ? WHERE rowid = ?", (event[PREVIOUS], digest, mac, number)
        )


def _statements(script: str) -> Sequence[str]:
    found, rest = [], ""
    for line in script.splitlines(keepends=True):
        rest += line
        if sqlite3.complete_statement(rest):
            found.append(rest)
            rest = ""
    return [*found, rest] if rest.strip() else found


def columns(path: Path) -> list[tuple[str, str]]:
    """Every (table, column) of a study file."""
    with closing(sqlite3.connect(path)) as connection:
        return [
            (name, column)
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            for (column,) in connection.execute("SELECT name FROM pragma_table_info(?)", (name,))
        ]


VALUES = (
    "NULL", "0", "1", "2", "-1", "9", "1000000", "9223372036854775807", "-9223372036854775808", "1e308", "9e999",
    "-9e999", "0.5", "-0.0", "''", "' '", "'x'", "'left'", "'edge'", "'[\"edge\"]'", "'[\"2\",\"6\"]'", "'5'", "'NaN'",
    "'label'", "'undo'", "'comment'", "'consent'", "'practice'", "'catch'", "'feedback'", "'revealed'", "'name_it'",
    "'which_one'", "'rate'", "'categorize'", "'interval'", "'nominal'", "'{}'", "'[]'", "'[1e999, NaN]'",
    "'{\"show\": \"image\", \"model\": [[]]}'", "'{\"blocks\": 1}'", "'{\"repeats\": 1e999}'", "'2026-13-45T99:99:99Z'",
    "'<script>alert(1)</script>'", "char(8238) || 'ann'", "char(27) || '[2J'", "'a' || char(0) || 'b'", "char(10)",
    "CAST(X'FF' AS TEXT)", "X''", "X'89504E470D0A1A0A'", "zeroblob(36)", "replace(hex(zeroblob(30000)), '00', '[')",
    "replace(hex(zeroblob(30000)), '0', '9')", "'é'", "'ann 0000'", "'1e400'", "'-0'", "'٣'", "' 5'", "'0x10'",
)  # fmt: skip
"""What somebody might write into a column, as SQL."""


def statement(kind: str, where: tuple[str, str], row: int, value: str) -> str:
    """One thing that somebody might do to a row, as SQL.

    Args:
        kind: "set" a value, "swap" it for the next row's, "remove" the row, or "copy" it with another value.
        where: the table and column.
        row: its number, from 0.
        value: an expression.
    """
    name, column = f'"{where[0]}"', f'"{where[1]}"'
    chosen = f"rowid = (SELECT rowid FROM {name} LIMIT 1 OFFSET {row})"
    if kind == "set":
        return f"UPDATE {name} SET {column} = {value} WHERE {chosen};"
    if kind == "swap":
        return f"UPDATE {name} SET {column} = (SELECT {column} FROM {name} LIMIT 1 OFFSET {row + 1}) WHERE {chosen};"
    if kind == "remove":
        return f"DELETE FROM {name} WHERE {chosen};"
    return (
        f"CREATE TEMP TABLE other AS SELECT * FROM {name} WHERE {chosen};\nUPDATE other SET {column} = {value};\n"
        f"INSERT INTO {name} SELECT * FROM other;\nDROP TABLE other;"
    )


STATEMENTS = ("set", "swap", "remove", "copy")
