"""The Python client, held against the API's description: what it covers, and how it behaves on the wire."""

import json
import pickle
import socket
import time
from collections.abc import Callable

import msgspec
import pytest

from profiles.api.api import api
from profiles_client import ClaimRequest, DoiEvent, Limits, Profiles, ProfilesError
from tests.support.api_by_examples import answering, operations

DESCRIPTION = json.loads(json.dumps(api.get_openapi_schema()))
TOKEN = "dcp_svc_" + "s" * 40
ALICE, DOI = "0000-0002-1825-0097", "10.5438/4hr0-d640"
WISH = ClaimRequest(orcid=ALICE, doi=DOI, source="orcid_search")

COVERED: dict[str, Callable[[Profiles], object]] = {
    "list_claims": lambda profiles: (list(profiles.claims.list(orcid=ALICE)), profiles.claims.page()),
    "create_claim": lambda profiles: profiles.claims.create(orcid=ALICE, doi=DOI),
    "show_claim": lambda profiles: profiles.claims.get("id"),
    "delete_claim": lambda profiles: profiles.claims.delete("id"),
    "create_batch": lambda profiles: profiles.batches.create([WISH]),
    "show_batch": lambda profiles: profiles.batches.get("id"),
    "list_batch_results": lambda profiles: list(profiles.batches.results("id")),
    "list_users": lambda profiles: (list(profiles.users.list()), profiles.users.page()),
    "show_user": lambda profiles: profiles.users.get(ALICE),
    "put_user": lambda profiles: profiles.users.put(ALICE, name="Josiah"),
    "announce_dois": lambda profiles: profiles.doi_events.announce([DoiEvent(id="1", doi=DOI)]),
    "list_webhooks": lambda profiles: list(profiles.webhooks.list()),
    "create_webhook": lambda profiles: profiles.webhooks.create(
        name="A", url="https://a.example", events=["claim.done"]
    ),
    "show_webhook": lambda profiles: profiles.webhooks.get("id"),
    "change_webhook": lambda profiles: profiles.webhooks.change("id", active=False),
    "delete_webhook": lambda profiles: profiles.webhooks.delete("id"),
    "renew_webhook_secret": lambda profiles: profiles.webhooks.renew_secret("id"),
    "ping_webhook": lambda profiles: profiles.webhooks.ping("id"),
    "list_deliveries": lambda profiles: list(profiles.webhooks.deliveries("id")),
    "replay_deliveries": lambda profiles: profiles.webhooks.replay("id", deliveries=["d"]),
    "show_confirmations": lambda profiles: profiles.repositories.confirmed(DOI),
    "show_repository": lambda profiles: profiles.repositories.get("datacite.test"),
}
NOT_COVERED = {"patch_user": "the same as put_user"}


@pytest.fixture
def service():
    with answering(DESCRIPTION) as running:
        yield running


@pytest.fixture
def profiles(service):
    with Profiles(service.url, token=TOKEN, limits=Limits(connect=1, read=1, repeats=2)) as made:
        yield made


def test_every_operation_is_covered_or_it_is_said_why_not():
    assert {*COVERED, *NOT_COVERED} == set(operations(DESCRIPTION))
    assert set(COVERED) & set(NOT_COVERED) == set()


@pytest.mark.parametrize("operation", COVERED)
def test_a_method_asks_its_operation_and_reads_what_the_description_promises(service, profiles, operation):
    answer = COVERED[operation](profiles)

    assert {one.operation for one in service.asked} == {operation}
    assert all(one.headers["authorization"] == f"Bearer {TOKEN}" for one in service.asked)
    assert msgspec.json.encode(answer)


def test_what_was_answered_is_typed(profiles):
    claim = profiles.claims.get("id")
    assert (claim.orcid, claim.doi, claim.state) == (ALICE, DOI, "failed")
    assert [(one.code, one.title) for one in claim.problems] == [
        ("consent-missing", "No user and/or ORCID token")
    ]
    assert claim.created.tzinfo is not None

    batch = profiles.batches.create([WISH])
    first, second = batch.results
    assert (batch.total, batch.states["waiting"], first.claim_id) == (2, 1, claim.id)
    assert (second.is_refused, second.refusals[0].code, second.claim_id) == (True, "doi-unreadable", None)

    page = profiles.claims.page()
    assert (page.total, page.capped, page.counts["states"]) == (1, False, {"done": 1})


def test_the_secret_of_a_webhook_is_in_no_repr(profiles):
    made = profiles.webhooks.create(name="A", url="https://a.example", events=["claim.done"])

    assert made.secret
    assert made.secret not in repr(made)


def test_names_in_an_address_are_encoded(service, profiles):
    profiles.users.get("a/b?c#d")

    assert service.asked[0].path == "/users/a%2Fb%3Fc%23d"


