"""ORCID's OAuth: permission pages, codes, tokens, revocation (contract section 1).

ORCID has no PKCE (1.2.10); ``oauth_state`` protects the way back. A code is exchanged exactly once: a second
exchange of the same code disables every token that came of it (1.4.8), so nothing here ever repeats a call.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from profiles.clients.errors import RefusedError, ServiceError, ServiceUnavailableError, UnclearAnswerError
from profiles.clients.http import Answer, HttpClient, parsed
from profiles.domain import problems

_CENTURY_SECONDS: Final = 100 * 366 * 86_400
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class OrcidClient:
    """One of DataCite's clients at ORCID."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """What a token request brought. ``orcid_id`` is whose record it is; ``name`` may be empty."""

    access_token: str
    refresh_token: str | None
    scopes: tuple[str, ...]
    orcid_id: str | None
    name: str
    expires_at: datetime | None

    def __repr__(self) -> str:
        """Show no token, wherever this ends up."""
        return f"TokenAnswer(orcid_id={self.orcid_id!r}, scopes={self.scopes!r})"


def authorize_url(
    orcid_url: str,
    client: OrcidClient,
    *,
    redirect_uri: str,
    scopes: tuple[str, ...],
    oauth_state: str,
    orcid_id: str = "",
    nonce: str = "",
    language: str = "",
) -> str:
    """Return ORCID's page where the person permits; ``orcid_id`` fills its sign-in form."""
    parameters = {
        "client_id": client.client_id,
        "response_type": "code",
        "scope": " ".join(scopes),
        "redirect_uri": redirect_uri,
        "state": oauth_state,
        "nonce": nonce,
        "orcid": orcid_id,
        "lang": language,
    }
    return f"{orcid_url}/oauth/authorize?" + urlencode({k: v for k, v in parameters.items() if v})


class OrcidOAuth:
    """ORCID's token and revocation endpoints."""

    def __init__(self, http: HttpClient, *, orcid_url: str) -> None:
        self._http = http
        self._url = orcid_url

    async def exchange_code(
        self, client: OrcidClient, *, code: str, redirect_uri: str, now: datetime
    ) -> TokenAnswer:
        """Turn a code into a token. Call this once for each code, whatever comes of it.

        Raises:
            RefusedError: the code is used, expired or for another address; the person starts again.
            ServiceUnavailableError: unknown whether the code was used up; the person starts again.
            ServiceError: every other answer.
        """
        return await self._token(
            client, {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}, now
        )

    async def refresh(self, client: OrcidClient, *, refresh_token: str, now: datetime) -> TokenAnswer:
        """Turn a refresh token into a new pair; the old pair is dead from then on.

        Raises:
            RefusedError: the permission is gone.
            ServiceError: every other answer.
        """
        return await self._token(client, {"grant_type": "refresh_token", "refresh_token": refresh_token}, now)

    async def client_token(self, client: OrcidClient, *, scope: str, now: datetime) -> TokenAnswer:
        """Get a token of our own, e.g. for the inbox (``/premium-notification``).

        Raises:
            ServiceError: the scope is not granted to us, or ORCID does not answer.
        """
        return await self._token(client, {"grant_type": "client_credentials", "scope": scope}, now)

    async def revoke(self, client: OrcidClient, *, token: str) -> None:
        """Revoke a token and its pair. An unknown token counts as revoked: ORCID says so too.

        Raises:
            ServiceError: it is unknown whether the token is revoked; try again.
        """
        answer = await self._post("oauth/revoke", "/oauth/revoke", client, {"token": token})
        if answer.status != 200:  # noqa: PLR2004  ok
            raise _refusal(answer)

    async def _token(self, client: OrcidClient, form: dict[str, str], now: datetime) -> TokenAnswer:
        answer = await self._post("oauth/token", "/oauth/token", client, form)
        if answer.status != 200:  # noqa: PLR2004  ok
            raise _refusal(answer)
        body = parsed(answer.body, msgspec.json.decode)
        if not isinstance(body, dict) or not isinstance(body.get("access_token"), str):
            raise UnclearAnswerError("token answer without a token", status=answer.status)
        return read_token(body, now)

    async def _post(self, route: str, path: str, client: OrcidClient, form: dict[str, str]) -> Answer:
        fields = {"client_id": client.client_id, "client_secret": client.client_secret, **form}
        return await self._http.send(
            "orcid", route, "POST", self._url + path, headers=_FORM, body=urlencode(fields).encode()
        )


def read_token(body: dict[str, Any], now: datetime) -> TokenAnswer:
    """Read a token answer; every field but the token may be missing or null (contract 1.4.6)."""
    seconds = body.get("expires_in")
    refresh = body.get("refresh_token")
    orcid_id = body.get("orcid")
    return TokenAnswer(
        access_token=body["access_token"],
        refresh_token=refresh if isinstance(refresh, str) else None,
        scopes=tuple(str(body.get("scope") or "").split()),
        orcid_id=orcid_id if isinstance(orcid_id, str) else None,
        name=str(body.get("name") or ""),
        expires_at=_expiry(now, seconds),
    )


def _expiry(now: datetime, seconds: Any) -> datetime | None:
    """Return when a token ends. ORCID's live for 20 years; a century is the most that is believed."""
    is_number = isinstance(seconds, int) and seconds > 0
    return now + timedelta(seconds=min(seconds, _CENTURY_SECONDS)) if is_number else None


def _refusal(answer: Answer) -> ServiceError:
    """Read the quirks of contract 1.5: orcid.org answers 401 also when its own inside is down."""
    body = parsed(answer.body, msgspec.json.decode)
    kind = str(body.get("error") or "")[:40] if isinstance(body, dict) else ""
    status = answer.status
    # unauthorized_client may mean that our client is locked: no reason to give up anybody's permission.
    if kind in {"invalid_client", "invalid_request", "unsupported_grant_type", "unauthorized_client"}:
        return RefusedError(kind, problem=problems.CLIENT_REFUSED, status=status)
    if kind in {"invalid_grant", "access_denied"}:
        return RefusedError(kind, problem=problems.CODE_REFUSED, status=status)
    if kind == "invalid_scope":
        return RefusedError(kind, problem=problems.SCOPE_MISSING, status=status)
    if kind == "server_error" or status >= 500 or status in {401, 429}:  # noqa: PLR2004  outage
        return ServiceUnavailableError(kind or f"status {status}", status=status)
    return UnclearAnswerError(kind or f"status {status}", status=status)
