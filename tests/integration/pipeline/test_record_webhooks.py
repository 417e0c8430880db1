"""ORCID calls when a record changes: what its owner did there is known in minutes, not within a week."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings

from profiles.accounts import mergers
from profiles.accounts.models import Account
from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents import record_webhooks as addresses
from profiles.consents.models import Consent, RecordWebhook
from profiles.domain.claim import Origin
from profiles.domain.consent import SCOPES, Purpose
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.intake.models import Reconciliation
from profiles.pipeline.leaving import close_account
from profiles.pipeline.permissions import grant, record_webhooks, refresh
from tests.integration.consents.test_telling import minutes_pass, revoke_at_orcid
from tests.support.claims import waiting_claim
from tests.support.jobs import make_jobs_due, run_jobs, waiting_jobs
from tests.support.pushing import ALICE, BOB, permitted, registered, run_lanes, settle
from tests.support.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]
DOI = "10.5072/changed-at-orcid"


@pytest.fixture
def on(orcid, settings, live_server):
    """The service with webhooks switched on, and ORCID's stand-in, which calls it."""
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(
        update={"PROFILES_ORCID_WEBHOOKS": True, "PROFILES_URL": live_server.url}
    )
    orcid.order("options", {"webhook_delay": 0.05})
    return orcid


@pytest.fixture
def alice(on, datacite):
    """A work on the record of Alice, who gave both permissions; ORCID's call for it came some minutes ago."""
    permitted(on)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)
    run_lanes()
    record_webhooks.keep(ALICE)
    RecordWebhook.objects.update(called_at=clock.now())
    return settle(claim)


def at_orcid(orcid) -> list[str]:
    return [webhook["orcid_id"] for webhook in orcid.state()["webhooks"]]


def calls_for(orcid_id):
    return RecordWebhook.objects.get(pk=orcid_id).called_at


def wait_for_a_call_after(before):
    wait_until(lambda: calls_for(ALICE) != before, seconds=10)


def comparisons():
    return waiting_jobs(job_names.COMPARE)


def given(purpose=Purpose.AUTO_UPDATE, orcid_id=ALICE):
    token = TokenAnswer("token", None, SCOPES, orcid_id, "", None)
    grant.grant_permission(orcid_id=orcid_id, purpose=purpose, token=token)
    run_jobs()


def test_a_person_who_gives_permission_is_registered_and_one_who_withdraws_is_removed(on):
    Account.objects.create(orcid_id=ALICE)
    given()
    assert at_orcid(on) == [ALICE]
    assert RecordWebhook.objects.get().registered_at is not None

    grant.withdraw_permission(orcid_id=ALICE, purpose=Purpose.AUTO_UPDATE)
    run_jobs()

    assert at_orcid(on) == []
    assert not RecordWebhook.objects.exists()


def test_without_the_setting_orcid_is_asked_for_nothing(orcid):
    assert not type(django_settings.ENVIRONMENT).model_fields["PROFILES_ORCID_WEBHOOKS"].default
    Account.objects.create(orcid_id=ALICE)
    given()
    assert record_webhooks.keep_all() == 0
    run_jobs()

    assert at_orcid(orcid) == []
    assert orcid.log(path="/webhook") == []


def test_switching_webhooks_on_or_off_reaches_all_people_within_the_hour(on, settings):
    permitted(on)
    permitted(on, BOB)
    assert record_webhooks.keep_all() == 2
    run_jobs()
    assert sorted(at_orcid(on)) == [ALICE, BOB]
    assert record_webhooks.keep_all() == 0, "all is as it should be"

    off = {"PROFILES_ORCID_WEBHOOKS": False}
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=off)
    assert record_webhooks.keep_all() == 2
    run_jobs()

    assert at_orcid(on) == []


def test_an_address_made_with_an_older_key_is_replaced(on, settings):
    permitted(on)
    record_webhooks.keep(ALICE)
    before = RecordWebhook.objects.get().address
    settings.SECRET_KEY = "another-key-" + "y" * 50

    assert record_webhooks.keep_all() == 1
    run_jobs()

    registered_now = [webhook["uri"] for webhook in on.state()["webhooks"]]
    assert registered_now == [addresses.address_for(ALICE)]
    assert registered_now != [before]


def test_a_client_without_premium_membership_is_reported_and_nothing_fails(on, settings):
    permitted(on)
    client_id = settings.ENVIRONMENT.ORCID_AUTO_UPDATE_CLIENT_ID
    on.order("clients", {"client_id": client_id, "kind": "basic"})
    record_webhooks._tokens.clear()

    assert record_webhooks.keep_all() == 0
    record_webhooks.keep(ALICE)

    assert at_orcid(on) == []
    assert RecordWebhook.objects.get().registered_at is None


