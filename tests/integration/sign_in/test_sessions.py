"""Where somebody is signed in: limits, the list of it, and signing out there."""

from datetime import timedelta

import pytest
import structlog
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client

from profiles.accounts import signals
from profiles.infra import clock
from profiles.jobs.upkeep import tidy_up
from tests.support.signing_in import by_globus, by_orcid, ended_sessions, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"


@pytest.fixture
def at_home(stands):
    client = Client(HTTP_USER_AGENT=FIREFOX)
    by_globus(client)
    return client


@pytest.fixture
def phone(stands):
    client = Client(HTTP_USER_AGENT=PHONE)
    by_globus(client)
    return client


def row_of(client) -> UserSession:
    return UserSession.objects.get(data__sid=client.session["sid"])


def used_last(client, **ago: float) -> None:
    UserSession.objects.filter(pk=row_of(client).pk).update(last_seen_at=clock.now() - timedelta(**ago))


def opened(client, **ago: float) -> None:
    UserSession.objects.filter(pk=row_of(client).pk).update(created_at=clock.now() - timedelta(**ago))


def test_the_list_names_each_device_and_which_is_this_one(at_home, phone):
    page = at_home.get("/settings/sessions").content.decode()

    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert page.count("this one") == 1


def test_a_page_that_lies_open_and_asks_automatically_keeps_no_session_alive(at_home):
    used_last(at_home, hours=11)
    before = row_of(at_home).last_seen_at

    at_home.get("/works", headers={"HX-Request": "true"})

    assert row_of(at_home).last_seen_at == before
    at_home.get("/works")
    assert row_of(at_home).last_seen_at > before


def test_a_database_that_goes_away_before_the_session_is_stored_gets_the_page_for_it(at_home):
    """It was answered with 400, as if the browser had erred."""
    row_of(at_home).delete()
    session = at_home.session
    del session["sid"]  # the next page gives it a new one, and stores that
    session.save()
    at_home.raise_request_exception = False

    def lost(execute, statement, params, many, context):
        if statement.startswith("UPDATE") and "django_session" in statement:
            raise OperationalError("the connection was closed")
        return execute(statement, params, many, context)

    with connection.execute_wrapper(lost):
        answer = at_home.get("/works")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "The service is away for a moment" in answer.content.decode()


def test_one_session_is_signed_out_from_another(at_home, phone):
    sid = phone.session["sid"]

    with ended_sessions() as told:
        at_home.post("/settings/sessions", {"end": str(row_of(phone).pk)})

    assert told == [sid]
    assert (phone.get("/settings/me").status_code, at_home.get("/settings/me").status_code) == (302, 200)


def test_all_others_are_signed_out_and_this_one_stays(at_home, phone):
    with ended_sessions() as told:
        at_home.post("/settings/sessions", {"end": "others"})

    assert len(told) == 1
    assert (who(phone), who(at_home) is not None) == (None, True)


def test_signing_out_everywhere_ends_this_one_too_and_takes_the_shared_cookie_back(at_home, phone):
    sids = {at_home.session["sid"], phone.session["sid"]}

    with ended_sessions() as told:
        answer = at_home.post("/settings/sessions", {"end": "all"})

    assert set(told) == sids
    assert answer.cookies["_datacite"].value == "%7B%22authenticated%22%3A%7B%7D%7D"
    assert (who(phone), who(at_home)) == (None, None)


def test_no_one_ends_the_session_of_another_person(at_home):
    alice = Client()
    by_orcid(alice, "0009-0001-0000-0014")

    alice.post("/settings/sessions", {"end": str(row_of(at_home).pk)})

    assert at_home.get("/settings/me").status_code == 200


@pytest.mark.parametrize("over", ["idle", "long"])
def test_a_session_past_a_limit_ends_when_it_is_used_again_and_the_shared_cookie_with_it(at_home, over):
    sid = at_home.session["sid"]
    used_last(at_home, hours=13) if over == "idle" else opened(at_home, days=8)

    with ended_sessions() as told:
        answer = at_home.get("/settings/me")

    assert told == [sid]
    assert answer["Location"].startswith("/sign_in?return_to=")
    assert answer.cookies["_datacite"].value == "%7B%22authenticated%22%3A%7B%7D%7D"


def test_a_session_within_its_limits_goes_on_and_its_use_is_noted(at_home):
    used_last(at_home, hours=11)
    opened(at_home, days=6)

    assert at_home.get("/settings/me").status_code == 200
    assert row_of(at_home).last_seen_at > clock.now() - timedelta(minutes=1)


def test_looking_at_a_page_writes_nothing_about_the_session_within_a_minute(at_home):
    at_home.get("/settings/sessions")
    before = row_of(at_home).last_seen_at

    at_home.get("/settings/sessions")

    assert row_of(at_home).last_seen_at == before


def test_sessions_past_a_limit_are_ended_by_the_hour_even_when_no_one_uses_them(at_home, phone):
    sid = phone.session["sid"]
    used_last(phone, hours=13)

    with ended_sessions() as told:
        tidy_up()
        tidy_up()

    assert told == [sid]
    assert who(at_home) is not None


def test_a_session_from_before_names_gets_one_and_goes_on(at_home):
    row_of(at_home).delete()
    session = at_home.session
    del session["sid"]
    session.save()

    assert at_home.get("/settings/me").status_code == 200
    assert at_home.session["sid"]
    assert row_of(at_home).data == {"sid": at_home.session["sid"]}


def test_proving_it_again_begins_the_limits_again_and_leaves_one_session(at_home):
    opened(at_home, days=6)

    by_globus(at_home, fresh="1")

    assert row_of(at_home).created_at > clock.now() - timedelta(minutes=1)
    assert UserSession.objects.count() == 1


def test_the_cookie_of_a_session_is_out_of_reach_of_scripts_and_other_sites(client, stands):
    answer = by_globus(client)

    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")


def test_signed_out_is_told_with_the_response_so_that_cookies_can_go(at_home):
    seen = []
    signals.signed_out.connect(listener := lambda response, **_rest: seen.append(response.status_code))

    at_home.post("/sign_out")

    signals.signed_out.disconnect(listener)
    assert seen == [302]


def test_a_cookie_that_no_session_can_have_is_nobodys():
    with_nul = r'"abcdefghij\000kl"'

    page = Client().get("/settings/me", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={with_nul}"})

    assert page.status_code == 302
    assert page.headers["Location"].startswith("/sign_in")


def whole_database() -> str:
    """Return every row of every table as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()")
        tables = [name for (name,) in cursor.fetchall()]
        assert "django_session" in tables
        rows = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def test_no_table_and_no_log_line_holds_the_key_of_a_session(client, stands, capsys):
    client.get("/sign_in")
    with structlog.testing.capture_logs() as events:
        by_globus(client)
        by_globus(client, fresh="1")
        client.get("/settings/sessions")
        client.get("/works")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value

    rows = whole_database()

    assert client.session["sid"] in rows
    assert key not in rows
    assert key not in repr(events) + "".join(capsys.readouterr())


def test_what_the_database_holds_of_a_session_opens_none(at_home):
    stored = Session.objects.get().session_key
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = stored

    assert thief.get("/settings/me").status_code == 302
    assert at_home.get("/settings/me").status_code == 200
