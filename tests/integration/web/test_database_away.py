"""What people see while the database is away."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.database_accidents import full_disk, no_connection_left, only_a_standby
from tests.support.database_proxy import database_proxy
from tests.support.served_beside import serving
from tests.support.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SIGNED_IN = {"Cookie": "profiles_session=" + "a1" * 16}
"""A browser that was signed in sends its session, which is looked up before anything else."""


def ask(place, path, *, method="GET") -> tuple[int, http.client.HTTPMessage, str]:
    connection = http.client.HTTPConnection(*place, timeout=30)
    try:
        connection.request(method, path, headers={**SIGNED_IN, "Host": "127.0.0.1"})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def test_a_signed_in_person_gets_a_page_with_a_way_on_and_the_service_recovers():
    with database_proxy() as proxy, serving(DATABASE_URL=proxy.url) as place:
        assert ask(place, "/settings/me")[0] in {200, 302}

        proxy.refuse()
        for path in ("/settings/me", "/works", "/"):
            status, headers, page = ask(place, path)
            assert (status, headers.get("Retry-After")) == (503, "10"), path
            assert "The service is away for a moment" in page
            assert f'href="{path}"' in page
            assert 'href="/status"' in page
        status, _, page = ask(place, "/settings/edit", method="POST")
        assert status == 503
        assert "may not be saved" in page
        wait_until(lambda: "we cannot reach our database" in ask(place, "/status")[2], seconds=20)
        status, _, data = ask(place, "/status.json")
        assert (status, json.loads(data)["state"]) == (200, "down")

        proxy.accept()
        wait_until(lambda: "cannot reach" not in ask(place, "/status.json")[2], seconds=20)
        wait_until(lambda: ask(place, "/settings/me")[0] in {200, 302}, seconds=20)


@pytest.mark.proof
def test_connections_that_were_cut_cost_no_page():
    with database_proxy() as proxy, serving(DATABASE_URL=proxy.url) as place:
        for _ in range(8):
            ask(place, "/settings/me")

        proxy.cut()

        assert {ask(place, "/settings/me")[0] for _ in range(12)} <= {200, 302}


@pytest.mark.proof
@pytest.mark.parametrize("accident", [only_a_standby, full_disk, no_connection_left])
def test_in_a_failover_without_space_and_without_connections_pages_never_break(accident):
    with database_proxy() as proxy, serving(DATABASE_URL=proxy.url) as place:
        ask(place, "/settings/me")

        with accident(proxy) if accident is no_connection_left else accident():
            answers = {ask(place, path)[0] for path in ("/settings/me", "/works", "/", "/why", "/status")}

        assert answers <= {200, 302, 503}
        wait_until(lambda: ask(place, "/settings/me")[0] in {200, 302}, seconds=20)


@pytest.mark.proof
def test_a_frozen_database_gets_each_person_a_page_with_a_way_on_while_it_is_frozen():
    with (
        database_proxy() as proxy,
        serving(
            threads=2, DATABASE_URL=f"{proxy.url}?connect_timeout=2", PROFILES_DATABASE_SECONDS="1"
        ) as place,
        ThreadPoolExecutor(6) as people,
    ):
        for _ in range(4):
            ask(place, "/settings/me")

        proxy.freeze()
        answers = list(people.map(lambda _number: ask(place, "/settings/me"), range(6)))
        posted = ask(place, "/settings/edit", method="POST")
        proxy.thaw()

        assert {status for status, _headers, _page in [*answers, posted]} == {503}
        assert all('href="/settings/me"' in page for _status, _headers, page in answers)
        assert "may not be saved" in posted[2]
        wait_until(lambda: ask(place, "/settings/me")[0] in {200, 302}, seconds=20)
