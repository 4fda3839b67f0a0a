"""Whom a rater writes to: what the study says, on one line, or whoever sent them the file."""

from __future__ import annotations

from app.errors import Fault, plain
from app.qt.texts import sending as texts


def contact_line(text: str) -> str:
    """The contact of a study as one line that does nothing but be read: it may come from anybody."""
    return " ".join(plain(text).split())


def whom(contact: str) -> str:
    """Whom to write to, in words."""
    return contact_line(contact) or texts.NOBODY_KNOWN


def with_contact(fault: Fault, contact: str) -> Fault:
    """What is wrong with a file, and below it whom to ask."""
    return Fault(f"{fault}\n\n{texts.ASK.format(whom=whom(contact))}")
