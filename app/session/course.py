"""Where a rater stands, as it follows from their log: the same whether it is read from a file or written just now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol as Shape

from app.session.screen import Interlude, Verdict
from app.study.protocol import Protocol
from app.study.records import Answer, Kind, Known, Rubric, Trial


class Said(Shape):
    """One line of the log: an Event that was read, or an Entry that was written."""

    @property
    def trial(self) -> str | None:
        """The id of the trial."""

    @property
    def kind(self) -> Kind:
        """What sort of thing it says."""

    @property
    def answer(self) -> str | None:
        """The label."""

    @property
    def confidence(self) -> int | None:
        """How sure the rater was."""

    @property
    def note(self) -> str | None:
        """Words of the rater."""


class Course:
    """A rater's way through their trials.

    Args:
        trials: in order.
        rubric: says which answers are right.
        protocol: how the session runs.
        practice: what practice trials say afterwards, by stimulus.
        said: the log so far.
    """

    def __init__(
        self,
        trials: Sequence[Trial],
        rubric: Rubric,
        protocol: Protocol,
        practice: Mapping[str, Known],
        said: Iterable[Said] = (),
    ) -> None:
        self.trials = tuple(trials)
        self.answers: dict[int, Answer] = {}
        """By the index of the trial, in the order they were given."""
        self.comments: dict[int, str] = {}
        self.flagged: set[int] = set()
        self.consented = not protocol.consent.strip()
        self.total = sum(trial.kind != "practice" for trial in self.trials)
        """Trials there are, without practice."""
        self._rubric = rubric
        self._protocol = protocol
        self._known = practice
        self._attempts: dict[int, list[int]] = {}  # the indices of the trials of each attempt at practice
        for index, trial in enumerate(self.trials):
            if trial.kind == "practice":
                self._attempts.setdefault(trial.occasion, []).append(index)
        self._first = 0  # every trial before this one is answered: nobody waits longer the more trials there are
        self._place = {trial.id: index for index, trial in enumerate(self.trials)}
        for one in said:
            self.apply(one)

    def apply(self, said: Said) -> None:
        """Take in one more line of the log. What is about a trial of somebody else is passed over."""
        if said.kind == "consent":
            self.consented = True
        index = self._place.get(said.trial or "")
        if index is None:
            return
        if said.kind == "undo":
            self.answers.pop(index, None)
            self._first = min(self._first, index)
        elif said.kind == "comment":
            self.comments[index] = said.note or ""
        elif said.kind in ("flag", "unflag"):
            (self.flagged.add if said.kind == "flag" else self.flagged.discard)(index)
        else:
            self.answers.pop(index, None)  # so that the newest is last
            self.answers[index] = Answer(said.answer, said.kind, said.confidence, said.note)
            while self._first in self.answers:
                self._first += 1

    # ---- where it stands -----------------------------------------------------------------------------------------

    @property
    def at(self) -> int | None:
        """The index of the trial to judge next; None where all are done, or practice was failed for good."""
        return None if self.failed else next(self._open(), None)

    def upcoming(self, most: int) -> tuple[Trial, ...]:
        """The trials to judge next, in order."""
        return tuple(self.trials[index] for index in islice(self._open(), most))

    @property
    def newest(self) -> int | None:
        """The index of the trial that was answered last."""
        return next(reversed(self.answers), None)

    @property
    def can_undo(self) -> bool:
        """The newest answer may be taken back: not once the rater was told something about it."""
        return self.newest is not None and not self.is_locked(self.newest)

    def is_locked(self, index: int) -> bool:
        """Something is told about this trial as soon as it is answered, so that its answer is final."""
        trial = self.trials[index]
        return trial.kind == "practice" or trial.condition == "feedback"

    @property
    def done(self) -> int:
        """Trials answered, without practice."""
        return sum(self.trials[index].kind != "practice" for index in self.answers)

    def _open(self) -> Iterator[int]:
        passed = self._passed_attempt()
        for index in range(self._first, len(self.trials)):
            trial = self.trials[index]
            needless = passed is not None and trial.kind == "practice" and trial.occasion > passed
            if index not in self.answers and not needless:
                yield index

    # ---- what lies between trials --------------------------------------------------------------------------------

    def interlude(self) -> Interlude | None:
        """What comes before the trial to judge next; None where nothing does."""
        at = self.at
        before = next((index for index in range((at or 0) - 1, -1, -1) if index in self.answers), None)
        if at is None or before is None:
            return None
        now, was = self.trials[at], self.trials[before]
        if was.kind == "practice":
            return self._between_attempts(was, now)
        if self._protocol.block and now.block != was.block:
            seconds = float(self._protocol.break_seconds)
            return Interlude("break", seconds, block=was.block, blocks=self.trials[-1].block)
        return None

    def _between_attempts(self, was: Trial, now: Trial) -> Interlude | None:
        if now.kind == "practice" and now.occasion == was.occasion:
            return None
        right, tried = self._result(was.occasion)
        return Interlude(
            "practice_again" if now.kind == "practice" else "practice_passed",
            right=right,
            tried=tried,
            needed=self._protocol.practice.needed,
            attempts_left=sum(attempt > was.occasion for attempt in self._attempts),
        )

    # ---- practice ------------------------------------------------------------------------------------------------

    @property
    def failed(self) -> bool:
        """Every attempt at practice is done, and none was good enough."""
        return bool(self._attempts) and all(map(self._is_done, self._attempts)) and self._passed_attempt() is None

    def in_attempt(self, index: int) -> tuple[int, int] | None:
        """Which trial of its attempt at practice this is, from 1, of how many; None for other trials."""
        trial = self.trials[index]
        if trial.kind != "practice":
            return None
        places = self._attempts[trial.occasion]
        return 1 + places.index(index), len(places)

    def verdict(self, index: int) -> Verdict | None:
        """What is told of the answer to a practice trial; None for other trials."""
        trial = self.trials[index]
        known = known_of(trial, self._known)
        if trial.kind != "practice" or known is None or index not in self.answers:
            return None
        accepted = known.accepted
        if trial.other is not None:
            accepted = ("left",) if trial.stimulus == known.id else ("right",)
        return Verdict(is_right(self._rubric, trial, self.answers[index], known), accepted, known.why)

    def _is_done(self, attempt: int) -> bool:
        return all(index in self.answers for index in self._attempts[attempt])

    def _result(self, attempt: int) -> tuple[int, int]:
        verdicts = [self.verdict(index) for index in self._attempts[attempt]]
        return sum(verdict is not None and verdict.right for verdict in verdicts), len(verdicts)

    def _passed_attempt(self) -> int | None:
        for attempt in sorted(self._attempts):
            right, tried = self._result(attempt)
            if self._is_done(attempt) and right >= self._protocol.practice.needed * tried - 1e-9:
                return attempt
        return None


def known_of(trial: Trial, known: Mapping[str, Known]) -> Known | None:
    """The known item that a trial shows, by the stimulus on the left, or on the right where that is the stronger."""
    return next((known[stimulus] for stimulus in trial.stimuli if stimulus in known), None)


def is_right(rubric: Rubric, trial: Trial, answer: Answer, known: Known) -> bool:
    """Whether an answer is one of those that are known to be right; one that the rubric does not offer never is."""
    if answer.label is None or not rubric.offers(answer):
        return False
    if rubric.task == "which_one":
        chosen = trial.stimulus if answer.label == "left" else trial.other
        return chosen == known.id
    if rubric.task == "rate":
        low, high = known.accepted
        return float(low) <= float(answer.label) <= float(high)
    return set(rubric.chosen(answer.label)) <= set(known.accepted)
