"""Strangers who send a byte now and then, or nothing at all, keep nobody from being answered."""

import contextlib
import http.client
import socket
import time

import pytest

from profiles.ops.demo.visitor import Visitor
from tests.support import environment, services
from tests.support.served import serving
from tests.support.slow_clients import answer_to, holding

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("stands")]


@pytest.fixture(scope="module")
def served(django_db_setup):
    """The service as it is deployed, with its default number of threads and limits."""
    with serving() as served:
        yield served


@pytest.fixture
def place(served):
    host, port = served.url.removeprefix("http://").split(":")
    return host, int(port)


def test_a_person_signs_in_while_700_connections_are_slow_or_silent(served, place):
    with holding(place, slow=200, dripping=200, silent=300) as clients:
        sign_in(served)

        # No one was answered by sending the slow away.
        assert not [one for one in clients.silent if was_closed(one)]


@pytest.mark.proof
def test_slow_bodies_end_after_30_seconds_and_a_silent_connection_is_used_again_after_65(served, place):
    """The connection is that of a load balancer, which waits for its next visitor."""
    kept = http.client.HTTPConnection(*place, timeout=20)
    kept.request("GET", "/sign_in")
    kept.getresponse().read()
    unused_since = time.monotonic()
    with contextlib.closing(kept):
        with holding(place, slow=200, dripping=200, silent=300) as clients:
            for connection in (*clients.slow, *clients.dripping):
                assert answer_to(connection, seconds=60) == b"HTTP/1.1 408 Request Timeout"

        time.sleep(max(0.0, 65 - (time.monotonic() - unused_since)))
        kept.request("GET", "/sign_in")
        assert kept.getresponse().status == 200


def sign_in(served) -> None:
    services.register(environment.stands, served.url)
    bob = Visitor()
    bob.go(f"{served.url}/sign_in")
    bob.press("Sign in with Globus")
    bob.press("Continue", organization="University of Example")
    bob.press("bob@univ.example")
    bob.expect("Bob")


def was_closed(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
