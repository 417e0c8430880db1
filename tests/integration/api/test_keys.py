"""Keys of people and machines: given, shown once, used, counted, ended."""

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.test import Client

from profiles.accounts import keys
from profiles.accounts.models import AccessKey, Account, KeyUse
from profiles.claims.models import Claim, ClaimHistory
from profiles.domain.access.access_key_format import FORM, digest_of_key
from profiles.infra import clock
from profiles.ops.service_key_command import service_key as command
from tests.support.api_callers import ALICE, BOB, DANA, DOI, Consumer, claim_body, personal_key, service_key
from tests.support.signing_in import with_second_factor

pytestmark = pytest.mark.django_db
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
READING = ["claims:read"]


@pytest.fixture
def alice():
    return Account.objects.create(orcid_id=ALICE, name="Alice Alvarado")


@pytest.fixture
def pages(client: Client, alice):
    client.force_login(alice, backend=BACKEND)
    return client


def make_key(pages: Client, **changes):
    given = {"name": "my script", "scopes": ["claims:read", "claims:write"], "days": "30", **changes}
    return pages.post("/settings/keys", given)


def secret_in(answer) -> str:
    (found,) = set(FORM.findall(answer.content.decode()))
    return found


def test_a_researcher_makes_a_key_sees_it_once_and_claims_with_it(pages, alice):
    made = make_key(pages)
    secret = secret_in(made)

    assert "no-store" in made["Cache-Control"]
    assert not FORM.search(pages.get("/settings/keys").content.decode())
    claimed = Consumer(token=secret).call("post", "/claims", claim_body())
    assert (claimed.status_code, claimed["X-Credential-Username"]) == (202, ALICE)
    key = AccessKey.objects.get()
    assert ClaimHistory.objects.get().actor == f"{ALICE} (key {key.pk})"
    assert "never used" not in pages.get("/settings/keys").content.decode()


def test_only_the_digest_is_kept(pages):
    secret = secret_in(make_key(pages))

    key = AccessKey.objects.get()
    assert bytes(key.digest) == digest_of_key(secret)
    assert secret not in str([getattr(key, field.name) for field in AccessKey._meta.fields])


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"scopes": []}, {"scopes": ["people:write"]}, {"days": "9999"},
     {"scopes": ["repository:read"]}],
    ids=["no name", "for nothing", "for a machine's work", "too long", "of a repository"],
)  # fmt: skip
def test_a_key_that_cannot_be_is_not_made_and_the_page_says_why(pages, changes):
    answer = make_key(pages, **changes)

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not AccessKey.objects.exists()


def test_a_revoked_key_is_no_one_at_once(pages):
    secret = secret_in(make_key(pages))
    consumer = Consumer(token=secret)
    assert consumer.call("get", "/claims").status_code == 200

    for _ in range(2):
        pages.post(f"/settings/keys/{AccessKey.objects.get().pk}/revoke")

    assert consumer.call("get", "/claims").status_code == 401


def test_no_one_revokes_anothers_key(pages):
    bob = Account.objects.create(orcid_id=BOB)
    secret = personal_key(bob)

    pages.post(f"/settings/keys/{AccessKey.objects.get().pk}/revoke")

    assert Consumer(token=secret).call("get", "/claims").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda: AccessKey.objects.update(expires_at=clock.now() - timedelta(seconds=1)),
        lambda: Account.objects.update(closed_at=clock.now()),
        lambda: Account.objects.update(is_active=False),
    ],
    ids=["expired", "account closed", "account stopped"],
)
def test_a_key_ends_with_its_time_and_with_its_account(alice, change):
    secret = personal_key(alice)
    change()

    answer = Consumer(token=secret).call("get", "/claims")

    assert (answer.status_code, answer.json()["errors"][0]["title"]) == (401, "Bad credentials.")


def test_a_personal_key_changes_nothing_of_others(alice):
    answer = Consumer(token=personal_key(alice)).call("post", "/claims", claim_body(orcid=BOB))

    assert answer.status_code == 403
    assert not Claim.objects.exists()


def test_every_call_with_a_key_is_counted_by_day_and_operation(alice):
    consumer = Consumer(token=personal_key(alice, *READING))

    for _ in range(3):
        consumer.call("get", "/claims")
    consumer.call("post", "/claims", claim_body())

    counted = {use.operation: (use.calls, use.refused) for use in KeyUse.objects.all()}
    assert counted == {"GET /claims": (3, 0), "POST /claims": (1, 1)}


def test_a_machine_with_a_service_key_claims_for_anybody_and_the_history_names_it():
    agent = Consumer(token=service_key(name="levriero"))

    answer = agent.call("post", "/claims", claim_body(orcid=BOB, source_id="orcid_update"))

    assert (answer.status_code, answer["X-Credential-Username"]) == (202, "levriero")
    assert ClaimHistory.objects.get().actor.startswith("levriero (key ")


def test_operators_give_list_and_revoke_service_keys_by_command():
    runner = CliRunner()

    made = runner.invoke(command, ["create", "agent", "--scope", "claims:write"])
    again = runner.invoke(command, ["create", "agent", "--scope", "claims:write"])
    listed = runner.invoke(command, ["list"])
    key = AccessKey.objects.get()
    (secret,) = FORM.findall(made.stdout)
    works = Consumer(token=secret).call("post", "/claims", claim_body()).status_code
    revoked = runner.invoke(command, ["revoke", str(key.pk)])

    assert works == 202
    assert again.exit_code != 0
    assert "agent" in listed.stdout
    assert secret not in listed.stdout
    assert revoked.exit_code == 0
    assert Consumer(token=secret).call("get", "/claims").status_code == 401
    assert runner.invoke(command, ["revoke", str(key.pk)]).exit_code != 0


def test_staff_give_a_key_see_what_it_was_used_for_and_revoke_it(client):
    client.force_login(Account.objects.create(orcid_id=DANA, role="staff_admin"), backend=BACKEND)
    assert client.post("/staff/keys", {"name": "fabrica"}).status_code == 302
    with_second_factor(client)
    made = client.post("/staff/keys", {"name": "fabrica", "scopes": READING, "days": "90"})
    secret = secret_in(made)
    Consumer(token=secret).call("get", "/claims")
    key = AccessKey.objects.get()

    shown = client.get(f"/staff/keys/{key.pk}").content.decode()
    client.post(f"/staff/keys/{key.pk}")

    assert "GET /claims" in shown
    assert key.created_by == DANA
    assert Consumer(token=secret).call("get", "/claims").status_code == 401
    assert "revoked" in client.get("/staff/keys").content.decode()


def test_keys_are_never_written_to_the_log(alice, capfd):
    new = keys.give_personal_key(account_id=alice.pk, name="script", scopes=READING, days=1)
    Consumer(token=new.secret).call("get", "/claims")
    keys.revoke_personal_key(account_id=alice.pk, key_id=new.key.pk)

    out, err = capfd.readouterr()
    assert not re.search(FORM, out + err)


def test_a_key_bound_to_a_repository_cannot_be_given_for_claims():
    with pytest.raises(keys.KeyRefusedError, match="repository:read"):
        keys.give_service_key(name="r", scopes=READING, days=1, by="t", repository="datacite.test")
    assert not AccessKey.objects.exists()


def test_a_key_that_only_looks_like_one_is_looked_up_nowhere(django_assert_num_queries):
    with django_assert_num_queries(1):  # the limit of the address
        assert Consumer(token="dcp_pat_" + "A" * 49).call("get", f"/claims?dois={DOI}").status_code == 401
