"""What a person asked for keeps its origin until it is carried out, whoever asks for the same meanwhile."""

import pytest

from profiles.claims.models import Claim
from profiles.claims.services import ClaimRequest, request_claim, resume_parked
from profiles.claims.stopping import Stop, request_and_stop
from profiles.domain.claim import ClaimAction, ClaimEvent, ForbiddenTransitionError, Origin
from tests.support.pushing import ALICE

pytestmark = pytest.mark.django_db
DOI = "10.5072/open"


def asked(origin: Origin, **words) -> Claim:
    return request_claim(ClaimRequest(ALICE, DOI, origin, **words))


def test_a_click_that_is_not_carried_out_keeps_its_origin_when_auto_update_asks_too():
    asked(Origin.SEARCH_AND_LINK, by_owner=True)

    assert asked(Origin.AUTO_UPDATE).origin == Origin.SEARCH_AND_LINK


def test_a_click_that_failed_keeps_its_origin_when_auto_update_asks_too():
    asked(Origin.SEARCH_AND_LINK, by_owner=True)
    Claim.objects.update(state="failed", problem="consent-missing", due_at=None)

    assert asked(Origin.AUTO_UPDATE).origin == Origin.SEARCH_AND_LINK


def test_a_click_that_was_carried_out_may_get_another_origin():
    asked(Origin.SEARCH_AND_LINK, by_owner=True)
    Claim.objects.update(state="done", owner_version=0, due_at=None)

    assert asked(Origin.AUTO_UPDATE).origin == Origin.AUTO_UPDATE


def test_a_click_on_what_auto_update_asked_for_gets_the_origin_of_the_click():
    asked(Origin.AUTO_UPDATE)

    assert asked(Origin.SEARCH_AND_LINK, by_owner=True).origin == Origin.SEARCH_AND_LINK


def test_a_stopped_addition_in_doubt_stays_stopped_when_permission_comes():
    claim = asked(Origin.AUTO_UPDATE)
    Claim.objects.update(in_doubt=True)
    claim.refresh_from_db()
    request_and_stop([], [Stop(claim, "not-named", "auto-update")])
    Claim.objects.update(state="failed", problem="consent-missing", due_at=None)

    resume_parked(orcid_id=ALICE, problems=["consent-missing"])

    claim.refresh_from_db()
    assert (claim.state, claim.stop_reason, claim.in_doubt) == ("waiting", "not-named", True)


def test_a_stopped_addition_is_wanted_again_when_it_is_asked_for_again():
    claim = asked(Origin.AUTO_UPDATE)
    Claim.objects.update(in_doubt=True)
    claim.refresh_from_db()
    request_and_stop([], [Stop(claim, "not-named", "auto-update")])

    assert asked(Origin.AUTO_UPDATE).stop_reason == ""


def test_an_addition_that_was_asked_for_since_it_was_decided_about_is_not_stopped():
    claim = asked(Origin.AUTO_UPDATE)
    Claim.objects.update(in_doubt=True)
    claim.refresh_from_db()
    asked(Origin.SEARCH_AND_LINK, by_owner=True)

    with pytest.raises(ForbiddenTransitionError):
        request_and_stop([], [Stop(claim, "not-named", "auto-update")])


def test_an_addition_that_is_not_in_doubt_is_ignored_at_once():
    claim = asked(Origin.AUTO_UPDATE)

    request_and_stop([], [Stop(claim, "not-named", "auto-update")])

    claim.refresh_from_db()
    assert (claim.state, claim.detail, claim.action) == ("ignored", "not-named", ClaimAction.CREATE)
    assert claim.history.last().event == ClaimEvent.SKIP
