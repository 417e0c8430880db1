"""The steps of a sign-in without a browser: press the button, be somebody at the provider, come back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from django.test import Client

from profiles.accounts import signals
from tests.support.globus_browser import sign_in_at_globus
from tests.support.orcid_browser import sign_in_at_orcid


def begin(client: Client, provider: str = "globus", **form: str) -> str:
    """Press the button and return the provider's address."""
    answer = client.post(f"/users/auth/{provider}", form)
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def back(client: Client, location: str) -> Any:
    """Follow the provider's answer into our callback."""
    parts = urlsplit(location)
    return client.get(f"{parts.path}?{parts.query}")


def who(client: Client) -> str | None:
    """Return the number of the account that is signed in in this browser."""
    return client.session.get("_auth_user_id")


def by_globus(
    client: Client, person: str = "bob@univ.example", *, browser: requests.Session | None = None, **form: str
) -> Any:
    """Sign in by Globus as this person and return our answer."""
    return back(client, sign_in_at_globus(begin(client, **form), person, browser=browser))


def by_orcid(client: Client, orcid_id: str, *, browser: requests.Session | None = None, **form: str) -> Any:
    """Sign in by ORCID as this person and return our answer."""
    return back(client, sign_in_at_orcid(begin(client, "orcid", **form), orcid_id, browser=browser))


@contextmanager
def ended_sessions() -> Iterator[list[str]]:
    """Note the names of the sessions that are told to have ended."""
    told: list[str] = []

    def note(*, sids: list[str], **_rest: object) -> None:
        told.extend(sids)

    signals.sessions_ended.connect(note)
    yield told
    signals.sessions_ended.disconnect(note)


def with_second_factor(client: Client) -> Client:
    """Let this browser's session be one in which a second factor was given."""
    session = client.session
    session["second_factor_at"] = 1.0
    session.save()
    return client
