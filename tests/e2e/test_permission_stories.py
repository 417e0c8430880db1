"""A permission that is lost and given again, and an account closed while ORCID is down, in a real browser."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from profiles.accounts.models import Account
from profiles.claims.models import Claim, Lane
from profiles.consents import worker_queries
from profiles.consents.models import Consent, Departure
from profiles.domain.consent import Purpose
from profiles.infra import clock, wiring
from profiles.infra.models import Bucket
from tests.e2e.steps import ALICE, arrive_as_alice, get_token
from tests.support.claims import waiting_claim
from tests.support.jobs import make_jobs_due, run_jobs
from tests.support.pushing import registered, run_lanes

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
BANNER = "ORCID no longer accepts your permission for Search & Link"


def titles_on_record(orcid) -> list[str]:
    """Read the record from inside ORCID: it asks for no token, so it says nothing about ours."""
    alice = next(person for person in orcid.state()["people"] if person["orcid"] == ALICE)
    return sorted(work["title"] for work in alice["works"])


def arrive_with_works(page: Page, base: str, datacite, *numbers: str) -> None:
    arrive_as_alice(page, base)
    get_token(page, "Search & Link")
    claim_works(datacite, *numbers)


def claim_works(datacite, *numbers: str) -> None:
    for number in numbers:
        registered(datacite, f"10.5072/{number}", title=f"Work {number}")
        waiting_claim(ALICE, f"10.5072/{number}")


def an_hour_passes() -> None:
    """As if the permission were not new: a refusal right after it was given counts for nothing."""
    Consent.objects.update(granted_at=clock.now() - timedelta(hours=1))


def try_again_minutes_later() -> None:
    """As if two minutes had gone by since the first refusal, and the next try of everything had come."""
    moment = clock.now() - worker_queries.LOST_AFTER - timedelta(seconds=1)
    Consent.objects.exclude(first_refused_at=None).update(first_refused_at=moment)
    Claim.objects.filter(state="waiting").update(due_at=clock.now())
    Lane.objects.update(due_at=clock.now())
    run_lanes()


def test_a_lost_permission_is_told_once_and_given_again_and_the_works_arrive(
    page, live_server, orcid, datacite, mailbox
):
    arrive_with_works(page, live_server.url, datacite, "one", "two")
    an_hour_passes()
    Account.objects.update(email="alice@univ.example", email_verified_at=clock.now())
    client_id = wiring.orcid_client(Purpose.SEARCH_AND_LINK).client_id
    orcid.order("revoke-trust", {"orcid": ALICE, "client_id": client_id})

    run_lanes()
    page.goto(f"{live_server.url}/settings/me")
    expect(page.get_by_text("ORCID refused it once. We try again before we call it lost.")).to_be_visible()
    expect(page.get_by_text(BANNER)).to_have_count(0)

    try_again_minutes_later()
    try_again_minutes_later()
    run_jobs()
    (letter,) = mailbox.letters
    assert letter["To"] == "alice@univ.example"
    (link,) = mailbox.links()

    page.goto(f"{live_server.url}/works")
    expect(page.get_by_text(BANNER)).to_be_visible()
    assert titles_on_record(orcid) == []
    page.goto(link)
    get_token(page, "Search & Link")
    expect(page.get_by_text(BANNER)).to_have_count(0)
    run_lanes()

    assert titles_on_record(orcid) == ["Work one", "Work two"]
    page.goto(f"{live_server.url}/works")
    expect(page.get_by_text("On your ORCID record").first).to_be_visible()
    expect(page.get_by_text(BANNER)).to_have_count(0)
    run_jobs()


def is_finished() -> bool:
    return Departure.objects.get().finished_at is not None


def reopen_the_door() -> None:
    """As if the pause after an outage were over."""
    Bucket.objects.update(blocked_until=None, failures=0)
    make_jobs_due("finish_departure")


def test_an_account_is_closed_while_orcid_is_down_and_its_works_go_when_orcid_is_back(
    page, live_server, orcid, datacite
):
    arrive_with_works(page, live_server.url, datacite, "one", "two")
    run_lanes()
    assert titles_on_record(orcid) == ["Work one", "Work two"]
    orcid.fail_next(count=None, status=503)

    page.goto(f"{live_server.url}/settings/me")
    page.get_by_role("link", name="Your data").click()
    page.get_by_role("link", name="Close my account").click()
    page.locator("input[name=works][value=remove]").check()
    page.locator("input[name=sure]").check()
    page.get_by_role("button", name="Close my account").click()

    expect(page.get_by_role("heading", name="The account is closed")).to_be_visible()
    receipt = page.url
    run_jobs()
    assert not is_finished()
    page.reload()
    expect(page.get_by_text("0 of 2 removed")).to_be_visible()
    expect(page.get_by_text("0 of 1 revoked at ORCID; none is used any more")).to_be_visible()
    expect(page.get_by_text("still being finished automatically")).to_be_visible()
    assert titles_on_record(orcid) == ["Work one", "Work two"]
    page.goto(f"{live_server.url}/settings/me")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    orcid.heal()
    reopen_the_door()
    run_jobs()
    assert is_finished()

    page.goto(receipt)
    expect(page.get_by_text("2 of 2 removed")).to_be_visible()
    expect(page.get_by_text("1 of 1 revoked at ORCID")).to_be_visible()
    expect(page.get_by_text("finished on")).to_be_visible()
    assert titles_on_record(orcid) == []
