"""Client authentication, and the checks of a request against the relying party's registration."""

import hmac
import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError, OAuth2Request
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from django.db import IntegrityError, transaction
from django.db.models import Q
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from profiles.infra import clock
from profiles.infra.postgres import prepared
from profiles.sso.digests import digest_of
from profiles.sso.models import PartySecret, RelyingParty, UsedAssertion
from profiles.sso.protocol import provider
from profiles.sso.protocol.scopes import SCOPES

ASSERTION_SECONDS: Final = 600
"""An assertion with a longer life is refused: used ones are remembered only this long."""
_LOOPBACK: Final = {"127.0.0.1", "::1"}


class Client(ClientMixin):  # type: ignore[misc]
    """A relying party with the interface that Authlib expects."""

    def __init__(self, party: RelyingParty, secrets: list[bytes]) -> None:
        self.party = party
        self._secrets = secrets

    def get_client_id(self) -> str:
        return self.party.client_id

    def get_default_redirect_uri(self) -> str | None:
        """Return None: every request must name its address."""
        return None

    def get_allowed_scope(self, scope: str | None) -> str:
        """Return the requested scopes that the party is registered for; the response names them."""
        requested = (scope or "").split()
        return " ".join(name for name in SCOPES if name in requested and name in self.party.scopes)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Compare exactly; only a native app's loopback address may use any port."""
        if redirect_uri in self.party.redirect_uris:
            return True
        return self.party.is_native and _without_port(redirect_uri) in {
            _without_port(registered) for registered in self.party.redirect_uris
        } - {None}

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare with each valid secret, in constant time."""
        digest = digest_of(client_secret)
        return any(hmac.compare_digest(secret, digest) for secret in self._secrets)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Allow both ways to send a secret; any other method only as registered."""
        del endpoint
        by_secret = {"client_secret_basic", "client_secret_post"}
        return method == self.party.auth_method or (
            self.party.auth_method in by_secret and method in by_secret
        )

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and provider.CODE in self.party.grant_types

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.party.grant_types


def _without_port(uri: str) -> tuple[str, ...] | None:
    """Return a loopback address without its port; None for any other or malformed address.

    The parsed address is put together again and compared, because ``urlsplit`` ignores blanks, line breaks
    and capitals.
    """
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    expected = {f"{host}:{port}", f"[{host}]:{port}", host, f"[{host}]"}
    if parts.scheme != "http" or host not in _LOOPBACK or parts.netloc not in expected or parts.fragment:
        return None
    if urlunsplit(parts) != uri:
        return None
    return (host, parts.path, parts.query)


_BY_CLIENT_ID: Final = prepared.Rows(
    "FROM sso_relyingparty p WHERE p.client_id = %(client_id)s AND p.disabled_at IS NULL",
    but=("logo",),
    more="array(SELECT s.digest FROM sso_partysecret s WHERE s.party_id = p.id"
    " AND (s.ends_at IS NULL OR s.ends_at > %(now)s))",
    p=RelyingParty,
)


def find_client(client_id: str) -> Client | None:
    """Find an enabled relying party, with its valid secrets.

    Nothing is cached, so that changes by staff take effect at once in every process.
    """
    if not client_id or "\x00" in client_id:
        return None
    columns = _BY_CLIENT_ID.first({"client_id": client_id, "now": clock.now()})
    return Client(*columns) if columns else None


@lru_cache(maxsize=256)
def _parsed(keys: str) -> KeySet:
    """Parse a key set once. The cache key is its JSON text, so that a changed set is parsed again."""
    return KeySet.import_key_set(json.loads(keys))


class ClientAssertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """``private_key_jwt``: an assertion signed with a registered key; each is valid once."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def get_audiences(self) -> list[str]:
        """Return the accepted audiences: the issuer, or the endpoint (RFC 7523, 3; RFC 9126, 2)."""
        base = provider.issuer()
        return [base, f"{base}/{provider.TOKEN}", f"{base}/{provider.PUSH}"]

    def resolve_client_public_key(self, client: Client) -> KeySet:
        if not client.party.public_keys or client.party.auth_method != self.CLIENT_AUTH_METHOD:
            raise InvalidClientError(description="The client has no keys.")
        return _parsed(json.dumps(client.party.public_keys))

    def process_assertion_claims(self, assertion: str, resolve_key: Any) -> dict[str, Any]:
        """Check the signature with the few allowed algorithms, then the claims."""
        try:
            claims = jwt.decode(assertion, resolve_key, algorithms=list(provider.ASSERTION_ALGORITHMS)).claims
        except (JoseError, ValueError):
            raise InvalidClientError(description="The assertion is not signed by the client.") from None
        self.verify_claims(claims)
        return dict(claims)

    def validate_jti(self, claims: dict[str, Any], jti: str) -> bool:
        """Store the assertion's ``jti``; of two requests with the same one, one succeeds."""
        if claims["exp"] - clock.now().timestamp() > ASSERTION_SECONDS:
            raise InvalidClientError(description="The assertion is valid for too long.")
        ends_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
        try:
            with transaction.atomic():
                UsedAssertion.objects.create(digest=digest_of(f"{claims['iss']}\n{jti}"), ends_at=ends_at)
        except IntegrityError:
            return False
        return True


def auth_methods_used(request: OAuth2Request) -> list[str]:
    """Return the authentication methods that a request uses; the caller refuses more than one."""
    form, methods = request.form, []
    if request.headers.get("Authorization"):
        methods.append("client_secret_basic")
    if "client_secret" in form:
        methods.append("client_secret_post")
    if "client_assertion" in form or "client_assertion_type" in form:
        methods.append("private_key_jwt")
    return methods or ["none"]


def parties() -> Any:
    """List the relying parties, ours first."""
    return RelyingParty.objects.order_by("-is_first_party", "name")


def live_secrets(party: RelyingParty) -> list[PartySecret]:
    """List the secrets that are still valid."""
    return list(party.secrets.filter(Q(ends_at=None) | Q(ends_at__gt=clock.now())).order_by("made_at"))
