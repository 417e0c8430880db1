"""One row that no key opens, or that breaks, stops nothing but itself."""

from datetime import timedelta

import pytest
import structlog

from profiles.accounts.models import Account
from profiles.consents import departures
from profiles.consents.models import Consent, Departure
from profiles.consents.sealing import seal_purpose
from profiles.domain.consent import Purpose
from profiles.infra import clock, wiring
from profiles.infra.each import for_each
from profiles.infra.vault import Vault, new_key
from profiles.intake.models import Reconciliation
from profiles.pipeline.leaving import close_account
from profiles.pipeline.leaving.finish_at_orcid import finish_departure
from profiles.pipeline.permissions import refresh
from profiles.pipeline.works import reconcile
from tests.support.jobs import run_jobs, waiting_jobs
from tests.support.pushing import ALICE, BOB, permitted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]
PURPOSE = Purpose.SEARCH_AND_LINK
EARLIER = timedelta(minutes=1)


def unopenable(purpose: str) -> bytes:
    """Seal something with a key that is lost since."""
    return Vault([new_key()]).seal("a token", purpose=purpose)


def test_a_pair_of_tokens_that_no_key_opens_does_not_stop_the_others(orcid):
    for orcid_id, moment in ((BOB, 2 * EARLIER), (ALICE, EARLIER)):
        client = wiring.orcid_client(PURPOSE).client_id
        Account.objects.create(orcid_id=orcid_id)
        pair = orcid.order("tokens", {"client_id": client, "orcid": orcid_id, "expires_in": 3600})
        seal = wiring.vault().seal
        purpose = seal_purpose(orcid_id, PURPOSE.value)
        Consent.objects.create(
            orcid_id=orcid_id, purpose=PURPOSE.value, client_id=client, scopes=["/activities/update"],
            access_token=seal(pair["access_token"], purpose=purpose),
            refresh_token=seal(pair["refresh_token"], purpose=purpose),
            granted_at=clock.now(), refresh_at=clock.now() - moment,
        )  # fmt: skip
    Consent.objects.filter(orcid_id=BOB).update(refresh_token=unopenable(seal_purpose(BOB, PURPOSE.value)))

    assert refresh.refresh_due() == 1

    assert Consent.objects.get(orcid_id=ALICE).refreshed_at is not None
    assert Consent.objects.get(orcid_id=BOB).refreshed_at is None


def test_a_departure_that_cannot_be_read_does_not_stop_the_others(orcid):
    permitted(orcid)
    now = clock.now()
    bad = Departure(asked_at=now, ends_by=now + departures.MAX_DURATION)
    bad.sealed = wiring.vault().seal("[]", purpose=f"departure:{bad.uuid}")
    bad.save()
    finish_departure.defer(row_id=bad.pk)
    close_account.close(account=Account.objects.get(orcid_id=ALICE), remove_works=False)

    run_jobs()

    assert Departure.objects.exclude(pk=bad.pk).get().finished_at is not None
    assert [job.args for job in waiting_jobs("finish_departure")] == [{"row_id": bad.pk}]


def test_a_departure_that_cannot_be_read_for_a_month_is_erased(orcid):
    long_ago = clock.now() - departures.MAX_DURATION
    bad = Departure.objects.create(asked_at=long_ago, ends_by=clock.now(), sealed=b"\x01")
    finish_departure.defer(row_id=bad.pk)

    run_jobs()

    bad.refresh_from_db()
    assert bad.sealed is None
    assert bad.finished_at is not None


def test_what_breaks_on_one_row_is_logged_and_the_rows_behind_it_have_their_turn():
    def do(number: int) -> bool:
        return 6 % number == 0

    with structlog.testing.capture_logs() as lines:
        assert for_each([0, 1, 2, 4], do, job="test") == 2

    assert [(line["event"], line["log_level"], line["job"]) for line in lines] == [
        ("row.broke", "error", "test")
    ]


def test_a_record_that_cannot_be_compared_does_not_stop_the_others(orcid, datacite):
    for orcid_id in (BOB, ALICE):
        permitted(orcid, orcid_id)
    Consent.objects.filter(orcid_id=BOB).update(access_token=b"\x01")

    assert reconcile.reconcile_due() >= 1

    assert set(Reconciliation.objects.values_list("orcid_id", flat=True)) == {ALICE, BOB}
