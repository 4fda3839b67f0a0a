"""How a session runs, laid down before the first answer: the [session] of study.toml, and the same in the study file.

One definition for both: what is written into the file is what was read, and what is read from a file that came from
somebody is checked like what a person wrote.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
Page = Annotated[str, msgspec.Meta(max_length=50_000)]


class _Table(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    pass


class Conditions(_Table, frozen=True):
    """[session.conditions]: the share of each rater's trials in each condition."""

    blind: Share = 1.0
    revealed: Share = 0.0
    feedback: Share = 0.0

    def __post_init__(self) -> None:
        if abs(self.blind + self.revealed + self.feedback - 1) > 1e-6:
            raise ValueError("the shares of the conditions must add up to 1")


class Practice(_Table, frozen=True):
    """[session.practice]: how the practice trials are passed."""

    needed: Share = 0.0
    """The share that must be right; 0: practice is never failed."""
    attempts: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3


class Exclusion(_Table, frozen=True):
    """[session.exclusion]: when a rater's answers are left out of the report, which always shows both ways."""

    catch_accuracy: Share | None = None
    """The share of catch trials that must be right."""
    least_minutes: Annotated[float, msgspec.Meta(ge=0)] | None = None
    """The active time that all trials together must take at least."""
    same_answer: Share | None = None
    """The share of trials that may have the same answer."""


class Protocol(_Table, frozen=True):
    """[session]: everything about the trials but what they show."""

    raters_per_stimulus: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    """How many of the raters judge each stimulus, where files are handed out; None: all of them do."""
    order: Literal["random", "balanced"] = "random"
    """At random for each rater, or each rater one row of a Latin square."""
    conditions: Conditions = Conditions()
    without_references: Share = 0.0
    """The share of trials with no references beside them."""
    repeats: Annotated[float, msgspec.Meta(ge=0, le=0.5)] = 0.0
    """The share of trials that come a second time; they are taken from the blind ones."""
    repeat_distance: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 20
    """How many other trials lie between, at least."""
    block: Count | None = None
    """Trials before a break is offered."""
    break_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 0
    """How long a break lasts at least."""
    consent: Page = ""
    """Markdown; raters agree to it before anything else."""
    practice: Practice = Practice()
    exclusion: Exclusion = Exclusion()
    contact: Annotated[str, msgspec.Meta(max_length=400)] = ""
    """Whom raters turn to, in words for them."""

    def __post_init__(self) -> None:
        if self.repeats > self.conditions.blind:
            raise ValueError("only blind trials are repeated: `repeats` cannot be more than the share of `blind`")


def encode(protocol: Protocol) -> str:
    """The protocol as JSON, for the study file."""
    return msgspec.json.encode(protocol).decode()


def decode(text: str) -> Protocol:
    """The protocol from a study file.

    Raises:
        ValueError: it is none.
    """
    try:
        return msgspec.json.decode(text, type=Protocol)
    except msgspec.DecodeError as error:  # msgspec's own error is a ValueError in some versions only
        raise ValueError(str(error)) from error
