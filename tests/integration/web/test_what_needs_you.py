"""The header counts the works that need their owner, on each page."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from profiles.claims import services
from profiles.domain.claim import ClaimEvent
from tests.integration.web.test_home import alice as alice_account
from tests.integration.web.test_home import asked
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, BOB

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs", "clean_cache")]
alice = alice_account


def failed(orcid_id: str, doi: str) -> None:
    services.move(claim_id=waiting_claim(orcid_id, doi).pk, event=ClaimEvent.FAIL, problem="consent-missing")


def counted(client, path: str) -> str:
    """Return the words of the link to My works."""
    links = client.get(path).content.decode().partition('class="places"')[2].partition("</nav>")[0]
    link = links.partition('href="/works"')[2].partition(">")[2].partition("</a>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", link).split())


@pytest.mark.parametrize("path", ["/", "/works", "/find?by=list", "/settings/me", "/why"])
def test_the_header_counts_works_that_failed_and_questions(client, alice, path):
    failed(ALICE, "10.5072/failed")
    failed(BOB, "10.5072/of-another")
    asked("10.5072/asked")
    waiting_claim(ALICE, "10.5072/on-its-way")

    assert counted(client, path) == "My works What needs you: 2"


def test_the_header_counts_nothing_where_nothing_needs_the_person(client, alice):
    waiting_claim(ALICE, "10.5072/on-its-way")

    assert counted(client, "/") == "My works"


def test_a_list_that_polls_brings_the_count_along(client, alice):
    failed(ALICE, "10.5072/failed")

    part = client.get("/works", headers={"HX-Request": "true"}).content.decode()

    count = part.partition('<span id="needing" hx-swap-oob="true">')[2].partition("</div>")[0]
    assert " ".join(re.sub(r"<[^>]+>", " ", count).split()) == "What needs you: 1"


@pytest.mark.parametrize("path", ["/works", "/find?by=list", "/settings/me"])
def test_the_count_keeps_pages_within_eight_queries(client, alice, path):
    failed(ALICE, "10.5072/failed")
    client.get(path)

    with CaptureQueriesContext(connection) as queries:
        client.get(path)

    assert len(queries) <= 8, "\n".join(str(query["sql"])[:150] for query in queries.captured_queries)
