"""Tokens that expire: exchanged in time, once, the new pair in the place of the old one in one step."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections

from profiles.accounts.models import Account
from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents import refreshing
from profiles.consents.models import Consent, Receipt, Revocation
from profiles.consents.sealing import seal_purpose
from profiles.domain.consent import SCOPES, Purpose
from profiles.infra import clock, wiring
from profiles.infra.jobs import job_names
from profiles.pipeline.permissions import grant, refresh
from tests.support.claims import waiting_claim
from tests.support.jobs import waiting_jobs
from tests.support.pushing import ALICE, BOB, registered, run_lanes, works_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]
PURPOSE = Purpose.AUTO_UPDATE


def given(orcid, *, lasts=3600) -> dict[str, str]:
    """Permission with a token that ends soon, as ORCID gives it."""
    Account.objects.get_or_create(orcid_id=ALICE, defaults={"auto_update_since": clock.now()})
    client = wiring.orcid_client(PURPOSE).client_id
    answer = orcid.order("tokens", {"client_id": client, "orcid": ALICE, "expires_in": lasts})
    ends = clock.now() + timedelta(seconds=lasts)
    token = TokenAnswer(answer["access_token"], answer["refresh_token"], SCOPES, ALICE, "Alice", ends)
    grant.grant_permission(orcid_id=ALICE, purpose=PURPOSE, token=token)
    return answer


def kept(name="access_token") -> str:
    sealed = bytes(getattr(Consent.objects.get(purpose=PURPOSE), name))
    return wiring.vault().unseal(sealed, purpose=seal_purpose(ALICE, PURPOSE.value))


def time_comes() -> None:
    Consent.objects.update(refresh_at=clock.now())


def calls(orcid) -> int:
    return len(orcid.log(path="/oauth/token", method="POST"))


@pytest.mark.parametrize(
    ("lasts", "before_the_end"),
    [(3600, timedelta(minutes=20)), (90 * 86400, timedelta(days=7)), (631_138_518, timedelta(days=7))],
    ids=["an hour", "a season", "twenty years"],
)
def test_a_token_is_exchanged_well_before_its_end(orcid, lasts, before_the_end):
    given(orcid, lasts=lasts)

    consent = Consent.objects.get()
    assert abs(consent.expires_at - consent.refresh_at - before_the_end) < timedelta(seconds=1)
    assert refresh.refresh_due() == 0


def test_the_new_pair_takes_the_place_of_the_old_one_and_works(orcid, datacite):
    old = given(orcid)
    time_comes()

    assert refresh.refresh_due() == 1
    assert refresh.refresh_due() == 0

    assert kept() != old["access_token"]
    assert kept("refresh_token") != old["refresh_token"]
    assert [r.kind for r in Receipt.objects.order_by("id")] == ["granted", "refreshed"]
    registered(datacite, "10.5072/one")
    from profiles.domain.claim import Origin

    waiting_claim(ALICE, "10.5072/one", origin=Origin.AUTO_UPDATE)
    run_lanes()
    assert len(works_of(orcid)) == 1


def test_two_jobs_at_once_exchange_a_pair_once(orcid):
    given(orcid)
    time_comes()

    def job() -> int:
        try:
            return refresh.refresh_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        done = sum(future.result() for future in [threads.submit(job) for _ in range(3)])

    assert (done, calls(orcid)) == (1, 1)


def test_an_answer_that_was_lost_means_asking_the_person_not_losing_them_unseen(orcid):
    given(orcid)
    time_comes()
    orcid.fail_next(path="/oauth/token", drop_after=True)

    refresh.refresh_due()
    consent = Consent.objects.get()
    assert consent.health == "unused", "it may not have been made at all"
    assert waiting_jobs(job_names.SEND_LOST_NOTICE) == []

    time_comes()
    refresh.refresh_due()

    consent = Consent.objects.get()
    assert consent.health == "lost"
    assert [job.args for job in waiting_jobs(job_names.SEND_LOST_NOTICE)] == [{"row_id": consent.pk}]


def test_an_exchange_that_never_arrived_is_made_later(orcid):
    old = given(orcid)
    time_comes()
    orcid.fail_next(path="/oauth/token", status=503)

    assert refresh.refresh_due() == 0
    time_comes()
    assert refresh.refresh_due() == 1

    assert kept() != old["access_token"]


def test_trouble_with_our_own_credentials_costs_no_one_their_permission(orcid):
    given(orcid)
    time_comes()
    orcid.order(
        "clients", {"client_id": settings.ENVIRONMENT.ORCID_AUTO_UPDATE_CLIENT_ID, "status": "locked"}
    )

    refresh.refresh_due()

    assert Consent.objects.get().health == "unused"


def test_a_pair_for_another_person_is_not_kept(orcid):
    before = given(orcid)
    time_comes()
    orcid.order("people", {"orcid": ALICE, "token_answer": {"orcid": BOB}})

    assert refresh.refresh_due() == 0

    assert kept() == before["access_token"]
    assert kept("refresh_token") == before["refresh_token"]


def test_what_was_taken_back_during_the_exchange_stays_taken_back(orcid):
    given(orcid)
    time_comes()
    (pair,) = refreshing.take_due(now=clock.now())
    grant.withdraw_permission(orcid_id=ALICE, purpose=PURPOSE)
    Revocation.objects.all().delete()

    new = TokenAnswer("new-token", "new-refresh", SCOPES, ALICE, "", None)
    assert refreshing.swap(pair=pair, token=new, now=clock.now()) is False

    assert Consent.objects.get().access_token is None
    sealed = bytes(Revocation.objects.get().token)
    assert wiring.vault().unseal(sealed, purpose=seal_purpose(ALICE, PURPOSE.value)) == "new-token"


def test_a_token_that_ended_and_cannot_be_exchanged_is_lost_and_told(orcid):
    given(orcid)
    Consent.objects.update(refresh_token=None, refresh_at=clock.now(), expires_at=clock.now())

    refresh.refresh_due()

    assert Consent.objects.get().health == "lost"