def test_a_list_goes_on_from_page_to_page_at_the_address_that_the_caller_named(service, profiles):
    page = operations(DESCRIPTION)["list_claims"]["responses"]["200"]["content"]["application/json"][
        "example"
    ]
    following = {
        **page,
        "links": {"self": "x", "next": "https://elsewhere.example/claims?page%5Bcursor%5D=abc"},
    }
    service.answers = [(200, {}, json.dumps(following).encode())]

    found = list(profiles.claims.list(dois=["10.5072/a,b", "10.5072/c"], states=["done"]))

    assert len(found) == 2
    first, second = (one.path for one in service.asked)
    assert "dois=10.5072%2Fa%2Cb%2C10.5072%2Fc" in first
    assert "state=done" in first
    assert second == "/claims?page%5Bcursor%5D=abc"


REFUSAL = json.dumps(
    {"errors": [{"status": "409", "title": "Used.", "code": "key-used", "detail": "New key."}]}
)


def test_a_refusal_is_one_exception_with_the_problems_code(service, profiles):
    service.answers = [(409, {}, REFUSAL.encode())]

    with pytest.raises(ProfilesError) as refused:
        profiles.batches.create([WISH])

    error = refused.value
    assert (error.status, error.code, error.title, error.detail) == (409, "key-used", "Used.", "New key.")
    assert str(error) == "409 Used. New key. [key-used]"


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Bad gateway</html>", b"[]", b'{"errors": []}', b'{"errors": {"title": "x"}}', b"\xff"],
)
@pytest.mark.parametrize("status", [200, 404, 500])
def test_an_answer_of_another_shape_is_the_same_exception(service, profiles, status, content):
    service.answers = [(status, {}, content)]

    with pytest.raises(ProfilesError) as refused:
        profiles.claims.get("id")

    assert (refused.value.status, refused.value.code) == (status, "unreadable-answer")


def test_reading_is_tried_again_after_the_time_the_service_asks_for(service, profiles):
    service.answers = [(503, {"Retry-After": "1"}, b"{}"), (429, {"Retry-After": "0"}, b"{}")]
    began = time.monotonic()

    assert profiles.claims.get("id").doi == DOI

    assert len(service.asked) == 3
    assert time.monotonic() - began >= 1


def test_reading_is_given_up_after_a_few_tries(service, profiles):
    service.answers = [(503, {"Retry-After": "0"}, b'{"errors":[{"status":"503","title":"Later."}]}')] * 9

    with pytest.raises(ProfilesError) as refused:
        profiles.claims.get("id")

    assert (refused.value.status, refused.value.retry_after, len(service.asked)) == (503, 0.0, 3)


@pytest.mark.parametrize("operation", ["create_claim", "delete_claim", "put_user"])
def test_what_changes_something_is_sent_once(service, profiles, operation):
    service.answers = [(503, {"Retry-After": "0"}, b"{}")]

    with pytest.raises(ProfilesError):
        COVERED[operation](profiles)

    assert len(service.asked) == 1


def test_a_batch_is_sent_again_because_its_key_makes_that_safe(service, profiles):
    service.answers = [(503, {"Retry-After": "0"}, b"{}")]

    batch = profiles.batches.create([WISH])

    assert batch.total == 2
    first, second = service.asked
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] != ""
    assert first.body == second.body


def test_more_than_a_thousand_are_sent_in_parts_with_keys_that_follow(service, profiles):
    batches = list(profiles.batches.create_all((WISH for _ in range(2001)), key="import-7"))

    assert len(batches) == 3
    assert [one.headers["idempotency-key"] for one in service.asked] == [
        "import-7-1",
        "import-7-2",
        "import-7-3",
    ]
    assert [len(json.loads(one.body)["claims"]) for one in service.asked] == [1000, 1000, 1]


def test_a_redirect_is_not_followed(service, profiles):
    service.answers = [(302, {"Location": f"{service.url}/users"}, b"")]

    with pytest.raises(ProfilesError) as refused:
        profiles.claims.get("id")

    assert (refused.value.status, len(service.asked)) == (302, 1)


def test_who_does_not_answer_is_waited_for_as_long_as_was_said():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        profiles = Profiles(url, token=TOKEN, limits=Limits(connect=0.2, read=0.2, repeats=0))

        with pytest.raises(ProfilesError) as refused:
            profiles.claims.get("secret-id")

    assert (refused.value.status, refused.value.code) == (None, "no-answer")
    assert "secret-id" not in str(refused.value)


def test_the_token_is_in_no_text(service, profiles):
    service.answers = [(401, {}, b'{"errors":[{"status":"401","title":"Bad credentials."}]}')]
    with pytest.raises(ProfilesError) as refused:
        profiles.claims.get("id")
    nobody = Profiles("http://127.0.0.1:1", token=TOKEN, limits=Limits(repeats=0))
    with pytest.raises(ProfilesError) as unreached:
        nobody.claims.get("id")

    texts = [repr(one) for one in (profiles, profiles.claims, profiles.batches, profiles.claims._transport)]
    for error in (refused.value, unreached.value):
        texts += [
            repr(error),
            str(error),
            repr(vars(error)),
            repr(error.__cause__),
            repr(pickle.dumps(error.args)),
        ]
    assert not [text for text in texts if TOKEN in text]
