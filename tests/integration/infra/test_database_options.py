"""Each connection, whoever makes it, honours every option of ``DATABASE_URL``."""

import asyncio
import socket
import threading
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connections

from profiles.infra.jobs import queue
from profiles.infra.postgres import async_connections
from profiles.infra.postgres.database import django_database

SSL_REQUEST = bytes.fromhex("0000000804d2162f")


@contextmanager
def a_server_without_tls():
    """Listen as a PostgreSQL that knows no TLS; gives its port and what it was sent."""
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller:
                caller.settimeout(5)
                while words := caller.recv(4096):
                    heard.append(words)
                    if words != SSL_REQUEST:
                        break
                    caller.sendall(b"N")

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@contextmanager
def configured(monkeypatch, url, tmp_path):
    """Let the connections that are made now go where the URL says."""
    with monkeypatch.context() as patch:
        for name, value in django_database(url, tmp_path).items():
            patch.setitem(connections.settings["default"], name, value)
        yield


def django():
    wrapper = connections.create_connection("default")
    wrapper.get_new_connection(wrapper.get_connection_params())


def lanes():
    asyncio.run(async_connections.connect("profiles lanes take"))


def jobs():
    # The pool would try again for a while; what counts is how it connects.
    asyncio.run(psycopg.AsyncConnection.connect(**queue.WorkerConnector()._pool_args["kwargs"]))


@pytest.mark.parametrize("connect", [django, lanes, jobs])
def test_no_connection_speaks_plain_text_where_the_url_asks_for_tls(monkeypatch, tmp_path, connect):
    with a_server_without_tls() as (port, heard):
        url = f"postgresql://profiles@127.0.0.1:{port}/profiles?sslmode=verify-full&sslrootcert=system"
        with configured(monkeypatch, url, tmp_path), pytest.raises(Exception, match="SSL"):
            connect()

    assert heard
    assert set(heard) == {SSL_REQUEST}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["django", "lanes", "jobs"])
def test_each_connection_has_the_settings_that_the_url_names(monkeypatch, tmp_path, kind):
    known = connections["default"].settings_dict
    url = (
        f"postgresql://{known['USER']}@/{known['NAME']}?host={known['HOST']}"
        "&options=-c%20statement_timeout%3D54321&connect_timeout=7"
    )

    async def of_jobs() -> str:
        async with queue.app.with_connector(queue.WorkerConnector()).open_async() as worker_app:
            row = await worker_app.connector.execute_query_one_async("SHOW statement_timeout")
        return row["statement_timeout"]

    async def of_lanes() -> str:
        async with await async_connections.connect("profiles lanes take") as connection:
            return (await (await connection.execute("SHOW statement_timeout")).fetchone())[0]

    def of_django() -> str:
        wrapper = connections.create_connection("default")
        with wrapper.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            seen = cursor.fetchone()[0]
        wrapper.close()
        return seen

    with configured(monkeypatch, url, tmp_path):
        ways = {
            "django": of_django,
            "lanes": lambda: asyncio.run(of_lanes()),
            "jobs": lambda: asyncio.run(of_jobs()),
        }
        seen = ways[kind]()

    assert seen == "54321ms"


def test_a_url_with_two_hosts_is_understood_as_libpq_does(tmp_path):
    url = "postgresql://us%40r:p%3Aw@one:5433,two/profiles?target_session_attrs=read-write"

    entry = django_database(url, tmp_path)

    assert (entry["USER"], entry["PASSWORD"], entry["NAME"]) == ("us@r", "p:w", "profiles")
    assert entry["HOST"] == "one,two"
    assert entry["PORT"].startswith("5433,")
    assert entry["OPTIONS"]["target_session_attrs"] == "read-write"


def test_a_server_that_may_only_be_read_is_not_used(tmp_path):
    assert (
        django_database("postgresql://one/profiles", tmp_path)["OPTIONS"]["target_session_attrs"]
        == "read-write"
    )
