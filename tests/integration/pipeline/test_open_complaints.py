"""Complaints that stand open in public and need more than a rule, each as its author described it."""

import pytest
from django.conf import settings

from profiles.claims.models import Claim
from profiles.domain.claim import Origin
from profiles.domain.consent import Purpose
from profiles.infra import wiring
from profiles.pipeline.permissions import invite
from profiles.pipeline.push import take_over
from tests.support.api_callers import CHARLIE
from tests.support.claims import waiting_claim
from tests.support.finding import add_pasted
from tests.support.jobs import run_jobs
from tests.support.pushing import ALICE, permitted, registered, run_lanes, works_of

pytestmark = pytest.mark.django_db(transaction=True)


def sources(orcid):
    return [work["source"]["source-client-id"]["path"] for work in works_of(orcid)]


def test_suggestion_190_past_works_that_show_the_person_as_their_source_show_datacite_afterwards(
    orcid, datacite
):
    """Added by hand before Auto-Update existed: the person asks for them once more, as DataCite's word."""
    by_hand, by_itself = (
        wiring.orcid_client(purpose).client_id for purpose in (Purpose.SEARCH_AND_LINK, Purpose.AUTO_UPDATE)
    )
    permitted(orcid)
    for number in range(2):
        registered(datacite, f"10.5072/past-{number}", created="2015-01-01T00:00:00Z")
        waiting_claim(ALICE, f"10.5072/past-{number}", origin=Origin.SEARCH_AND_LINK)
    registered(datacite, "10.5072/past-2", created="2015-01-01T00:00:00Z")
    run_lanes()
    assert sources(orcid) == [by_hand, by_hand]

    offered = [work.doi for work in take_over.search_and_link_works(ALICE)]
    assert take_over.take_over(orcid_id=ALICE, dois=offered) == 2
    add_pasted(ALICE, "10.5072/past-2")
    run_lanes()

    assert sources(orcid) == [by_itself, by_itself, by_itself]
    assert set(Claim.objects.values_list("state", "origin")) == {("done", Origin.AUTO_UPDATE.value)}


def test_issue_711_an_author_who_has_not_subscribed_is_told_in_their_orcid_inbox(orcid):
    settings.ENVIRONMENT.PROFILES_INVITE_AUTHORS = True
    try:
        waiting_claim(CHARLIE, "10.5072/unknown-author", origin=Origin.AUTO_UPDATE)
        run_lanes()

        asked = invite.invite_authors()
        run_jobs()
    finally:
        settings.ENVIRONMENT.PROFILES_INVITE_AUTHORS = False

    told = {person["orcid"]: person["notifications"] for person in orcid.state()["people"]}
    assert (asked, told[CHARLIE]) == (1, 1)
    assert Claim.objects.get().state == "notified"
