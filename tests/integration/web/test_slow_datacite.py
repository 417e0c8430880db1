"""While DataCite's search is slow, the web server goes on answering everybody else."""

import http.client
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account
from tests.support.pushing import ALICE
from tests.support.served_beside import serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
THREADS = 8
AT_ONCE = THREADS // 2


@pytest.fixture
def place(datacite):
    """The service in a process of its own, with as many threads as it has by default."""
    with serving(threads=THREADS, PROFILES_CALL_SECONDS="25") as place:
        yield place


def get(place, path, cookie="", **headers):
    connection = http.client.HTTPConnection(*place, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie, **headers})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def test_more_searches_than_threads_do_not_keep_others_waiting(place, datacite):
    client = Client()
    account = Account.objects.create(orcid_id=ALICE)
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    cookie = f"{name}={client.cookies[name].value}"
    datacite.fail_next(None, path="/dois", delay_ms=12_000)

    with ThreadPoolExecutor(THREADS) as people:
        by_itself = {"HX-Request": "true"}
        searching = [people.submit(get, place, "/find", cookie, **by_itself) for _ in range(THREADS)]
        time.sleep(0.5)
        status, _body = get(place, "/claims?user-id=" + ALICE)
        answered = [one.result()[1] for one in searching if one.done()]
        datacite.heal()

    assert status == 401
    # Nobody had to wait until a search came to its end.
    assert all("takes longer than usual" in body for body in answered)
    assert sum("takes longer than usual" not in one.result()[1] for one in searching) == AT_ONCE
