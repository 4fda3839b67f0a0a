"""From a study file to all that the results page draws, nothing of it computed twice. Imports no Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from analysis.figures import Report
from app.findings.account import SIMULATED, Account, account_of
from app.qt.texts import results as texts
from app.results.computing import report_on
from app.results.looking import Look, choices, select
from app.results.source import Source, read_source

Progress = Callable[[str, int, int], None]
MOST_KEPT = 24
"""So many results are kept: pictures are shared among them, so each is a few megabytes at most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be looked at: a unit, the study's first where None, and which judgements of it."""

    unit: str | None = None
    look: Look = field(default_factory=Look)


@dataclass(frozen=True, slots=True)
class Found:
    """What the page draws, and what there is to pick."""

    asked: Asked
    source: Source
    """Of the judgements that were asked for alone."""
    report: Report
    account: Account
    units: tuple[str, ...]
    conditions: tuple[str, ...]
    raters: tuple[str, ...]


class Finder:
    """Reads a unit once and computes each look at it once; used from one worker thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: dict[str | None, Source] = {}
        self._found: dict[Asked, Found] = {}

    def known(self, asked: Asked) -> Found | None:
        """What was found before, if it was."""
        return self._found.get(asked)

    def find(self, asked: Asked, progress: Progress) -> Found:
        """Read, choose, compute and put into words. What `progress` (step, done, total) raises comes through.

        Raises:
            Fault: the file cannot be used, or what is asked for cannot be analysed.
        """
        known = self.known(asked)
        if known is not None:
            return known
        progress(texts.READING, 0, 1)
        whole = self._source(asked.unit)
        progress(texts.READING, 1, 1)
        conditions, raters = choices(whole)
        source = select(whole, asked.look)
        report = report_on(source, progress)
        account = account_of(report, notice=SIMULATED if source.simulated else "")
        asked = replace(asked, unit=whole.unit.name)
        units = tuple(unit.name for unit in whole.units)
        found = Found(asked, source, report, account, units, tuple(conditions), tuple(raters))
        self._keep(found)
        return found

    def _source(self, unit: str | None) -> Source:
        source = self._read.get(unit)
        if source is None:
            source = read_source(self.path, unit)
            self._read[unit] = self._read[source.unit.name] = source
        return source

    def _keep(self, found: Found) -> None:
        self._found[found.asked] = found
        while len(self._found) > MOST_KEPT:
            del self._found[next(iter(self._found))]
