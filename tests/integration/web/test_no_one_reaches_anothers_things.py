"""No one sees or changes another person's things: every address, with the other person's ids, by everyone.

The addresses come from the URL tree: an id in one that has no entry here fails.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from profiles.accounts.models import Account
from profiles.domain.access.roles import Role
from profiles.sso.cookie.shared_cookie import token_for
from tests.support.routes import Route, all_routes
from tests.support.shared import ROOT
from tests.support.signing_in import with_second_factor
from tests.support.sso import sign_in
from tests.support.two_people import ALICE, DOI, SECRETS, Person, Writes, alice, rows_of, writes_so_far

pytestmark = pytest.mark.django_db
OTHER = {
    "stranger": None,
    "another person": Role.USER,
    "staff": Role.STAFF_USER,
    "administrator": Role.STAFF_ADMIN,
}
VERBS = ("get", "post", "put", "patch", "delete")
OF_ALL = {
    "<slug:form>": "csv", "<purpose:purpose>": "auto_update", "<slug:provider_id>": "globus",
    "<slug:code>": "not-mine", "<slug:act>": "try-again", "<slug:reason>": "raid",
    "<repository>": "datacite.test", "<str:repository>": "datacite.test", "<int:webhook_id>": "1",
    "<str:signed>": "not-signed", "<str:token>": "not-signed", "<int:number>": "1",
}  # fmt: skip
"""Parts of addresses that are no ids of a person's things."""
FOR_WHO_HAS_THE_LINK = {"mails/stop/<str:token>"}
"""Who has the mail may end such mails without a sign-in (RFC 8058)."""
WHAT_IT_IS_FOR = {
    "staff": ("staff", "claims", "users", "why", "profiles/graphql"),
    "administrator": ("staff", "claims", "users", "why", "profiles/graphql", "webhooks"),
}
"""Where staff see what is another person's (docs/rights.md); administrators change it there, too."""
NOT_HERS = ("staff", "webhooks", "repositories", "orcid-changes", "my-repository")
HERS_TO_SEE = {
    "claims/<uuid>/", "claims/batches/<uuid>/results/", "find/added/<uuid:uuid>", "settings/keys",
    "settings/me", "settings/rules", "settings/email", "users/<orcid>/", "works",
}  # fmt: skip
HERS_TO_CHANGE = {
    "claims/<uuid>/", "settings/connected/<str:client_id>/remove", "settings/email/confirm/<slug:secret>",
    "settings/keys/<int:key_id>/revoke", "settings/leave", "settings/sessions", "users/<orcid>/", "works/act",
    "works/<uuid:uuid>/<slug:action>",
}  # fmt: skip
READ = re.compile(r"(?:GET|POST|COOKIES|data)(?:\.get|\.getlist|\.pop)?[\[(]\"(\w+)\"")
WORDS = {
    word for file in Path(ROOT / "src" / "profiles").rglob("*.py") for word in READ.findall(file.read_text())
}
"""All words under which pages read what they were sent. One that is not known here is sent a work's id."""
FORM = {
    "answer": "yes", "works": "remove", "sure": "on", "name": "Changed", "reason": "because", "q": ALICE,
    "scopes": "claims:read", "days": "30", "language": "de", "text": "whisper", "move": "yes",
}  # fmt: skip


@pytest.fixture
def her(clean_cache, stands) -> Person:
    return alice()


