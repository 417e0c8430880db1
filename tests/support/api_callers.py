"""Callers of the API as tests need them: people with tokens, machines with keys, and how they call."""

import json
import uuid
from typing import Any

from django.test import Client

from profiles.accounts import keys
from profiles.accounts.models import Account
from profiles.domain.access.roles import Visitor, scopes_for
from profiles.sso.cookie.shared_cookie import token_for

ALICE, BOB, CHARLIE = "0009-0001-0000-0014", "0009-0001-0000-0022", "0009-0001-0000-0030"
DANA = "0009-0001-0000-0049"
HTML_FIRST = "text/html,application/json,application/xml;q=0.9, text/plain;q=0.8,image/png,*/*;q=0.5"
DOI = "10.5438/4hr0-d640"


class Consumer:
    """Calls as the Ruby client of the agents does: HTML first, a host without port, a body in JSON."""

    def __init__(self, account=None, *, token=None):
        self._token = token if token is not None else token_for(account) if account else ""
        self._client = Client(enforce_csrf_checks=True)

    def call(self, verb, path, content=None, *, kind="application/json;charset=UTF-8", **headers) -> Any:
        headers["Accept"] = HTML_FIRST
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        body = {} if content is None else {"data": json.dumps(content), "content_type": kind}
        return getattr(self._client, verb)(path, headers=headers, HTTP_HOST="127.0.0.1", **body)


def claim_body(doi=DOI, orcid=ALICE, **changes):
    return {"claim": {"uuid": str(uuid.uuid4()), "orcid": orcid, "doi": doi, "claim_action": "create",
                      "source_id": "orcid_search", **changes}}  # fmt: skip


def service_key(*scopes: str, name: str = "agent", **bound: str) -> str:
    """Give a machine a key; for all that its line of the table allows, unless scopes are named."""
    line = Visitor.REPOSITORY if bound else Visitor.SERVICE
    wanted = list(scopes) or [scope.value for scope in scopes_for(line)]
    return keys.give_service_key(name=name, scopes=wanted, days=30, by="a test", **bound).secret


def personal_key(account: Account, *scopes: str) -> str:
    """Give a person a key of their own."""
    wanted = list(scopes) or ["claims:read", "claims:write", "profile:read", "profile:write"]
    return keys.give_personal_key(account_id=account.pk, name="script", scopes=wanted, days=30).secret
