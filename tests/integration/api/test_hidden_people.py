"""Who hides their record is hidden behind every door, and not only behind the one that was thought of.

Expected: the record is hidden from others, not from its owner, nor from the services its owner signs in to.
So the same questions are asked about somebody who shows themselves first: a door that says nothing of anybody
would prove nothing.
"""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from profiles.accounts.models import Account
from profiles.claims import services as claims
from profiles.claims.models import Claim
from profiles.confirmations import services as confirmations
from profiles.confirmations.services import NamedAs
from profiles.domain.claim import ClaimEvent
from profiles.domain.confirmation import Answer
from profiles.infra import clock
from profiles.intake.models import DoiSnapshot
from profiles.pipeline.webhooks.announce import announce
from profiles.webhooks import services as webhooks
from profiles.webhooks.models import Delivery
from tests.support import sso
from tests.support.api_callers import BOB, CHARLIE, DANA, Consumer, service_key
from tests.support.claims import waiting_claim
from tests.support.pushing import registered
from tests.support.receiver import receiving
from tests.support.webhooks import deliver_due

pytestmark = pytest.mark.django_db
MOMENTS = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.+]+|csrf\w*\"[^>]*|datetime=\"[^\"]*\"")
DOI, NAME, ADDRESS = "10.5072/of-bob", "Bob Unmistakable", "bob.unmistakable@univ.example"
EVENTS = ["claim.done", "claim.failed", "claim.skipped", "permission.lost"]


@pytest.fixture
def bob():
    return Account.objects.create(
        orcid_id=BOB,
        name=NAME,
        given_names="Bob",
        family_name="Unmistakable",
        email=ADDRESS,
        email_verified_at=clock.now(),
    )


