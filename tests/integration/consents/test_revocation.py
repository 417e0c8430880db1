"""A permission that is withdrawn here is revoked at ORCID, by a job of its own for each token."""

from datetime import timedelta

import pytest

from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents.models import Receipt, Revocation
from profiles.domain.consent import SCOPES, Purpose
from profiles.infra import clock, wiring
from profiles.infra.vault import Vault, new_key
from profiles.pipeline.permissions import grant
from tests.support.jobs import run_at_once, run_jobs, waiting_jobs
from tests.support.pushing import ALICE, BOB

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]
PURPOSE = Purpose.AUTO_UPDATE


def withdrawn(orcid, orcid_id: str) -> Revocation:
    client_id = wiring.orcid_client(PURPOSE).client_id
    answer = orcid.order("tokens", {"client_id": client_id, "orcid": orcid_id})
    token = TokenAnswer(answer["access_token"], None, SCOPES, orcid_id, "", None)
    grant.grant_permission(orcid_id=orcid_id, purpose=PURPOSE, token=token)
    grant.withdraw_permission(orcid_id=orcid_id, purpose=PURPOSE)
    return Revocation.objects.get(orcid_id=orcid_id)


@pytest.mark.parametrize("sealed", ["with a lost key", "nothing", "garbage"])
def test_a_token_that_no_key_opens_stops_no_other_revocation(orcid, sealed):
    broken = withdrawn(orcid, BOB)
    broken.token = {
        "with a lost key": Vault([new_key()]).seal("token", purpose=f"orcid-token:{BOB}:{PURPOSE.value}"),
        "nothing": b"",
        "garbage": b"\x01abc",
    }[sealed]
    broken.save()
    withdrawn(orcid, ALICE)

    run_jobs()

    assert [row.orcid_id for row in Revocation.objects.all()] == [BOB]
    assert Receipt.objects.filter(kind="revoked_at_orcid").get().orcid_id == ALICE
    (job,) = waiting_jobs("revoke_token")
    assert (job.args, job.attempts) == ({"row_id": broken.pk}, 1)
    assert job.scheduled_at > clock.now()


def test_a_token_that_orcid_does_not_revoke_within_a_month_is_given_up(orcid):
    row = withdrawn(orcid, ALICE)
    Revocation.objects.filter(pk=row.pk).update(asked_at=clock.now() - timedelta(days=31))
    orcid.fail_next(path="/oauth/revoke", status=503)

    run_jobs()

    assert not Revocation.objects.exists()
    assert not Receipt.objects.filter(kind="revoked_at_orcid").exists()
    assert waiting_jobs("revoke_token") == []


@pytest.mark.django_db(transaction=True)
def test_a_job_that_runs_twice_at_once_revokes_once(orcid):
    row = withdrawn(orcid, ALICE)

    run_at_once("revoke_token", [row.pk])

    assert Receipt.objects.filter(kind="revoked_at_orcid").count() == 1
    assert len(orcid.log(path="/oauth/revoke", method="POST")) == 1
