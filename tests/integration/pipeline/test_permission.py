from datetime import timedelta

import pytest

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents.models import Consent, Receipt, Revocation
from profiles.domain.claim import ClaimEvent, Origin
from profiles.domain.consent import Purpose
from profiles.infra import clock, wiring
from profiles.pipeline.permissions import grant
from tests.support.claims import waiting_claim
from tests.support.jobs import make_jobs_due, run_jobs
from tests.support.pushing import ALICE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]


def parked(doi: str, origin: Origin) -> Claim:
    claim = waiting_claim(ALICE, doi, origin=origin)
    return services.move(claim_id=claim.id, event=ClaimEvent.FAIL, problem="consent-missing")


def token() -> TokenAnswer:
    return TokenAnswer("secret-token", "secret-refresh", ("/activities/update",), ALICE, "Alice", None)


def give(purpose: Purpose) -> int:
    return grant.grant_permission(orcid_id=ALICE, purpose=purpose, token=token())


def test_what_the_person_asked_for_starts_when_permission_comes():
    Account.objects.create(orcid_id=ALICE)
    claim = parked("10.5072/asked", Origin.SEARCH_AND_LINK)

    started = give(Purpose.SEARCH_AND_LINK)

    claim.refresh_from_db()
    assert (started, claim.state) == (1, "waiting")


def test_auto_update_never_sends_what_came_before_it_was_switched_on():
    before = parked("10.5072/before", Origin.AUTO_UPDATE)
    Account.objects.create(orcid_id=ALICE, auto_update_since=clock.now() + timedelta(milliseconds=1))
    Claim.objects.filter(pk=before.pk).update(requested_at=clock.now() - timedelta(days=30))
    after = parked("10.5072/after", Origin.AUTO_UPDATE)
    Account.objects.update(auto_update_since=clock.now() - timedelta(days=1))

    started = give(Purpose.AUTO_UPDATE)

    assert started == 1
    assert Claim.objects.get(pk=before.pk).state == "failed"
    assert Claim.objects.get(pk=after.pk).state == "waiting"


def test_auto_update_that_is_off_starts_nothing():
    Account.objects.create(orcid_id=ALICE)
    parked("10.5072/one", Origin.AUTO_UPDATE)

    assert give(Purpose.AUTO_UPDATE) == 0


def test_a_token_is_sealed_for_its_person_and_purpose_and_leaves_a_receipt():
    give(Purpose.AUTO_UPDATE)

    consent = Consent.objects.get()
    assert b"secret" not in bytes(consent.access_token) + bytes(consent.refresh_token)
    assert (
        wiring.vault().unseal(bytes(consent.access_token), purpose=f"orcid-token:{ALICE}:auto_update")
        == "secret-token"
    )
    assert Receipt.objects.get().kind == "granted"


def test_taking_back_works_at_once_and_orcid_is_told_until_it_answers(orcid):
    given = orcid.order("tokens", {"client_id": "APP-PROFILESDEMO0003", "orcid": ALICE})
    answer = TokenAnswer(given["access_token"], None, ("/activities/update",), ALICE, "", None)
    grant.grant_permission(orcid_id=ALICE, purpose=Purpose.AUTO_UPDATE, token=answer)
    orcid.fail_next(path="/oauth/revoke", status=503)

    assert grant.withdraw_permission(orcid_id=ALICE, purpose=Purpose.AUTO_UPDATE)
    assert Consent.objects.get().access_token is None
    run_jobs()
    assert Revocation.objects.count() == 1
    make_jobs_due("revoke_token")
    run_jobs()

    assert not Revocation.objects.exists()
    assert [r.kind for r in Receipt.objects.order_by("id")] == ["granted", "withdrawn", "revoked_at_orcid"]
