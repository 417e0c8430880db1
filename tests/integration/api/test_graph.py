"""The subgraph of public people: what it answers, whom it hides, and what it refuses to be asked."""

import json

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.accounts.models import Account
from tests.support.api_callers import ALICE, BOB, CHARLIE

pytestmark = pytest.mark.django_db
DEEP = "__schema { types { " + "ofType { " * 9 + "name" + " }" * 11
ADDRESS = f"https://orcid.org/{ALICE}"


@pytest.fixture
def people():
    Account.objects.create(orcid_id=ALICE, name="Alice Alvarado", given_names="Alice", family_name="Alvarado",
                           email="alice@univ.example", role="staff_admin")  # fmt: skip
    Account.objects.create(orcid_id=BOB, name="Bob Alvarado", is_public=False)
    Account.objects.create(orcid_id=CHARLIE, name="")


def ask(question, variables=None, **more):
    body = {"query": question, "variables": variables, **more}
    return Client(enforce_csrf_checks=True).post(
        "/profiles/graphql", json.dumps(body), content_type="application/json"
    )


def test_a_person_is_found_by_the_address_of_the_id(people):
    answer = ask(
        "query P($id: ID!) { person(id: $id) { id type name givenName familyName } }", {"id": ADDRESS}
    )

    assert answer.status_code == 200
    assert answer.json() == {
        "data": {"person": {"id": ADDRESS, "type": "Person", "name": "Alice Alvarado", "givenName": "Alice",
                            "familyName": "Alvarado"}}
    }  # fmt: skip


@pytest.mark.parametrize(
    "address", [f"https://orcid.org/{BOB}", ALICE, "https://orcid.org/0000", "https://example.org/x", ""]
)
def test_who_hides_their_record_is_no_one_here_and_so_is_what_is_no_address(people, address):
    assert ask("query P($id: ID!) { person(id: $id) { id } }", {"id": address}).json() == {
        "data": {"person": None}
    }


def test_people_are_found_by_words_of_their_names_and_the_hidden_are_not_counted(people):
    found = ask('{ people(query: "alvar") { totalCount nodes { name } edges { cursor node { id } } } }')

    page = found.json()["data"]["people"]
    assert page["totalCount"] == 1
    assert page["nodes"] == [{"name": "Alice Alvarado"}]


def test_pages_go_on_where_the_last_one_ended(people):
    question = "query P($after: String) { people(first: 1, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }"  # noqa: E501
    first = ask(question).json()["data"]["people"]
    second = ask(question, {"after": first["pageInfo"]["endCursor"]}).json()["data"]["people"]

    assert first["pageInfo"]["hasNextPage"]
    assert not second["pageInfo"]["hasNextPage"]
    assert {first["nodes"][0]["id"], second["nodes"][0]["id"]} == {ADDRESS, f"https://orcid.org/{CHARLIE}"}


def test_the_gateway_reads_the_description_and_asks_for_entities_in_one_query(
    people, django_assert_num_queries
):
    said = ask("{ _service { sdl } }").json()["data"]["_service"]["sdl"]
    known = [{"__typename": "Person", "id": f"https://orcid.org/{one}"} for one in (BOB, ALICE, CHARLIE)]
    question = "query E($r: [_Any!]!) { _entities(representations: $r) { ... on Person { name type } } }"

    with django_assert_num_queries(2):  # the limit of the address, and the people
        found = ask(question, {"r": known}).json()["data"]["_entities"]

    assert 'type Person @key(fields: "id")' in said
    assert "_entities" not in said
    assert found == [None, {"name": "Alice Alvarado", "type": "Person"}, {"name": None, "type": "Person"}]


def test_variables_may_come_as_text(people):
    answer = ask("query P($id: ID!) { person(id: $id) { name } }", json.dumps({"id": ADDRESS}))

    assert answer.json()["data"]["person"]["name"] == "Alice Alvarado"


def test_a_last_slash_does_no_harm(people):
    question = json.dumps({"query": f'{{ person(id: "{ADDRESS}") {{ name }} }}'})

    answer = Client().post("/profiles/graphql/", question, content_type="application/json")

    assert answer.json() == {"data": {"person": {"name": "Alice Alvarado"}}}


