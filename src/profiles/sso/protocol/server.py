"""The protocol's machinery: Authlib validates, our services keep the state."""

from functools import cache
from typing import Any, Final

import structlog
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    OAuth2Payload,
    OAuth2Request,
    UnauthorizedClientError,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import DeviceCodeGrant
from django.http import HttpResponse, JsonResponse

from profiles.sso import limits
from profiles.sso.models import Grant, Token
from profiles.sso.protocol import devices, grants, id_tokens
from profiles.sso.protocol.client_auth import Client, SignedStatement, find_client, methods_in
from profiles.sso.protocol.provider import REFRESH, TOKEN
from profiles.sso.protocol.scopes import for_machines

log = structlog.get_logger(__name__)
METHODS: Final = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]


class Payload(OAuth2Payload):  # type: ignore[misc]
    """The parameters of one request; each may be there once."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    @property
    def data(self) -> dict[str, str]:
        return self._values

    @property
    def datalist(self) -> dict[str, list[str]]:
        return {name: [value] for name, value in self._values.items()}


class Request(OAuth2Request):  # type: ignore[misc]
    """A request as Authlib reads it. Whether transport is safe is settled before us, by the settings."""

    def __init__(self, method: str, values: dict[str, str], headers: Any = None) -> None:
        super().__init__(method, f"https://localhost/{TOKEN}", headers=headers)
        self.payload = Payload(values)

    @property
    def form(self) -> dict[str, str]:
        return dict(self.payload.data)

    @property
    def args(self) -> dict[str, str]:
        return {}


class S256(CodeChallenge):  # type: ignore[misc]
    """PKCE for every party, by S256 only; ``asking`` sees to it that no code is without."""

    def get_authorization_code_challenge_method(self, authorization_code: Any) -> str:
        del authorization_code
        return "S256"


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """The one way in for people."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def query_authorization_code(self, code: str, client: Client) -> "GrantedCode | None":
        grant = grants.grant_of_code(code, client.party)
        return GrantedCode(grant) if grant else None

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """Exchange the code, once."""
        grant = self.request.authorization_code.grant
        if grant.account is None or grant.account.closed_at or not grant.account.is_active:
            raise InvalidGrantError("The person is gone.")
        client = self.request.client
        try:
            tokens = grants.redeem_code(grant, with_refresh=client.check_grant_type(REFRESH))
        except grants.ReplayedError:
            raise InvalidGrantError("The code is used or expired.") from None
        return 200, id_tokens.answer(grant, tokens), self.TOKEN_RESPONSE_HEADER


class GrantedCode:
    """A grant, in the words in which Authlib asks about a code."""

    def __init__(self, grant: Grant) -> None:
        self.grant = grant
        self.code_challenge = grant.code_challenge

    def get_redirect_uri(self) -> str:
        return self.grant.redirect_uri


class Refreshing(RefreshTokenGrant):  # type: ignore[misc]
    """A refresh token is good once; the next one comes with the answer."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def authenticate_refresh_token(self, refresh_token: str) -> "HeldToken | None":
        token = grants.token_of(refresh_token)
        return HeldToken(token) if token and token.is_refresh else None

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """Exchange it, unless it was used before; then its whole family ends."""
        token = self.request.refresh_token.token
        asked = self.request.payload.scope
        scope = " ".join(name for name in token.scope.split() if not asked or name in asked.split())
        if not token.used_at and not grants.is_alive(token):
            raise InvalidGrantError("The refresh token is expired or revoked.")
        try:
            tokens = grants.refresh(token, scope=scope)
        except grants.ReplayedError:
            raise InvalidGrantError("The refresh token is used, expired or revoked.") from None
        return 200, id_tokens.answer(token.grant, tokens, nonce=False), self.TOKEN_RESPONSE_HEADER


class HeldToken:
    """A token, in Authlib's words."""

    def __init__(self, token: Token) -> None:
        self.token = token

    def check_client(self, client: Client) -> bool:
        return self.token.grant.party_id == client.party.pk

    def get_scope(self) -> str:
        return self.token.scope


