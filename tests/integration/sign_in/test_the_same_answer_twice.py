"""Reload, double click, Back: the same answer brought twice by one browser ends where the first call led."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, sleep

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connections
from django.test import Client

from profiles.accounts.models import Account, AuthorizationAnswer
from profiles.consents.models import Consent
from profiles.infra import clock
from profiles.jobs.upkeep import tidy_up
from tests.support.globus_browser import changed, sign_in_at_globus
from tests.support.orcid_browser import sign_in_at_orcid
from tests.support.pushing import ALICE, BOB
from tests.support.signing_in import back, begin, by_globus, by_orcid, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
COOKIE = settings.SESSION_COOKIE_NAME
STEP = "/sign_in/second-step"
PURPOSES = ("auto_update", "search_and_link")
RETURN_TO = "https://commons.stage.datacite.org/doi.org/10.5072/x"
GO_ON = b'http-equiv="refresh"'


def same_browser(client: Client) -> Client:
    """Return a further tab: the same cookie, as it is now."""
    tab = Client()
    tab.cookies[COOKIE] = client.cookies[COOKIE].value
    return tab


def answer_of(client: Client, provider: str, **form: str) -> str:
    """Begin, be Bob at the provider, and return where the browser is sent back to."""
    begun = begin(client, provider, **form)
    if provider == "globus":
        return sign_in_at_globus(begun, "bob@univ.example")
    return sign_in_at_orcid(begun, BOB)


def exchanges(stand) -> int:
    return len(stand.log(method="POST", path="/oauth/token")) + len(
        stand.log(method="POST", path="/v2/oauth2/token")
    )


@contextmanager
def held_exchange(stand, call: Callable[[], object]) -> Iterator[Future]:
    """Run the call, and go on when the provider holds its exchange of the code."""

    def closing():
        try:
            return call()
        finally:
            connections.close_all()

    stand.fail_next(method="POST", path="token", hold_after=True)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(closing)
        end = monotonic() + 20
        while not stand.held() and monotonic() < end:
            sleep(0.02)
        assert stand.held() == 1
        yield running
        stand.release()


@pytest.mark.parametrize("provider", ["globus", "orcid"])
def test_a_sign_in_that_is_loaded_again_leads_to_the_same_place(client, stands, provider):
    location = answer_of(client, provider, return_to=RETURN_TO)
    first = back(client, location)
    before = exchanges(getattr(stands, provider))

    again = back(client, location)

    assert (again.status_code, again["Location"]) == (302, first["Location"]) == (302, RETURN_TO)
    assert who(client) == str(Account.objects.get().pk)
    assert exchanges(getattr(stands, provider)) == before


@pytest.mark.parametrize("provider", ["globus", "orcid"])
def test_a_sign_in_that_is_called_twice_at_once_signs_in_the_call_that_the_browser_shows(
    client, stands, provider
):
    stand = getattr(stands, provider)
    location = answer_of(client, provider)
    shown = same_browser(client)

    with held_exchange(stand, lambda: back(client, location)) as first:
        waiting = back(shown, location)
        stand.release()
        first.result(20)
    done = back(shown, location)

    assert (waiting.status_code, GO_ON in waiting.content) == (200, True)
    assert done["Location"] == first.result()["Location"]
    assert who(shown) == who(client) == str(Account.objects.get().pk)
    assert UserSession.objects.count() == 1
    assert exchanges(stand) == 1


def test_many_calls_at_once_exchange_the_code_once_and_all_are_signed_in(client, stands):
    location = answer_of(client, "globus")
    tabs = [same_browser(client) for _ in range(4)]

    def call(tab: Client) -> None:
        try:
            back(tab, location)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tabs)) as threads:
        list(threads.map(call, tabs))

    assert [back(tab, location)["Location"] for tab in tabs] == ["/"] * len(tabs)
    assert {who(tab) for tab in tabs} == {str(Account.objects.get().pk)}
    assert exchanges(stands.globus) == 1


def test_the_second_step_is_asked_for_again_by_the_same_answer(client, stands):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    by_globus(client)
    TOTP.activate(Account.objects.get(), generate_totp_secret())
    other = Client()
    location = answer_of(other, "globus")

    assert back(other, location)["Location"] == STEP
    assert back(other, location)["Location"] == STEP
    assert who(other) is None


def test_an_earlier_cookie_without_the_answer_itself_opens_nothing(client, stands):
    location = answer_of(client, "globus")
    thief = same_browser(client)
    back(client, location)

    answer = back(thief, changed(location, code="guessed"))

    assert (answer.status_code, who(thief)) == (400, None)


def test_the_answer_without_the_cookie_opens_nothing(client, stands):
    location = answer_of(client, "globus")
    back(client, location)
    thief = Client()

    assert back(thief, location).status_code == 400
    assert who(thief) is None


def test_a_session_that_was_signed_out_is_not_opened_again_by_its_answer(client, stands):
    location = answer_of(client, "globus")
    earlier = same_browser(client)
    back(client, location)
    client.post("/sign_out")

    back(earlier, location)
    back(client, location)

    assert (who(earlier), who(client)) == (None, None)


def test_a_signed_in_person_is_never_told_that_they_are_not_signed_in(client, stands):
    by_globus(client)
    location = sign_in_at_globus(begin(client, fresh="1"), "bob@univ.example")
    location = changed(location, code=None, error="access_denied")

    for answer in (
        back(client, location),
        back(client, location),
        back(client, changed(location, state="x")),
    ):
        assert b"You are not signed in" not in answer.content
        assert b"Go on" in answer.content


@pytest.fixture
def alice(client, stands):
    account = Account.objects.create(orcid_id=ALICE, first_signed_in_at=clock.now())
    client.force_login(account, backend=BACKEND)
    return client


def permission_answer(client: Client, purpose: str) -> str:
    begun = client.post(f"/orcid/{purpose}/auth", {"return_to": RETURN_TO})
    return sign_in_at_orcid(begun["Location"], ALICE)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_permission_that_is_loaded_again_is_stored_once_and_says_so(alice, stands, purpose):
    location = permission_answer(alice, purpose)
    first = back(alice, location)

    again = back(alice, location)

    assert (again.status_code, again["Location"]) == (302, first["Location"]) == (302, RETURN_TO)
    assert exchanges(stands.orcid) == 1
    assert Consent.objects.filter(purpose=purpose).exists()


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_permission_that_is_called_twice_at_once_is_stored_once_and_says_so(alice, stands, purpose):
    location = permission_answer(alice, purpose)
    shown = same_browser(alice)

    with held_exchange(stands.orcid, lambda: back(alice, location)) as first:
        waiting = back(shown, location)
        stands.orcid.release()
        first.result(20)
    done = back(shown, location)

    assert (waiting.status_code, GO_ON in waiting.content) == (200, True)
    assert done["Location"] == first.result()["Location"]
    said = {"auto_update": b"Auto-Update is on", "search_and_link": b"Permission given"}[purpose]
    assert said in shown.get("/settings/me").content
    assert exchanges(stands.orcid) == 1


def test_another_person_is_not_told_of_a_permission_by_its_answer(alice, stands):
    location = permission_answer(alice, "auto_update")
    back(alice, location)
    bob = Client()
    by_orcid(bob, BOB)

    assert back(bob, location).status_code == 400


def test_answers_are_forgotten_after_half_an_hour(client, stands):
    by_globus(client)
    tidy_up()
    assert AuthorizationAnswer.objects.count() == 1

    AuthorizationAnswer.objects.update(taken_at="2026-01-01T00:00:00Z")
    tidy_up()

    assert not AuthorizationAnswer.objects.exists()


def test_an_exchange_that_was_broken_off_says_so_and_leads_on(client, stands):
    location = answer_of(client, "globus")
    shown = same_browser(client)
    back(client, location)
    AuthorizationAnswer.objects.update(outcome=None, taken_at="2026-01-01T00:00:00Z")

    answer = back(shown, location)

    assert answer.status_code == 400
    assert b"Start again" in answer.content
