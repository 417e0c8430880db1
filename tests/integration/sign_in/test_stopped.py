"""Each way in which a sign-in can end badly has its own plain sentence and a way on."""

import re
import time
from html import unescape
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiles.accounts.models import Account
from tests.support.globus_browser import changed, parameters_of, sign_in_at_globus
from tests.support.signing_in import back, begin, by_globus, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
PEOPLE = ("bob@univ.example", "alice@univ.example", "joerg.gruenefeld@gmail.example")
SENTENCES = {
    "refused": "You said no",
    "cancelled": "was not finished on the sign-in page",
    "expired": "took longer than ten minutes",
    "provider": "does not answer at the moment",
    "clock": "One of the two clocks is wrong",
    "repeated": "was used before, and works only once",
    "unknown": "belongs to no sign-in that was begun in this browser",
    "code_refused": "says that its answer is no longer good",
    "not_accepted": "did not accept what we asked",
    "not_believed": "did not pass our checks",
    "limited": "too many failed tries to sign in from your address",
}


def told(answer) -> str:
    """Say which of the sentences is shown; there is one, and a way on."""
    text = answer.content.decode()
    (kind,) = [name for name, sentence in SENTENCES.items() if sentence in text]
    assert "Start again" in text
    return kind


def test_no_two_of_them_are_the_same():
    assert len(set(SENTENCES.values())) == len(SENTENCES)


def test_a_refusal_is_told_and_stores_nothing(client, stands):
    answer = back(client, sign_in_at_globus(begin(client), "bob@univ.example", decision="deny"))

    assert told(answer) == "refused"
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("login_required", "cancelled"),
        ("interaction_required", "cancelled"),
        ("temporarily_unavailable", "provider"),
        ("invalid_scope", "not_accepted"),
    ],
)
def test_an_error_of_the_provider_is_told_as_what_it_is(client, stands, error, kind):
    oauth_state = parameters_of(begin(client))["state"]

    answer = client.get(f"/users/auth/globus/callback?{urlencode({'error': error, 'state': oauth_state})}")

    assert told(answer) == kind


def test_an_answer_that_comes_too_late_is_told(client, stands):
    location = sign_in_at_globus(begin(client), "bob@univ.example")
    session = client.session
    for attempt in session["sign_in_attempts"].values():
        attempt["began"] -= 601
    session.save()

    assert told(back(client, location)) == "expired"
    assert who(client) is None


def test_a_provider_that_stays_down_at_the_start_is_told_with_another_way(client, stands):
    cache.clear()
    stands.globus.fail_next(count=None, status=503)

    waiting_at = client.post("/users/auth/globus")["Location"]
    session = client.session
    session["sign_in_begun"] = {**session["sign_in_begun"], "at": time.time() - 61}
    session.save()
    answer = client.get(waiting_at)

    assert (answer.status_code, told(answer)) == (503, "provider")
    assert b"choose another way" in answer.content


def test_a_provider_that_goes_down_on_the_way_is_told(client, stands):
    location = sign_in_at_globus(begin(client), "bob@univ.example")
    stands.globus.fail_next(count=None, status=503)

    assert told(back(client, location)) == "provider"


@pytest.mark.parametrize("seconds", [-90_000, 90_000], ids=["slow", "fast"])
def test_a_provider_whose_clock_is_wrong_is_told_as_that(client, stands, seconds):
    location = sign_in_at_globus(begin(client), "bob@univ.example")
    stands.globus.order("quirks", {"id_token": "expired" if seconds < 0 else "issued-in-future"})

    assert told(back(client, location)) == "clock"
    assert who(client) is None


def test_a_clock_that_is_a_little_wrong_keeps_no_one_out(client, stands):
    stands.globus.order("quirks", {"clock_ahead": 90.0})

    assert by_globus(client).status_code == 302


def test_an_answer_that_comes_twice_is_told_and_signs_no_one_in(client, stands):
    location = sign_in_at_globus(begin(client), "bob@univ.example", decision="deny")
    back(client, location)

    assert told(back(client, location)) == "repeated"


