"""What other tools wrote, read with care: the files may come from anybody."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from app.exchange.asked import Asked
from app.exchange.reading import jspsych, label_studio, plain, prodigy
from app.exchange.reading.said import Said, Skipped

Reader = Callable[[Path, Asked], Iterator[Said | Skipped]]
READERS: Mapping[str, Reader] = {
    "label-studio": label_studio.read,
    "prodigy": prodigy.read,
    "csv": plain.read,
    "jspsych": jspsych.read,
}
"""By the name of the tool: each gives what a file says, in its order, or why something in it says nothing.

Raises a Fault where the file as a whole cannot be read.
"""


def reader(tool: str, *, named: bool) -> Reader:
    """The one of READERS for this tool; `named`: whose answers they are is known, and no file needs to say it."""
    return partial(plain.read, named=named) if tool == "csv" else READERS[tool]


__all__ = ["READERS", "Said", "Skipped", "reader"]
