"""A rater's append-only log: every answer and every undo is an event, chained by hash to the one before."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from app.errors import Fault
from app.study.chain import event_hash, event_mac
from app.study.events import Entry, Event
from app.study.file import StudyFile
from app.study.records import Rater


def utc_now() -> str:
    """The time of day in UTC, to the second: a finer or local one would say more of a rater than is needed."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class RaterLog:
    """The log of one rater in one study file. An event is on disk when `append` returns."""

    def __init__(self, study: StudyFile, rater: Rater, now: Callable[[], str] = utc_now) -> None:
        self._study = study
        self._rater = rater
        self._now = now
        self._rubric = study.rubric().version
        self._key = study.key(rater)
        self.events = study.events(rater)
        """The events there were when the log was opened."""
        last = self.events[-1] if self.events else None
        self._sequence = last.sequence if last else 0
        self._hash = last.hash if last else ""
        self._failed: set[str] = set()
        """The ids of the events that could not be written since one was."""

    def append(self, entry: Entry) -> None:
        """Write one event and commit it.

        Raises:
            Fault: the event could not be written; or the log is no longer as this window knows it, because another
                window has written it, say.
        """
        event = Event(
            uuid=str(uuid.uuid4()),
            rater=self._rater.id,
            sequence=self._sequence + 1,
            trial=entry.trial,
            kind=entry.kind,
            answer=entry.answer,
            confidence=entry.confidence,
            note=entry.note,
            milliseconds=entry.milliseconds,
            idle=entry.idle,
            at=self._now(),
            rubric=self._rubric,
            previous=self._hash,
            hash="",
        )
        digest = event_hash(event.row)
        event = dataclasses.replace(event, hash=digest, mac=event_mac(digest, self._key) if self._key else None)
        # One statement, and so one transaction and one call into SQLite: the thread that writes need not come back to
        # Python in between, where it would wait for the window's.
        places = ", ".join("?" * len(event.row))
        try:
            written = self._study.write(
                f"INSERT INTO event SELECT {places}"
                " WHERE coalesce((SELECT max(sequence) FROM event WHERE rater = ?), 0) = ?",
                (*event.row, self._rater.id, self._sequence),
            )
        except Fault:
            self._failed.add(event.uuid)
            raise
        if not written:
            raise Fault(self._why_not())
        self._sequence, self._hash = event.sequence, event.hash
        self._failed.clear()

    def _why_not(self) -> str:
        """Why the log in the file does not end where this window left it."""
        there = self._study.events(self._rater)
        if there and there[-1].uuid in self._failed:
            # The disk reported an error after the event was in the file: for what comes last, syncing the folder.
            return "What could not be saved before was saved after all. Open the study again to go on."
        if self._hash and self._hash not in {event.hash for event in there}:
            return (
                f"{self._study.path} was replaced by an older copy while it was open, and answers are missing in it."
                " Put the newer file back, then open the study again."
            )
        return (
            f"Another window is labeling as {self._rater.pseudonym} in this file. Close one of the two windows,"
            " then open the study again. Nothing is lost."
        )
