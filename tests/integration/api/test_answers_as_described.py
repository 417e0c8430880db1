"""Every operation answers as its description says, whatever is asked of it: checked by schemathesis.

Requests are drawn from the description, such as keep to it and such as do not, by callers of each kind, about
things that exist and things that do not. The draw is the same at each run; what a request did is taken back.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig

from profiles.accounts.models import Account
from profiles.api.api import api
from profiles.claims.models import Claim
from profiles.domain.ids import check_digit
from profiles.sso.cookie.shared_cookie import token_for
from tests.support.api_callers import ALICE, BOB, DANA, Consumer, claim_body, personal_key, service_key

pytestmark = pytest.mark.django_db
JSON = "application/json"
CASES = 20
"""For each operation: as many that keep to the description as such that do not."""


def as_id(digits: str) -> str:
    """Write sixteen characters in groups."""
    return "-".join(digits[n : n + 4] for n in range(0, 16, 4))


load_all_checks()
KEPT = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    )
]
people = st.integers(15_000_001, 35_000_000).map(lambda number: f"{number:015d}")
FORMATS = {
    "orcid-id": people.map(lambda first: as_id(first + check_digit(first))),
    "doi": st.from_regex(r"(https://doi\.org/|doi:|)10\.[0-9]{4,6}/[a-zA-Z0-9._()-]{1,30}", fullmatch=True),
    "public-https-address": st.from_regex(
        r"https://[a-z]{1,9}\.example\.org(/[a-z0-9]{0,9})?", fullmatch=True
    ),
}
"""What the description calls by name, because no pattern says it."""
for name, texts in FORMATS.items():
    schemathesis.openapi.format(name, texts)
# Drawn from the description alone: words found in our code would change the draw with the code.
CONFIG = SchemathesisConfig.from_dict({"analysis": {"constants": {"enabled": False}}})
description = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())), config=CONFIG)
description.app = get_wsgi_application()
OPERATIONS = {one.ok().label: one.ok() for one in description.get_all_operations()}


class World:
    """Callers of each kind, and things that are there."""

    def __init__(self) -> None:
        alice = Account.objects.create(orcid_id=ALICE, name="Alice Alvarado", email="alice@univ.example")
        dana = Account.objects.create(orcid_id=DANA, name="Dana", role="staff_admin")
        Account.objects.create(orcid_id=BOB, is_public=False)
        agent = service_key()
        self.tokens = {
            "a service": agent,
            "a repository": service_key(name="repository", repository="datacite.test"),
            "a person": personal_key(alice),
            "staff": token_for(dana),
            "nobody": "",
        }
        made = {
            "/claims": claim_body(),
            "/claims/batches": {"claims": [claim_body(f"10.5072/{n}")["claim"] for n in range(3)]},
            "/webhooks": {
                "webhook": {
                    "name": "a",
                    "url": "https://agent.example.org/",
                    "events": ["claim.done"],
                    "own": True,
                }
            },
        }
        self.known = {"/users": ALICE, "/repositories": "datacite.test"}
        for path, body in made.items():
            caller = Consumer(dana) if path == "/webhooks" else Consumer(token=agent)
            answer = caller.call("post", path, body, **{"Idempotency-Key": "1"})
            self.known[path] = answer.json()["data"]["id"]
        Consumer(dana).call("post", f"/webhooks/{self.known['/webhooks']}/ping")
        Claim.objects.filter(doi="10.5072/1").update(state="failed", problem="missing-data")
        Claim.objects.filter(doi="10.5072/2").update(state="working", orcid_id=BOB)

    def id_below(self, path: str) -> str:
        """Return the id of the thing whose path begins like this one."""
        return self.known[path.partition("/{")[0]]


@pytest.fixture
def world(db, clean_cache) -> Iterator[World]:
    """Let requests run within the test's transaction, as Django's own client for tests does."""
    made = World()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield made
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def requests_to(operation: Any, world: World) -> st.SearchStrategy[tuple[Any, str]]:
    """Draw a case and a token: about what exists and what does not, with any body and the example's."""
    known = {one.name: world.id_below(operation.path) for one in operation.path_parameters}
    kinds = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    fixed: list[dict[str, Any]] = [{}]
    if known:
        fixed.append({"path_parameters": known})
    if operation.body:
        fixed.append({"path_parameters": known, "body": example_of(operation), "media_type": JSON})
    cases = [operation.as_strategy(kind, **more) for kind in kinds for more in fixed]
    return st.tuples(st.one_of(cases), st.sampled_from(sorted(world.tokens)))


def example_of(operation: Any) -> Any:
    """Return the body that the description shows."""
    return operation.definition.raw["requestBody"]["content"][JSON]["example"]


def always_the_same(most: int) -> Callable[[Any], Any]:
    """Let hypothesis draw so many cases, the same at each run."""
    return settings(
        max_examples=most,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )


def sent(case: Any, token: str) -> Any:
    """Send a request, and take back what it did."""
    with transaction.atomic():
        answer = case.call(headers={"Authorization": f"Bearer {token}"} if token else {})
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_answers_as_described(world, label):
    @always_the_same(2 * CASES)
    @given(requests_to(OPERATIONS[label], world))
    def asked(request):
        case, who = request
        case.validate_response(sent(case, world.tokens[who]), checks=KEPT)

    asked()


@pytest.mark.parametrize("label", OPERATIONS)
def test_what_the_description_allows_is_accepted(world, label):
    operation = OPERATIONS[label]
    known = {one.name: world.id_below(operation.path) for one in operation.path_parameters}
    who = "staff" if operation.path.startswith(("/repositories", "/webhooks")) else "a service"

    @always_the_same(CASES)
    @given(operation.as_strategy(GenerationMode.POSITIVE, path_parameters=known))
    def asked(case):
        answer = sent(case, world.tokens[who])
        case.validate_response(answer, checks=KEPT)
        assert answer.status_code < 300, (answer.status_code, answer.text[:300], case.as_curl_command())

    asked()
