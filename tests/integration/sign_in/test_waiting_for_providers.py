"""A provider is slow, or cannot be called now: a page says what it waits for and continues automatically."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client

from profiles.accounts.models import Account, AuthorizationAnswer
from profiles.consents.models import Consent
from profiles.infra import clock
from profiles.infra.web import page_calls
from tests.support.globus_browser import sign_in_at_globus
from tests.support.orcid_browser import sign_in_at_orcid
from tests.support.pushing import ALICE
from tests.support.signing_in import back, begin, who
from tests.support.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
AUTO = 'http-equiv="refresh"'
POLL = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _short_wait(settings):
    """Let no page wait for an exchange."""
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_EXCHANGE_SECONDS": 0.0})


@pytest.fixture
def alice(client, stands):
    account = Account.objects.create(orcid_id=ALICE, first_signed_in_at=clock.now())
    client.force_login(account, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    return client


def answer_of(client: Client, provider: str) -> str:
    begun = begin(client, provider, return_to="/works")
    if provider == "globus":
        return sign_in_at_globus(begun, "bob@univ.example")
    return sign_in_at_orcid(begun, ALICE)


def permission_answer(client: Client) -> str:
    begun = client.post("/orcid/search_and_link/auth", {"return_to": "/find"})
    return sign_in_at_orcid(begun["Location"], ALICE)


@contextmanager
def slow_exchange(stand) -> Iterator[None]:
    """Hold the answer to the exchange; at the end it arrives, and its result is stored."""
    stand.fail_next(method="POST", path="token", hold_after=True)
    yield
    wait_until(stand.held, seconds=30)
    stand.release()
    wait_until(AuthorizationAnswer.objects.exclude(result=None).exists, seconds=30)


def exchanges(stand) -> int:
    return len(stand.log(method="POST", path="/oauth/token")) + len(
        stand.log(method="POST", path="/v2/oauth2/token")
    )


@pytest.mark.parametrize(("provider", "name"), [("globus", "Globus"), ("orcid", "ORCID")])
def test_a_slow_sign_in_says_whom_it_waits_for_and_goes_on_automatically(client, stands, provider, name):
    stand = getattr(stands, provider)
    location = answer_of(client, provider)

    with slow_exchange(stand):
        waiting = back(client, location).content.decode()
        again = back(client, location).content.decode()
        assert who(client) is None
    done = back(client, location)

    assert f"We are waiting for the answer of {name}. This page continues automatically." in waiting
    assert AUTO in waiting
    assert AUTO in again
    assert (done.status_code, done["Location"]) == (302, "/works")
    assert who(client) == str(Account.objects.get().pk)
    assert exchanges(stand) == 1


def test_the_open_page_learns_of_the_answer_and_completes_only_when_it_is_loaded(client, stands):
    location = answer_of(client, "globus")
    address = "/users/" + location.partition("/users/")[2]

    with slow_exchange(stands.globus):
        back(client, location)
        part = client.get(address, headers=POLL)
        AuthorizationAnswer.objects.update(taken_at=clock.now() - timedelta(seconds=10))
        later = client.get(address, headers=POLL).content.decode()
    ready = client.get(address, headers=POLL)

    assert part.content.decode().lstrip().startswith('<section class="card narrow" id="waiting"')
    assert "data-announce>Globus takes longer than usual" in later
    assert (ready["HX-Refresh"], ready.content) == ("true", b"")
    assert who(client) is None
    assert back(client, location)["Location"] == "/works"


def test_another_browser_gets_nothing_of_a_slow_sign_in(client, stands):
    location = answer_of(client, "orcid")
    thief = Client()

    with slow_exchange(stands.orcid):
        back(client, location)
        early = back(thief, location)
    late = back(thief, location)

    assert (early.status_code, late.status_code, who(thief)) == (400, 400, None)
    assert back(client, location).status_code == 302


def test_a_slow_permission_says_so_and_is_stored_although_its_page_was_closed(alice, stands):
    location = permission_answer(alice)

    with slow_exchange(stands.orcid):
        waiting = back(alice, location).content.decode()
        assert not Consent.objects.exists()
    stored = Consent.objects.get()

    assert "Storing your permission" in waiting
    assert "We are waiting for the answer of ORCID." in waiting
    assert (stored.orcid_id, stored.purpose) == (ALICE, "search_and_link")
    assert back(alice, location)["Location"] == "/find"
    assert b"Permission given" in alice.get("/settings/me").content
    assert exchanges(stands.orcid) == 1


def test_a_permission_that_was_broken_off_leads_on(alice, stands):
    location = permission_answer(alice)
    with slow_exchange(stands.orcid):
        back(alice, location)
    AuthorizationAnswer.objects.update(result=None, taken_at="2026-01-01T00:00:00Z")

    stopped = back(alice, location).content

    assert b"start again" in stopped
    assert b'action="/orcid/search_and_link/auth"' in stopped
    assert b'href="/find"' in stopped


@pytest.mark.parametrize("kind", ["sign_in", "permission"])
def test_when_too_many_wait_nothing_is_sent_and_the_page_tries_again(client, stands, monkeypatch, kind):
    if kind == "permission":
        account = Account.objects.create(orcid_id=ALICE, first_signed_in_at=clock.now())
        client.force_login(account, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    location = permission_answer(client) if kind == "permission" else answer_of(client, "orcid")
    monkeypatch.setattr(page_calls, "MAX_STARTED", 0)
    page_calls.gateway.cache_clear()

    refused = back(client, location).content.decode()
    sent = exchanges(stands.orcid)
    monkeypatch.undo()
    page_calls.gateway.cache_clear()
    back(client, location)
    wait_until(AuthorizationAnswer.objects.exclude(result=None, outcome=None).exists, seconds=30)

    assert "ORCID does not answer at the moment. We try again every few seconds." in refused
    assert AUTO in refused
    assert sent == 0
    assert back(client, location).status_code == 302
    assert exchanges(stands.orcid) == 1


def test_a_sign_in_begins_automatically_when_its_provider_answers_again(client, stands):
    stands.globus.fail_next(count=None, status=503)
    begun = client.post("/users/auth/globus", {"return_to": "/works"}, follow=True)
    (waiting_at, _status), page = begun.redirect_chain[-1], begun.content.decode()

    still = client.get(waiting_at, headers=POLL)
    stands.globus.heal()
    page_calls.gateway.cache_clear()
    ready = client.get(waiting_at, headers=POLL)
    location = sign_in_at_globus(client.get(waiting_at)["Location"], "bob@univ.example")
    back(client, location)
    wait_until(AuthorizationAnswer.objects.exclude(result=None, outcome=None).exists, seconds=30)

    assert "Globus does not answer at the moment" in page
    assert '<a class="button" href="/sign_in?return_to=%2Fworks">Start again</a>' in page
    assert "HX-Refresh" not in still
    assert ready["HX-Refresh"] == "true"
    assert back(client, location)["Location"] == "/works"
    assert client.get(waiting_at)["Location"] == "/sign_in", "it was begun once"
