"""An OpenID provider's four endpoints, as a relying party calls them: discovery, keys, token, userinfo."""

from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from profiles.clients.errors import RefusedError, ServiceUnavailableError, UnclearAnswerError
from profiles.clients.http import Answer, HttpClient, parsed
from profiles.domain import problems

_JSON: Final = {"Accept": "application/json"}


class OpenIdClient:
    """Calls one provider. Tokens travel in headers and bodies only, never in an address."""

    def __init__(self, http: HttpClient, *, name: str) -> None:
        self._http = http
        self._name = name

    async def discover(self, issuer: str) -> dict[str, Any]:
        """Read the provider's description of itself.

        Raises:
            ServiceError: it could not be read, or describes another issuer.
        """
        url = f"{issuer}/.well-known/openid-configuration"
        found = self._object(await self._http.send(self._name, "discovery", "GET", url, headers=_JSON))
        if str(found.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
            raise UnclearAnswerError("the description names another issuer")
        return found

    async def keys(self, url: str) -> dict[str, Any]:
        """Read the provider's keys.

        Raises:
            ServiceError: they could not be read.
        """
        return self._object(await self._http.send(self._name, "keys", "GET", url, headers=_JSON))

    async def redeem(
        self, url: str, *, client_id: str, client_secret: str, code: str, redirect_uri: str, verifier: str
    ) -> dict[str, Any]:
        """Turn a code into tokens, once; never repeated, because a code is good once.

        Raises:
            RefusedError: the code is used, old or not ours; the person starts again.
            ServiceError: the provider does not answer.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": client_id,
            "client_secret": client_secret,
            **({"code_verifier": verifier} if verifier else {}),
        }
        headers = {**_JSON, "Content-Type": "application/x-www-form-urlencoded"}
        answer = await self._http.send(
            self._name, "token", "POST", url, headers=headers, body=urlencode(form).encode()
        )
        body = parsed(answer.body, msgspec.json.decode)
        if answer.status in {400, 401} and isinstance(body, dict) and body.get("error") != "server_error":
            kind = str(body.get("error"))[:40]
            is_ours = kind in {"invalid_client", "unauthorized_client"}
            problem = problems.CLIENT_REFUSED if is_ours else problems.CODE_REFUSED
            raise RefusedError(kind, problem=problem, status=answer.status)
        return self._object(answer)

    async def userinfo(self, url: str, *, access_token: str) -> dict[str, Any]:
        """Read what the provider says about the person.

        Raises:
            ServiceError: it could not be read.
        """
        headers = {**_JSON, "Authorization": f"Bearer {access_token}"}
        return self._object(await self._http.send(self._name, "userinfo", "GET", url, headers=headers))

    async def introspect(
        self, url: str, *, client_id: str, client_secret: str, access_token: str, include: str
    ) -> dict[str, Any]:
        """Read what the provider says about a token of ours (RFC 7662); ``include`` is Globus's own.

        Raises:
            ServiceError: it could not be read.
        """
        form = {
            "token": access_token,
            "include": include,
            "client_id": client_id,
            "client_secret": client_secret,
        }
        headers = {**_JSON, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(form).encode()
        return self._object(
            await self._http.send(self._name, "introspect", "POST", url, headers=headers, body=body)
        )

    def _object(self, answer: Answer) -> dict[str, Any]:
        if answer.status != 200:  # noqa: PLR2004  ok
            raise ServiceUnavailableError(f"{self._name}: status {answer.status}", status=answer.status)
        body = parsed(answer.body, msgspec.json.decode)
        if not isinstance(body, dict):
            raise UnclearAnswerError(f"{self._name}: not a JSON object", status=answer.status)
        return body
