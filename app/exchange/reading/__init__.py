"""What other tools wrote, read with care: the files may come from anybody."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from app.exchange.asked import Asked
from app.exchange.reading import jspsych, label_studio, plain, prodigy
from app.exchange.reading.said import Said, Skipped

READERS: Mapping[str, Callable[[Path, Asked], Iterator[Said | Skipped]]] = {
    "label-studio": label_studio.read,
    "prodigy": prodigy.read,
    "csv": plain.read,
    "jspsych": jspsych.read,
}
"""By the name of the tool: each gives what a file says, in its order, or why something in it says nothing.

Raises a Fault where the file as a whole cannot be read.
"""

__all__ = ["READERS", "Said", "Skipped"]
