import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.records.loose_json import NotJsonError, read_json


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (rb'{"a": "x\ud800y"}', {"a": "xy"}),
        (rb'{"\udfff": 1}', {"": 1}),
        (rb'{"a": "\ud83d\ude42"}', {"a": "🙂"}),
        (b'{"a": NaN, "b": [Infinity, -Infinity]}', {"a": None, "b": [None, None]}),
    ],
)
def test_what_is_not_quite_json_is_read_without_what_cannot_be_kept(raw, read):
    assert read_json(raw) == read


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"{oops}", b"[" * 100_000, b"1" * 5000 + b"NaN"])
def test_what_is_no_json_is_refused(raw):
    with pytest.raises(NotJsonError):
        read_json(raw)


TEXT = st.text(st.characters(exclude_categories=()))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)


@given(ANYTHING)
def test_whatever_was_read_can_be_stored_and_read_again(document):
    read = read_json(json.dumps(document).encode())

    stored = json.dumps(read, ensure_ascii=False, allow_nan=False).encode()

    assert read_json(stored) == read
