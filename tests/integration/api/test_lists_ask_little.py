"""How many questions a list asks of the database: as many for 200 rows as for ten."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.infra import clock
from profiles.webhooks.models import Delivery, DeliveryTry, Webhook
from tests.support.api_callers import ALICE, personal_key, service_key

pytestmark = pytest.mark.django_db
HOOK = "5f1c1f0e-6a52-4b65-8e0f-1a51c4f5b0a7"
LISTS = {
    "claims": "/claims?page[size]=1000",
    "claims with people": "/claims?page[size]=1000&include=user",
    "claims by cursor": "/claims?page[size]=1000&page[cursor]=1",
    "claims found": "/claims?page[size]=1000&query=10.5072&state=done&created=2026",
    "one's own claims": f"/claims?page[size]=1000&user-id={ALICE}",
    "people": "/users?page[size]=1000",
    "people found": "/users?page[size]=1000&query=person",
    "people by cursor": "/users?page[size]=1000&query=person&page[cursor]=1",
    "webhooks": "/webhooks",
    "deliveries": f"/webhooks/{HOOK}/deliveries",
}


def fill(first, until):
    """Add people, a claim of each and one of Alice's, webhooks, and messages that were tried twice."""
    now = clock.now()
    ids = [f"0009-0000-{n:04}-0000" for n in range(first, until)]
    Account.objects.bulk_create(
        Account(orcid_id=one, name=f"Person {one}", is_public=n % 10 != 9) for n, one in enumerate(ids)
    )
    Claim.objects.bulk_create(
        Claim(orcid_id=who, doi=f"10.5072/{one}.{who}", origin="orcid_search", state="done", requested_at=now)
        for one in ids
        for who in (one, ALICE)
    )
    Webhook.objects.bulk_create(
        Webhook(owner="agent", name=one, url="https://a.example/", events=[], secret=b"", created_at=now)
        for one in ids
    )
    watched = Webhook.objects.get(uuid=HOOK)
    sent = Delivery.objects.bulk_create(
        Delivery(webhook=watched, event_id=one, event="claim.done", body=b"{}", created_at=now) for one in ids
    )
    DeliveryTry.objects.bulk_create(
        DeliveryTry(delivery=one, at=now, seconds=0.1, status=503) for one in sent for _ in range(2)
    )


@pytest.fixture
def caller():
    alice = Account.objects.create(orcid_id=ALICE, name="Person Alice")
    Webhook.objects.create(
        uuid=HOOK,
        owner="agent",
        name="mine",
        url="https://a.example/",
        events=[],
        secret=b"",
        created_at=clock.now(),
    )
    keys = {"one's own claims": personal_key(alice)}
    everybody = service_key()
    return lambda name: Client(headers={"Authorization": f"Bearer {keys.get(name, everybody)}"})


def asked(call):
    call()  # what is learned once and kept is no part of it
    with CaptureQueriesContext(connection) as queries:
        rows = call()
    return rows, [query["sql"] for query in queries.captured_queries]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_much_for_200_rows_as_for_ten(caller, name):
    client = caller(name)

    def call():
        answer = client.get(LISTS[name])
        assert answer.status_code == 200, answer.content
        return len(answer.json()["data"])

    fill(0, 10)
    few, for_few = asked(call)
    fill(10, 200)
    many, for_many = asked(call)

    assert many >= 100 > few > 0
    assert len(for_many) == len(for_few), "\n".join(for_many)


def test_people_in_the_graph_are_asked_for_as_often_however_many_they_are(caller):
    question = {"query": '{ people(query: "person", first: 1000) { totalCount nodes { name } } }'}

    def call():
        answer = Client().post("/profiles/graphql", json.dumps(question), content_type="application/json")
        return len(answer.json()["data"]["people"]["nodes"])

    fill(0, 10)
    few, for_few = asked(call)
    fill(10, 200)
    many, for_many = asked(call)

    assert many > 100 > few > 0
    assert len(for_many) == len(for_few)
