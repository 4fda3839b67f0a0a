"""Taking a rater's data out of a study for good."""

from __future__ import annotations

import hashlib

from app.errors import Fault
from app.study import schema
from app.study.file import StudyFile
from app.study.log import utc_now


def forget_rater(study: StudyFile, pseudonym: str) -> int:
    """Remove a rater with everything they said, from the pages of the file too; how many events there were.

    What stays is that somebody was removed, when, and how much, with a hash of a random id, so that collecting an old
    file does not bring them back. Where the file could not be written anew the last time, it is now, before it is told
    that there is no such rater any more.

    Raises:
        Fault: there is no such rater, the file was handed out to them, or it cannot be written.
    """
    if study.issued_to() is not None:
        raise Fault(f"{study.path} was handed out to one rater: to forget them, delete it.")
    rater = next((one for one in study.raters() if one.pseudonym == pseudonym), None)
    if rater is None:
        there = f"There is no rater called {pseudonym}. There are: {', '.join(r.pseudonym for r in study.raters())}."
        if study.connection.execute("SELECT 1 FROM forgotten").fetchone() is None:
            raise Fault(there)
        study.compact()
        raise Fault(f"{there} The file was written anew: nothing is left in it of whoever was taken out before.")
    study.connection.execute("PRAGMA secure_delete = ON")
    trigger = "event_is_never_removed"
    with study.writing() as connection:
        events = int(connection.execute("SELECT count(*) FROM event WHERE rater = ?", (rater.id,)).fetchone()[0])
        made_by = schema.objects(connection)["trigger", trigger]
        connection.execute(f"DROP TRIGGER {trigger}")
        for table, column in (
            ("event", "rater"),
            ("trial", "rater"),
            ("issue", "rater"),
            ("imported", "rater"),
            ("rater", "id"),
        ):
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (rater.id,))
        connection.execute(made_by)
        connection.execute("INSERT INTO forgotten VALUES (?, ?, ?)", (digest_of(rater.id), events, utc_now()))
    try:
        study.compact()
    except Fault as fault:
        raise Fault(
            f"{pseudonym} is taken out of the study, but the file could not be written anew, and traces may be left in"
            f" it. {fault} Then forget {pseudonym} once more: that writes it anew."
        ) from fault
    return events


def digest_of(rater: str) -> str:
    """What is kept of a rater who was taken out for good: SHA-256 of the id.

    Ids of our own are random, and nobody can turn the hash back. The id of an imported rater follows from study, tool
    and account: who guesses these can check the guess.
    """
    return hashlib.sha256(rater.encode()).hexdigest()
