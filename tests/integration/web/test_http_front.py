"""What goes over the wire between strangers and a thread of ours."""

import contextlib
import http.client
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from profiles.infra.web.http_front import MAX_BODY
from profiles.ops.serve_commands import KILL_SECONDS
from tests.support import echoing
from tests.support.slow_clients import answer_to, holding


@pytest.fixture(scope="module")
def echo(tmp_path_factory):
    """A server that says what it was asked."""
    with echoing.serving(tmp_path_factory.mktemp("echo") / "go on") as (_process, place):
        yield place


@pytest.fixture
def held(tmp_path):
    """A server of its own whose ``/hold`` answers once the file is there."""
    until = tmp_path / "go on"
    with echoing.serving(until) as (process, place):
        yield process, place, until


def ask(place, path="/", *, verb="GET", body=None, headers=()):
    with contextlib.closing(http.client.HTTPConnection(*place, timeout=30)) as connection:
        connection.putrequest(verb, path, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer, answer.read()


def told(place, *args, **keywords):
    return json.loads(ask(place, *args, **keywords)[1])


def spoken(place, said: bytes, *, ends: bool = False) -> bytes:
    """Say this, and return the first line of the answer."""
    with socket.create_connection(place, 30) as connection:
        connection.sendall(said)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        return answer_to(connection, seconds=30)


def test_the_application_is_told_what_was_asked_as_wsgi_says(echo):
    seen = told(
        echo, "/caf%C3%A9/%FF?a=%20b", verb="POST", body=b"x" * 70_000,
        headers=[("Content-Type", "text/plain"), ("X-A", "1"), ("X-A", "2"), ("Cookie", "a=1"),
                 ("Cookie", "b=2")],
    )  # fmt: skip

    assert (seen["REQUEST_METHOD"], seen["QUERY_STRING"]) == ("POST", "a=%20b")
    assert seen["PATH_INFO"].encode("latin-1").decode(errors="replace") == "/café/\ufffd"
    assert (seen["CONTENT_TYPE"], seen["CONTENT_LENGTH"], seen["body"]) == ("text/plain", "70000", 70_000)
    assert (seen["HTTP_X_A"], seen["HTTP_COOKIE"]) == ("1,2", "a=1; b=2")
    assert (seen["REMOTE_ADDR"], seen["SERVER_PORT"]) == ("127.0.0.1", str(echo[1]))
    assert "HTTP_CONTENT_LENGTH" not in seen


def test_a_header_with_an_underscore_does_not_pass_for_one_of_a_proxy(echo):
    seen = told(echo, headers=[("X_Forwarded_For", "203.0.113.1"), ("X-Forwarded-Proto", "https")])

    assert "HTTP_X_FORWARDED_FOR" not in seen
    assert seen["HTTP_X_FORWARDED_PROTO"] == "https"


@pytest.mark.parametrize("size", [5, 200_000])
def test_a_body_in_pieces_arrives_whole(echo, size):
    pieces = b"".join(b"5\r\nhello\r\n" for _ in range(size // 5))
    with socket.create_connection(echo, 30) as connection:
        connection.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            + pieces + b"0\r\n\r\n"
        )  # fmt: skip
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))

    seen = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (seen["body"], seen["CONTENT_LENGTH"]) == (size, str(size))


@pytest.mark.parametrize(
    "said",
    [
        b"POST /broken HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf=1",
        b"POST /broken HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"x" * 70_000,
        b"POST /broken HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhalf=1\r\n",
    ],
    ids=["small", "large", "in pieces"],
)
def test_a_body_that_breaks_off_is_given_to_no_thread(echo, said):
    before = told(echo)["requests"]

    assert spoken(echo, said, ends=True) in {b"", b"HTTP/1.1 400 Bad Request"}

    assert told(echo)["requests"] == before + 1


