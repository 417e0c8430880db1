"""The status page: what it says follows from real traffic, and it answers without the database."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.infra import clock
from profiles.infra.models import ServiceDay
from profiles.infra.web import service_health
from profiles.jobs.claims import probe
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
        assert len(answer.content) < 15_000
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


def recorded(days_ago: int, level: int, part: str = "writing") -> None:
    day = clock.now().date() - timedelta(days=days_ago)
    ServiceDay.objects.create(day=day, part=part, worst=level)


def test_each_day_is_shown_by_the_worst_that_was_seen_on_it(client):
    for days_ago, level in ((80, 1), (20, 2), (10, 0), (95, 2)):
        recorded(days_ago, level)

    page = client.get("/status").content.decode()

    strips = re.findall(
        r'class="strip drawn-(\w+)" role="img" aria-label="Adding works to ORCID: (.*?)"', page
    )
    # Today counts too: without a worker, nothing is sent.
    assert strips == [
        ("wide", "1 Working, 1 Slow or in part away, 2 Does not work"),
        ("narrow", "1 Working, 2 Does not work"),
    ]
    listed = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert (listed.count("<tr>"), listed.count("<td>Does not work</td>")) == (3, 3)


def test_what_got_better_leaves_its_mark_on_the_day_and_what_got_worse_changes_it(client, monkeypatch):
    def worst() -> int:
        client.get("/status")
        return ServiceDay.objects.get(part="sign-in").worst

    service_health.record("globus", answered=False)
    slow = worst()
    service_health.record("orcid", answered=False)
    down = worst()
    service_health.record("globus", answered=True)
    service_health.record("orcid", answered=True)

    assert (slow, down, worst()) == (1, 2, 2)


def test_a_job_records_the_day_where_no_one_looks():
    probe()

    assert ServiceDay.objects.filter(day=clock.now().date()).count() == 4


def test_many_visitors_cost_few_queries(client, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(service_status, "KEEP_SECONDS", 60.0)
    monkeypatch.setattr(service_status._latest, "status", None)

    # One observation, with what it writes and reads of the days; not one for each visit.
    with django_assert_max_num_queries(14):
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


def language_of(answer) -> str:
    return answer.content.decode().partition('<html lang="')[2].partition('"')[0]


def test_the_page_is_in_the_language_of_its_reader_and_not_of_the_one_before(client):
    client.get("/sign_in?lang=ar")
    stranger, german = Client().get("/status"), Client(headers={"Accept-Language": "de-AT,en"})

    assert language_of(stranger) == "en"
    assert language_of(german.get("/status")) == "de"
    assert language_of(german.get("/status?lang=ja")) == "ja"
    assert "Accept-Language" in stranger["Vary"]
    # A choice leads on by the link: caches keep the page for everyone, whatever their cookies say.
    assert 'href="/status?lang=ar"' in client.get("/sign_in").content.decode()
    assert 'href="/status"' in german.get("/sign_in").content.decode()


def test_a_host_that_is_not_ours_is_refused_in_english_after_a_page_in_another_language(client):
    client.get("/sign_in?lang=de")

    assert language_of(Client().get("/status", headers={"Host": "evil.example"})) == "en"


@pytest.mark.parametrize("path", ["/", "/status", "/no-such-page"])
def test_the_footer_of_every_page_leads_to_the_status(client, path):
    assert 'href="/status"' in client.get(path).content.decode()