class Visitor:
    """Someone else, with a browser and a token."""

    def __init__(self, role: Role | None) -> None:
        self.browser = Client(raise_request_exception=False)
        self.headers = {"Idempotency-Key": "hers"}
        if role is not None:
            account = Account.objects.create(orcid_id="0009-0001-0000-0022", name="Bob", role=role.value)
            sign_in(self.browser, account)
            with_second_factor(self.browser)
            self.headers["Authorization"] = f"Bearer {token_for(account)}"

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Undo afterwards what was done, so that a person who signed out or left is there again."""
        cookies = self.browser.cookies.copy()
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        self.browser.cookies = SimpleCookie(cookies)

    def visit(self, route: Route, her: Person) -> Iterator[Any]:
        """Send what the address may be sent, with her ids everywhere."""
        address = route.filled(ids_for(route, her))
        form = {**dict.fromkeys(WORDS, her.in_forms["work"]), **FORM, **her.in_forms}
        query = {**FORM, **her.in_forms, "user-id": ALICE, "query": ALICE, "include": "user"}
        if not route.is_api:
            yield self.browser.get(address, form)
            yield self.browser.post(address, form)
            return
        for verb in VERBS:
            content = {"data": body(her), "content_type": "application/json"}
            sent = {"data": query} if verb == "get" else content
            yield getattr(self.browser, verb)(address, headers=self.headers, **sent)


def body(her: Person) -> str:
    claim = {"uuid": her.in_forms["work"], "orcid": ALICE, "doi": DOI, "claim_action": "delete",
             "source_id": "orcid_search"}  # fmt: skip
    attributes = {"name": "Changed", "is_public": True, "email": "x@evil.example"}
    return json.dumps({
        "claim": claim, "claims": [claim], "webhook": {"name": "Changed", "active": False},
        "data": {"type": "users", "id": ALICE, "attributes": attributes},
        "query": f'{{ person(id: "https://orcid.org/{ALICE}") {{ name givenName }} }}',
    })  # fmt: skip


def ids_for(route: Route, her: Person) -> dict[str, str]:
    """Return her ids for this address; those of the longest beginning that is known."""
    beginnings = [known for known in her.in_addresses if route.pattern.startswith(known)]
    hers = her.in_addresses[max(beginnings, key=len)] if beginnings else {}
    return {**OF_ALL, **hers}


def routes() -> list[Route]:
    """Return every address once; those of the API answer with a slash at their end, too."""
    once = {route.pattern.removesuffix("/"): route for route in all_routes() if not route.is_regex}
    return list(once.values())


def text_of(answer: Any) -> str:
    head = "".join(f"{name}: {value}\n" for name, value in answer.items())
    return head if answer.streaming else head + answer.content.decode(errors="replace")


def changed_rows(her: Person, before: dict[str, list[str]], written: Writes) -> list[str]:
    """Return the tables in which rows of hers differ, of those that were written to."""
    tables = {table for table, count in writes_so_far().items() if count != written.get(table, 0)}
    after = rows_of(her.account, tables=tables)
    return [table for table, rows in after.items() if rows != before[table]]


@pytest.mark.parametrize("who", OTHER)
def test_no_one_sees_or_changes_another_persons_things(her, who):
    visitor, before, wrong = Visitor(OTHER[who]), rows_of(her.account), []
    entitled = WHAT_IT_IS_FOR.get(who, ())
    for route in routes():
        is_theirs = route.pattern.startswith(entitled) if entitled else False
        with visitor.trying():
            written = writes_so_far()
            shown = "".join(map(text_of, visitor.visit(route, her)))
            changed = changed_rows(her, before, written)
        seen = {secret for secret in SECRETS if secret in shown}
        if seen and not is_theirs:
            wrong.append(f"{route.pattern}: {who} sees {seen}")
        may_change = (is_theirs and who == "administrator") or route.pattern in FOR_WHO_HAS_THE_LINK
        if changed and not may_change:
            wrong.append(f"{route.pattern}: {who} changes {changed}")

    assert wrong == []


def test_she_herself_reaches_what_these_ids_name(her):
    """So that the test above asks for things that are there."""
    missing, seen, changed = [], set(), set()
    hers = Visitor(None)
    hers.browser, hers.headers = her.browser, {"Authorization": f"Bearer {her.api._token}"}
    before = rows_of(her.account)
    for route in routes():
        if route.pattern.startswith(NOT_HERS):
            continue
        with hers.trying():
            written = writes_so_far()
            answers = list(hers.visit(route, her))
            if changed_rows(her, before, written):
                changed.add(route.pattern)
        if route.needs_ids and all(answer.status_code in {403, 404} for answer in answers):
            missing.append(route.pattern)
        if any(secret in text_of(answer) for answer in answers for secret in SECRETS):
            seen.add(route.pattern)

    assert missing == []
    assert seen >= HERS_TO_SEE
    assert changed >= HERS_TO_CHANGE
