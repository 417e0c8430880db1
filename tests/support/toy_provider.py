"""A small OpenID provider in memory that is right, and wrong on request: it proves that checks can fail.

Each name in ``defects`` plants one mistake that real providers have made. Not a part of the product.
"""

import base64
import json
import secrets
import threading
import time
from typing import Any, Final
from urllib.parse import urlencode

import requests
from joserfc import jws, jwt

from tests.contract.openid.protocol import Party
from tests.support.toy_pages import Answer, RefusedError, Session, form, page
from tests.support.toy_tokens import KEY, PEOPLE, SCOPES, Form, Grant, ToyTokens

CHALLENGE_LETTERS: Final = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


class Toy(ToyTokens):
    """The provider's rules of signing in and out; what it gives is in ToyTokens."""

    # What it says about itself

    def metadata(self, host: str) -> dict[str, Any]:
        base = self.named.issuer
        if self.has("host header believed"):
            base = f"http://{host}"
        return {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "userinfo_endpoint": f"{base}/userinfo",
            "jwks_uri": f"{base}/jwks",
            "revocation_endpoint": f"{base}/revoke",
            "introspection_endpoint": f"{base}/introspect",
            "end_session_endpoint": f"{base}/end",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "subject_types_supported": ["public"],
            "scopes_supported": list(SCOPES),
            "claims_supported": ["sub"],
            "authorization_response_iss_parameter_supported": True,
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
        }

    # Authorization

    def authorize(self, pairs: list[tuple[str, str]], session: Session, *, posted: Form) -> Answer:
        asked = dict(pairs)
        party = self.parties.get(asked.get("client_id", ""))
        uri = asked.get("redirect_uri", "")
        if party is None or not self._is_redirect(uri, party):
            return page("unknown party or address", status=400)
        if [name for name, _ in pairs if name == "redirect_uri"] != ["redirect_uri"]:
            return page("twice", status=400)
        try:
            return self._answer(dict(pairs), pairs, party, session, posted)
        except RefusedError as refusal:
            return self._back(uri, {"error": refusal.error}, asked)

    def _is_redirect(self, uri: str, party: Party) -> bool:
        if self.has("redirect by prefix"):
            return uri.startswith(party.redirect_uri)
        return uri == party.redirect_uri

    def _back(self, uri: str, found: Form, asked: Form) -> Answer:
        if asked.get("state") and not self.has("state lost"):
            found["state"] = asked["state"]
        if not self.has("no iss"):
            found["iss"] = self.named.issuer
        headers = {"Location": f"{uri}?{urlencode(found)}", "Cache-Control": "no-store"}
        return Answer(303, "", headers)

    def _answer(
        self, asked: Form, pairs: list[tuple[str, str]], party: Party, session: Session, posted: Form
    ) -> Answer:
        self._examine(asked, pairs)
        prompt = asked.get("prompt", "").split()
        if posted.get("form") == "login":
            return self._sign_in(asked, session, posted)
        if posted.get("form") == "decide":
            self._same_browser(session, posted)
            if posted.get("answer") != "yes":
                raise RefusedError("access_denied")
            self._agree(session, party, asked)
        elif "none" not in prompt and self._must_sign_in(asked, prompt, session):
            return self._login_page(session)
        if self._must_sign_in(asked, prompt if "none" not in prompt else [], session):
            raise RefusedError("login_required")
        if asked.get("id_token_hint") and self._person_of(asked["id_token_hint"]) != session.person:
            raise RefusedError("login_required")
        if self._must_agree(asked, party, session, prompt, posted):
            if "none" in prompt:
                raise RefusedError("consent_required")
            return self._consent_page(session)
        return self._give_code(asked, party, session)

    def _examine(self, asked: Form, pairs: list[tuple[str, str]]) -> None:
        names = [name for name, _ in pairs]
        if len(names) != len(set(names)) and not self.has("parameters twice"):
            raise RefusedError("invalid_request")
        if {"request", "request_uri"} & set(names):
            if self.has("request_uri fetched") and "request_uri" in asked:
                requests.get(asked["request_uri"], timeout=5)
            raise RefusedError("request_not_supported")
        if asked.get("response_type") != "code":
            raise RefusedError("unsupported_response_type" if "response_type" in asked else "invalid_request")
        if asked.get("response_mode", "query") != "query":
            raise RefusedError("invalid_request")
        self._examine_challenge(asked)
        if not str(asked.get("max_age", "0") or "0").isdigit():
            raise RefusedError("invalid_request")
        prompt = asked.get("prompt", "").split()
        if "none" in prompt and len(prompt) > 1:
            raise RefusedError("invalid_request")
        if "openid" not in asked.get("scope", "").split():
            raise RefusedError("invalid_scope")

    def _examine_challenge(self, asked: Form) -> None:
        challenge = asked.get("code_challenge", "")
        if self.has("pkce optional") and not challenge:
            return
        if self.has("plain pkce") and asked.get("code_challenge_method", "plain") == "plain":
            return
        good = len(challenge) == 43 and set(challenge) <= CHALLENGE_LETTERS
        if not good or asked.get("code_challenge_method") != "S256":
            raise RefusedError("invalid_request")

    def _must_sign_in(self, asked: Form, prompt: list[str], session: Session) -> bool:
        if not session.person:
            return True
        age = time.time() - session.auth_time
        if asked.get("max_age") and age > int(asked["max_age"]) and not self.has("max_age ignored"):
            return True
        return "login" in prompt and age > 1

    def _person_of(self, hint: str) -> str:
        if self.has("hints believed"):
            part = hint.split(".")[1]
            return str(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["sub"])
        try:
            token = jwt.decode(hint, KEY, algorithms=["RS256"])
        except Exception as error:
            raise RefusedError("invalid_request") from error
        if token.header.get("typ") != "JWT":
            raise RefusedError("invalid_request")
        return str(token.claims["sub"])

    def _sign_in(self, asked: Form, session: Session, posted: Form) -> Answer:
        self._same_browser(session, posted)
        if PEOPLE.get(posted.get("username", "")) != posted.get("password"):
            return self._login_page(session)
        if not self.has("session kept"):
            self.sessions = {key: kept for key, kept in self.sessions.items() if kept is not session}
        renewed = session if self.has("session kept") else Session()
        renewed.person, renewed.auth_time = posted["username"], int(time.time())
        aside = {name: value for name, value in asked.items() if name != "prompt"}
        target = posted["next"] if self.has("open redirect") and posted.get("next") else None
        status = 307 if self.has("307 after password") else 303
        return Answer(
            status,
            "",
            {"Location": target or f"/authorize?{urlencode(aside)}", "X-Session": self._keep(renewed)},
        )

    def _keep(self, session: Session) -> str:
        for key, kept in self.sessions.items():
            if kept is session:
                return key
        key = secrets.token_urlsafe(16)
        self.sessions[key] = session
        return key

    def _same_browser(self, session: Session, posted: Form) -> None:
        if posted.get("csrf") != session.csrf and not self.has("no csrf"):
            raise RefusedError("access_denied")

    def _login_page(self, session: Session) -> Answer:
        inside = '<input name="username"><input name="password" type="password">'
        return page(form(session, "login", inside, "Sign in"), framed=self.has("framed"))

    def _consent_page(self, session: Session) -> Answer:
        buttons = (
            '<button name="answer" value="no">Cancel</button><button name="answer" value="yes">Allow</button>'
        )
        return page(form(session, "decide", buttons), framed=self.has("framed"))

    def _agree(self, session: Session, party: Party, asked: Form) -> None:
        for scope in asked["scope"].split():
            who = "everybody" if self.has("consent for all parties") else party.client_id
            self.consents.add((session.person, who, scope))

    def _must_agree(
        self, asked: Form, party: Party, session: Session, prompt: list[str], posted: Form
    ) -> bool:
        if party is not self.named.asking or self.has("no consent"):
            return False
        known = {
            scope
            for person, who, scope in self.consents
            if (person, who) == (session.person, party.client_id)
        }
        return not set(asked["scope"].split()) <= known or ("consent" in prompt and not posted)

    def _give_code(self, asked: Form, party: Party, session: Session) -> Answer:
        code = f"{len(self.codes):032d}" if self.has("codes guessable") else secrets.token_urlsafe(24)
        granted = " ".join(scope for scope in asked["scope"].split() if scope in SCOPES)
        self.codes[code] = Grant(party, session.person, session.sid, session.auth_time, granted, asked)
        return self._back(asked["redirect_uri"], {"code": code}, asked)

    # Signing out

    def end(self, asked: Form, session: Session, posted: Form) -> Answer:
        hint, uri = asked.get("id_token_hint", ""), asked.get("post_logout_redirect_uri", "")
        party = next((p for p in self.parties.values() if p.signed_out_uri == uri and uri), None)
        if uri and party is None and not self.has("logout leads anywhere"):
            return page("no such address", status=400)
        sure = posted.get("csrf") == session.csrf or self.has("logout by anybody")
        if hint:
            try:
                sure = sure or self._person_of(hint) == session.person
                audience = json.loads(jws.extract_compact(hint.encode()).payload)["aud"]
            except (RefusedError, ValueError):
                sure, audience = sure and self.has("logout by anybody"), ""
            if party is not None and audience != party.client_id:
                return page("another party's address", status=400)
        if not sure:
            return page(form(session, "end", "", "Sign out"))
        self._end(session)
        if not uri:
            return page("signed out")
        return Answer(303, "", {"Location": f"{uri}?{urlencode({'state': asked.get('state', '')})}"})

    def _end(self, session: Session) -> None:
        self.sessions = {key: kept for key, kept in self.sessions.items() if kept is not session}
        told = set()
        for grant in list(self.codes.values()):
            if grant.sid == session.sid and not grant.revoked and not self.has("logout leaves tokens"):
                grant.revoked = True
                told.add(grant.party)
        if not self.has("nobody told"):
            for party in told:
                self._tell(party, session)

    def _tell(self, party: Party, session: Session) -> None:
        now = int(time.time())
        said = {
            "iss": self.named.issuer,
            "aud": party.client_id,
            "sub": session.person,
            "sid": session.sid,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_urlsafe(8),
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        }
        header = {"alg": "RS256", "kid": KEY.kid, "typ": "logout+jwt"}
        token = jwt.encode(header, said, KEY, algorithms=["RS256"])
        where = party.redirect_uri.rpartition("/")[0] + "/backchannel"
        threading.Thread(target=_send, args=(where, token), daemon=True).start()


def _send(where: str, token: str) -> None:
    try:
        requests.post(where, {"logout_token": token}, timeout=5)
    except requests.RequestException:
        return
