"""Whoever asks for whatever, in whichever way: no page of ours breaks, and none lets a header be written.

The API has such a test of its own.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from profiles.accounts.models import Account
from profiles.api.http.endpoint import is_api_endpoint
from tests.support.claims import waiting_claim
from tests.support.shared import ROOT
from tests.support.signing_in import with_second_factor

pytestmark = pytest.mark.django_db
DANA = "0009-0001-0000-0049"
SOURCE = ROOT / "src" / "profiles"
UUID = "0e9e5cf4-0000-4000-8000-000000000000"

# The words under which pages read what they were sent; found in the code, so that no new one is forgotten.
READ = re.compile(r"(?:GET|POST|COOKIES|data)(?:\.get|\.getlist|\.pop)?[\[(]\"(\w+)\"")
WORDS_OF_STANDARDS = (
    "client_id redirect_uri response_type scope state nonce code_challenge code_challenge_method prompt "
    "max_age login_hint id_token_hint post_logout_redirect_uri request request_uri acr_values grant_type "
    "code code_verifier refresh_token token token_type_hint client_secret client_assertion "
    "client_assertion_type device_code user_code iss error error_description return_to "
    "query_string dois page size sort"
)
NASTY = {
    "nothing at all": "",
    "NUL": "a\0b",
    "bytes that are no UTF-8": b"\xff\xfe",
    "half of a new line": "x\r\nSet-Cookie: stolen=1",
    "a number without end": "9" * 400,
    "less than nothing": "-1",
    "a digit that is none": "²",
    "a very long word": "x" * 6_000,
    "markup": "<script>alert(1)</script>' OR 1=1; -- {{ 7 * 7 }}%(x)s{0}",
    "a foreign address": "https://evil.example/\\@datacite.org",
    "a DOI of blanks": "10.5072/\u202e\u00a0 %2F..%2f",
    "an iD with a wrong check digit": "0009-0001-0000-0048",
}
FOR_STRANGERS = {NASTY[name] for name in ("NUL", "half of a new line", "markup", "a foreign address")}
"""Strangers see few pages, which all are among those of a signed-in person."""
VALUES_IN_PATHS = {"slug": "x-1", "int": "99999999999999999999", "str": "a b%00c", "path": "a//../b%00"}


def addresses(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, here)
        elif isinstance(pattern, URLPattern) and not is_api_endpoint(pattern.callback):
            yield "/" + re.sub(r"<(?:(\w+):)?(\w+)>", lambda found: filled(*found.groups()), here)


def filled(converter: str | None, name: str) -> str:
    if "uuid" in {converter, name}:
        return UUID
    if converter == "purpose":
        return "auto_update"
    return {"orcid": DANA, "provider_id": "globus"}.get(name) or VALUES_IN_PATHS[converter or "str"]


def words() -> list[str]:
    found = {word for file in Path(SOURCE).rglob("*.py") for word in READ.findall(file.read_text())}
    return sorted(found | set(WORDS_OF_STANDARDS.split()))


def asked(words: list[str], value: str | bytes) -> str:
    return "&".join(f"{word}={quote(value)}" for word in words)


# What ends the session comes last.
ADDRESSES = sorted(set(addresses(get_resolver())), key=lambda it: ("out" in it or "sessions" in it, it))


@pytest.fixture
def people():
    """A stranger, and a member of staff with a claim, who sees every page there is."""
    stranger, dana = (Client(raise_request_exception=False) for _ in range(2))
    dana.force_login(
        Account.objects.create(orcid_id=DANA, name="Dana", role="staff_admin"),
        backend=settings.AUTHENTICATION_BACKENDS[0],
    )
    waiting_claim(DANA, "10.5072/a")
    return {"a stranger": stranger, "Dana": with_second_factor(dana)}


def complaint(answer, what: str) -> list[str]:
    if answer.status_code >= 500 and answer.status_code not in {502, 503, 504}:
        return [f"{answer.status_code} for {what}"]
    head = "".join(f"{name}: {value}\n" for name, value in answer.items())
    if "stolen" in answer.cookies or "\nSet-Cookie: stolen" in head:
        return [f"a header was written by {what}"]
    page = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
    if page and b"<script>alert" in answer.content:
        return [f"markup went through {what}"]
    return []


@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY.keys())
def test_no_page_breaks_whatever_it_is_sent(people, stands, clean_cache, value):
    query = asked(words(), value)
    wrong = []
    for address in ADDRESSES:
        for name, client in people.items():
            if name == "a stranger" and value not in FOR_STRANGERS:
                continue
            got = client.get(address, QUERY_STRING=query)
            wrong += complaint(got, f"GET {address} by {name}")
            sent = client.post(address, data=query, content_type="application/x-www-form-urlencoded")
            wrong += complaint(sent, f"POST {address} by {name}")

    assert wrong == []
