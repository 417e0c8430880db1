"""Where people may be sent back to, and that it is nowhere else."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.access.return_to import safe_return

HOSTS = [".datacite.org", "127.0.0.1:8104"]
OWN = "https://profiles.datacite.org"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/x",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https://datacite.org.evil.example",
        "https://evildatacite.org",
        "https://user@commons.datacite.org/",
        "https://commons.datacite.org@evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://commons.datacite.org/",
        "https://commons.datacite.org\n.evil.example",
        " https://commons.datacite.org",
        "https:evil.example",
        "https:///evil.example",
        "http://127.0.0.1:9/",
        "",
        None,
    ],
)
def test_no_one_is_sent_elsewhere(target):
    assert safe_return(target, hosts=HOSTS, own=OWN) is None


@pytest.mark.parametrize(
    "target",
    ["/works", "/works?show=failed", "https://commons.datacite.org/x", "https://datacite.org/", f"{OWN}/why"],
)
def test_people_may_be_sent_to_our_own_and_allowed_places(target):
    assert safe_return(target, hosts=HOSTS, own=OWN) == target


@given(st.text(max_size=60))
def test_whatever_is_asked_for_the_host_is_ours_or_allowed(text):
    for target in (text, f"https://{text}", f"//{text}", f"/{text}", f"https://commons.datacite.org{text}"):
        allowed = safe_return(target, hosts=HOSTS, own=OWN)
        if allowed is not None:
            host = urlsplit(allowed).hostname or ""
            assert (
                host == ""
                or re.fullmatch(r"([\w-]+\.)*datacite\.org", host)
                or allowed.startswith("http://127.0.0.1:8104")
            )
