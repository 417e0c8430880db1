"""Many claims in one request: what is answered for each, what a key is for, and who sees a batch."""

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Block, Claim, ClaimBatch, ClaimHistory, Lane
from profiles.domain.claim import ClaimEvent
from profiles.domain.request_errors import REQUEST_ERRORS
from profiles.infra import clock
from profiles.jobs.upkeep import delete_old
from tests.support.api_callers import ALICE, BOB, DANA, Consumer, personal_key, service_key
from tests.support.claims import waiting_claim

pytestmark = pytest.mark.django_db
UUID = "d140d44e-af70-43ec-a90b-49878a954487"


@pytest.fixture
def alice():
    return Account.objects.create(orcid_id=ALICE, name="Alice")


def one(doi="10.5072/a", orcid=ALICE, **changes):
    return {"orcid": orcid, "doi": doi, "source_id": "orcid_update", **changes}


def post(consumer, *items, key="key-1", **more):
    return consumer.call("post", "/claims/batches", {"claims": list(items), **more}, Idempotency_Key=key)


class Batches(Consumer):
    """A consumer that names its requests."""

    def call(self, verb, path, content=None, *, Idempotency_Key="", **more):  # noqa: N803
        named = {"Idempotency-Key": Idempotency_Key} if Idempotency_Key else {}
        return super().call(verb, path, content, **named, **more)


@pytest.fixture
def agent():
    return Batches(token=service_key())


def results(answer) -> list[dict]:
    return [found["attributes"] for found in answer.json()["included"]]


def test_each_item_gets_its_claim_and_the_batch_says_where_they_stand(agent):
    answer = post(
        agent, one("10.5072/a", uuid=UUID), one("https://doi.org/10.5072/B", BOB, claim_action="delete")
    )

    assert answer.status_code == 202
    data = answer.json()["data"]
    assert data["type"] == "claim-batches"
    assert data["attributes"]["total"] == data["attributes"]["accepted"] == 2
    assert data["attributes"]["states"]["waiting"] == 2
    assert not data["attributes"]["settled"]
    assert data["links"]["self"] == f"{settings.ENVIRONMENT.PROFILES_URL}/claims/batches/{data['id']}"
    first, second = results(answer)
    assert (first["number"], first["status"], first["state"]) == (1, 202, "waiting")
    assert (second["doi"], second["claimAction"]) == ("https://doi.org/10.5072/b", "delete")
    assert second["orcid"] == f"https://orcid.org/{BOB}"
    claims = [found["relationships"]["claim"]["data"] for found in answer.json()["included"]]
    assert claims[0] == {"id": UUID, "type": "claims"}
    assert {str(found.uuid) for found in Claim.objects.all()} == {found["id"] for found in claims}
    assert Lane.objects.filter(due_at__isnull=False).count() == 2


BAD = {
    "claim-unreadable": "text",
    "doi-missing": one(""),
    "doi-unreadable": one("hello"),
    "orcid-unreadable": one(orcid="1111-1111-1111-1111"),
    "source-missing": one(source_id=""),
    "source-unknown": one(source_id="elsewhere"),
    "action-unknown": one(claim_action="burn"),
    "uuid-unreadable": one(uuid="nonsense"),
}


def test_what_is_wrong_with_one_item_is_said_there_and_spoils_no_other(agent):
    answer = post(agent, one("10.5072/good"), *BAD.values(), one("10.5072/as-good"))

    found = results(answer)
    assert [item["status"] for item in found] == [202, *[422] * len(BAD), 202]
    assert [item["errors"][0]["code"] for item in found[1:-1]] == list(BAD)
    for item in found[1:-1]:
        (error,) = item["errors"]
        assert error["status"] == "422"
        assert error["title"]
        assert error["detail"]
        assert item["state"] is None
    assert found[2]["errors"][0]["source"] == "doi"
    assert answer.json()["data"]["attributes"]["refused"] == len(BAD)
    assert Claim.objects.count() == 2


def test_every_refusal_of_an_item_is_tried():
    assert set(REQUEST_ERRORS) == {*BAD, "not-yours"}


@pytest.mark.parametrize("value", [None, [], 7, [[]], {"orcid": {}, "doi": []}, {"doi": "10.5072/\0"}, {}],
                         ids=repr)  # fmt: skip
