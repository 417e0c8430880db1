"""While ORCID or Globus is silent, the web server goes on answering everyone who asks for something else."""

import http.client
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account, AuthorizationAnswer
from profiles.infra import clock
from tests.support.globus_browser import sign_in_at_globus
from tests.support.orcid_browser import sign_in_at_orcid
from tests.support.pushing import ALICE, BOB
from tests.support.served_beside import serving
from tests.support.signing_in import begin
from tests.support.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
THREADS = 4
COOKIE = settings.SESSION_COOKIE_NAME
LIMIT = 60


@pytest.fixture
def place(stands):
    """The service in a process of its own."""
    with serving(threads=THREADS, PROFILES_EXCHANGE_SECONDS="0.2") as place:
        yield place


def get(place, path: str, client: Client | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection(*place, timeout=LIMIT)
    cookie = f"{COOKIE}={client.cookies[COOKIE].value}" if client else ""
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def path_of(location: str) -> str:
    parts = urlsplit(location)
    return f"{parts.path}?{parts.query}"


def sign_in_callback(provider: str) -> tuple[Client, str]:
    """Be Bob at the provider, and return the browser with the address that it is sent back to."""
    client = Client()
    begun = begin(client, provider)
    if provider == "orcid":
        return client, path_of(sign_in_at_orcid(begun, BOB))
    return client, path_of(sign_in_at_globus(begun, "bob@univ.example"))


def permission_callback() -> tuple[Client, str]:
    """Give a permission at ORCID, and return the browser with the address that it is sent back to."""
    account, _ = Account.objects.get_or_create(orcid_id=ALICE, defaults={"first_signed_in_at": clock.now()})
    client = Client()
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    begun = client.post("/orcid/search_and_link/auth")
    return client, path_of(sign_in_at_orcid(begun["Location"], ALICE))


@pytest.mark.parametrize(
    "kind", [*(pytest.param(kind, marks=pytest.mark.proof) for kind in ("orcid", "globus")), "permission"]
)
def test_four_people_whose_provider_is_silent_wait_without_a_thread_and_are_completed(place, stands, kind):
    stand = stands.globus if kind == "globus" else stands.orcid
    calls = [
        permission_callback() if kind == "permission" else sign_in_callback(kind) for _ in range(THREADS)
    ]
    stand.fail_next(None, method="POST", path="token", hold_after=True)

    try:
        with ThreadPoolExecutor(THREADS) as people:
            waiting = [people.submit(get, place, path, client).result(LIMIT) for client, path in calls]
        pages = [get(place, path)[0] for path in ("/sign_in", "/", "/heartbeat")]
        held = stand.held()
    finally:
        stand.heal()
    wait_until(lambda: AuthorizationAnswer.objects.exclude(result=None).count() == THREADS, seconds=LIMIT)
    answers = [get(place, path, client)[0] for client, path in calls]

    assert held == THREADS
    assert pages == [200, 200, 200]
    assert [status for status, _body in waiting] == [200] * THREADS
    assert all("This page continues automatically" in body for _status, body in waiting)
    assert answers == [302] * THREADS
    assert len(stand.log(method="POST", path="token")) == THREADS