def test_an_answer_that_no_one_asked_for_is_told(client, stands):
    location = sign_in_at_globus(begin(client), "bob@univ.example")
    begin(client)

    assert told(back(client, changed(location, state="never-begun"))) == "unknown"
    assert told(back(Client(), location)) == "unknown"


def test_a_code_that_the_provider_does_not_know_is_told(client, stands):
    location = sign_in_at_globus(begin(client), "bob@univ.example")

    assert told(back(client, changed(location, code="made-up"))) == "code_refused"


def with_few_tries(settings, most: int) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_SIGN_IN_TRIES": most})


def test_too_many_failures_from_one_address_are_told_with_the_time_to_wait(client, stands, settings):
    with_few_tries(settings, 2)
    for _try in range(2):
        assert client.get("/users/auth/globus/callback?code=guessed&state=guessed").status_code == 400

    answer = client.get("/users/auth/globus/callback?code=guessed&state=guessed")

    assert (answer.status_code, told(answer)) == (429, "limited")
    assert int(answer["Retry-After"]) > 0
    assert b"minute" in answer.content


def test_a_class_behind_one_address_signs_in_beside_an_attacker(stands, settings):
    with_few_tries(settings, 1)
    for _try in range(3):
        Client().get("/users/auth/globus/callback?code=guessed&state=guessed")

    answers = [by_globus(Client(), person) for person in PEOPLE]

    assert [answer.status_code for answer in answers] == [302, 302, 302]


ANYTHING = st.text(st.characters(codec="utf-8"), max_size=40)
NAMES = st.sampled_from(["state", "code", "error", "iss", "error_description", "scope", "id_token"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(NAMES, ANYTHING), max_size=8), with_our_state=st.booleans())
def test_no_parameters_of_a_callback_break_it_or_sign_anybody_in(client, stands, pairs, with_our_state):
    cache.clear()
    if with_our_state:
        pairs = [*pairs, ("state", parameters_of(begin(client))["state"])]

    answer = client.get(f"/users/auth/globus/callback?{urlencode(pairs)}")

    assert answer.status_code in {400, 503}
    assert who(client) is None
    told(answer)


def test_a_sign_in_that_takes_its_time_is_still_good(client, stands):
    location = sign_in_at_globus(begin(client), "bob@univ.example")
    session = client.session
    for attempt in session["sign_in_attempts"].values():
        attempt["began"] = time.time() - 590
    session.save()

    assert back(client, location).status_code == 302


def way_on(answer) -> str:
    """Return the address behind "Start again"."""
    return unescape(re.search(r'href="(/sign_in[^"]*)">Start again', answer.content.decode()).group(1))


@pytest.mark.parametrize("error", ["access_denied", "login_required", "server_error", "invalid_scope"])
def test_a_person_who_was_stopped_and_starts_again_ends_where_they_were_going(client, stands, error):
    oauth_state = parameters_of(begin(client, return_to="/works?page=2"))["state"]
    address = f"/users/auth/globus/callback?{urlencode({'error': error, 'state': oauth_state})}"

    for answer in (client.get(address), client.get(address)):
        page = client.get(way_on(answer)).content.decode()
        (target,) = set(re.findall(r'name="return_to" value="([^"]+)"', page))
        assert unescape(target) == "/works?page=2"
    assert by_globus(client, return_to="/works?page=2")["Location"] == "/works?page=2"


def test_the_way_on_is_kept_by_an_expired_and_by_a_limited_attempt(client, stands, settings):
    location = sign_in_at_globus(begin(client, return_to="/works"), "bob@univ.example")
    session = client.session
    for journey in session["sign_in_attempts"].values():
        journey["began"] -= 601
    session.save()

    assert way_on(back(client, location)) == "/sign_in?return_to=%2Fworks"
    with_few_tries(settings, 1)
    oauth_state = parameters_of(begin(client, return_to="/works"))["state"]
    limited = client.get(f"/users/auth/globus/callback?error=access_denied&state={oauth_state}")
    assert (limited.status_code, way_on(limited)) == (429, "/sign_in?return_to=%2Fworks")