def test_an_item_of_any_shape_is_answered(agent, value):
    answer = post(agent, value, one())

    assert [item["status"] for item in results(answer)] == [422, 202]


def test_a_person_asks_for_their_own_record_only(alice):
    answer = post(Batches(alice), one("10.5072/mine"), one("10.5072/theirs", BOB))

    mine, theirs = results(answer)
    assert (mine["status"], theirs["status"]) == (202, 403)
    assert theirs["errors"][0]["title"] == "You are not authorized to access this resource."
    assert list(Claim.objects.values_list("orcid_id", flat=True)) == [ALICE]


@pytest.mark.parametrize(
    ("role", "own", "others"),
    [("staff_admin", 202, 202), ("client_admin", 202, 403), ("provider_user", 202, 403), ("user", 202, 403)],
)
def test_rights_are_those_of_single_claims(role, own, others):
    person = Account.objects.create(orcid_id=DANA, role=role)

    answer = post(Batches(person), one(orcid=DANA), one(orcid=BOB))

    assert [item["status"] for item in results(answer)] == [own, others]


def test_who_may_change_no_claim_is_refused_as_a_whole(alice):
    Account.objects.create(orcid_id=DANA, role="staff_user")
    refused = {
        401: [Batches(), Batches(token="rubbish")],
        403: [
            Batches(Account.objects.get(orcid_id=DANA)),
            Batches(token=personal_key(alice, "claims:read")),
            Batches(token=service_key("people:write", name="other")),
            Batches(token=service_key(name="repository", repository="datacite.test")),
        ],
    }

    for status, callers in refused.items():
        for caller in callers:
            assert post(caller, one()).status_code == status
    assert not ClaimBatch.objects.exists()


def test_a_work_that_stands_twice_in_a_batch_or_was_claimed_before_is_one_claim(agent):
    before = waiting_claim(ALICE, "10.5072/known")
    services.move(claim_id=before.id, event=ClaimEvent.FAIL, problem="consent-missing")

    answer = post(
        agent, one("10.5072/KNOWN"), one("10.5072/new"), one("doi:10.5072/New", claim_action="delete")
    )

    assert Claim.objects.count() == 2
    known, new, again = answer.json()["included"]
    assert known["relationships"]["claim"]["data"]["id"] == str(before.uuid)
    assert (known["attributes"]["state"], known["attributes"]["errorMessages"]) == ("waiting", [])
    assert new["relationships"] == again["relationships"]
    assert (new["attributes"]["countedAs"], again["attributes"]["countedAs"]) == (3, None)
    assert Claim.objects.get(doi="10.5072/new").action == "delete"


def test_an_id_that_is_taken_is_not_given_twice(agent):
    waiting_claim(BOB, "10.5072/other", uuid=uuid.UUID(UUID))

    answer = post(agent, one("10.5072/a", uuid=UUID), one("10.5072/b", uuid=UUID))

    assert [item["status"] for item in results(answer)] == [202, 202]
    assert Claim.objects.count() == 3


def test_the_same_key_with_the_same_claims_finds_the_same_batch(agent):
    first = post(agent, one("10.5072/a"), one("hello"))
    claim = Claim.objects.get()
    services.move(claim_id=claim.id, event=ClaimEvent.FAIL, problem="record-locked")

    again = post(agent, {"source_id": "orcid_update", "doi": "10.5072/a", "orcid": ALICE}, one("hello"))

    assert again.status_code == 202
    assert again.json()["data"]["id"] == first.json()["data"]["id"]
    assert results(again)[0]["state"] == "failed", "it tells how they stand now, and asks for nothing again"
    assert ClaimHistory.objects.filter(event="request").count() == 1


def test_the_same_key_with_other_claims_is_refused_and_says_which_batch_it_made(agent):
    made = post(agent, one("10.5072/a")).json()["data"]["id"]

    answer = post(agent, one("10.5072/b"))

    assert answer.status_code == 409
    (error,) = answer.json()["errors"]
    assert (error["status"], error["code"]) == ("409", "key-used")
    assert error["title"] == "This Idempotency-Key was used for another request."
    assert made in error["detail"]
    assert not Claim.objects.filter(doi="10.5072/b").exists()


