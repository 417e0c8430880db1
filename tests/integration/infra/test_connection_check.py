"""A kept connection is checked before a request uses it: by its socket, and once in a while by a query."""

import time

import pytest
from django.db import DataError, connections

from profiles.infra.postgres.impatient import base


@pytest.fixture
def kept(db):
    """A connection of its own, as a thread of the web server keeps it."""
    wrapper = connections.create_connection("default")
    wrapper.connect()
    yield wrapper
    wrapper.close()


def ended_by_the_server(wrapper):
    pid = wrapper.connection.info.backend_pid
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    limit = time.monotonic() + 10
    while base._is_quiet(wrapper.connection):
        assert time.monotonic() < limit


def test_a_connection_that_has_just_answered_is_not_asked_again(kept, monkeypatch):
    assert kept.is_usable()

    monkeypatch.setattr(base.base.DatabaseWrapper, "is_usable", lambda _self: pytest.fail("asked"))
    assert kept.is_usable()


def test_a_connection_that_answered_a_while_ago_is_asked(kept, monkeypatch):
    assert kept.is_usable()

    asked = []
    monkeypatch.setattr(base.base.DatabaseWrapper, "is_usable", lambda _self: asked.append(1) or True)
    kept._answered_at -= base.CHECKED_FOR_SECONDS
    assert kept.is_usable()
    assert asked


def test_a_connection_that_the_server_has_ended_is_found_at_once(kept):
    assert kept.is_usable()

    ended_by_the_server(kept)

    assert not kept.is_usable()


def test_a_connection_that_was_closed_here_is_not_usable(kept):
    assert kept.is_usable()

    kept.connection.close()

    assert not kept.is_usable()


def test_a_connection_whose_transaction_is_broken_is_not_usable(kept):
    assert kept.is_usable()

    kept.set_autocommit(False)
    with pytest.raises(DataError), kept.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")

    assert not kept.is_usable()
