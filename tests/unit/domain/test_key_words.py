from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.access.access_key_format import (
    FORM,
    KeyKind,
    digest_of_key,
    hint_of_key,
    invent_key,
    is_key,
)


def test_keys_differ_are_recognisable_and_checked():
    keys = [invent_key(kind) for kind in KeyKind for _ in range(200)]

    assert len(set(keys)) == 400
    assert all(FORM.fullmatch(key) and is_key(key) for key in keys)
    assert {key[:8] for key in keys} == {"dcp_pat_", "dcp_svc_"}


def test_a_mistyped_or_cut_key_is_no_key():
    key = invent_key(KeyKind.PERSONAL)

    for place in range(len(key)):
        other = "A" if key[place] != "A" else "B"
        assert not is_key(key[:place] + other + key[place + 1 :])
    assert not any(is_key(key[:length]) for length in range(len(key)))
    assert not is_key(key + "0")


@given(st.text(max_size=80))
def test_no_text_is_taken_for_a_key_by_chance(text):
    assert not is_key(text)
    assert not is_key(f"dcp_pat_{text}")


def test_what_is_kept_and_shown_does_not_give_the_key_away():
    key = invent_key(KeyKind.SERVICE)

    assert len(digest_of_key(key)) == 32
    assert key not in hint_of_key(key)
    assert len(hint_of_key(key)) == len("dcp_svc_") + 4 + 1
