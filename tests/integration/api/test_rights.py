"""Who may do what, cell by cell, over HTTP. The table here is written by hand, beside the one in the code."""

import re

import pytest
from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account
from profiles.domain.access.roles import RIGHTS, SCOPES, Act, Role, Scope, Visitor, scopes_for
from tests.support.api_callers import (
    ALICE,
    BOB,
    CHARLIE,
    DANA,
    DOI,
    Consumer,
    claim_body,
    personal_key,
    service_key,
)
from tests.support.claims import waiting_claim
from tests.support.signing_in import with_second_factor

pytestmark = pytest.mark.django_db
NEW = "0009-0001-0000-0057"
TABLE = """
                              staff_admin staff_user provider_admin provider_user client_admin client_user user service repository anonymous
read own claims               x           x          x              x             x            x           x    .       .          .
read all claims               x           x          .              .             .            .           .    x       .          .
change own claims             x           .          x              x             x            x           x    .       .          .
change all claims             x           .          .              .             .            .           .    x       .          .
read public people            x           x          x              x             x            x           x    x       x          x
read hidden people            x           x          .              .             .            .           .    .       .          .
read own profile              x           x          x              x             x            x           x    .       .          .
change own profile            x           x          x              x             x            x           x    .       .          .
announce and change people    x           .          .              .             .            .           .    x       .          .
send DOI events               x           .          .              .             .            .           .    x       .          .
manage webhooks               x           .          .              .             .            .           .    x       x          .
read the repository view      x           x          x              x             x            x           .    .       x          .
read everybody's story        x           x          .              .             .            .           .    .       .          .
act for a person, with a reason x         .          .              .             .            .           .    .       .          .
give and take roles           x           .          .              .             .            .           .    .       .          .
read the audit log of staff   x           .          .              .             .            .           .    .       .          .
replay                        x           .          .              .             .            .           .    .       .          .
register services that sign people in here x .      .              .             .            .           .    .       .          .
give and revoke service keys  x           .          .              .             .            .           .    .       .          .
"""  # noqa: E501


def cells():
    head, *lines = TABLE.strip("\n").splitlines()
    for line in lines:
        act, *marks = re.split(r"\s+(?=[x.](?:\s|$))", line.strip())
        for who, mark in zip(head.split(), marks, strict=True):
            yield pytest.param(Act(act), who, mark == "x", id=f"{who}: {act}")


