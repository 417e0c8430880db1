"""While DataCite and ORCID do not answer, everyone who asks for something else is answered as usual."""

import asyncio
import html
import http.client
import re
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.clients.errors import ServiceUnavailableError, TooManyCallsError
from profiles.infra.web import page_calls
from profiles.pipeline import datacite_time_budget, sync_clients
from tests.support.pushing import ALICE, permitted
from tests.support.records import ANNA, DOI, record
from tests.support.served_beside import serving
from tests.support.workers import wait_until

VISITORS = 10
OTHERS = ("/sign_in", "/", "/why", f"/claims?user-id={ALICE}", "/.well-known/openid-configuration")


@pytest.fixture
def place(datacite):
    """The service in a process of its own, with its default threads; calls may take two minutes."""
    with serving(PROFILES_CALL_SECONDS="120") as place:
        yield place


def get(place, path, cookie="", *, form=None):
    connection = http.client.HTTPConnection(*place, timeout=60)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST" if form else "GET", path, form, headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("clean_cache")
def test_other_pages_are_answered_while_datacite_and_orcid_are_silent(place, datacite, orcid):
    client = Client()
    client.force_login(Account.objects.create(orcid_id=ALICE), backend=settings.AUTHENTICATION_BACKENDS[0])
    permitted(orcid)
    name = settings.SESSION_COOKIE_NAME
    cookie = f"{name}={client.cookies[name].value}"
    datacite.order("dois", [record()])
    datacite.fail_next(None, path="/dois/10.", hold=True)
    orcid.fail_next(None, path="/works", hold=True)

    token = re.search('csrfmiddlewaretoken" value="(.+?)"', get(place, reverse("record"), cookie)[1])[1]

    with ThreadPoolExecutor(4 * VISITORS) as people:
        form = f"csrfmiddlewaretoken={token}"
        comparing = [people.submit(get, place, reverse("record"), cookie, form=form) for _ in range(VISITORS)]
        wait_until(orcid.held, seconds=60)
        whys = []

        def datacite_is_asked():
            whys.append(people.submit(get, place, f"/why?doi=10.5072/silent-{len(whys)}&orcid={ALICE}"))
            return datacite.held()

        wait_until(datacite_is_asked, seconds=60)
        answers = [get(place, path)[0] for path in OTHERS]

        assert answers == [200, 200, 200, 401, 200]
        assert {one.result()[0] for one in comparing} == {302}
        assert {one.result()[0] for one in whys} == {503}

    assert all("takes longer than usual" in one.result()[1] for one in whys)
    assert "ORCID does not answer" in get(place, reverse("record"), cookie)[1]


@pytest.mark.django_db
def test_why_says_what_it_waits_for_and_goes_on_automatically(client, datacite):
    datacite.order("dois", [record()])
    datacite.fail_next(1, path="/dois/10.", status=503)
    asked = {"doi": DOI, "orcid": ANNA}

    waiting = client.get(reverse("why"), asked)
    page = waiting.content.decode()
    later = client.get(reverse("why"), asked, headers={"HX-Request": "true"}).content.decode()

    assert waiting.status_code == 503
    assert "We ask DataCite again every few seconds." in page
    assert 'id="why-result" data-follows hx-get="/why?doi=' in page
    assert later.lstrip().startswith('<div id="why-result">')
    assert "<h1" not in later
    assert "Looked at" in later


@pytest.mark.django_db
def test_the_same_question_of_strangers_is_asked_at_datacite_once(client, datacite):
    datacite.order("dois", [record()])
    begin = len(datacite.log(path=f"/dois/{DOI}"))

    pages = [client.get(reverse("why"), {"doi": DOI, "orcid": ANNA}).content for _ in range(3)]

    assert len(datacite.log(path=f"/dois/{DOI}")) == begin + 1
    assert len(set(pages)) == 1


def ask(seconds: float = 0.3):
    return datacite_time_budget.ask(lambda: sync_clients.datacite().doi(DOI), seconds=seconds)


