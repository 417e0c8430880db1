"""Keys change while the service runs, and nothing sealed is lost by it."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from profiles.accounts.models import Account
from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents.models import Consent, Revocation
from profiles.consents.sealing import seal_purpose
from profiles.domain.consent import SCOPES, Purpose
from profiles.infra import clock, resealing, wiring
from profiles.infra.mail import outbox
from profiles.infra.mail.mail import Mail
from profiles.infra.models import OutgoingMail
from profiles.infra.vault import Vault, new_key
from profiles.pipeline.permissions import grant
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, permitted, registered, run_lanes, works_of

pytestmark = pytest.mark.django_db(transaction=True)


FIRST, NEXT = os.environ["PROFILES_VAULT_KEYS"].split(",")
"""The service of the tests seals with the first and can open both, as while keys change."""


def ring(*more: str) -> Vault:
    return Vault([*more, FIRST, NEXT])


def rotate(vault: Vault) -> dict[str, resealing.Tally]:
    return {columns.name: resealing.reseal(columns, vault) for columns in resealing.everything()}


def stale(vault: Vault) -> int:
    return sum(resealing.count_stale(columns, vault) for columns in resealing.everything())


def many_permissions(count: int) -> None:
    Consent.objects.bulk_create(
        Consent(
            orcid_id=f"0009-0009-{n // 10000:04d}-{n % 10000:04d}",
            purpose="auto_update",
            client_id="client",
            granted_at=clock.now(),
            access_token=wiring.vault().seal(
                f"token-{n}",
                purpose=seal_purpose(f"0009-0009-{n // 10000:04d}-{n % 10000:04d}", "auto_update"),
            ),
        )
        for n in range(count)
    )


def test_everything_sealed_is_named_once():
    assert [c.name for c in resealing.everything()].count("permissions") == 1
    assert {"permissions", "revocations", "departures", "mails"} <= {
        columns.name for columns in resealing.everything()
    }


def test_permissions_revocations_and_mails_are_sealed_again_and_open_as_before(orcid):
    permitted(orcid)
    grant.withdraw_permission(orcid_id=ALICE, purpose=Purpose.AUTO_UPDATE)
    mail = outbox.post(Mail("alice@univ.example", "A word", "x"), about="test")
    many_permissions(450)
    newer = ring(new_key())
    assert stale(newer) == 453

    tallies = rotate(newer)

    assert {name: tally.changed for name, tally in tallies.items() if tally.changed} == {
        "permissions": 451,
        "revocations": 1,
        "mails": 1,
    }
    assert stale(newer) == 0
    for row in [*Consent.objects.exclude(access_token=None)[:20], *Revocation.objects.all()]:
        sealed = bytes(getattr(row, "access_token", None) or getattr(row, "token", b""))
        assert newer.is_current(sealed)
        assert newer.unseal(sealed, purpose=seal_purpose(row.orcid_id, row.purpose))
    sealed = bytes(OutgoingMail.objects.get().sealed)
    assert "alice" in newer.unseal(sealed, purpose=outbox.purpose_of(mail))


def test_a_second_round_changes_nothing():
    many_permissions(3)
    newer = ring(new_key())
    rotate(newer)

    assert sum(tally.changed for tally in rotate(newer).values()) == 0


def test_what_no_key_opens_is_counted_and_stops_no_one_else():
    many_permissions(3)
    damaged = Consent.objects.order_by("pk")[1]
    damaged.access_token = bytes(damaged.access_token)[:-1] + b"x"
    damaged.save()

    tally = rotate(ring(new_key()))["permissions"]

    assert (tally.changed, tally.closed) == (2, 1)


def test_keys_change_while_works_are_sent_and_permission_is_given(orcid, datacite):
    permitted(orcid)
    many_permissions(600)
    for number in range(20):
        registered(datacite, f"10.5072/w{number}")
        waiting_claim(ALICE, f"10.5072/w{number}")
    newer = Vault([NEXT, FIRST])
    over = threading.Event()

    def grants() -> int:
        count = 0
        try:
            while not over.is_set():
                token = TokenAnswer(f"granted-{count}", "refresh", SCOPES, ALICE, "", None)
                grant.grant_permission(
                    orcid_id="0009-0001-0000-0022", purpose=Purpose.AUTO_UPDATE, token=token
                )
                count += 1
        finally:
            connections.close_all()
        return count

    def rounds() -> None:
        try:
            for _ in range(3):
                rotate(newer)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        granting = threads.submit(grants)
        rotating = threads.submit(rounds)
        run_lanes()
        rotating.result()
        over.set()
        count = granting.result()
    rotate(newer)

    assert count > 0
    assert stale(newer) == 0
    assert len(works_of(orcid)) == 20
    last = Consent.objects.get(orcid_id="0009-0001-0000-0022", purpose="auto_update")
    opened = newer.unseal(
        bytes(last.access_token), purpose=seal_purpose("0009-0001-0000-0022", "auto_update")
    )
    assert opened == f"granted-{count - 1}"
    assert Account.objects.count() == 1


def test_the_command_says_what_is_left_and_when_old_keys_may_go():
    many_permissions(3)
    given = connection.get_connection_params()
    address = f"postgresql://{given['user']}@/{given['dbname']}?host={given['host']}"
    environment = {**os.environ, "PROFILES_VAULT_KEYS": f"{NEXT},{FIRST}", "DATABASE_URL": address}

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "profiles", "rotate-keys", *options]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    before, done = run("--check"), run()

    assert (before.returncode, done.returncode) == (1, 0), before.stderr + done.stderr
    assert "permissions: 3 sealed with an older key" in before.stdout
    assert "permissions: 3 resealed" in done.stdout
    assert "older keys can be dropped" in done.stdout