class World:
    """One caller among other people: Alice is open, Bob is hidden, and both have a claim."""

    def __init__(self, who: str, token: str | None = None):
        self.who = who
        self.own = (
            Account.objects.create(
                orcid_id=DANA,
                role=who,
                email="d@univ.example",
                client_id="datacite.test",
                provider_id="datacite",
            )
            if who in set(Role)
            else None
        )
        Account.objects.create(orcid_id=ALICE, name="Alice Alvarado", email="alice@univ.example")
        Account.objects.create(orcid_id=BOB, name="Bob Baker", is_public=False)
        self.theirs = waiting_claim(ALICE, DOI)
        if self.own:
            waiting_claim(DANA, "10.5072/own")
        self.api = Consumer(self.own, token=token if token is not None else self._token())
        self.pages = Client()
        if self.own:
            self.pages.force_login(self.own, backend=settings.AUTHENTICATION_BACKENDS[0])
            with_second_factor(self.pages)

    def _token(self) -> str | None:
        if self.who == Visitor.SERVICE:
            return service_key()
        return service_key(repository="datacite.test") if self.who == Visitor.REPOSITORY else None

    def name(self) -> dict[str, object]:
        return {"data": {"type": "users", "attributes": {"name": "Changed"}}}

    def reads_own_claims(self) -> bool:
        answer = self.api.call("get", "/claims?dois=10.5072/own")
        return answer.status_code == 200 and len(answer.json()["data"]) == 1

    def reads_all_claims(self) -> bool:
        listed = self.api.call("get", f"/claims?user-id={ALICE}")
        shown = self.api.call("get", f"/claims/{self.theirs.uuid}")
        sees = listed.status_code == 200 and len(listed.json()["data"]) == 1
        assert sees == (shown.status_code == 200)
        return sees

    def changes_own_claims(self) -> bool:
        return self.api.call("post", "/claims", claim_body("10.5072/new", DANA)).status_code == 202 and bool(
            self.own
        )

    def changes_all_claims(self) -> bool:
        made = self.api.call("post", "/claims", claim_body("10.5072/new", ALICE)).status_code == 202
        removed = self.api.call("delete", f"/claims/{self.theirs.uuid}").status_code == 202
        assert made == removed
        return made

    def reads_public_people(self) -> bool:
        return self.api.call("get", f"/users/{ALICE}").status_code == 200

    def reads_hidden_people(self) -> bool:
        shown = self.api.call("get", f"/users/{BOB}").status_code == 200
        listed = BOB in [one["id"] for one in self.api.call("get", "/users").json()["data"]]
        assert shown == listed
        return shown

    def reads_own_profile(self) -> bool:
        return "email" in self.api.call("get", f"/users/{DANA}").json().get("data", {}).get("attributes", {})

    def changes_own_profile(self) -> bool:
        done = self.api.call("put", f"/users/{DANA}", self.name()).status_code == 200
        return done and Account.objects.get(orcid_id=DANA).name == "Changed"

    def announces_people(self) -> bool:
        return self.api.call("put", f"/users/{NEW}", self.name()).status_code == 201

    def sends_doi_events(self) -> bool:
        return self.api.call("post", "/doi-events", {"events": [{"id": "1", "doi": DOI}]}).status_code == 202

    def manages_webhooks(self) -> bool:
        return self.api.call("get", "/webhooks").status_code == 200

    def reads_repository_view(self) -> bool:
        return self.api.call("get", "/repositories/datacite.test").status_code == 200

    def reads_stories(self) -> bool:
        return self.pages.get(f"/staff/people/{ALICE}").status_code == 200

    def helps_people(self) -> bool:
        return self.pages.get(f"/staff/acts/try-again?person={ALICE}").status_code == 200

    def gives_roles(self) -> bool:
        return self.pages.get("/staff/roles").status_code == 200

    def reads_audit(self) -> bool:
        return self.pages.get("/staff/audit").status_code == 200

    def replays(self) -> bool:
        return self.pages.post("/staff/problems/content-refused", {"act": "yes"}).status_code == 200

    def registers_services(self) -> bool:
        return self.pages.get("/staff/services").status_code == 200

    def gives_service_keys(self) -> bool:
        return self.pages.get("/staff/keys").status_code == 200


WAYS = {
    Act.READ_OWN_CLAIMS: World.reads_own_claims,
    Act.READ_ALL_CLAIMS: World.reads_all_claims,
    Act.CHANGE_OWN_CLAIMS: World.changes_own_claims,
    Act.CHANGE_ALL_CLAIMS: World.changes_all_claims,
    Act.READ_PUBLIC_PEOPLE: World.reads_public_people,
    Act.READ_HIDDEN_PEOPLE: World.reads_hidden_people,
    Act.READ_OWN_PROFILE: World.reads_own_profile,
    Act.CHANGE_OWN_PROFILE: World.changes_own_profile,
    Act.ANNOUNCE_PEOPLE: World.announces_people,
    Act.SEND_DOI_EVENTS: World.sends_doi_events,
    Act.MANAGE_WEBHOOKS: World.manages_webhooks,
    Act.READ_REPOSITORY_VIEW: World.reads_repository_view,
    Act.READ_STORIES: World.reads_stories,
    Act.HELP_PEOPLE: World.helps_people,
    Act.GIVE_ROLES: World.gives_roles,
    Act.READ_AUDIT: World.reads_audit,
    Act.REPLAY: World.replays,
    Act.REGISTER_SERVICES: World.registers_services,
    Act.GIVE_SERVICE_KEYS: World.gives_service_keys,
}


@pytest.mark.parametrize(("act", "who", "allowed"), list(cells()))
def test_each_cell_of_the_table_holds_over_http(act, who, allowed):
    assert WAYS[act](World(who)) is allowed


def test_the_table_tested_is_the_whole_table():
    tested = {(case.values[1], case.values[0]) for case in cells()}

    assert tested == {(who.value, act) for who in RIGHTS for act in Act}


PAGES_ONLY = {Act.READ_STORIES, Act.READ_AUDIT, Act.HELP_PEOPLE, Act.GIVE_ROLES, Act.REPLAY}
PAGES_ONLY |= {Act.REGISTER_SERVICES, Act.GIVE_SERVICE_KEYS}
NEEDS_NO_PAGE = sorted(set(WAYS) - PAGES_ONLY)


