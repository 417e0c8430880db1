"""Lists at size: what they cost does not grow with what is listed, and no question reads a whole table.

A hundred thousand claims of a hundred thousand people are made by the database itself; what is looked at is
how it goes about each question, never how long that takes.
"""

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.support.api_callers import service_key

MANY = 100_000
BUSY = "0009-0000-0000-0000"
STATES = ["done"] * 178 + ["failed"] * 10 + ["ignored"] * 5 + ["deleted"] * 3 + ["waiting"] * 3 + ["notified"]
PERSON = (
    "'0009-' || lpad(({0} / 10000)::text, 4, '0') || '-' || lpad(mod({0}, 10000)::text, 4, '0') || '-0000'"
)
MOMENT = "timestamptz '2016-01-01Z' + n * interval '52 minutes'"
PEOPLE = f"""
INSERT INTO accounts_account (orcid_id, name, given_names, family_name, other_names, organisation, role,
    provider_id, client_id, language, is_public, is_active, password, beta_tester, rules, created_at,
    updated_at)
SELECT {PERSON.format("n")}, 'Person ' || n, 'Person', n::text, '{{}}', '', 'user', '', '', '',
    mod(n, 50) <> 49, true, '!', false, '{{}}', {MOMENT}, {MOMENT}
FROM generate_series(0, {MANY - 1}) n
"""
CLAIMS = f"""
INSERT INTO claims_claim (uuid, orcid_id, doi, action, origin, state, problem, detail, request_version,
    tries, urgent, requested_at, put_code, owner_client, claimed_at, created_at, updated_at, due_at)
SELECT gen_random_uuid(), {PERSON.format("owner")}, '10.' || 5072 + mod(n, 400) || '/c.' || n,
    CASE state WHEN 'deleted' THEN 'delete' ELSE 'create' END,
    CASE mod(n, 3) WHEN 0 THEN 'orcid_update' ELSE 'orcid_search' END, state,
    CASE state WHEN 'failed' THEN 'missing-data' ELSE '' END, '', 1, 1, false, moment,
    CASE state WHEN 'done' THEN n + 1 END, CASE state WHEN 'done' THEN 'APP' ELSE '' END,
    CASE state WHEN 'done' THEN moment END, moment, moment + mod(n * 7919, 50000000) * interval '1 second',
    CASE state WHEN 'waiting' THEN moment END
FROM (
    SELECT n, CASE WHEN n < 1000 THEN 0 ELSE n END AS owner, {MOMENT} AS moment,
        ('{{{",".join(STATES)}}}'::text[])[1 + mod(abs(hashint4(n)), {len(STATES)})] AS state
    FROM generate_series(0, {MANY - 1}) n
) made
"""
OF_CLAIMS = [
    *(f"sort={sort}" for sort in ("relevance", "doi", "-doi", "orcid", "-orcid", "created", "-created",
                                  "updated", "-updated")),
    *(f"state={state}" for state in ("waiting", "failed", "done", "ignored", "deleted", "notified")),
    "state=failed,ignored", "claim-action=delete", "source-id=orcid_update", "source-id=nothing",
    "created=2016", "created=2025", "created=2016,2018", "claimed=2016", "claimed=2025&state=failed",
    "query=10.5100/", "query=10.5100/c.28", "query=nothing", "dois=10.5072/c.0,10.5073/c.1",
    "ids=d140d44e-af70-43ec-a90b-49878a954487", "ids=nothing",
    f"user-id={BUSY}", f"user-id={BUSY}&state=failed", f"user-id={BUSY}&query=c.7", "include=user",
    "page[number]=400", "page[number]=400&sort=doi", "page[cursor]=1", "page[cursor]=1&state=notified",
    "page[cursor]=1&created=2025", "sort=doi&state=notified", "sort=created&state=deleted",
]  # fmt: skip
OF_PEOPLE = [
    *(f"sort={sort}" for sort in ("name", "-name", "created", "-created", "relevance")),
    "query=Person+777", "query=777", "query=nothing", f"query={BUSY}", "page[number]=400", "page[cursor]=1",
    "page[cursor]=1&query=777", "sort=created&query=777",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _a_hundred_thousand(django_db_setup, django_db_blocker):
    """Fill the tables once for all tests here, within a transaction that is taken back."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(PEOPLE)
                cursor.execute(CLAIMS)
                # What autovacuum does in an hour.
                cursor.execute("SELECT gin_clean_pending_list('account_named')")
                cursor.execute("ANALYZE claims_claim, accounts_account")
                # As disks are today; otherwise a third of so small a table is rather read as it lies.
                cursor.execute("SET LOCAL random_page_cost = 1.1")
            yield
            transaction.set_rollback(True)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE claims_claim, accounts_account")


@pytest.fixture
def statements(db):
    """The statements that were asked of the database while a test ran."""
    seen = []

    def noted(execute, sql, params, many, context):
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        yield seen


def most_rows_read(statement):
    """Return how many rows of one table a statement looks at, whether they are wanted or not."""
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + sql, params)
        [[plan]] = cursor.fetchone()
    most, left = 0, [plan["Plan"]]
    while left:
        node = left.pop()
        left += node.get("Plans", [])
        if "Relation Name" in node:
            looked_at = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            most = max(most, looked_at * node["Actual Loops"])
    return most


def of_reading(statements):
    return [one for one in statements if one[0].lstrip().startswith(("SELECT", "WITH found"))]


@pytest.mark.parametrize(
    "address", [*(f"/claims?{one}" for one in OF_CLAIMS), *(f"/users?{one}" for one in OF_PEOPLE)]
)
def test_no_list_reads_a_table_to_its_end(address, statements):
    client = Client(headers={"Authorization": f"Bearer {service_key()}"})
    statements.clear()

    answer = client.get(address)

    assert answer.status_code == 200, answer.content
    read = [most_rows_read(one) for one in of_reading(list(statements))]
    assert read
    assert max(read) < MANY / 2, read