@pytest.mark.django_db
@pytest.mark.usefixtures("clean_cache")
def test_after_four_silent_calls_datacite_is_left_alone_until_it_answers(datacite, monkeypatch):
    datacite.order("dois", [record()])
    datacite.fail_next(None, path="/dois/10.", hold=True)
    monkeypatch.setattr(datacite_time_budget, "CONCLUSIVE_SECONDS", 0.1)
    for _ in range(page_calls.MAX_FAILURES):
        with pytest.raises(ServiceUnavailableError):
            ask()
    made = len(datacite.log(path=f"/dois/{DOI}"))
    datacite.heal()
    datacite.release()

    with pytest.raises(ServiceUnavailableError) as refused:
        ask()
    assert len(datacite.log(path=f"/dois/{DOI}")) == made
    assert datacite_time_budget.retry_delay(refused.value) > 1, "an open page asks no sooner"

    now = time.monotonic() + page_calls.PAUSE_SECONDS
    monkeypatch.setattr(page_calls.time, "monotonic", lambda: now)
    assert ask(seconds=30)
    assert ask(seconds=30)


@pytest.mark.django_db
@pytest.mark.usefixtures("clean_cache")
def test_pages_are_shown_while_datacite_is_silent_and_none_of_them_keeps_the_answer_from_others(
    client, datacite, monkeypatch
):
    client.force_login(Account.objects.create(orcid_id=ALICE), backend=settings.AUTHENTICATION_BACKENDS[0])
    datacite.order("dois", [record()])
    datacite.fail_next(None, path="/dois", hold=True)
    monkeypatch.setattr(datacite_time_budget, "FIRST_VIEW_SECONDS", 0.1)
    addresses = [
        f"{reverse('why')}?doi={DOI}&orcid={ALICE}",
        f"{reverse('find')}?by=words&text={DOI}",
        f"{reverse('confirm')}?doi={DOI}",
    ]

    waiting = [client.get(address).content.decode() for address in addresses * 2]
    datacite.heal()
    later = [client.get(address, headers={"HX-Request": "true"}) for address in addresses]

    assert all("takes longer than usual" in page and "data-follows hx-get=" in page for page in waiting)
    assert [answer.status_code for answer in later] == [200, 200, 200]
    assert not any("takes longer than usual" in answer.content.decode() for answer in later)


@pytest.mark.django_db
@pytest.mark.usefixtures("clean_cache")
def test_who_presses_ask_now_waits_for_an_answer_that_takes_longer_than_a_first_view(
    client, datacite, monkeypatch
):
    """Without scripts a page does not poll, so there would be no way to the answer."""
    client.force_login(Account.objects.create(orcid_id=ALICE), backend=settings.AUTHENTICATION_BACKENDS[0])
    datacite.order("dois", [record()])
    datacite.fail_next(None, path="/dois", delay_ms=400)
    monkeypatch.setattr(datacite_time_budget, "FIRST_VIEW_SECONDS", 0.1)
    addresses = [
        f"{reverse('why')}?doi={DOI}&orcid={ALICE}",
        f"{reverse('find')}?by=words&text={DOI}",
        f"{reverse('confirm')}?doi={DOI}",
    ]

    first = [client.get(address).content.decode() for address in addresses]
    links = [html.unescape(re.search(r'id="ask-now" href="([^"]+)"', page)[1]) for page in first]
    asked = [client.get(link) for link in links]

    assert [answer.status_code for answer in asked] == [200, 200, 200]
    assert not any("takes longer than usual" in answer.content.decode() for answer in asked)


@pytest.mark.django_db
@pytest.mark.usefixtures("clean_cache")
def test_all_questions_of_a_page_share_its_time(monkeypatch):
    async def answer(seconds):
        await asyncio.sleep(seconds)
        return "answered"

    now = [0.0]
    monkeypatch.setattr(datacite_time_budget, "time", SimpleNamespace(monotonic=lambda: now[0]))
    ask_datacite = datacite_time_budget.asking(seconds=30)

    assert ask_datacite(lambda: answer(0)) == "answered"
    now[0] = 31.0
    with pytest.raises(ServiceUnavailableError):
        ask_datacite(lambda: answer(1))


@pytest.mark.django_db
def test_the_pause_that_datacite_asked_for_outlives_a_cache_that_forgets(datacite):
    datacite.order("dois", [record()])
    datacite.fail_next(1, path="/dois/10.", status=429, headers={"Retry-After": "60"})
    with pytest.raises(TooManyCallsError):
        ask()
    made = len(datacite.log(path=f"/dois/{DOI}"))
    cache.clear()

    with pytest.raises(TooManyCallsError) as refused:
        ask()

    assert 50 < refused.value.retry_after <= 60
    assert len(datacite.log(path=f"/dois/{DOI}")) == made
