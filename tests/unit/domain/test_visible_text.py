import pytest

from profiles.domain.access.visible_text import invisible_in, without_invisible


@pytest.mark.parametrize(
    ("text", "found"),
    [("Zoë 山田 علی\u200cرضا", ""), ("a\u202eb", "U+202E"), ("a\u2067", "U+2067"), ("\x1b[31m", "U+001B"),
     ("a\u2028b", "U+2028"), ("tag\U000e0041", "U+E0041"), ("half \ud800", "U+D800")],
)  # fmt: skip
def test_what_cannot_be_seen_in_a_name_is_named(text, found):
    assert invisible_in(text) == found


def test_a_name_from_elsewhere_keeps_what_can_be_read():
    assert without_invisible("Alice\u202e\n exe.txt") == "Alice exe.txt"
    assert without_invisible("  as it  was ") == "  as it  was "
