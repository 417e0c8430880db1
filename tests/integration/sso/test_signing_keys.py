import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from joserfc.errors import JoseError

from profiles.infra import clock
from profiles.sso import keys
from profiles.sso.models import AuditEntry, SigningKey
from profiles.sso.registry.commands import replace_signing_keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def first():
    SigningKey.objects.all().delete()
    yield keys.rotate()
    keys.forget()


def test_keys_are_made_ahead_and_stay_published_after_they_signed(first):
    begun = SigningKey.objects.get(kid=first[0]).signs_from
    turn = begun + keys.SIGNS_FOR - keys.AHEAD

    assert keys.rotate(now=turn - timedelta(minutes=1)) == []
    made = keys.rotate(now=turn)
    assert len(made) == len(first) == len(keys.ALGORITHMS)
    assert keys.rotate(now=turn) == []
    assert {row.signs_from for row in SigningKey.objects.filter(kid__in=made)} == {turn + keys.AHEAD}

    keys.rotate(now=turn + keys.AHEAD)
    ends = {row.ends_at for row in SigningKey.objects.filter(kid__in=first)}
    assert ends == {turn + keys.AHEAD + keys.PUBLISHED_AFTER}


def test_in_an_emergency_new_keys_sign_at_once_and_what_the_old_ones_signed_is_not_believed(first):
    token = keys.sign({"iss": "us"}, alg="ES256")
    assert keys.read_own(token) == {"iss": "us"}

    made = keys.rotate(at_once=True)

    published = {key["kid"] for key in keys.ring().public.as_dict()["keys"]}
    assert published == set(made)
    assert {keys.ring().kid_for(alg, clock.now()) for alg in keys.ALGORITHMS} == set(made)
    with pytest.raises(JoseError):
        keys.read_own(token)


def test_an_operator_replaces_the_keys_by_a_command_and_is_asked_before(first):
    assert CliRunner().invoke(replace_signing_keys, input="n\n").exit_code == 1
    assert set(first) == {key["kid"] for key in keys.ring().public.as_dict()["keys"]}

    done = CliRunner().invoke(replace_signing_keys, ["--yes"])

    now = {key["kid"] for key in keys.ring().public.as_dict()["keys"]}
    assert done.exit_code == 0
    assert not now & set(first)
    assert all(kid in done.output for kid in now)


def test_an_operator_brings_the_next_keys_forward_and_no_service_meets_one_it_does_not_know(first):
    token = keys.sign({"iss": "us"}, alg="RS256")

    done = CliRunner().invoke(replace_signing_keys, ["--gently"])
    again = CliRunner().invoke(replace_signing_keys, ["--gently"])

    published = {key["kid"] for key in keys.ring().public.as_dict()["keys"]}
    made = published - set(first)
    assert (done.exit_code, again.exit_code) == (0, 0)
    assert len(made) == len(keys.ALGORITHMS)
    assert all(kid in done.output for kid in made)
    assert "wait" in again.output
    assert {keys.ring().kid_for(alg, clock.now()) for alg in keys.ALGORITHMS} == set(first)
    assert {keys.ring().kid_for(alg, clock.now() + keys.AHEAD) for alg in keys.ALGORITHMS} == made
    assert keys.read_own(token) == {"iss": "us"}


def test_the_making_and_ending_of_keys_is_written_down(first):
    made = keys.rotate(at_once=True)

    trail = {(row.event, row.note.split()[0]) for row in AuditEntry.objects.all()}
    assert {("key made", kid) for kid in [*first, *made]} <= trail
    assert {("key ended", kid) for kid in first} <= trail


def test_private_halves_are_sealed_and_named_by_their_thumbprint(first):
    for row in SigningKey.objects.all():
        assert b"PRIVATE" not in bytes(row.private)
        assert not {"d", "p", "q"} & set(row.public)
        assert row.kid == row.public["kid"]


def test_keys_that_left_the_database_since_they_were_read_are_read_again(first):
    keys.forget()
    assert first[0] in {key["kid"] for key in json.loads(keys.ring().document)["keys"]}
    SigningKey.objects.all().delete()

    token = keys.sign({"sub": "somebody"}, alg="RS256")

    assert keys.read_own(token) == {"sub": "somebody"}
    assert SigningKey.objects.filter(alg="RS256").exists()
