import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.access.devices import browser_and_system

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "found"),
    [
        (f"{MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("Firefox", "Linux")),
        (
            f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/139.0 Safari/537.36",
            ("Chrome", "Windows"),
        ),
        (
            f"{MOZILLA} (Windows NT 10.0) {WEBKIT} Chrome/139.0 Safari/537.36 Edg/139.0",
            ("Edge", "Windows"),
        ),
        (f"{MOZILLA} (Linux; Android 15) {WEBKIT} Chrome/139.0 Mobile Safari/537.36", ("Chrome", "Android")),
        (
            f"{MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) {WEBKIT} Version/18.0 Safari/604.1",
            ("Safari", "iPhone"),
        ),
        ("curl/8.5.0", ("", "")),
    ],
    ids=["firefox", "chrome", "edge", "android", "iphone", "unknown"],
)
def test_a_device_is_called_what_people_call_it(user_agent, found):
    assert browser_and_system(user_agent) == found


@given(st.text(max_size=300))
def test_whatever_a_program_says_of_itself_the_words_are_ours(text):
    assert all(len(word) < 12 for word in browser_and_system(text))
