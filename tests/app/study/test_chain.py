"""What an event's hash is made of stands for good: every file that was ever written has to hold together."""

from __future__ import annotations

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from app.study.chain import HASH, Row, event_hash

WHOLE = st.integers(-(2**63), 2**63 - 1)
FIELDS = [st.text() | st.none() | WHOLE] * HASH


@given(st.tuples(*FIELDS))
def test_the_hash_is_over_the_json_array_that_the_documentation_tells(fields: Row) -> None:
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    assert event_hash((*fields, "its own hash", "its code")) == hashlib.sha256(text.encode()).hexdigest()
