"""A rater's session with no window: what to show, what was answered, undo, resume."""

from app.session.course import Course
from app.session.screen import Interlude, Screen, Step, Verdict
from app.session.session import Background, Log, Session, Then, at_once
from app.session.stopwatch import IDLE_AFTER, Stopwatch

__all__ = [
    "IDLE_AFTER",
    "Background",
    "Course",
    "Interlude",
    "Log",
    "Screen",
    "Session",
    "Step",
    "Stopwatch",
    "Then",
    "Verdict",
    "at_once",
]
