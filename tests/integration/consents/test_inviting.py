"""Authors who are not with us, and works that name them: asked once in their ORCID inbox, and left alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connections

from profiles.accounts.models import Account
from profiles.claims.models import Claim, ClaimHistory
from profiles.consents import services
from profiles.consents.models import Invitation
from profiles.domain.claim import Origin
from profiles.infra import clock
from profiles.pipeline.permissions import invite
from tests.support.api_callers import CHARLIE
from tests.support.claims import waiting_claim
from tests.support.jobs import make_jobs_due, run_at_once, run_jobs, waiting_jobs
from tests.support.pushing import permitted, run_lanes, works_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]


@pytest.fixture(autouse=True)
def wanted():
    """A deployment that wants authors to be asked."""
    django_settings.ENVIRONMENT.PROFILES_INVITE_AUTHORS = True
    yield
    django_settings.ENVIRONMENT.PROFILES_INVITE_AUTHORS = False


@pytest.fixture
def sent_by_an_agent(orcid):
    """Three works that name Charlie, who has no account; the worker found no permission for them."""
    for number in range(3):
        waiting_claim(CHARLIE, f"10.5072/c{number}", origin=Origin.AUTO_UPDATE)
    run_lanes()


def messages(orcid, orcid_id=CHARLIE):
    return next(p["notifications"] for p in orcid.state()["people"] if p["orcid"] == orcid_id)


def invite_authors() -> None:
    """As when the clock's job and those that it hands over have run."""
    invite.invite_authors()
    run_jobs()


def test_one_message_is_sent_for_all_works_and_the_claims_say_so(sent_by_an_agent, orcid):
    invite_authors()
    invite_authors()

    assert messages(orcid) == 1
    assert set(Claim.objects.values_list("state", "problem")) == {("notified", "consent-missing")}
    assert ClaimHistory.objects.filter(event="notify").count() == 3


def test_a_work_that_comes_later_makes_no_second_message_until_half_a_year_has_passed(
    sent_by_an_agent, orcid
):
    invite_authors()
    waiting_claim(CHARLIE, "10.5072/later", origin=Origin.AUTO_UPDATE)
    run_lanes()

    invite_authors()
    assert messages(orcid) == 1

    Invitation.objects.update(asked_at=clock.now() - services.INVITE_AGAIN_AFTER - timedelta(seconds=1))
    invite_authors()
    assert messages(orcid) == 2


def test_who_is_with_us_is_not_asked_in_the_inbox(sent_by_an_agent, orcid):
    Account.objects.create(orcid_id=CHARLIE)

    invite_authors()
    assert messages(orcid) == 0


def test_what_a_person_clicked_themselves_invites_no_one(orcid):
    waiting_claim(CHARLIE, origin=Origin.SEARCH_AND_LINK)
    run_lanes()

    invite_authors()


def test_no_one_is_asked_unless_the_deployment_wants_it(sent_by_an_agent, orcid):
    django_settings.ENVIRONMENT.PROFILES_INVITE_AUTHORS = False

    invite_authors()
    assert messages(orcid) == 0
    assert set(Claim.objects.values_list("state", flat=True)) == {"failed"}


def test_a_closed_inbox_is_never_knocked_at_again(sent_by_an_agent, orcid):
    orcid.order("people", {"orcid": CHARLIE, "takes_notifications": False})
    invite_authors()
    orcid.order("people", {"orcid": CHARLIE, "takes_notifications": True})

    invite_authors()
    assert Invitation.objects.get().asked_at is None
    assert waiting_jobs("invite_author") == []
    assert messages(orcid) == 0


def test_a_message_whose_answer_was_lost_is_found_and_not_sent_twice(sent_by_an_agent, orcid):
    orcid.fail_next(path="notification-permission", method="POST", drop_after=True)

    invite_authors()
    assert Invitation.objects.get().asked_at is None
    make_jobs_due("invite_author")
    invite_authors()

    assert Invitation.objects.get().asked_at is not None
    assert messages(orcid) == 1


def test_a_job_that_runs_twice_at_once_asks_once(sent_by_an_agent, orcid):
    def job():
        try:
            return invite.invite_authors()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        found = sum(future.result() for future in [threads.submit(job) for _ in range(3)])
    run_at_once("invite_author", [Invitation.objects.get().pk])

    assert found == 1
    assert messages(orcid) == 1


def test_who_came_before_the_message_went_out_gets_none(sent_by_an_agent, orcid):
    invite.invite_authors()
    Account.objects.create(orcid_id=CHARLIE)

    run_jobs()

    assert messages(orcid) == 0
    assert not Invitation.objects.exists()


def test_who_comes_is_offered_the_works_and_gets_what_comes_afterwards(sent_by_an_agent, orcid, datacite):
    from tests.support.pushing import registered

    invite_authors()
    permitted(orcid, CHARLIE)
    registered(datacite, "10.5072/new", names=(CHARLIE,))
    waiting_claim(CHARLIE, "10.5072/new", origin=Origin.AUTO_UPDATE)
    run_lanes()

    assert len(works_of(orcid, CHARLIE)) == 1
    assert Claim.objects.filter(state="notified").count() == 3