@pytest.mark.parametrize("scope", scopes_for(Visitor.SERVICE))
def test_a_service_key_does_what_its_scope_says_and_no_more(scope):
    token = service_key(scope.value)
    world = World(Visitor.SERVICE, token)

    done = {act for act in NEEDS_NO_PAGE if WAYS[act](world)}

    assert done == (SCOPES[scope] & RIGHTS[Visitor.SERVICE]) | {Act.READ_PUBLIC_PEOPLE}


@pytest.mark.parametrize("role", [Role.USER, Role.STAFF_ADMIN])
@pytest.mark.parametrize("scope", scopes_for(Role.USER))
def test_a_personal_key_does_what_its_scope_says_for_its_owner_and_gives_staff_nothing_more(scope, role):
    world = World(role)
    world.api = Consumer(token=personal_key(world.own, scope.value))

    done = {act for act in NEEDS_NO_PAGE if WAYS[act](world)}

    assert done == (SCOPES[scope] & RIGHTS[Role.USER]) | {Act.READ_PUBLIC_PEOPLE}


def test_staff_pages_take_no_key_and_no_token():
    world = World(Role.STAFF_ADMIN)

    for path in ("/staff", "/staff/keys", f"/staff/people/{ALICE}"):
        assert world.api.call("get", path).status_code == 302


@pytest.fixture
def hidden_claim():
    Account.objects.create(orcid_id=BOB, name="Bob Baker", family_name="Baker", is_public=False)
    Account.objects.create(orcid_id=CHARLIE, name="Charlie")
    waiting_claim(CHARLIE, "10.5072/shown")
    return waiting_claim(BOB, "10.5072/hidden")


def test_of_hidden_people_a_service_sees_nothing_anywhere(hidden_claim):
    agent = Consumer(token=service_key())

    body = agent.call("get", "/claims?include=user").json()

    assert [one["id"] for one in body["meta"]["users"]] == [CHARLIE]
    assert body["meta"]["total"] == 1
    everything = "".join(
        agent.call("get", path).content.decode()
        for path in (
            "/claims?include=user", f"/claims?user-id={BOB}", "/claims?dois=10.5072/hidden",
            f"/claims?ids={hidden_claim.uuid}", f"/claims?query={BOB}", "/users",
            "/users?query=baker", f"/users?query={BOB}", f"/users/{BOB}", "/users?page[cursor]=1",
        )
    ).replace(f"user-id={BOB}", "").replace(f"query={BOB}", "")  # fmt: skip
    assert "Baker" not in everything
    assert BOB not in everything
    for verb in ("get", "delete"):
        assert agent.call(verb, f"/claims/{hidden_claim.uuid}").status_code == 404


def test_a_service_may_claim_for_hidden_people_and_learns_nothing_of_them(hidden_claim):
    agent = Consumer(token=service_key())

    claimed = agent.call("post", "/claims", claim_body("10.5072/other", BOB))
    announced = agent.call("put", f"/users/{BOB}", {"data": {"attributes": {"name": "B"}}})

    assert (claimed.status_code, announced.status_code) == (202, 200)
    assert claimed.json()["included"][0]["attributes"]["name"] is None
    assert announced.json()["data"]["attributes"]["name"] is None


def test_hidden_people_see_themselves(hidden_claim):
    bob = Consumer(Account.objects.get(orcid_id=BOB))

    assert bob.call("get", "/claims").json()["meta"]["total"] == 1
    shown = bob.call("get", f"/claims/{hidden_claim.uuid}").json()
    assert shown["included"][0]["attributes"]["name"] == "Bob Baker"
    assert bob.call("get", f"/users/{BOB}").status_code == 200


@pytest.mark.parametrize("role", ["client_admin", "client_user", "provider_admin", "provider_user"])
def test_members_and_repositories_learn_nothing_of_a_persons_claims_or_permission(role):
    Account.objects.create(orcid_id=DANA, role=role, client_id="datacite.test", provider_id="datacite")
    theirs = waiting_claim(ALICE, DOI)
    person = Consumer(Account.objects.get(orcid_id=DANA))
    machine = Consumer(token=service_key(repository="datacite.test"))

    assert person.call("get", f"/claims?user-id={ALICE}&dois={DOI}").json()["data"] == []
    assert person.call("get", f"/claims/{theirs.uuid}").status_code == 403
    assert machine.call("get", "/claims").status_code == 403
    assert machine.call("get", f"/claims/{theirs.uuid}").status_code == 403


def test_every_scope_is_for_something_that_a_person_may_do():
    assert set(SCOPES) == set(Scope)
    for acts in SCOPES.values():
        assert acts & set().union(*RIGHTS.values())