class MachineGrant(ClientCredentialsGrant):  # type: ignore[misc]
    """A machine that acts for itself."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS[:-1]

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """Hand out an access token with the scopes for machines; people's scopes mean nothing without one.

        Only to a machine of DataCite's own: without a person, a scope is for everybody's claims.
        """
        client = self.request.client
        if not client.party.is_first_party:
            raise UnauthorizedClientError("The client may not act for itself.")
        asked = client.get_allowed_scope(self.request.payload.scope or " ".join(client.party.scopes))
        scope = " ".join(for_machines(asked.split()))
        if not scope:
            raise InvalidScopeError
        tokens = grants.issue_for_machine(client.party, scope)
        return 200, id_tokens.plain_answer(tokens), self.TOKEN_RESPONSE_HEADER


class DeviceGrant(DeviceCodeGrant):  # type: ignore[misc]
    """A device without a browser asks whether its person has agreed."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def query_device_credential(self, device_code: str) -> "devices.Credential":
        """Find the request; a code that is none is refused as RFC 6749, 5.2 says, not as Authlib does."""
        found = devices.find(device_code)
        if found is None:
            raise InvalidGrantError("The device code is unknown.")
        return found

    def query_user_grant(self, user_code: "devices.Credential") -> tuple[Any, bool] | None:
        return user_code.answer()

    def should_slow_down(self, credential: "devices.Credential") -> bool:
        return credential.is_too_eager()

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """Hand out the tokens, once."""
        grant = self.request.credential.redeem()
        if grant is None or grant.revoked_at:
            raise InvalidGrantError("The device code is used.")
        tokens = grants.issue_for_device(grant, with_refresh=self.request.client.check_grant_type(REFRESH))
        return 200, id_tokens.answer(grant, tokens), self.TOKEN_RESPONSE_HEADER


class Server(AuthorizationServer):  # type: ignore[misc]
    """Our provider."""

    def query_client(self, client_id: str) -> Client | None:
        return find_client(client_id)

    def authenticate_client(self, request: Request, methods: list[str], endpoint: str = "token") -> Client:
        """Let a party prove who it is in exactly one way.

        Raises:
            InvalidClientError: it does not; 401 where it tried by header.
            InvalidRequestError: it tries in two ways at once.
            OAuth2Error: it asks too often.
        """
        tried = methods_in(request)
        if len(tried) > 1:
            raise InvalidRequestError("Use one way of client authentication.")
        named = request.payload.client_id or ""
        try:
            client: Client = super().authenticate_client(
                request, [one for one in tried if one in methods], endpoint
            )
        except (InvalidClientError, ValueError, RecursionError):
            # The last: JSON that is nested without end.
            log.info("sso.client_refused", client=named[:64], tried=tried[0])
            raise InvalidClientError("Client authentication failed.", status_code=401) from None
        if named and named != client.party.client_id:
            raise InvalidClientError("client_id names another client.", status_code=401)
        # Counted only now: nobody may use up another's share.
        if limits.rate_limited(f"client:{client.party.pk}", limits.PER_CLIENT):
            raise OAuth2Error("Too many requests.", error="temporarily_unavailable", status_code=429)
        request.client = client
        return client

    def create_oauth2_request(self, request: Request) -> Request:
        return request

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> HttpResponse:
        response = JsonResponse(body if isinstance(body, dict) else dict(body), status=status)
        for name, value in headers:
            response.headers[name] = value
        return response

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens: the audit is written by the services."""


@cache
def server() -> Server:
    """Return the machinery, put together once."""
    made = Server(scopes_supported=None)
    made.register_client_auth_method("private_key_jwt", SignedStatement(leeway=30))
    made.register_grant(CodeGrant, [S256(required=True)])
    for grant in (Refreshing, MachineGrant, DeviceGrant):
        made.register_grant(grant)
    return made
