"""The OAuth server: Authlib validates requests, our modules store the state."""

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
from profiles.sso.protocol.client_auth import Client, ClientAssertion, auth_methods_used, find_client
from profiles.sso.protocol.provider import REFRESH, TOKEN
from profiles.sso.protocol.scopes import for_machines

log = structlog.get_logger(__name__)
METHODS: Final = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]


class Payload(OAuth2Payload):  # type: ignore[misc]
    """The parameters of one request; each occurs once."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    @property
    def data(self) -> dict[str, str]:
        return self._values

    @property
    def datalist(self) -> dict[str, list[str]]:
        return {name: [value] for name, value in self._values.items()}


class Request(OAuth2Request):  # type: ignore[misc]
    """A request as Authlib reads it. The settings enforce https, so the address here is a placeholder."""

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
    """PKCE by S256 only; ``authorization_request`` decides which party may leave it out."""

    def get_authorization_code_challenge_method(self, authorization_code: Any) -> str:
        del authorization_code
        return "S256"


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """The authorization code grant, for people with a browser."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def query_authorization_code(self, code: str, client: Client) -> "StoredCode | None":
        grant = grants.grant_of_code(code, client.party)
        return StoredCode(grant) if grant else None

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """Exchange the code, once."""
        grant = self.request.authorization_code.grant
        if grant.account is None or grant.account.closed_at or not grant.account.is_active:
            raise InvalidGrantError("The account is closed.")
        client = self.request.client
        try:
            tokens = grants.redeem_code(grant, with_refresh=client.check_grant_type(REFRESH))
        except grants.ReplayedError:
            raise InvalidGrantError("The code is used or expired.") from None
        return 200, id_tokens.openid_response(grant, tokens), self.TOKEN_RESPONSE_HEADER


class StoredCode:
    """A grant's code with the interface that Authlib expects."""

    def __init__(self, grant: Grant) -> None:
        self.grant = grant
        self.code_challenge = grant.code_challenge

    def get_redirect_uri(self) -> str:
        return self.grant.redirect_uri


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    """The refresh token grant. A token is valid once; the response contains the next one."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def authenticate_refresh_token(self, refresh_token: str) -> "StoredToken | None":
        token = grants.token_of(refresh_token)
        return StoredToken(token) if token and token.is_refresh else None

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """Exchange the token; if it was used before, its whole family is revoked."""
        token = self.request.refresh_token.token
        requested = self.request.payload.scope
        scope = " ".join(name for name in token.scope.split() if not requested or name in requested.split())
        if not token.used_at and not grants.is_alive(token):
            raise InvalidGrantError("The refresh token is expired or revoked.")
        try:
            tokens = grants.refresh(token, scope=scope)
        except grants.ReplayedError:
            raise InvalidGrantError("The refresh token is used, expired or revoked.") from None
        return 200, id_tokens.openid_response(token.grant, tokens, nonce=False), self.TOKEN_RESPONSE_HEADER


class StoredToken:
    """A token with the interface that Authlib expects."""

    def __init__(self, token: Token) -> None:
        self.token = token

    def check_client(self, client: Client) -> bool:
        return self.token.grant.party_id == client.party.pk

    def get_scope(self) -> str:
        return self.token.scope


class MachineGrant(ClientCredentialsGrant):  # type: ignore[misc]
    """The client credentials grant, for machines without a person."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS[:-1]

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """Issue an access token with the scopes for machines; scopes for people are dropped.

        Only machines of DataCite get one: without a person, a scope covers everyone's claims.
        """
        client = self.request.client
        if not client.party.is_first_party:
            raise UnauthorizedClientError("The client may not act for itself.")
        requested = client.get_allowed_scope(self.request.payload.scope or " ".join(client.party.scopes))
        scope = " ".join(for_machines(requested.split()))
        if not scope:
            raise InvalidScopeError
        tokens = grants.issue_for_machine(client.party, scope)
        return 200, id_tokens.token_response(tokens), self.TOKEN_RESPONSE_HEADER


class DeviceGrant(DeviceCodeGrant):  # type: ignore[misc]
    """The device code grant: a device polls until its person has decided."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def query_device_credential(self, device_code: str) -> "devices.Credential":
        """Find the request; an unknown code is refused as in RFC 6749, 5.2, not as Authlib does."""
        credential = devices.find_by_device_code(device_code)
        if credential is None:
            raise InvalidGrantError("The device code is unknown.")
        return credential

    def query_user_grant(self, user_code: "devices.Credential") -> tuple[Any, bool] | None:
        return user_code.answer()

    def should_slow_down(self, credential: "devices.Credential") -> bool:
        return credential.polls_too_fast()

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """Issue the tokens, once."""
        grant = self.request.credential.redeem()
        if grant is None or grant.revoked_at:
            raise InvalidGrantError("The device code is used.")
        tokens = grants.issue_for_device(grant, with_refresh=self.request.client.check_grant_type(REFRESH))
        return 200, id_tokens.openid_response(grant, tokens), self.TOKEN_RESPONSE_HEADER


class Server(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server with our clients, errors and responses."""

    def query_client(self, client_id: str) -> Client | None:
        return find_client(client_id)

    def authenticate_client(self, request: Request, methods: list[str], endpoint: str = "token") -> Client:
        """Authenticate the client by exactly one method.

        Raises:
            InvalidClientError: authentication failed (401).
            InvalidRequestError: the request uses two methods.
            OAuth2Error: the client sends too many requests.
        """
        used = auth_methods_used(request)
        if len(used) > 1:
            raise InvalidRequestError("Use one way of client authentication.")
        client_id = request.payload.client_id or ""
        try:
            client: Client = super().authenticate_client(
                request, [method for method in used if method in methods], endpoint
            )
        except (InvalidClientError, ValueError, RecursionError):
            # RecursionError: JSON that is nested too deeply.
            log.info("sso.client_refused", client=client_id[:64], tried=used[0])
            raise InvalidClientError("Client authentication failed.", status_code=401) from None
        if client_id and client_id != client.party.client_id:
            raise InvalidClientError("client_id names another client.", status_code=401)
        # Counted only after authentication, so that no one can use up another client's limit.
        if limits.hit(limits.PER_CLIENT, str(client.party.pk)).is_exceeded:
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
        """Do nothing: no one listens, and our modules write the audit log."""


@cache
def server() -> Server:
    """Return the configured server, created once."""
    instance = Server(scopes_supported=None)
    instance.register_client_auth_method("private_key_jwt", ClientAssertion(leeway=30))
    instance.register_grant(CodeGrant, [S256(required=True)])
    for grant in (RefreshGrant, MachineGrant, DeviceGrant):
        instance.register_grant(grant)
    return instance
