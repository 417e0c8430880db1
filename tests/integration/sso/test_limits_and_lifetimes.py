from datetime import timedelta

import pytest

from profiles.accounts.bearer import authenticate_bearer
from profiles.infra import clock
from profiles.sso import purge
from profiles.sso.models import AuditEntry, Grant, Token
from profiles.sso.protocol import grants
from tests.support import sso

pytestmark = pytest.mark.django_db


@pytest.fixture
def tokens(client):
    sso.person(client)
    return sso.register().signed_in(client)


def test_tokens_live_as_long_as_is_said_and_never_longer_than_their_grant(tokens):
    grant = Grant.objects.get()
    lives = {row.is_refresh: row.ends_at - row.made_at for row in Token.objects.all()}

    assert lives == {False: grants.ACCESS_LIFE, True: grants.REFRESH_IDLE}
    assert tokens["expires_in"] == grants.ACCESS_LIFE.total_seconds() <= 3600
    assert grant.code_ends_at - grant.begun_at <= timedelta(seconds=60)
    assert grant.ends_at - grant.begun_at == grants.GRANT_LIFE


def test_a_code_that_is_older_than_a_minute_is_refused(client):
    sso.person(client)
    party = sso.register()
    code = sso.answer_of(client.get("/oauth/authorize", party.request()))["code"]
    Grant.objects.update(code_ends_at=clock.now() - timedelta(seconds=1))

    assert party.redeem(client, code).json()["error"] == "invalid_grant"
    assert not Token.objects.exists()


def test_tokens_past_their_time_are_refused(client):
    sso.person(client)
    party = sso.register()
    tokens = party.signed_in(client)
    Token.objects.update(ends_at=clock.now() - timedelta(seconds=1))

    assert authenticate_bearer(tokens["access_token"]) is None
    described = party.post(client, "/oauth/introspect", {"token": tokens["access_token"]})
    assert described.json() == {"active": False}
    assert party.refresh(client, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_grant_at_its_end_takes_every_token_along(client):
    sso.person(client)
    party = sso.register()
    tokens = party.signed_in(client)
    Grant.objects.update(ends_at=clock.now() - timedelta(seconds=1))

    assert authenticate_bearer(tokens["access_token"]) is None
    assert party.refresh(client, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_what_is_kept_of_codes_and_tokens_cannot_be_used(tokens):
    kept = [bytes(row.digest) for row in Token.objects.all()]

    assert {len(one) for one in kept} == {32}
    for value in (tokens["access_token"], tokens["refresh_token"]):
        assert value.encode() not in b"".join(kept)
        assert not AuditEntry.objects.filter(note__contains=value).exists()


def test_what_is_over_is_forgotten_and_what_is_not_stays(client, tokens):
    alive = sso.register("Another").signed_in(client)
    over = Grant.objects.order_by("begun_at").first()
    over.ends_at = clock.now() - timedelta(days=1)
    over.save()

    assert purge.delete_expired() > 0
    assert purge.delete_expired() == 0

    assert not Grant.objects.filter(pk=over.pk).exists()
    assert authenticate_bearer(alive["access_token"]) is not None


def test_a_replay_is_written_down_once_with_what_it_ended(client):
    alice = sso.person(client)
    party = sso.register()
    tokens = party.signed_in(client)
    party.refresh(client, tokens["refresh_token"])

    for _ in range(2):
        assert party.refresh(client, tokens["refresh_token"]).json()["error"] == "invalid_grant"

    trail = AuditEntry.objects.filter(account_id=alice.pk, client_id=party.row.client_id).order_by("id")
    events = list(trail.values_list("event", flat=True))
    assert events == ["signed in", "issued", "refreshed", "refresh replayed"]
    assert Grant.objects.get().revoked_why == "refresh replayed"
