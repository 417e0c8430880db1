"""Old rows are deleted as docs/ops/retention.md says, and nothing else is."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import connection

from profiles.accounts import keys
from profiles.accounts.models import Account, EmailProof, KeyUse
from profiles.claims.bulk_acts.models import BulkAct, BulkActWork
from profiles.claims.models import (
    Attempt,
    BatchItem,
    Campaign,
    Claim,
    ClaimBatch,
    ClaimHistory,
    SelectedWork,
    Selection,
)
from profiles.consents.models import Departure
from profiles.infra import clock
from profiles.infra.models import OutgoingMail
from profiles.intake.models import Decision, DoiEvent, DoiSnapshot, IngestUnit, Quarantine
from profiles.jobs import upkeep
from profiles.webhooks.models import Delivery, DeliveryTry, Webhook
from tests.support.claims import waiting_claim
from tests.support.intake import enrol, take_in
from tests.support.records import ANNA, record
from tests.support.shared import ROOT

pytestmark = pytest.mark.django_db
PAGE = (ROOT / "docs/ops/retention.md").read_text()
DAY = timedelta(days=1)
numbers = count(1)


def test_every_table_is_on_the_page():
    tables = set(connection.introspection.table_names()) - {"django_migrations"}

    assert len(tables) > 50
    assert [table for table in sorted(tables) if f"`{table}`" not in PAGE] == []


def test_the_page_says_how_long_each_is_kept():
    for delete, kept in upkeep.KEPT.items():
        (line,) = [line for line in PAGE.splitlines() if f"`{delete.__name__}`" in line]
        assert f" {kept.days} day" in line.split("|")[2], line


def event(at):
    return DoiEvent.objects.create(
        event_id=str(next(numbers)), doi="10.5072/a", source="poll", received_at=at
    )


def waiting_event(at):
    return DoiEvent.objects.create(
        event_id=str(next(numbers)), doi="10.5072/a", source="poll", received_at=at, due_at=at
    )


def attempt(at):
    return Attempt.objects.create(claim=waiting_claim(), at=at, verb="add", seconds=0.1)


def selection(at):
    made = Selection.objects.create(orcid_id=ANNA, created_at=at, asked_at=at)
    SelectedWork.objects.create(selection=made, position=1, doi="10.5072/a")
    return made


def batch(at):
    made = ClaimBatch.objects.create(
        owner="x", key=str(next(numbers)), digest=b"x", total=1, refused=0, created_at=at
    )
    BatchItem.objects.create(batch=made, number=1)
    return made


def bulk_act(at):
    made = BulkAct.objects.create(orcid_id=ANNA, act="remove", created_at=at)
    BulkActWork.objects.create(
        bulk_act=made, claim=waiting_claim(doi=f"10.5072/{next(numbers)}"), act="remove"
    )
    return made


def mail(at):
    return OutgoingMail.objects.create(about="test", created_at=at)


def unsent_mail(at):
    return OutgoingMail.objects.create(about="test", created_at=at, sealed=b"x")


def proof(at):
    account = Account.objects.get_or_create(orcid_id=ANNA)[0]
    return EmailProof.objects.create(
        account=account, email="a@b.example", digest=str(next(numbers)).encode(), asked_at=at, expires_at=at
    )


def message(at):
    webhook = Webhook.objects.get_or_create(
        name="x", defaults={"owner": "x", "url": "x", "events": [], "secret": b"x", "created_at": at}
    )[0]
    made = Delivery.objects.create(
        webhook=webhook, event_id=str(next(numbers)), event="ping", body=b"x", created_at=at, due_at=at
    )
    DeliveryTry.objects.create(delivery=made, at=at, seconds=0.1)
    return made


def use(at):
    key = keys.give_service_key(name=f"k{next(numbers)}", scopes=["claims:read"], days=30, by="test").key
    return KeyUse.objects.create(key=key, day=at.date(), operation="claims")


def ended_campaign(at):
    return Campaign.objects.create(started_by=ANNA, started_at=at, per_hour=1, state="stopped")


def running_campaign(at):
    return Campaign.objects.create(started_by=ANNA, started_at=at, per_hour=1)


def departure(at):
    return Departure.objects.create(asked_at=at, ends_by=at, finished_at=at)


def unreadable(at):
    return Quarantine.objects.create(source="file", line=next(numbers), reason="broken", at=at)


def finished_file(at):
    return IngestUnit.objects.create(source="file", name=str(next(numbers)), size=1, done_at=at)


@pytest.mark.parametrize(
    ("make", "days"),
    [
        (event, 90),
        (attempt, 180),
        (selection, 90),
        (batch, 30),
        (bulk_act, 30),
        (mail, 30),
        (proof, 30),
        (message, 60),
        (use, 400),
        (ended_campaign, 400),
        (departure, 400),
        (unreadable, 400),
        (finished_file, 400),
    ],
)
def test_what_is_older_than_its_time_goes_and_what_is_younger_stays(make, days):
    old = make(clock.now() - days * DAY - DAY)
    young = make(clock.now() - days * DAY + 2 * DAY)

    upkeep.delete_old()
    upkeep.delete_old()

    assert list(type(old).objects.filter(pk__in=[old.pk, young.pk])) == [young]


@pytest.mark.parametrize("make", [waiting_event, unsent_mail, running_campaign])
def test_what_is_not_finished_stays_however_old(make):
    row = make(clock.now() - 1000 * DAY)

    upkeep.delete_old()

    assert type(row).objects.filter(pk=row.pk).exists()


def test_the_history_of_a_claim_stays_however_old():
    old = attempt(clock.now() - 300 * DAY)
    ClaimHistory.objects.update(at=clock.now() - 3000 * DAY)

    upkeep.delete_old()

    assert ClaimHistory.objects.filter(claim=old.claim).exists()


def test_an_error_in_one_table_stops_no_other(monkeypatch):
    def broken(*, older_than):
        raise ValueError(older_than)

    monkeypatch.setattr(upkeep, "KEPT", {broken: DAY, **upkeep.KEPT})
    old = event(clock.now() - 100 * DAY)

    upkeep.delete_old()

    assert not DoiEvent.objects.filter(pk=old.pk).exists()


def test_of_old_skips_the_newest_of_each_work_stays_and_what_was_claimed_stays_with_it():
    rows = [
        Decision.objects.create(
            orcid_id=ANNA,
            doi=doi,
            trigger=str(next(numbers)),
            source="poll",
            at=clock.now() - timedelta(days=days),
            rule_version=2,
            result=result,
            rule="x",
            reason=reason,
            change="x",
        )
        for doi, result, reason, days in [
            ("10.5072/a", "skip", "first", 300),
            ("10.5072/a", "skip", "second", 200),
            ("10.5072/a", "skip", "unchanged", 100),
            ("10.5072/a", "skip", "newest", 95),
            ("10.5072/b", "claim", "claimed", 300),
            ("10.5072/b", "skip", "after it", 95),
            ("10.5072/c", "skip", "replaced lately", 300),
            ("10.5072/c", "skip", "new", 5),
        ]
    ]

    upkeep.delete_old()

    kept = Decision.objects.filter(pk__in=[row.pk for row in rows]).order_by("id")
    assert [row.reason for row in kept] == ["newest", "claimed", "after it", "replaced lately", "new"]


def test_metadata_go_when_neither_a_claim_nor_a_decision_is_about_the_doi():
    enrol()
    take_in(*[record(f"10.5072/{name}") for name in ("decided", "claimed", "unused", "fetched-lately")])
    Decision.objects.exclude(doi="10.5072/decided").delete()
    Claim.objects.exclude(doi="10.5072/claimed").delete()
    old = DoiSnapshot.objects.exclude(doi="10.5072/fetched-lately")
    old.update(fetched_at=clock.now() - 100 * DAY)

    upkeep.delete_old()

    left = set(DoiSnapshot.objects.values_list("doi", flat=True))
    assert left == {"10.5072/decided", "10.5072/claimed", "10.5072/fetched-lately"}
