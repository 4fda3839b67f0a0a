"""Faults told to a person, apart from bugs.

A `Fault` is something that a person can mend: a wrong path, a damaged file, a full disk. Its text says what is
wrong and what to do, and is shown as it is, without a traceback. Any other exception is a bug of ours.
"""

from __future__ import annotations

import re

_NOT_SHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Fault(Exception):  # noqa: N818 - "fault" is the word of the design, told to people
    """Something that the person at the screen can mend; `str()` of it says what and how.

    What it cites may come from anybody, such as the name of a file: it is made `plain`.
    """

    def __init__(self, text: str) -> None:
        super().__init__(plain(text))


def plain(text: str) -> str:
    """A text that does nothing but be read: what would steer a terminal, or turn writing round, is replaced."""
    return _NOT_SHOWN.sub("\N{REPLACEMENT CHARACTER}", text)
