"""What a session hands to whoever draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.study.records import Answer, Trial

Step = Literal["consent", "instructions", "trial", "feedback", "interlude", "failed", "done"]
"""consent and instructions come before the first trial. feedback: the trial is answered for good, and something is
told about it. interlude: between two stretches of trials. failed: practice was not passed, and nothing follows."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What practice says of an answer."""

    right: bool
    accepted: tuple[str, ...]
    """The answers that are right, as they are stored: categories; a lowest and a highest rating; a side."""
    why: str


@dataclass(frozen=True, slots=True)
class Interlude:
    """What lies between two stretches of trials."""

    kind: Literal["break", "practice_passed", "practice_again"]
    seconds_left: float = 0.0
    """It cannot be ended before."""
    block: int = 0
    """Of a break: the number of the block that is done."""
    blocks: int = 0
    right: int = 0
    """Of practice: how many were right in the attempt that is done."""
    tried: int = 0
    needed: float = 0.0
    """The share that must be right."""
    attempts_left: int = 0


@dataclass(frozen=True, slots=True)
class Screen:
    """All that a page needs to draw; nothing that it must look up."""

    step: Step
    trial: Trial | None
    """The trial to judge, or, at "feedback", the one that was judged; None at every other step."""
    upcoming: tuple[Trial, ...]
    """The trials likely to come next, for decoding ahead."""
    new_unit: bool
    """The trial is of another unit than the one on screen before: the examples beside it are others."""
    practice: tuple[int, int] | None
    """In practice: which trial of the attempt it is, of how many."""
    interlude: Interlude | None
    answer: Answer | None
    """At "feedback": what was said."""
    verdict: Verdict | None
    """At "feedback" in practice."""
    comment: str
    """The rater's comment on the trial."""
    flagged: bool
    """The rater has flagged the trial."""
    done: int
    """Trials answered, without practice."""
    total: int
    can_undo: bool
    saving: bool
    """An answer is on its way to the disk: the screen moves on when it is there."""
    paused: bool
    """The rater takes a rest: what is to be judged is hidden."""
    problem: str | None
    """Why the last answer was not saved, in words for the rater."""
