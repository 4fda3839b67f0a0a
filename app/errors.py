"""Faults told to a person, apart from bugs.

A `Fault` is something that a person can mend: a wrong path, a damaged file, a full disk. Its text says what is
wrong and what to do, and is shown as it is, without a traceback. Any other exception is a bug of ours.
"""

from __future__ import annotations


class Fault(Exception):  # noqa: N818 - "fault" is the word of the design, told to people
    """Something that the person at the screen can mend; `str()` of it says what and how."""