def test_keys_of_different_callers_have_nothing_to_do_with_each_other(agent, alice):
    other = Batches(token=service_key(name=ALICE))
    answers = [post(caller, one(f"10.5072/{n}")) for n, caller in enumerate([agent, other, Batches(alice)])]

    assert {answer.status_code for answer in answers} == {202}
    assert ClaimBatch.objects.count() == 3


@pytest.mark.parametrize("key", ["", " ", '""', "a b", "ä", "x" * 201, "a\tb"], ids=repr)
def test_a_request_without_a_key_that_can_be_kept_is_refused(agent, key):
    answer = agent.call("post", "/claims/batches", {"claims": [one()]}, **{"Idempotency-Key": key})

    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["errors"][0]["title"]


def test_quotation_marks_around_a_key_are_not_part_of_it(agent):
    plain, quoted = post(agent, one(), key="abc"), post(agent, one(), key='"abc"')

    assert plain.json()["data"]["id"] == quoted.json()["data"]["id"]


@pytest.mark.parametrize(
    "claims", [None, [], {}, "text", [one()] * 1001], ids=["none", "empty", "object", "text", "many"]
)
def test_a_batch_holds_one_to_a_thousand_claims(agent, claims):
    answer = agent.call("post", "/claims/batches", {"claims": claims}, Idempotency_Key="k")

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"source": "claims", "title": "claims must be a list of 1 to 1000 claims."}
    ]


def test_a_body_that_is_too_large_is_refused(agent):
    answer = post(agent, *[one("10.5072/" + "a" * 3000)] * 900)

    assert answer.status_code == 413


def test_ten_and_a_thousand_items_take_the_same_number_of_queries(agent):
    counted = []
    for size in (10, 1000):
        works = [one(f"10.5072/{size}-{number}") for number in range(size - 2)]
        works += [one("hello"), one("10.5072/bob", BOB, uuid=str(uuid.uuid4()))]
        for path in ("post", "show", "results"):
            with CaptureQueriesContext(connection) as queries:
                if path == "post":
                    batch = post(agent, *works, key=f"key-{size}").json()["data"]["id"]
                else:
                    tail = "/results?page[size]=1000" if path == "results" else ""
                    assert agent.call("get", f"/claims/batches/{batch}{tail}").status_code == 200
            counted.append((path, len(queries)))

    assert counted[:3] == counted[3:]
    assert Claim.objects.count() == 8 + 998 + 1


def test_a_persons_own_batch_lifts_what_they_ruled_out_and_a_machines_does_not(alice, agent):
    services.block(orcid_id=ALICE, doi="10.5072/a")

    post(agent, one("10.5072/a"))
    assert Block.objects.exists()
    post(Batches(alice), one("10.5072/a"), one("10.5072/b"))

    assert not Block.objects.exists()


def test_results_are_paged_and_narrowed_by_state(agent):
    batch = post(agent, *[one(f"10.5072/{n}") for n in range(5)], one("hello")).json()["data"]["id"]
    Claim.objects.filter(doi="10.5072/3").update(state="done", put_code=7, owner_client="APP")
    path = f"/claims/batches/{batch}/results"

    seen, following = [], f"{path}?page[size]=4"
    while following:
        body = agent.call("get", following).json()
        seen += [item["attributes"]["number"] for item in body["data"]]
        following = body["links"].get("next", "").removeprefix(settings.ENVIRONMENT.PROFILES_URL)
    by_cursor = agent.call("get", f"{path}?page[size]=4&page[cursor]=1").json()
    rest = by_cursor["links"]["next"].removeprefix(settings.ENVIRONMENT.PROFILES_URL)

    assert seen == [1, 2, 3, 4, 5, 6]
    assert body["meta"] == {"total": 6, "totalPages": 2, "page": 2}
    assert [item["attributes"]["number"] for item in agent.call("get", rest).json()["data"]] == [5, 6]
    for state, numbers in (("done", [4]), ("refused", [6]), ("done,refused", [4, 6]), ("failed", [])):
        found = agent.call("get", f"{path}?state={state}").json()["data"]
        assert [item["attributes"]["number"] for item in found] == numbers
    assert agent.call("get", f"{path}?state=nonsense").status_code == 400
    counts = agent.call("get", f"/claims/batches/{batch}").json()["data"]["attributes"]["states"]
    assert (counts["done"], counts["waiting"]) == (1, 4)


