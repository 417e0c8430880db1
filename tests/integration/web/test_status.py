"""The status page: what it says follows from real traffic, and it answers without the database."""

from datetime import timedelta

import pytest
from django.conf import settings

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.infra import clock
from profiles.infra.web import service_health
from profiles.pipeline import service_status
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch):
    monkeypatch.setattr(service_status, "KEEP_SECONDS", 0.0)
    monkeypatch.setattr(service_health, "_recorded", {})


def parts(client) -> dict[str, str]:
    answer = client.get("/status.json")
    assert answer.status_code == 200
    return {part["name"]: part["state"] for part in answer.json()["parts"]}


def test_a_signed_in_person_and_another_status_page_read_the_same_small_page(client):
    page, data = client.get("/status"), client.get("/status.json")

    for answer in (page, data):
        assert answer.status_code == 200
        assert len(answer.content) < 10_000
        assert answer["Cache-Control"] == "public, max-age=10"
        assert "Cookie" not in answer.get("Vary", "")
        assert not answer.cookies
    assert data["Access-Control-Allow-Origin"] == "*"
    assert data.json()["sentence"] in page.content.decode()


def test_the_delay_and_the_last_accepted_write_come_from_the_works_that_arrived(client):
    done = {"orcid_id": ALICE, "state": "done", "origin": "orcid_update", "owner_client": "APP-1"}
    now = clock.now()
    for number, seconds in enumerate((2, 4, 4, 4, 60)):
        claimed_at = now - timedelta(minutes=number + 1)
        Claim.objects.create(
            **done,
            doi=f"10.5072/{number}",
            put_code=number + 1,
            requested_at=claimed_at,
            doi_changed_at=claimed_at - timedelta(seconds=seconds),
            claimed_at=claimed_at,
        )

    status = client.get("/status.json").json()

    assert status["delay"]["works"] == 5
    assert status["delay"]["median_seconds"] == 4
    assert 4 < status["delay"]["p95_seconds"] <= 60
    assert 60 <= status["last_write_age_seconds"] < 70
    assert "4.0 s" in client.get("/status").content.decode()


def test_a_provider_that_did_not_answer_people_is_named_until_it_answers_again(client):
    service_health.record("orcid", answered=True)
    service_health.record("globus", answered=False)

    assert parts(client)["sign-in"] == "slow"
    page = client.get("/status").content.decode()
    assert "Signing in through Globus does not work right now. The other ways work." in page

    service_health.record("globus", answered=True)

    assert parts(client)["sign-in"] == "working"


def test_many_visitors_cost_few_queries(client, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(service_status, "KEEP_SECONDS", 60.0)

    with django_assert_max_num_queries(12):
        for _ in range(5):
            client.get("/status")
            client.get("/status.json")


def test_a_work_that_waits_for_orcid_leads_to_the_status(client):
    account = Account.objects.create(orcid_id=ALICE)
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    claim = waiting_claim(ALICE, "10.5072/waits", by_owner=True)

    def links() -> int:
        return client.get(f"/works/{claim.uuid}").content.decode().count('href="/status"')

    with_footer_only = links()
    Claim.objects.update(problem="orcid-unavailable")

    assert links() == with_footer_only + 1


@pytest.mark.parametrize("path", ["/", "/status", "/no-such-page"])
def test_the_footer_of_every_page_leads_to_the_status(client, path):
    assert 'href="/status"' in client.get(path).content.decode()
