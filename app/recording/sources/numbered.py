"""Names of images that have none of their own: their number in a data set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload


class NumberedNames(Sequence[str]):
    """`prefix` and the numbers from 0 to `count` - 1, with zeros before them so that their order is the sorted one."""

    def __init__(self, prefix: str, count: int) -> None:
        self._prefix, self._count = prefix, count
        self._digits = max(8, len(str(count - 1)))

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        numbers = range(self._count)[index]
        return self._name(numbers) if isinstance(numbers, int) else [self._name(number) for number in numbers]

    def number(self, name: str) -> int:
        """The number in one of the names."""
        return int(name.removeprefix(self._prefix))

    def _name(self, number: int) -> str:
        return f"{self._prefix}{number:0{self._digits}}"