@pytest.mark.parametrize("how", [f"Content-Length: {MAX_BODY + 1}", "Transfer-Encoding: chunked"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(echo, how):
    said = f"POST / HTTP/1.1\r\nHost: x\r\n{how}\r\n\r\n".encode()
    if "chunked" in how:
        said += b"%x\r\n" % (MAX_BODY + 1) + b"x" * (MAX_BODY + 1) + b"\r\n"

    assert spoken(echo, said) == b"HTTP/1.1 413 Payload Too Large"


def test_a_person_who_asks_first_whether_to_send_is_told_to_go_on(echo):
    with socket.create_connection(echo, 30) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(b"hello")

        assert answer_to(connection, seconds=30) == b"HTTP/1.1 200 OK"


def test_head_is_answered_like_get_without_a_body(echo):
    answer, body = ask(echo, "/big", verb="HEAD")

    assert (answer.status, answer.headers["Content-Length"], body) == (200, str(echoing.BIG), b"")


def test_a_large_answer_arrives_whole_and_the_connection_serves_again(echo):
    with contextlib.closing(http.client.HTTPConnection(*echo, timeout=30)) as connection:
        for _ in range(3):
            connection.request("GET", "/big")
            assert len(connection.getresponse().read()) == echoing.BIG


def test_slow_bodies_are_answered_408_and_their_connections_closed(echo):
    with holding(echo, slow=20, dripping=20) as clients:
        for connection in (*clients.slow, *clients.dripping):
            assert answer_to(connection, seconds=60) == b"HTTP/1.1 408 Request Timeout"


def test_connections_that_are_silent_or_idle_for_too_long_are_closed(echo):
    with (
        socket.create_connection(echo, 30) as used,
        socket.create_connection(echo, 30) as unfinished,
        holding(echo, silent=20) as clients,
    ):
        used.sendall(b"GET /heartbeat HTTP/1.1\r\nHost: x\r\n\r\n")
        assert used.recv(4096).endswith(b"OK")
        unfinished.sendall(b"GET / HTTP/1.1\r\nHost: ")
        for connection in (*clients.silent, used, unfinished):
            assert answer_to(connection, seconds=60) in {b"", b"HTTP/1.1 408 Request Timeout"}


@pytest.mark.parametrize("path", ["/heartbeat", "/livez"])
def test_signs_of_life_are_given_while_every_thread_is_busy(held, path):
    _process, place, until = held
    with ThreadPoolExecutor(echoing.THREADS) as people:
        waiting = [people.submit(ask, place, "/hold") for _ in range(echoing.THREADS)]
        answer, body = ask(place, path)
        assert (answer.status, body, until.exists()) == (200, b"OK", False)
        until.touch()

        assert {one.result()[0].status for one in waiting} == {200}


def test_more_requests_than_can_wait_are_told_that_we_are_busy(held):
    _process, place, until = held
    refusals = threading.Semaphore(0)

    def hold():
        answer, _body = ask(place, "/hold")
        if answer.status == 503:
            assert answer.headers["Retry-After"]
            refusals.release()
        return answer.status

    with ThreadPoolExecutor(echoing.MAX_REQUESTS + 2) as people:
        waiting = [people.submit(hold) for _ in range(echoing.MAX_REQUESTS + 2)]
        # As soon as one is let go, another would get its place.
        assert all(refusals.acquire(timeout=60) for _ in range(2))
        until.touch()
        found = sorted(one.result() for one in waiting)

    assert found == [200] * echoing.MAX_REQUESTS + [503] * 2


def test_clients_that_leave_before_their_answer_harm_no_one(held):
    _process, place, until = held
    for _ in range(echoing.THREADS):
        with socket.create_connection(place, 30) as leaving:
            leaving.sendall(b"GET /hold HTTP/1.1\r\nHost: x\r\n\r\n")
    until.touch()

    assert ask(place)[0].status == 200


def test_the_server_ends_in_time_while_connections_are_slow(held):
    process, place, _until = held
    with holding(place, slow=20, dripping=20, silent=20):
        process.terminate()
        assert process.wait(KILL_SECONDS + 10) is not None
