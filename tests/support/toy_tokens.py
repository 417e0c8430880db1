"""What the toy provider gives: codes become tokens, tokens become answers."""

import base64
import json
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from joserfc import jws, jwt
from joserfc.jwk import RSAKey

from tests.contract.openid.protocol import Party, challenge_of
from tests.contract.openid.suite import Named
from tests.support.toy_pages import RefusedError, Session

KEY: Final = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
SCOPES: Final = ("openid", "profile", "email", "offline_access")
PEOPLE: Final = {"alice": "alice-password", "bob": "bob-password"}
Form = dict[str, str]


@dataclass
class Grant:
    """What one sign-in gave to one party."""

    party: Party
    person: str
    sid: str
    auth_time: int
    scope: str
    request: Form
    code_used: bool = False
    revoked: bool = False


class ToyTokens:
    """The provider's memory and rules."""

    def __init__(self, named: Named, defects: frozenset[str]) -> None:
        self.named = named
        self.defects = defects
        self.parties = {party.client_id: party for party in (named.one, named.two, named.asking)}
        self.sessions: dict[str, Session] = {}
        self.codes: dict[str, Grant] = {}
        self.access: dict[str, tuple[Grant, str]] = {}
        self.refresh: dict[str, Grant] = {}
        self.spent: dict[str, Grant] = {}
        self.consents: set[tuple[str, str, str]] = set()
        self.lock = threading.Lock()

    def has(self, defect: str) -> bool:
        """Say whether this mistake is planted."""
        return defect in self.defects

    def authenticated(self, header: str, sent: Form) -> Party:
        """Say which party asks."""
        if self.has("secrets unchecked") and sent.get("client_id") in self.parties:
            return self.parties[sent["client_id"]]
        if not header.startswith("Basic ") or "client_secret" in sent or "client_assertion" in sent:
            raise RefusedError(
                "invalid_client" if not header else "invalid_request", 401 if not header else 400
            )
        try:
            name, _, secret = base64.b64decode(header[6:]).decode().partition(":")
        except ValueError as error:
            raise RefusedError("invalid_client", 401) from error
        party = self.parties.get(unquote(name))
        wrong = party is None or not secrets.compare_digest(unquote(secret).encode(), party.secret.encode())
        if party is None or (wrong and not self.has("secrets unchecked")):
            raise RefusedError("invalid_client", 401)
        if sent.get("client_id", party.client_id) != party.client_id:
            raise RefusedError("invalid_request")
        return party

    def token(self, pairs: list[tuple[str, str]], header: str) -> dict[str, Any]:
        sent = dict(pairs)
        party = self.authenticated(header, sent)
        if len(sent) != len(pairs):
            raise RefusedError("invalid_request")
        if sent.get("grant_type") == "authorization_code":
            return self._redeem(party, sent)
        if sent.get("grant_type") == "refresh_token":
            return self._renew(party, sent)
        raise RefusedError("unsupported_grant_type")

    def _redeem(self, party: Party, sent: Form) -> dict[str, Any]:
        grant = self.codes.get(sent.get("code", ""))
        if grant is None or (grant.party is not party and not self.has("codes of others")):
            raise RefusedError("invalid_grant")
        if sent.get("redirect_uri") != grant.request["redirect_uri"]:
            raise RefusedError("invalid_grant")
        fits = challenge_of(sent.get("code_verifier", "")) == grant.request.get("code_challenge")
        if not fits and not self.has("verifier unchecked"):
            raise RefusedError("invalid_grant")
        if self.has("code race"):
            was_used = grant.code_used
            time.sleep(0.05)
            grant.code_used = True
        else:
            with self.lock:
                was_used, grant.code_used = grant.code_used, True
        if was_used and not self.has("code reuse"):
            grant.revoked = not self.has("code reuse leaves tokens")
            raise RefusedError("invalid_grant")
        return self._give_tokens(grant, grant.scope)

    def _renew(self, party: Party, sent: Form) -> dict[str, Any]:
        token = sent.get("refresh_token", "")
        if self.has("refresh race"):
            grant = self.refresh.get(token)
            time.sleep(0.05)
            self.refresh.pop(token, None)
        elif self.has("no rotation"):
            grant = self.refresh.get(token)
        else:
            with self.lock:
                grant = self.refresh.get(token)
                if grant is not None and grant.party is party:
                    self.spent[token] = self.refresh.pop(token)
        if grant is None and token in self.spent and not self.has("family lives on"):
            self.spent[token].revoked = True
        if grant is None or grant.revoked or grant.party is not party:
            raise RefusedError("invalid_grant")
        wanted = sent.get("scope") or grant.scope
        if not set(wanted.split()) <= set(grant.scope.split()) and not self.has("scope widened"):
            raise RefusedError("invalid_scope")
        return self._give_tokens(grant, wanted)

    def _give_tokens(self, grant: Grant, scope: str) -> dict[str, Any]:
        access = secrets.token_urlsafe(24)
        self.access[access] = (grant, scope)
        now = int(time.time())
        said: dict[str, Any] = {
            "iss": self.named.issuer,
            "sub": secrets.token_hex(4) if self.has("sub changes") else grant.person,
            "aud": grant.party.client_id,
            "iat": now,
            "exp": now + (90_000 if self.has("long life") else 600),
            "auth_time": now if self.has("auth_time of now") else grant.auth_time,
            "sid": grant.sid,
            "amr": ["pwd"],
            "acr": "0",
        }
        if "nonce" in grant.request and not self.has("nonce lost"):
            said["nonce"] = grant.request["nonce"]
        key = RSAKey.generate_key(2048) if self.has("foreign signature") else KEY
        header = {"alg": "RS256", "kid": KEY.kid, "typ": "JWT"}
        found = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": 600,
            "scope": scope,
            "id_token": jwt.encode(header, said, key, algorithms=["RS256"]),
        }
        if "offline_access" in grant.scope.split():
            found["refresh_token"] = secrets.token_urlsafe(24)
            self.refresh[str(found["refresh_token"])] = grant
        return found

    def userinfo(self, header: str, query: Form, sent: Form) -> dict[str, Any]:
        kind, _, token = header.partition(" ")
        if self.has("token in address"):
            token = token or query.get("access_token", "")
        elif kind != "Bearer" or "access_token" in sent:
            raise RefusedError("invalid_token", 401)
        if self.has("identity is access") and token.count(".") == 2:
            content = jws.extract_compact(token.encode()).payload
            return {"sub": json.loads(content)["sub"]}
        grant, scope = self.access.get(token, (None, ""))
        if grant is None or grant.revoked:
            raise RefusedError("invalid_token", 401)
        found: dict[str, Any] = {"sub": grant.person}
        if "email" in scope.split():
            found["email"] = f"{grant.person}@example.org"
        return found

    def _own(self, party: Party, token: str, *, anybodys: bool) -> Grant | None:
        grant = self.refresh.get(token) or self.access.get(token, (None, ""))[0]
        return grant if grant is not None and (grant.party is party or anybodys) else None

    def revoke(self, party: Party, sent: Form) -> None:
        if "token" not in sent:
            raise RefusedError("invalid_request")
        token = sent["token"]
        grant = self._own(party, token, anybodys=self.has("tokens of others revoked"))
        if grant is None:
            return
        if token in self.refresh and not self.has("refresh leaves access"):
            grant.revoked = True
        self.refresh.pop(token, None)
        self.access.pop(token, None)

    def introspect(self, party: Party, sent: Form) -> dict[str, Any]:
        token = sent.get("token", "")
        grant = self._own(party, token, anybodys=self.has("tokens of others described"))
        if grant is None or grant.revoked:
            return {"active": False}
        return {
            "active": True,
            "client_id": grant.party.client_id,
            "sub": grant.person,
            "scope": grant.scope,
            "exp": int(time.time()) + 600,
        }
