"""What all tables of study.toml have in common."""

from __future__ import annotations

from typing import Annotated

import msgspec

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class Table(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A table of study.toml; a field that it does not know is a fault."""

    def given(self) -> dict[str, object]:
        """The fields that differ from what they are when nothing is said."""
        defaults = {field.name: field.default for field in msgspec.structs.fields(self)}
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value != defaults[name]}
