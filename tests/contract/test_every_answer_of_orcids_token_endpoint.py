"""Every row of what ORCID's token endpoint may answer, by real HTTP: one problem, and whom it costs what."""

import json
from datetime import timedelta

import pytest

from profiles.accounts.models import Account
from profiles.clients.blocking import call
from profiles.clients.errors import ServiceError
from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents.models import Consent
from profiles.domain.consent import SCOPES, Purpose
from profiles.infra import clock, wiring
from profiles.pipeline.permissions import grant, refresh
from tests.support.pushing import ALICE

pytestmark = [pytest.mark.contract, pytest.mark.django_db(transaction=True)]

KEEPS, COSTS = "unused", "lost"
ANSWERS = [
    (400, "unsupported_grant_type", "client-refused", KEEPS),
    (400, "invalid_request", "client-refused", KEEPS),
    (401, "invalid_request", "client-refused", KEEPS),
    (401, "invalid_client", "client-refused", KEEPS),
    (400, "unauthorized_client", "client-refused", KEEPS),
    (400, "invalid_grant", "code-refused", COSTS),
    (400, "invalid_scope", "scope-missing", KEEPS),
    (401, "invalid_scope", "scope-missing", KEEPS),
    (500, "server_error", "orcid-unavailable", KEEPS),
    (401, "server_error", "orcid-unavailable", KEEPS),
    (503, "", "orcid-unavailable", KEEPS),
    (429, "", "orcid-unavailable", KEEPS),
    (400, "something_new", "orcid-unclear", KEEPS),
    (200, "", "orcid-unclear", KEEPS),
]


def answer(orcid, status: int, error: str) -> None:
    said = {"error": error, "error_description": "said by the stand-in"} if error else {}
    orcid.fail_next(
        path="/oauth/token", status=status, body=json.dumps(said), content_type="application/json"
    )


async def exchange() -> TokenAnswer:
    async with wiring.http_client() as door:
        return await wiring.orcid_oauth(door).exchange_code(
            wiring.orcid_client(Purpose.AUTO_UPDATE), code="abc123", redirect_uri="", now=clock.now()
        )


@pytest.mark.parametrize(("status", "error", "problem", "_health"), ANSWERS)
def test_each_answer_has_one_meaning(orcid, status, error, problem, _health):
    answer(orcid, status, error)

    with pytest.raises(ServiceError) as refused:
        call(exchange())

    assert refused.value.entry.code == problem
    assert refused.value.entry.you


@pytest.mark.parametrize(("status", "error", "_problem", "health"), ANSWERS)
def test_only_a_refused_grant_costs_a_person_their_permission(orcid, status, error, _problem, health):
    Account.objects.create(orcid_id=ALICE)
    client = wiring.orcid_client(Purpose.AUTO_UPDATE).client_id
    given = orcid.order("tokens", {"client_id": client, "orcid": ALICE, "expires_in": 3600})
    ends = clock.now() + timedelta(hours=1)
    token = TokenAnswer(given["access_token"], given["refresh_token"], SCOPES, ALICE, "", ends)
    grant.grant_permission(orcid_id=ALICE, purpose=Purpose.AUTO_UPDATE, token=token)
    Consent.objects.update(refresh_at=clock.now())
    answer(orcid, status, error)

    refresh.refresh_due()

    assert Consent.objects.get().health == health