def test_leaving_removes_the_registration_and_what_names_the_person(on, alice):
    close_account.close(account=Account.objects.get(orcid_id=ALICE), remove_works=False)
    assert not RecordWebhook.objects.exists()
    run_jobs()

    assert at_orcid(on) == []


def test_a_work_deleted_at_orcid_is_known_before_a_correction_of_the_doi_arrives(on, alice, datacite):
    before = calls_for(ALICE)
    on.order("remove-work", {"orcid": ALICE, "put_code": alice.put_code})
    wait_for_a_call_after(before)
    run_jobs()
    assert settle(alice).removed_by_owner_at is not None

    seen = on.log()[-1]["number"]
    registered(datacite, DOI, title="A correction six minutes later")
    waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)
    run_lanes()

    assert on.log(path="/work", after=seen) == [], "nothing is asked of ORCID"
    assert settle(alice).state != "done"


def test_our_own_write_starts_no_comparison_and_a_comparison_writes_nothing(on, alice, datacite):
    before = calls_for(ALICE)
    registered(datacite, DOI, title="Another title")
    waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)
    run_lanes()
    wait_for_a_call_after(before)
    assert comparisons() == [], "the call for our own work came, and was ignored"

    RecordWebhook.objects.update(called_at=(before := clock.now()))
    on.order("people", {"orcid": ALICE, "status": "locked"})
    wait_for_a_call_after(before)
    assert len(comparisons()) == 1, "this change is not ours"
    on.order("people", {"orcid": ALICE, "status": "active"})
    seen = on.log()[-1]["number"]

    run_jobs()

    assert {entry["method"] for entry in on.log(path=ALICE, after=seen)} == {"GET"}


def test_calls_in_a_row_become_one_comparison_and_records_are_compared_once_a_minute(on, alice):
    Reconciliation.objects.create(orcid_id=ALICE, at=clock.now())
    for _ in range(20):
        record_webhooks.record_changed(ALICE)

    (job,) = comparisons()
    wait = job.scheduled_at - clock.now()
    assert timedelta(seconds=30) < wait <= record_webhooks.COMPARISON_INTERVAL


@pytest.mark.parametrize("path", [f"{ALICE}:forged", ALICE, "x", f"{ALICE}:"])
def test_a_call_to_an_address_that_we_did_not_make_is_refused(on, client, path):
    assert client.post(f"/orcid-changes/{path}").status_code == 404
    assert comparisons() == []


def test_a_call_for_a_person_who_is_no_longer_registered_is_answered_and_ignored(on, client):
    assert client.post(f"/orcid-changes/{addresses.address_for(BOB).rpartition('/')[2]}").status_code == 204
    assert comparisons() == []


def test_a_permission_that_was_taken_back_is_known_minutes_after_the_next_change(on, alice):
    revoke_at_orcid(on)
    before = calls_for(ALICE)
    on.order("remove-work", {"orcid": ALICE, "put_code": alice.put_code})
    wait_for_a_call_after(before)
    run_jobs()
    minutes_pass()

    assert refresh.check_doubted() == 2
    assert set(Consent.objects.values_list("health", flat=True)) == {"lost"}
    record_webhooks.keep_all()
    run_jobs()
    assert at_orcid(on) == [], "a record that we may not read needs no calls"


def test_an_outage_during_the_comparison_is_waited_for(on, alice):
    on.fail_next(path="/works", method="GET", status=503, count=None)
    record_webhooks.record_changed(ALICE)
    run_jobs()
    assert len(comparisons()) == 1, "it is tried again"

    on.heal()
    make_jobs_due(job_names.COMPARE)
    run_jobs()

    assert comparisons() == []
    assert Reconciliation.objects.get().problem == ""


def test_a_merged_id_is_known_before_its_owner_comes_with_the_one_that_is_kept(on, alice):
    before = calls_for(ALICE)
    on.order("people", {"orcid": ALICE, "status": "deprecated", "primary": BOB})
    wait_for_a_call_after(before)
    run_jobs()
    assert mergers.suspected(BOB) == {ALICE}

    mergers.follow(old_orcid_id=ALICE, kept=BOB)
    run_jobs()

    assert at_orcid(on) == [], "the old record needs no calls, and the other has no permission yet"
    given(orcid_id=BOB)
    assert at_orcid(on) == [BOB]
