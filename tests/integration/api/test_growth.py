"""What a hostile request costs grows no faster than the request: four times as much for four times the size.

Compared are two sizes of the same request in the same process, by its own CPU; something quadratic would
cost sixteen times as much. The database's part is held by the tests of lists at size.
"""

import gc
import json
import time

import pytest
from django.test import Client

from profiles.accounts.models import Account
from tests.support.api_callers import ALICE, service_key

pytestmark = pytest.mark.django_db
TRIES = 3
MOST = 9
"""Times as much for four times the size; half-way, for the eye, between four and sixteen."""


def query(name, part, *, room="claims"):
    return lambda n: ("get", f"/{room}?{name}={part * n}", None, {})


def body(verb, path, make):
    return lambda n: (verb, path, make(n), {"Idempotency-Key": f"growth-{n}"})


def header(name, part):
    return lambda n: ("get", "/users?page[size]=1", None, {name: part * n})


def claim(**changes):
    return {"orcid": ALICE, "doi": "10.5072/a", "source_id": "orcid_search", **changes}


def graph(make):
    return body("post", "/profiles/graphql", lambda n: {"query": make(n)})


def chained(n):
    """Fragments of which each spreads the next one twice."""
    parts = "".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }} " for i in range(n))
    return "{ ...F0 } " + parts + f"fragment F{n} on Query {{ __typename }}"