def test_a_batch_is_settled_when_nothing_of_it_waits(agent):
    batch = post(agent, one(), one("hello")).json()["data"]["id"]
    Claim.objects.update(state="done", put_code=7, owner_client="APP")

    said = agent.call("get", f"/claims/batches/{batch}").json()["data"]["attributes"]

    assert said["settled"]
    assert said["states"]["done"] == 1


def test_a_batch_is_seen_by_who_asked_for_it_and_by_staff(agent, alice):
    dana = Account.objects.create(orcid_id=DANA, role="staff_user")
    batch = post(agent, one()).json()["data"]["id"]
    statuses = {
        200: [agent, Batches(dana)],
        404: [Batches(alice), Batches(token=service_key(name="other"))],
        403: [Batches(token=service_key("claims:write", name="writer"))],
        401: [Batches()],
    }

    for status, callers in statuses.items():
        for caller in callers:
            for path in (f"/claims/batches/{batch}", f"/claims/batches/{batch}/results"):
                assert caller.call("get", path).status_code == status
    for name in (str(uuid.uuid4()), "nonsense"):
        assert agent.call("get", f"/claims/batches/{name}").status_code == 404


def test_of_people_who_hide_their_record_a_machine_learns_no_state(agent):
    Account.objects.create(orcid_id=BOB, is_public=False)
    batch = post(agent, one("10.5072/shown"), one("10.5072/hidden", BOB)).json()["data"]["id"]
    Claim.objects.filter(orcid_id=BOB).update(state="failed", problem="consent-missing")

    said = agent.call("get", f"/claims/batches/{batch}").json()["data"]["attributes"]
    _shown, hidden = agent.call("get", f"/claims/batches/{batch}/results").json()["data"]

    assert (said["states"]["failed"], said["notShown"]) == (0, 1)
    assert (hidden["attributes"]["state"], hidden["attributes"]["errorMessages"]) == (None, [])
    assert hidden["attributes"]["claimAction"] is None
    assert len(agent.call("get", f"/claims/batches/{batch}/results?state=failed").json()["data"]) == 0
    own = post(Batches(Account.objects.get(orcid_id=BOB)), one("10.5072/hidden", BOB))
    assert results(own)[0]["state"] == "waiting"


def test_who_leaves_is_gone_from_every_batch(agent, alice):
    batch = post(agent, one(), one("10.5072/b", BOB)).json()["data"]["id"]
    post(Batches(alice), one("10.5072/c"))

    services.forget_person(orcid_id=ALICE)

    said = agent.call("get", f"/claims/batches/{batch}").json()["data"]["attributes"]
    left = agent.call("get", f"/claims/batches/{batch}/results").json()["data"]
    assert [item["attributes"]["number"] for item in left] == [2]
    assert (said["accepted"], said["states"]["waiting"], said["notShown"]) == (2, 1, 1)
    assert not ClaimBatch.objects.filter(owner=ALICE).exists()


def test_batches_go_with_the_iD_into_which_theirs_was_merged(alice):  # noqa: N802
    post(Batches(alice), one())

    services.move_person(old_orcid_id=ALICE, new_orcid_id=BOB)

    assert ClaimBatch.objects.get().owner == BOB


def test_keys_are_forgotten_after_thirty_days_by_the_nightly_job(agent):
    kept = post(agent, one("10.5072/kept"), key="kept").json()["data"]
    old = post(agent, one("10.5072/old"), key="old").json()["data"]
    ClaimBatch.objects.filter(uuid=old["id"]).update(created_at=clock.now() - timedelta(days=31))

    delete_old.func()

    assert [str(one.uuid) for one in ClaimBatch.objects.all()] == [kept["id"]]
    assert Claim.objects.count() == 2
    assert post(agent, one("10.5072/else"), key="old").status_code == 202


def test_the_history_of_each_claim_names_its_batch_and_who_asked(agent):
    batch = post(agent, one()).json()["data"]["id"]

    line = ClaimHistory.objects.get()

    assert line.note == f"batch {batch}"
    assert line.actor.startswith("agent (key ")
