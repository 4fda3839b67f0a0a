"""What is known of one rater's work: counts and times, and the shares that follow from them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RaterStatus:
    """One rater's work so far. Practice trials count nowhere; catch trials and repeats count like any other."""

    pseudonym: str
    simulated: bool
    done: int
    """Trials answered."""
    total: int
    """Trials that they were given."""
    share_of_all: float = 1.0
    """Their trials over those of somebody who judges everything there is."""
    failed_practice: bool = False
    """Every attempt at practice was used up: nothing follows."""
    active_seconds: float = 0.0
    """Over all answers, those that were taken back too."""
    idle_seconds: float = 0.0
    untimed: int = 0
    """Answers from another tool that told no time."""
    pace: float | None = None
    """The median active seconds of the answers that stand; None where there is none."""
    catch_right: int = 0
    catch_answered: int = 0
    repeats_same: int = 0
    """Repeats that were answered as the first time: within one step of a rating scale, within 10 on a slider, and
    otherwise with the very same answer."""
    repeats_answered: int = 0
    """Repeats whose first showing was answered too."""
    cannot_tell: int = 0
    commonest: str = ""
    """The most frequent answer, in words; "" where there is none."""
    commonest_count: int = 0
    longest_run: int = 0
    """The most trials one after another with the same answer."""
    sides: tuple[int, int] | None = None
    """In the two-alternative task: how often the left side was chosen, and the right."""
    comments: int = 0
    """Trials with a comment."""
    flags: int = 0
    """Trials that are flagged."""
    undos: int = 0
    withdrawn: bool = False
    """They dropped out: what they had not answered went to somebody else."""
    warnings: tuple[str, ...] = ()
    """What a supervisor should look at, as sentences."""

    @property
    def counted(self) -> int:
        """Their part of the study's trials: of somebody who dropped out, what they answered."""
        return self.done if self.withdrawn else self.total

    @property
    def left(self) -> int:
        """Trials still to be answered."""
        return 0 if self.failed_practice else self.counted - self.done

    @property
    def finished(self) -> bool:
        """Every trial is answered."""
        return 0 < self.total == self.done

    @property
    def catch_accuracy(self) -> float | None:
        """The share of catch trials that were right; None where none was answered."""
        return _share(self.catch_right, self.catch_answered)

    @property
    def consistency(self) -> float | None:
        """The share of repeats that were answered as the first time; None where none was answered."""
        return _share(self.repeats_same, self.repeats_answered)

    @property
    def idle_share(self) -> float | None:
        """The share of the time that was idle; None where there was no time."""
        return _share(self.idle_seconds, self.active_seconds + self.idle_seconds)

    @property
    def cannot_tell_share(self) -> float | None:
        """The share of answers that are "can't tell"; None where there is none."""
        return _share(self.cannot_tell, self.done)

    @property
    def commonest_share(self) -> float | None:
        """The share of the most frequent answer; None where there is none."""
        return _share(self.commonest_count, self.done)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