HOSTILE = {
    "a long text to search": (query("query", "a"), 20_000),
    "many words to search": (query("query", "a+"), 10_000),
    "many words in names": (query("query", "a+", room="users"), 10_000),
    "a long name": (query("query", "a", room="users"), 20_000),
    "commas for DOIs": (query("dois", ","), 20_000),
    "DOIs that are none": (query("dois", "a,"), 10_000),
    "a DOI of many commas": (query("dois", "10.5072/a,b,c,"), 1_000),
    "DOIs": (query("dois", "10.5072/abcdefghij,"), 250),
    "percent signs in DOIs": (query("dois", "10.5072/%2525%2525,"), 500),
    "percent signs on percent signs": (query("dois", "%25"), 20_000),
    "ids": (query("ids", "d140d44e-af70-43ec-a90b-49878a954487,"), 250),
    "states": (query("state", "failed,"), 10_000),
    "years": (query("created", "2025,"), 10_000),
    "fields": (query("fields[claims]", "doi,"), 10_000),
    "what to include": (query("include", "user,"), 10_000),
    "a long iD": (query("user-id", "0000-"), 10_000),
    "slashes before an iD": (query("user-id", "http://a.bc/"), 5_000),
    "a long cursor": (query("page[cursor]", "r1"), 20_000),
    "a long number": (query("page[number]", "9"), 20_000),
    "many parameters": (
        lambda n: ("get", "/claims?" + "&".join(f"p{i}=1" for i in range(n)), None, {}), 5_000),
    "a long path": (lambda n: ("get", f"/claims/{'a' * n}", None, {}), 20_000),
    "many slashes": (lambda n: ("get", f"/claims{'/' * n}", None, {}), 20_000),
    "marks of what is known": (header("If-None-Match", 'W/"a", '), 5_000),
    "a long token": (header("Authorization", "a."), 20_000),
    "many words for a token": (header("Authorization", "a "), 20_000),
    "deep lists": (body("post", "/claims", lambda n: "[" * n + "]" * n), 50_000),
    "deep objects": (body("post", "/claims", lambda n: '{"a":' * n + "1" + "}" * n), 50_000),
    "deep lists within a claim": (
        body("post", "/claims", lambda n: '{"claim":' + "[" * n + "]" * n + "}"), 50_000),
    "many fields": (body("post", "/claims", lambda n: {"claim": {f"Ab{i}": i for i in range(n)}}), 10_000),
    "a field with a long name": (body("post", "/claims", lambda n: {"claim": {"A" * n: 1}}), 50_000),
    "a long DOI": (body("post", "/claims", lambda n: {"claim": claim(doi="10.5072/" + "a" * n)}), 50_000),
    "a DOI of percent signs": (
        body("post", "/claims", lambda n: {"claim": claim(doi="10.5072/%" + "25" * n)}), 20_000),
    "a DOI of blanks": (body("post", "/claims", lambda n: {"claim": claim(doi=" " * n + "x")}), 50_000),
    "a DOI of slashes": (
        body("post", "/claims", lambda n: {"claim": claim(doi="https://doi.org" + "/" * n)}), 50_000),
    "claims in a batch": (
        body("post", "/claims/batches",
             lambda n: {"claims": [claim(doi=f"10.5072/{i}") for i in range(n)]}), 250),
    "one claim many times": (body("post", "/claims/batches", lambda n: {"claims": [claim()] * n}), 250),
    "wrong claims in a batch": (body("post", "/claims/batches", lambda n: {"claims": [{}] * n}), 250),
    "events": (
        body("post", "/doi-events",
             lambda n: {"events": [{"id": str(i), "doi": f"10.5072/{i}"} for i in range(n)]}), 250),
    "a long name to announce": (
        body("put", f"/users/{ALICE}", lambda n: {"data": {"attributes": {"name": "a" * n}}}), 100_000),
    "events of a webhook": (
        body("post", "/webhooks", lambda n: {"webhook": {"name": "a", "url": "https://a.example.org/",
                                                         "events": ["claim.done"] * n}}), 20_000),
    "a long address of a webhook": (
        body("post", "/webhooks", lambda n: {"webhook": {"name": "a", "url": "https://" + "a." * n,
                                                         "events": ["claim.done"]}}), 50_000),
    "one field under many names": (
        graph(lambda n: "{ " + " ".join(f"a{i}: __typename" for i in range(n)) + " }"), 80),
    "the same field again and again": (graph(lambda n: "{ " + "__typename " * n + "}"), 240),
    "nested selections": (graph(lambda n: "{ a" * n + "}" * n), 120),
    "fragments of fragments": (graph(chained), 15),
    "many operations": (graph(lambda n: " ".join(f"query Q{i} {{ __typename }}" for i in range(n))), 50),
    "many arguments": (
        graph(lambda n: "{ people(" + " ".join(f"a{i}: 1" for i in range(n)) + ") { totalCount } }"), 80),
    "a deep list for an argument": (graph(lambda n: "{ person(id: " + "[" * n + "]" * n + ") { id } }"), 120),
    "a long comment": (graph(lambda n: "#" + "a" * n + "\n{ __typename }"), 15_000),
    "a question that is too long": (graph(lambda n: "{ " + "a " * n + "}"), 15_000),
    "variables": (
        body("post", "/profiles/graphql",
             lambda n: {"query": "{ __typename }", "variables": {f"v{i}": i for i in range(n)}}), 10_000),
    "deep variables": (
        body("post", "/profiles/graphql",
             lambda n: {"query": "{ __typename }", "variables": "[" * n + "]" * n}), 50_000),
    "entities": (
        body("post", "/profiles/graphql", lambda n: {
            "query": "query E($r: [_Any!]!) { _entities(representations: $r) { __typename } }",
            "variables": {"r": [{"__typename": "Person", "id": f"https://orcid.org/{ALICE}"}] * n}}), 1_000),
}  # fmt: skip


@pytest.fixture
def ask():
    """Send a request as a machine that may do all machines may; return what it cost and its status."""
    Account.objects.create(orcid_id=ALICE)
    client, token = Client(), f"Bearer {service_key()}"

    def sent(verb, path, content, headers):
        words = {"headers": {"Authorization": token, **headers}}
        if content is not None:
            text = content if isinstance(content, str) else json.dumps(content)
            words |= {"data": text, "content_type": "application/json"}
        began = time.process_time()
        answer = getattr(client, verb)(path, **words)
        return time.process_time() - began, answer

    return sent


def least(ask, request):
    """Return the least that a request costs, of several tries: what is more is the machine's."""
    costs = []
    gc.disable()  # its turns come when they come
    try:
        for _ in range(TRIES):
            cost, answer = ask(*request)
            assert answer.status_code < 500, answer.content[:300]
            costs.append(cost)
    finally:
        gc.enable()
    return min(costs)


@pytest.mark.parametrize("name", HOSTILE)
def test_four_times_the_size_costs_no_more_than_four_times(ask, name):
    make, size = HOSTILE[name]
    nothing = least(ask, ("get", "/users?page[size]=1", None, {}))

    small, large = least(ask, make(size)), least(ask, make(4 * size))

    assert large < MOST * max(small, nothing), (nothing, small, large)
