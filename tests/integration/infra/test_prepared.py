"""Prepared statements with models as rows: planned once, all or nothing, one winner."""

import asyncio
import threading
import tracemalloc
from datetime import timedelta

import pytest
from django.db import connection

from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.infra.postgres import async_connections, prepared
from profiles.sso import audit
from profiles.sso.models import AuditEntry, Grant, RelyingParty

PARTIES = prepared.Rows(
    "FROM sso_relyingparty p LEFT JOIN sso_grant g ON g.party_id = p.id WHERE p.client_id = %(client_id)s",
    but=("logo",),
    more="p.id + 1",
    p=RelyingParty,
    g=Grant,
)
TAKE = (
    "UPDATE sso_grant SET code_used_at = %(now)s WHERE id = %(grant)s AND code_used_at IS NULL RETURNING id"
)


def party(**changes) -> RelyingParty:
    return RelyingParty.objects.create(client_id="a-service", name="A service", **changes)


def grant_of(one: RelyingParty) -> Grant:
    moment = clock.now()
    return Grant.objects.create(party=one, begun_at=moment, ends_at=moment + timedelta(days=1))


@pytest.mark.django_db
def test_a_statement_is_planned_once_and_then_kept():
    party()
    for _ in range(8):
        PARTIES.first({"client_id": "a-service"})

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(generic_plans) FROM pg_prepared_statements WHERE statement LIKE %s", ["%p.id + 1%"]
        )
        assert cursor.fetchone()[0] > 0


@pytest.mark.django_db
def test_the_texts_of_other_statements_are_not_kept():
    """An import of a million rows kept a hundred statements of a million bytes."""
    size, times = 1_000_000, 20
    tracemalloc.start()
    try:
        for number in range(times):
            PARTIES.first({"client_id": "a-service"})
            with connection.cursor() as cursor:
                cursor.execute("SELECT length(%s)", [f"{number}" * size])
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert kept < size * times / 4


@pytest.mark.django_db
def test_a_line_becomes_models_as_django_would_have_read_them():
    keys = {"keys": [{"kty": "EC"}]}
    grant = grant_of(party(public_keys=keys, redirect_uris=["https://a.example/back"]))

    read, its_grant, more = PARTIES.first({"client_id": "a-service"})

    known = RelyingParty.objects.get()
    assert read == known
    assert (read.public_keys, read.redirect_uris) == (keys, ["https://a.example/back"])
    assert (read.created_at, its_grant.begun_at) == (known.created_at, grant.begun_at)
    assert (its_grant, more) == (grant, known.pk + 1)
    assert not read._state.adding


@pytest.mark.django_db
def test_what_an_outer_join_did_not_find_is_none_and_no_line_is_none():
    party()

    assert PARTIES.first({"client_id": "a-service"})[1] is None
    assert PARTIES.first({"client_id": "another"}) is None


@pytest.mark.django_db
def test_what_is_too_large_to_be_read_along_is_there_when_it_is_looked_at(django_assert_num_queries):
    party(logo=b"\x89PNG")
    read = PARTIES.first({"client_id": "a-service"})[0]

    with django_assert_num_queries(1):
        assert bytes(read.logo) == b"\x89PNG"


@pytest.mark.django_db
def test_rows_are_written_only_where_something_was_taken():
    grant = grant_of(party())
    values = {"now": clock.now(), "grant": grant.pk}

    assert prepared.insert(audit.entry(audit.Event.ISSUED), taking=TAKE, values=values)
    assert not prepared.insert(audit.entry(audit.Event.ISSUED), taking=TAKE, values=values)

    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_rows_of_several_models_are_written_together():
    one = party()
    moment = clock.now()
    grant = Grant(party=one, amr=["pwd"], begun_at=moment, ends_at=moment)

    assert prepared.insert(grant, audit.entry(audit.Event.SIGNED_IN, grant_id=grant.id))

    assert Grant.objects.get().amr == ["pwd"]
    assert AuditEntry.objects.get().grant_id == grant.id


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_at_once_one_wins():
    grant = grant_of(party())
    won: list[bool] = []
    start = threading.Barrier(6)

    def take() -> None:
        start.wait()
        values = {"now": clock.now(), "grant": grant.pk}
        won.append(prepared.insert(audit.entry(audit.Event.ISSUED), taking=TAKE, values=values))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(won) == [False] * 5 + [True]
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_an_account_is_read_with_its_rules_as_words():
    Account.objects.create(orcid_id="0009-0001-0000-0014", rules={"types": ["Dataset"]})
    accounts = prepared.Rows("FROM accounts_account a WHERE a.orcid_id = %(orcid_id)s", a=Account)

    assert accounts.first({"orcid_id": "0009-0001-0000-0014"})[0].rules == {"types": ["Dataset"]}


@pytest.mark.django_db(transaction=True)
def test_the_statements_of_workers_are_prepared():
    """They repeat a few statements for each batch, and planning costs more than most of these."""

    async def kept() -> int:
        async with await async_connections.connect("profiles test") as connection:
            for _ in range(8):
                await connection.execute("SELECT count(*) FROM claims_lane WHERE orcid_id = %s", ["x"])
            cursor = await connection.execute(
                "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%claims_lane WHERE%'"
            )
            return (await cursor.fetchone())[0]

    assert asyncio.run(kept()) == 1