def test_reading_by_get_is_refused_as_it_always_was():
    answer = Client().get("/profiles/graphql")

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer.json() == {"message": "This endpoint only supports POST requests."}


@pytest.mark.parametrize("field", ["email", "role", "claims", "autoUpdate", "isPublic", "permissions"])
def test_nothing_but_public_fields_can_be_asked_for(people, field):
    answer = ask(f"{{ people {{ nodes {{ {field} }} }} }}")

    assert "data" not in answer.json()
    assert "Cannot query field" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("question", "variables", "said"),
    [
        ("{ a: people(first: 900) { nodes { name id type givenName familyName } } }", None, "costs"),
        ("query P($n: Int) { people(first: $n) { nodes { name id type givenName familyName } } }",
         {"n": 1000}, "costs"),
        ("query P($n: Int) { people(first: $n) { nodes { name id type givenName familyName } } }",
         {"n": 1000.0}, "costs"),
        ("query P($n: Int = 1000) { people(first: $n) { nodes { name id type givenName familyName } } }",
         None, "costs"),
        ("query P($r: [_Any!]! = [" + '"a" ' * 600 + "]) { _entities(representations: $r)"
         " { ...on Person { " + "name " * 9 + "} } }", None, "costs"),
        ("{ " + " ".join(f"a{n}: people(first: 900) {{ nodes {{ name }} }}" for n in range(6)) + " }", None,
         "costs"),
        ("{ " + " ".join(f'a{n}: people(query: "a") {{ totalCount }}' for n in range(25)) + " }", None,
         "costs"),
        (f"{{ {DEEP} }}", None, "12 levels deep; 10"),
        (f"{{ ...F }} fragment F on Query {{ {DEEP} }}", None, "12 levels deep; 10"),
        ("{ people(first: 1001) { totalCount } }", None, "first takes"),
        ("{ people(first: -1) { totalCount } }", None, "first takes"),
        ('{ people(after: "zzz!") { totalCount } }', None, "cursor"),
        ("{ __schema {" + " types { fields { type {" * 4 + "name" + "}}}" * 4 + "}}", None, ""),
        ("query { ...F } fragment F on Query { ...F }", None, "Cannot spread fragment"),
        ("{ " + "name " * 2000 + "}", None, "token"),
        ("{ people { nodes { name } ", None, "Syntax Error"),
        ("mutation { forget }", None, ""),
        ("subscription { people { totalCount } }", None, ""),
    ],
    ids=["many people", "many by variable", "many by a broken number", "many unless said otherwise",
         "many things unless said otherwise", "many by other names", "many searches", "deep",
         "deep in a fragment", "too many", "negative", "no cursor", "introspection without end",
         "a circle", "too long", "broken", "a mutation", "a subscription"],
)  # fmt: skip
def test_a_question_that_asks_too_much_is_refused_with_the_reason(people, question, variables, said):
    answer = ask(question, variables)

    assert answer.status_code == 200
    assert said in answer.json()["errors"][0]["message"]


def test_a_thousand_people_may_be_asked_for_at_once(people):
    answer = ask("{ people(first: 1000) { nodes { id name type } } }").json()

    assert [node["id"] for node in answer["data"]["people"]["nodes"]] == [
        ADDRESS,
        f"https://orcid.org/{CHARLIE}",
    ]


def test_a_fragment_that_is_spread_without_end_costs_no_more_than_reading_it():
    circles = "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }} " for n in range(50))

    answer = ask("query { ...F0 } " + circles + "fragment F50 on Query { people { totalCount } }")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"nonsense", b'{"query": 5}', b'{"query": "{a}", "variables": "["}',
     b'{"query": "{a}", "variables": [1]}', b'{"query": "{a}", "operationName": {}}', b'[{"query": "{a}"}]',
     b'{"query": "\\ud800"}', b"\xff"],
)  # fmt: skip
def test_a_body_that_is_no_question_is_refused(body):
    answer = Client().post("/profiles/graphql", body, content_type="application/json")

    assert answer.status_code in {200, 400}
    assert answer.json()["errors"][0]["message"]


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_an_answer_without_an_error_of_ours(text):
    answer = ask(text)

    assert answer.status_code in {200, 400}
    assert "could not be answered" not in answer.content.decode()
