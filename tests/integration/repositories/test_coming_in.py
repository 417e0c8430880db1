"""Managers come in with a key or token of DataCite, or by their role, and see only their own repositories."""

from datetime import timedelta

import pytest
from django.conf import settings

from profiles.accounts.models import Account
from profiles.infra import clock, rate_limit
from profiles.pipeline.works.repository_view import make_report
from profiles.web.views.repositories import access
from sandbox.datacite.credentials import DEMO_KEY
from tests.support.pushing import ALICE, BOB, registered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs", "datacite")]
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
OWN, FOREIGN = "/my-repository/demo.repository", "/my-repository/other.repository"


def come_in(client, credential: str):
    return client.post("/my-repository", {"credential": credential})


def token(datacite, *, foreign: bool = False, **claims: object) -> str:
    return datacite.order("tokens", {"claims": claims, "foreign": foreign})["access_token"]


def sees(client, path: str) -> bool:
    return client.get(path).status_code == 200


def test_a_key_opens_the_page_of_its_repository_and_no_other_and_is_asked_about_once(client, datacite):
    before = len(datacite.log(path="/dois"))

    answer = come_in(client, f" {DEMO_KEY} ")

    assert answer["Location"] == "/my-repository"
    assert client.get("/my-repository")["Location"] == OWN
    assert (sees(client, OWN), sees(client, FOREIGN)) == (True, False)
    assert len(datacite.log(path="/dois")) == before + 1
    assert DEMO_KEY not in str(dict(client.session))


@pytest.mark.parametrize(
    ("claims", "own"),
    [
        ({"uid": "demo", "role_id": "provider_admin", "provider_id": "demo"}, "/my-repository/demo.journal"),
        ({"uid": ALICE, "role_id": "client_user", "client_id": "demo.journal", "provider_id": "demo"},
         "/my-repository/demo.journal"),
    ],
    ids=["a member", "a person with a role"],
)  # fmt: skip
def test_a_token_opens_what_its_role_is_for(client, datacite, claims, own):
    come_in(client, token(datacite, **claims))

    assert sees(client, own)
    assert not sees(client, FOREIGN)
    assert sees(client, OWN) is (claims["role_id"] == "provider_admin")


def test_what_datacite_does_not_accept_opens_nothing(client, datacite):
    admin = {"uid": "demo.repository", "role_id": "client_admin", "client_id": "demo.repository"}
    datacite.order("api-keys", {"key": DEMO_KEY})  # revoked
    refused = [
        DEMO_KEY,
        "password",
        token(datacite, foreign=True, **admin),
        token(datacite, **admin, exp=1),
        token(datacite, uid=ALICE, role_id="user", client_id="demo.repository"),
        token(datacite, uid="admin", role_id="staff_admin"),
    ]

    answers = [come_in(client, credential) for credential in refused]

    assert [answer.status_code for answer in answers] == [403] * len(refused)
    assert "DataCite does not know this key or token" in answers[0].content.decode()
    assert DEMO_KEY not in answers[0].content.decode()
    assert not sees(client, OWN)


def test_a_key_can_be_tried_again_when_datacite_does_not_answer(client, datacite):
    datacite.fail_next(None, path="/dois", status=503)
    assert come_in(client, DEMO_KEY).status_code == 503
    datacite.heal()

    assert come_in(client, DEMO_KEY).status_code == 302


def test_the_access_ends_after_two_hours_or_when_the_manager_leaves(client, monkeypatch):
    come_in(client, DEMO_KEY)
    now = clock.now()
    monkeypatch.setattr(access.clock, "now", lambda: now + access.LIFE + timedelta(seconds=1))
    assert not sees(client, OWN)
    monkeypatch.undo()
    assert sees(client, OWN)

    client.post("/my-repository/leave")

    assert not sees(client, OWN)


def test_keys_are_not_guessed_through_us(client, monkeypatch):
    monkeypatch.setattr(access, "TRIES", rate_limit.Limit("few-keys", 0.001, 3600))

    come_in(client, "DC.x")
    answer = come_in(client, "DC.x")

    assert answer.status_code == 429


@pytest.mark.parametrize(
    ("role", "of", "opens"),
    [
        ("client_user", {"client_id": "demo.repository"}, True),
        ("provider_user", {"provider_id": "demo"}, True),
        ("user", {"client_id": "demo.repository"}, False),
        ("staff_admin", {}, False),
    ],
    ids=["repository", "member", "no role", "staff without second factor"],
)
def test_a_role_here_opens_its_repositories(client, role, of, opens):
    client.force_login(Account.objects.create(orcid_id=BOB, role=role, **of), backend=BACKEND)

    assert sees(client, OWN) is opens


def test_the_page_says_the_share_of_creators_with_an_id_and_hides_small_counts(client, datacite):
    registered(datacite, "10.5072/one", names=(ALICE,))
    come_in(client, DEMO_KEY)
    assert "for the first time" in client.get(OWN).content.decode()

    make_report("demo.repository")
    page = client.get(OWN).content.decode()

    assert "of your creators have an ORCID iD" in page
    assert "fewer than five people" in page
