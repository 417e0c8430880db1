"""My works of a person with 5,000 works, among many more of others: few queries, by indexes, light pages."""

import pytest
from django.db import connection
from django.urls import reverse

from profiles.infra import clock
from profiles.intake.models import Reconciliation
from tests.support.intake import enrol
from tests.support.pushing import ALICE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_cache")]
OWN, OTHERS = 5_000, 30_000
MAX_QUERIES = 8
MAX_BYTES = 100_000
FILTERED = "?type=Dataset&year=2020&year=2021&repository=Repository+3&source=orcid_update&text=work"
# Written by SQL: how they came to be is not what is looked at.
FILL = """
INSERT INTO claims_claim (uuid, orcid_id, doi, action, origin, state, problem, detail, request_version, tries,
    urgent, requested_at, owner_client, updated_at, put_code)
SELECT gen_random_uuid(),
    CASE WHEN n <= %(own)s THEN %(alice)s ELSE 'other-' || n %% 5000 END,
    '10.5072/w' || n, 'create', CASE WHEN n %% 3 = 0 THEN 'orcid_update' ELSE 'orcid_search' END,
    'done', '', '', 1, 1, false, now(), 'APP-X', now() - n * interval '1 minute', n
FROM generate_series(1, %(own)s + %(others)s) AS n
"""
FILL_METADATA = """
INSERT INTO intake_doisnapshot (doi, state, title, language, repository, kind, year, publisher, concept,
    names, credited, trigger_digest, content_digest, digest_scheme, payload, fetched_at)
SELECT '10.5072/w' || n, 'findable', 'A work of the usual length about sea ice, number ' || n, '',
    'r.' || n %% 40, (ARRAY['Dataset', 'Software', 'Text', 'Image'])[1 + n %% 4], 1990 + n %% 36,
    'Repository ' || n %% 40, '',
    ARRAY[%(alice)s], '{}', '', '', '1', '', now()
FROM generate_series(1, %(own)s) AS n
"""


@pytest.fixture
def client_of_many(client):
    client.force_login(enrol(ALICE))
    Reconciliation.objects.create(orcid_id=ALICE, at=clock.now())
    sizes = {"own": OWN, "others": OTHERS, "alice": ALICE}
    with connection.cursor() as cursor:
        cursor.execute(FILL, sizes)
        cursor.execute(FILL_METADATA, sizes)
        cursor.execute("ANALYZE claims_claim, intake_doisnapshot")
    return client


def statements_of(client, address):
    """Return the page, and each statement that it ran with its values."""
    ran = []

    def note(execute, sql, values, *rest):
        ran.append((sql, values))
        return execute(sql, values, *rest)

    with connection.execute_wrapper(note):
        answer = client.get(reverse("works") + address)
    return answer.content, ran


def plan_of(sql, values):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", values)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_each_page_of_5000_works_takes_few_queries_reads_no_works_of_others_and_is_light(client_of_many):
    client_of_many.get(reverse("works"))  # A first visit also writes down the session.
    plans = []
    for address in ("", "?page=100&sort=title", FILTERED, "?size=100"):
        content, ran = statements_of(client_of_many, address)
        assert len(ran) <= MAX_QUERIES, "\n\n".join(str(sql).strip()[:250] for sql, _ in ran)
        assert len(content) <= MAX_BYTES
        plans += [plan_of(sql, values) for sql, values in ran if "claims_claim c" in sql]

    assert b"5000 works" in client_of_many.get(reverse("works")).content
    assert len(plans) == 12, "what is above the list, the counts, and the list, of each page"
    assert [plan for plan in plans if "Seq Scan on claims_claim" in plan] == []
