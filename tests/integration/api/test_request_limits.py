"""How much a key, a person and an address may ask of the APIs and of the page that explains."""

import json

import pytest
from django.test import override_settings

from profiles.accounts import request_limits
from profiles.accounts.models import AccessKey, Account
from profiles.config.env import environment
from profiles.infra import rate_limit
from profiles.sso.cookie.shared_cookie import token_for
from tests.support.api_callers import personal_key

pytestmark = pytest.mark.django_db
ALICE, BOB = "0009-0001-0000-0014", "0009-0001-0000-0022"
PATHS = ("/claims", "/users", "/webhooks", "/repositories/datacite.test", "/claims/nothing/here")


@pytest.fixture(autouse=True)
def in_production():
    """Limits as they are in production; elsewhere in tests they are a thousand times as high."""
    with override_settings(ENVIRONMENT=environment().model_copy(update={"PROFILES_MODE": "production"})):
        yield


def use_up(limit: rate_limit.Limit, who: object) -> None:
    rate_limit.hit(limit, str(who), count=limit.most)


def get(client, path: str, **headers: str):
    return client.get(path, headers=headers, secure=True)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("path", PATHS)
def test_an_address_that_asks_without_end_is_told_to_wait_on_every_path(client, path):
    assert get(client, path).status_code != 429
    use_up(request_limits.per_address(), "127.0.0.1")

    answer = get(client, path)

    assert answer.status_code == 429
    assert answer.json()["errors"][0]["status"] == "429"
    assert 0 < int(answer["Retry-After"]) <= 300
    assert client.get(path, secure=True, REMOTE_ADDR="192.0.2.7").status_code != 429


def test_graphql_has_the_same_limit(client):
    use_up(request_limits.per_address(), "127.0.0.1")
    query = json.dumps({"query": "{ __typename }"})

    answer = client.post("/profiles/graphql", query, content_type="application/json", secure=True)

    assert (answer.status_code, "Retry-After" in answer) == (429, True)


def parts_of(answer) -> tuple[int, int]:
    left, _, resets = answer["RateLimit"].removeprefix('"address";r=').partition(";t=")
    return int(left), int(resets)


def test_each_answer_says_what_is_left(client):
    first, second = get(client, "/claims"), get(client, "/claims")

    most = request_limits.per_address().most
    assert first["RateLimit-Policy"] == f'"address";q={most};w=300'
    (left, resets), (then_left, _) = (parts_of(answer) for answer in (first, second))
    assert (left - then_left, 0 < resets <= 300) == (1, True)


def test_a_person_is_limited_wherever_they_ask_from_and_no_one_else_is(client):
    alice = Account.objects.create(orcid_id=ALICE)
    bob = Account.objects.create(orcid_id=BOB)
    use_up(request_limits.per_person(), alice.pk)

    assert get(client, "/claims", **bearer(token_for(alice))).status_code == 429
    assert get(client, "/claims", **bearer(token_for(bob))).status_code == 200
    assert get(client, "/claims").status_code != 429


def test_a_key_has_a_limit_of_its_own(client):
    alice = Account.objects.create(orcid_id=ALICE)
    key, other = personal_key(alice), personal_key(alice)
    use_up(request_limits.per_key(), AccessKey.objects.order_by("pk")[0].pk)

    assert get(client, "/claims", **bearer(key)).status_code == 429
    assert get(client, "/claims", **bearer(other)).status_code == 200


@pytest.mark.parametrize("form", ["", "&format=json"])
def test_the_page_that_explains_has_a_limit_and_says_so(client, form):
    use_up(request_limits.per_address(), "127.0.0.1")

    answer = get(client, f"/why?doi=10.5072/x&orcid={ALICE}{form}")

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Too many" in answer.content.decode()


def test_the_description_names_429_and_its_headers_for_every_operation(client):
    paths = get(client, "/api/openapi.json").json()["paths"]
    refusals = [operation["responses"].get("429") for path in paths.values() for operation in path.values()]

    assert refusals
    assert all(refusal and "Retry-After" in refusal["headers"] for refusal in refusals)