def hide(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(is_public=False)


def graph(question: str) -> str:
    answer = Client().post(
        "/profiles/graphql", json.dumps({"query": question}), content_type="application/json"
    )
    return answer.content.decode()


@pytest.fixture
def others() -> dict[str, Consumer]:
    """Everybody who is neither the person nor DataCite's staff."""
    return {
        "nobody": Consumer(),
        "somebody else": Consumer(Account.objects.create(orcid_id=DANA)),
        "a service": Consumer(token=service_key()),
        "a repository": Consumer(token=service_key(name="repository", repository="demo.repo")),
    }


def doors(claim: Claim) -> list[str]:
    return [
        "/users", f"/users/{BOB}", "/users?query=unmistakable", f"/users?query={BOB}",
        "/users?page[cursor]=1",
        "/claims?include=user", f"/claims?user-id={BOB}", f"/claims?dois={DOI}", f"/claims?ids={claim.uuid}",
        f"/claims?query={BOB}", f"/claims/{claim.uuid}", "/repositories/demo.repo",
        f"/confirmations?doi={DOI}", f"/why?doi={DOI}&orcid={CHARLIE}&format=json",
        f"/why?doi={DOI}&orcid={CHARLIE}",
    ]  # fmt: skip


def without_question(path: str, answer: str) -> str:
    for asked in (f"query={BOB}", f"user-id={BOB}", *([DOI] if "?doi=" in path else [])):
        answer = answer.replace(asked, "")
    return answer


def everything_said(claim: Claim, others: dict[str, Consumer]) -> dict[str, str]:
    """Ask at every door, as everybody; leave out what only repeats the question."""
    said = {
        f"{who} at {path}": without_question(path, consumer.call("get", path).content.decode())
        for who, consumer in others.items()
        for path in doors(claim)
    }
    address = f"https://orcid.org/{BOB}"
    said["one in graphql"] = graph(f'{{ person(id: "{address}") {{ id name }} }}')
    said["search in graphql"] = graph('{ people(query: "unmistakable") { totalCount nodes { id name } } }')
    said["all in graphql"] = graph("{ people { totalCount nodes { id name } } }")
    said["entities in graphql"] = graph(
        f'{{ _entities(representations: [{{__typename: "Person", id: "{address}"}}]) '
        "{ ... on Person { id name } } }"
    )
    return said


def telling(said: dict[str, str]) -> set[str]:
    """Say which doors told something of the person."""
    return {door for door, text in said.items() if any(word in text for word in (BOB, "Unmistakable", DOI))}


def confirm(answer: Answer = Answer.MINE) -> None:
    confirmations.answer(orcid_id=BOB, doi=DOI, given=answer, named_as=NamedAs(repository="demo.repo"))
    confirmations.switch(orcid_id=BOB, on=True)


def test_behind_no_door_others_learn_of_a_person_who_hides_their_record(bob, others, datacite):
    claim = waiting_claim(BOB, DOI)
    registered(datacite, DOI, names=(BOB, CHARLIE))
    confirm()
    shown = telling(everything_said(claim, others))
    assert {
        "nobody at /users", f"nobody at /users/{BOB}", "nobody at /users?query=unmistakable",
        "a service at /claims?include=user", f"a service at /claims/{claim.uuid}",
        f"nobody at /confirmations?doi={DOI}", f"nobody at /why?doi={DOI}&orcid={CHARLIE}&format=json",
        "one in graphql", "search in graphql", "all in graphql", "entities in graphql",
    } <= shown, "while shown, the doors do tell"  # fmt: skip

    hide(bob)

    assert telling(everything_said(claim, others)) == set()


@pytest.mark.parametrize("answer", [Answer.NOT_MINE, Answer.OTHER_ID, Answer.WITHDRAWN])
def test_behind_no_open_door_anyone_learns_which_works_a_person_refused(bob, others, datacite, answer):
    registered(datacite, DOI, names=(BOB, CHARLIE))
    open_doors = [path for path in doors(waiting_claim(CHARLIE, "10.5072/else")) if "?doi=" in path]
    before = {path: Consumer().call("get", path).content for path in open_doors}

    confirm(answer)

    assert len(open_doors) == 3
    for path in open_doors:
        said = Consumer().call("get", path).content
        assert MOMENTS.sub(b"", said) == MOMENTS.sub(b"", before[path]), path


def test_the_page_why_answers_of_the_hidden_as_of_people_it_never_heard_of(bob, datacite):
    stranger = "0009-0001-0000-0073"
    registered(datacite, DOI, names=(BOB, stranger))
    confirm()
    hide(bob)

    def said(orcid_id: str) -> str:
        answer = Client().get("/why", {"doi": DOI, "orcid": orcid_id, "format": "json"})
        assert answer.status_code == 200
        moments_and_places = r"\d{4}-\d\d-\d\dT[\d:.]+|creators\[\d\]"
        return re.sub(moments_and_places, "…", answer.content.decode()).replace(orcid_id, "the iD")

    assert said(BOB) == said(stranger)


def test_the_person_and_staff_still_see_the_hidden_record(bob):
    claim = waiting_claim(BOB, DOI)
    hide(bob)
    bob.refresh_from_db()
    staff = Account.objects.create(orcid_id=DANA, role="staff_user")

    for consumer in (Consumer(bob), Consumer(staff)):
        assert NAME in consumer.call("get", f"/users/{BOB}").content.decode()
        assert DOI in consumer.call("get", f"/claims/{claim.uuid}").content.decode()


def test_a_repository_sees_numbers_in_which_the_hidden_count_and_no_one_is_named(bob):
    """Works on records are counted for five people and more; nobody can find out that one of them hides."""
    people = [f"0009-0001-0000-90{number:02d}" for number in range(4)]
    for number, orcid_id in enumerate([*people, BOB]):
        doi = f"{DOI}-{number}"
        DoiSnapshot.objects.create(
            doi=doi, repository="demo.repo", trigger_digest=b"", content_digest=b"", payload=b"",
            fetched_at=clock.now(),
        )  # fmt: skip
        Claim.objects.create(
            orcid_id=orcid_id, doi=doi, origin="orcid_update", state="done", requested_at=clock.now()
        )
    repository = Consumer(token=service_key(repository="demo.repo"))
    before = repository.call("get", "/repositories/demo.repo").json()
    assert before["data"]["attributes"]["onRecords"] == 5

    hide(bob)

    after = repository.call("get", "/repositories/demo.repo").json()
    assert after == before
    assert BOB not in json.dumps(after)


@pytest.mark.parametrize("is_own", [False, True], ids=["a service of others", "a service of DataCite's own"])
def test_webhooks_are_told_nothing_of_the_hidden(bob, is_own):
    events = EVENTS if is_own else EVENTS[:3]
    with receiving() as receiver:
        _hook, receiver.secret = webhooks.register(
            owner="agent", name="Agent", url=receiver.url, events=events, is_own=is_own
        )
        fail(waiting_claim(BOB, f"{DOI}-shown"))
        announce()
        deliver_due()
        assert [one["data"]["attributes"]["doi"] for one in receiver.messages] == [
            f"https://doi.org/{DOI}-shown"
        ]

        hide(bob)
        fail(waiting_claim(BOB, f"{DOI}-hidden"))
        fail(waiting_claim(DANA, "10.5072/of-dana"))
        announce()
        deliver_due()

        assert [one["data"]["attributes"]["doi"] for one in receiver.messages[1:]] == [
            "https://doi.org/10.5072/of-dana"
        ]


def test_a_message_that_still_waits_when_a_person_hides_is_dropped_and_so_is_one_asked_for_again(bob):
    with receiving() as receiver:
        hook, receiver.secret = webhooks.register(
            owner="agent", name="Agent", url=receiver.url, events=EVENTS[:3]
        )
        receiver.answers = [503]
        fail(waiting_claim(BOB, DOI))
        announce()
        deliver_due()
        assert Delivery.objects.get().state == "waiting"

        hide(bob)
        webhooks.replay(webhook_id=hook.pk, since=clock.now() - timedelta(hours=1))
        Delivery.objects.update(due_at=clock.now())
        hook.refresh_from_db()
        hook.paused_until = None
        hook.save()
        announce()
        deliver_due()

        assert receiver.messages == []
        assert not Delivery.objects.exists()


def test_the_log_of_a_webhook_shows_its_service_nothing_of_the_hidden_and_shows_it_to_staff(bob, others):
    service = others["a service"]
    staff = Consumer(Account.objects.create(orcid_id="0009-0001-0000-0057", role="staff_admin"))
    with receiving() as receiver:
        wish = {"name": "A", "url": receiver.url, "events": EVENTS[:3]}
        hook = service.call("post", "/webhooks", {"webhook": wish}).json()["data"]["id"]
        fail(waiting_claim(BOB, DOI))
        announce()
        deliver_due()
    before = service.call("get", f"/webhooks/{hook}/deliveries").content.decode()
    hide(bob)

    after = service.call("get", f"/webhooks/{hook}/deliveries").content.decode()
    for_staff = staff.call("get", f"/webhooks/{hook}/deliveries").content.decode()

    assert [DOI in said for said in (before, after, for_staff)] == [True, False, True]


def fail(claim: Claim) -> None:
    claims.move(claim_id=claim.id, event=ClaimEvent.FAIL, problem="record-locked")


def test_services_that_a_hidden_person_signs_in_to_learn_who_signed_in(bob, client):
    """Visibility is of the record, not of the sign-in.

    It says whom others find, not who somebody is to a service that they chose to enter. That service gets
    what the granted scopes say, as from anybody, and no word about the record being hidden.
    """
    sso.sign_in(client, bob)
    party = sso.register()
    tokens = party.signed_in(client)

    def known() -> dict:
        bearer = f"Bearer {tokens['access_token']}"
        return client.get("/oauth/userinfo", HTTP_AUTHORIZATION=bearer).json()

    before = known()
    hide(bob)

    assert known() == before
    assert (before["orcid"], before["name"], before["email"]) == (BOB, NAME, ADDRESS)


def test_that_service_cannot_find_other_hidden_people_with_the_persons_token(bob, client):
    hide(bob)
    claim = waiting_claim(BOB, DOI)
    sso.person(client)
    tokens = sso.register().signed_in(client)
    service = Consumer(token=tokens["access_token"])

    said = {path: without_question(path, service.call("get", path).content.decode()) for path in doors(claim)}

    assert not any(word in text for text in said.values() for word in ("Unmistakable", DOI))


@pytest.mark.parametrize("scopes", [["claims:write"], ["claims:read", "claims:write"]], ids=" ".join)
def test_a_service_that_asks_for_a_work_does_not_learn_what_became_of_it_before(bob, scopes):
    claim = waiting_claim(BOB, DOI)
    on_record = {"put_code": 4711, "owner_client": "APP-1", "claimed_at": claim.created_at}
    Claim.objects.update(state="done", due_at=None, **on_record)
    hide(bob)
    service = Consumer(token=service_key(*scopes))
    wish = {"claim": {"orcid": BOB, "doi": DOI, "source_id": "orcid_update"}}

    said = [
        service.call("post", "/claims", wish),
        service.call("delete", f"/claims/{claim.uuid}"),
    ]

    assert said[0].status_code == 202
    for answer in said:
        assert "4711" not in answer.content.decode()
        if answer.status_code == 202:
            told = answer.json()["data"]["attributes"]
            assert (told["claimed"], told["state"]) == (None, "waiting")


def test_a_service_that_asks_for_a_work_does_not_learn_that_its_hidden_person_is_removing_it(bob):
    claim = waiting_claim(BOB, DOI)
    Claim.objects.update(
        action="delete", put_code=4711, owner_client="APP-1", removed_by_owner_at=clock.now()
    )
    hide(bob)
    service = Consumer(token=service_key("claims:write"))

    wish = {"claim": {"orcid": BOB, "doi": DOI, "source_id": "orcid_search"}}
    told = service.call("post", "/claims", wish).json()["data"]["attributes"]

    claim.refresh_from_db()
    assert claim.action == "delete"
    assert (told["claimAction"], told["sourceId"]) == ("create", "orcid_search")
