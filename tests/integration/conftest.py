"""The service over real HTTP, for the tests that need it."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from profiles.accounts.models import AccessKey, Account
from profiles.claims.models import Block, Claim, ClaimBatch, Lane
from profiles.sso.models import AuditEntry, RelyingParty
from profiles.webhooks.models import Webhook
from tests.support.served_beside import serving

TOUCHED = (ClaimBatch, Claim, Lane, Block, AccessKey, RelyingParty, AuditEntry, Account, Session, Webhook)


@pytest.fixture(scope="package")
def place(django_db_setup, django_db_blocker) -> Iterator[tuple[str, int]]:
    """Host and port of the service, in a process of its own; it starts once for all tests below."""
    with django_db_blocker.unblock(), serving() as place:
        yield place


@pytest.fixture
def no_jobs(db) -> None:
    """Empty the queue, which no flush empties: earlier tests may have left jobs in it."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture
def committed(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Let the test and the service see each other's rows; afterwards only those tables are emptied.

    Emptying all tables, as ``transaction=True`` does, takes longer than these tests. A module that wants
    this defines ``db`` by it, so that pytest-django sets the database up.
    """
    with django_db_blocker.unblock():
        yield
        for model in TOUCHED:
            model.objects.all().delete()
        connection.close()
