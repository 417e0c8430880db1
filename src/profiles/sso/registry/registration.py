"""Registration of relying parties: exact addresses only, at most two secrets, shown once, all audited."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from profiles.accounts.bearer import owner_of_party
from profiles.infra import clock
from profiles.infra.web.languages import known_language
from profiles.infra.web.readable_names import unreadable_because
from profiles.sso import audit
from profiles.sso.digests import digest_of, new_value
from profiles.sso.models import DeviceRequest, Grant, PartySecret, PendingRequest, RelyingParty
from profiles.sso.protocol import grants, provider
from profiles.sso.protocol.client_auth import live_secrets
from profiles.sso.protocol.scopes import allowed
from profiles.webhooks import services as webhooks

OVERLAP: Final = timedelta(days=7)
MAX_SECRETS: Final = 2
MAX_LOGO_BYTES: Final = 100_000
_LOGO_TYPES: Final = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9._-]{3,64}")
_LOOPBACK: Final = {"127.0.0.1", "::1", "localhost"}


class RegistrationError(Exception):
    """The registration is invalid; ``field`` names the field, the message gives the reason for people."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field_name


@dataclass(frozen=True, slots=True)
class Registration:
    """The registration data of a relying party."""

    name: str
    redirect_uris: list[str] = field(default_factory=list)
    logout_return_uris: list[str] = field(default_factory=list)
    backchannel_logout_uri: str = ""
    scopes: list[str] = field(default_factory=lambda: ["openid"])
    grant_types: list[str] = field(default_factory=lambda: [provider.CODE, provider.REFRESH])
    auth_method: str = "client_secret_basic"
    public_keys: Any = None
    is_first_party: bool = False
    is_native: bool = False
    is_pairwise: bool = False
    id_token_alg: str = "RS256"  # noqa: S105  an algorithm
    requires_pushed_requests: bool = False
    nonce_instead_of_pkce: bool = False
    """For older software without PKCE: a request must carry a nonce then."""
    claims_in_id_token: bool = False
    """Name and e-mail address are in the ID token too, for software that does not read userinfo."""
    may_introspect: bool = False
    about: str = ""
    homepage: str = ""
    translations: dict[str, str] = field(default_factory=dict)
    """Name and sentence in more languages, as OpenID registrations write them: ``name#de``, ``about#ja``."""


@transaction.atomic
def register(
    registration: Registration, *, by: str, client_id: str = "", secret: str = ""
) -> tuple[RelyingParty, str | None]:
    """Register a relying party and return it with its secret, which is never shown again.

    Raises:
        RegistrationError: see there.
    """
    identifier = client_id or f"dc-{secrets.token_hex(8)}"
    if not _CLIENT_ID.fullmatch(identifier):
        raise RegistrationError("client_id", _("Use 3 to 64 letters, digits, dots and hyphens."))
    if RelyingParty.objects.filter(client_id=identifier).exists():
        raise RegistrationError("client_id", _("There is a service with this identifier already."))
    party = RelyingParty.objects.create(client_id=identifier, **_fields(registration))
    audit.write(audit.Event.PARTY_CHANGED, client_id=identifier, by=by, note="registered")
    new_secret = _add_secret(party, by=by, secret=secret) if has_secret(party) else None
    return party, new_secret


@transaction.atomic
def change(party: RelyingParty, registration: Registration, *, by: str) -> RelyingParty:
    """Change a registration; the audit log records each field with its old and new value.

    Raises:
        RegistrationError: see there.
    """
    locked = RelyingParty.objects.select_for_update().get(pk=party.pk)
    changes = {
        name: (getattr(locked, name), value)
        for name, value in _fields(registration).items()
        if getattr(locked, name) != value
    }
    for name, (_before, after) in changes.items():
        setattr(locked, name, after)
    locked.save()
    if changes:
        note = "; ".join(f"{name}: {before!r} to {after!r}" for name, (before, after) in changes.items())
        audit.write(audit.Event.PARTY_CHANGED, client_id=locked.client_id, by=by, note=note)
    return locked


def _fields(registration: Registration) -> dict[str, Any]:
    for uri in registration.redirect_uris:
        check_address(uri, name="redirect_uris", native=registration.is_native)
    for uri in registration.logout_return_uris:
        check_address(uri, name="logout_return_uris", native=registration.is_native)
    if registration.backchannel_logout_uri:
        check_address(registration.backchannel_logout_uri, name="backchannel_logout_uri", native=False)
    _check_names(registration)
    if provider.CODE in registration.grant_types and not registration.redirect_uris:
        raise RegistrationError("redirect_uris", _("Name at least one address to come back to."))
    if registration.auth_method == "none" and provider.MACHINE in registration.grant_types:
        raise RegistrationError("grant_types", _("A machine that acts for itself needs a secret or a key."))
    if provider.MACHINE in registration.grant_types and not registration.is_first_party:
        raise RegistrationError("grant_types", _("Only a service of DataCite may act for itself."))
    is_confidential = registration.auth_method != "none" and not registration.is_native
    if registration.nonce_instead_of_pkce and not is_confidential:
        raise RegistrationError("nonce_instead_of_pkce", _("Without a secret or a key it needs PKCE."))
    hosts = {urlsplit(uri).hostname or urlsplit(uri).scheme for uri in registration.redirect_uris}
    if registration.is_pairwise and len(hosts) != 1:
        raise RegistrationError("is_pairwise", _("All addresses must be on one host for this."))
    return {
        "name": registration.name.strip(),
        "about": registration.about.strip(),
        "homepage": registration.homepage.strip(),
        "translations": _by_language(registration.translations) or None,
        "redirect_uris": registration.redirect_uris,
        "logout_return_uris": registration.logout_return_uris,
        "backchannel_logout_uri": registration.backchannel_logout_uri,
        "scopes": allowed(registration.scopes, first_party=registration.is_first_party),
        "grant_types": [
            grant_type for grant_type in provider.GRANT_TYPES if grant_type in registration.grant_types
        ],
        "auth_method": registration.auth_method,
        "public_keys": _public(registration),
        "is_first_party": registration.is_first_party,
        "is_native": registration.is_native,
        "pairwise_sector": next(iter(hosts)) if registration.is_pairwise else "",
        "id_token_alg": registration.id_token_alg,
        "requires_pushed_requests": registration.requires_pushed_requests,
        "nonce_instead_of_pkce": registration.nonce_instead_of_pkce,
        "claims_in_id_token": registration.claims_in_id_token,
        "may_introspect": registration.may_introspect and registration.is_first_party,
    }


def _by_language(texts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Sort texts such as ``name#de`` by the languages of our pages."""
    sorted_texts: dict[str, dict[str, str]] = {}
    for key, text in texts.items():
        name, _sign, tag = key.partition("#")
        code = known_language([tag])
        if name not in {"name", "about"} or not code:
            reason = _("%(key)s is not name# or about# with a language of our pages, such as name#de.")
            raise RegistrationError("translations", reason % {"key": key})
        if unreadable := unreadable_because(text):
            raise RegistrationError("translations", unreadable)
        sorted_texts.setdefault(code, {})[name] = text.strip()
    return sorted_texts


def _check_names(registration: Registration) -> None:
    """Check what people read when they are asked whether they agree."""
    if not registration.name.strip():
        raise RegistrationError("name", _("People need a name to know the service by."))
    for field_name in ("name", "about"):
        if reason := unreadable_because(getattr(registration, field_name)):
            raise RegistrationError(field_name, reason)


def _public(registration: Registration) -> Any:
    if registration.auth_method != "private_key_jwt":
        return None
    try:
        keys = KeySet.import_key_set(cast("Any", registration.public_keys or {"keys": []}))
    except (JoseError, ValueError, TypeError, KeyError):
        raise RegistrationError("public_keys", _("This is not a set of keys (JWKS).")) from None
    if not keys.keys:
        raise RegistrationError("public_keys", _("Give at least one public key."))
    return {"keys": [key.as_dict(private=False) for key in keys.keys]}


def check_address(uri: str, *, name: str, native: bool) -> None:
    """Check that an address can be compared exactly and leads to one place.

    Raises:
        RegistrationError: it cannot, or does not.
    """
    try:
        parts = urlsplit(uri)
        is_well_formed = (
            bool(parts.scheme) and parts.port != 0 and not set(uri) & set(" \t\r\n\\*<>\"'`{}|^;,")
        )
    except ValueError:
        is_well_formed = False
    if not is_well_formed or parts.fragment or "#" in uri or "@" in parts.netloc or not uri.isascii():
        raise RegistrationError(name, _("%(uri)s is not an address as it is needed here.") % {"uri": uri})
    is_loopback = parts.scheme == "http" and parts.hostname in _LOOPBACK
    is_https = parts.scheme == "https" and bool(parts.hostname)
    # A native app's own scheme is a reversed domain name (RFC 8252, 7.1), which "javascript" is not.
    is_own_scheme = native and "." in parts.scheme and not parts.netloc
    if not (is_https or is_own_scheme or (is_loopback and (native or settings.ENVIRONMENT.is_local))):
        raise RegistrationError(name, _("%(uri)s must begin with https.") % {"uri": uri})


def has_secret(party: RelyingParty) -> bool:
    """Tell whether the relying party authenticates with a secret."""
    return party.auth_method.startswith("client_secret")


def _add_secret(party: RelyingParty, *, by: str, secret: str = "") -> str:
    value = secret or new_value("dcp_cs_")
    PartySecret.objects.create(party=party, digest=digest_of(value), made_at=clock.now())
    audit.write(audit.Event.SECRET_MADE, client_id=party.client_id, by=by)
    return value


@transaction.atomic
def renew_secret(party: RelyingParty, *, by: str, at_once: bool = False) -> str:
    """Create a new secret and return it; the previous one ends in a week, or at once."""
    RelyingParty.objects.select_for_update().get(pk=party.pk)
    _end_secrets(party, live_secrets(party), overlap=timedelta() if at_once else OVERLAP, by=by)
    return _add_secret(party, by=by)


def _end_secrets(party: RelyingParty, rows: list[PartySecret], *, overlap: timedelta, by: str) -> None:
    """End these secrets: the newest after the overlap, older ones at once; an earlier end stays."""
    moment = clock.now()
    for position, row in enumerate(reversed(rows)):
        end = moment + overlap if position < MAX_SECRETS - 1 else moment
        if row.ends_at is not None and row.ends_at <= end:
            continue
        row.ends_at = end
        row.save(update_fields=["ends_at"])
        audit.write(audit.Event.SECRET_ENDED, client_id=party.client_id, by=by, note=f"{end:%Y-%m-%d}")


@transaction.atomic
def switch(party: RelyingParty, *, on: bool, by: str) -> None:
    """Switch a relying party off and revoke its grants; or switch it on again, without them."""
    party.disabled_at = None if on else clock.now()
    party.save(update_fields=["disabled_at", "changed_at"])
    audit.write(
        audit.Event.PARTY_CHANGED,
        client_id=party.client_id,
        by=by,
        note="switched on" if on else "switched off",
    )
    if not on:
        rows = Grant.objects.select_related("party").filter(party=party, revoked_at=None)
        grants.revoke(rows, why=audit.Event.REVOKED, by=by)
        PendingRequest.objects.filter(party=party).delete()
        DeviceRequest.objects.filter(party=party).delete()
        webhooks.switch_off_all(owner=owner_of_party(party.client_id), because="the service was switched off")


@transaction.atomic
def set_logo(party: RelyingParty, content: bytes, *, by: str) -> None:
    """Store a logo; its type is read from its first bytes, never from its name.

    Raises:
        RegistrationError: it is too large, or not one of the three types that are safe to show.
    """
    media_type = next(
        (media_type for prefix, media_type in _LOGO_TYPES.items() if content.startswith(prefix)), ""
    )
    if not media_type or len(content) > MAX_LOGO_BYTES:
        raise RegistrationError("logo", _("Use a PNG, JPEG or WebP picture of at most 100 kB."))
    party.logo, party.logo_type = content, media_type
    party.save(update_fields=["logo", "logo_type", "changed_at"])
    audit.write(audit.Event.PARTY_CHANGED, client_id=party.client_id, by=by, note="logo")


def check_entry(entry: Mapping[str, Any]) -> None:
    """Check an entry of a file as ``ensure`` would, without the database.

    Raises:
        RegistrationError, KeyError, TypeError, ValueError: the entry is invalid.
    """
    client_id, _secret, _overlap, registration = _read_entry(entry)
    if not _CLIENT_ID.fullmatch(client_id):
        raise RegistrationError("client_id", _("Use 3 to 64 letters, digits, dots and hyphens."))
    _fields(registration)


def _read_entry(entry: Mapping[str, Any]) -> tuple[str, str, timedelta, Registration]:
    """Return identifier, secret, overlap of secrets and registration of an entry."""
    fields = dict(entry)
    client_id, secret = fields.pop("client_id"), fields.pop("client_secret", "")
    overlap = timedelta(days=float(fields.pop("secret_overlap_days", OVERLAP.days)))
    fields["translations"] = {name: fields.pop(name) for name in entry if "#" in name}
    return client_id, secret, overlap, Registration(**fields)


@transaction.atomic
def ensure(entry: Mapping[str, Any], *, by: str) -> RelyingParty:
    """Create or update a relying party from an entry of a file.

    If the entry names a secret, all other secrets end after ``secret_overlap_days``.

    Raises:
        RegistrationError: see there.
    """
    client_id, secret, overlap, registration = _read_entry(entry)
    party = RelyingParty.objects.select_for_update().filter(client_id=client_id).first()
    if party is None:
        return register(registration, by=by, client_id=client_id, secret=secret)[0]
    if secret:
        _keep_only(party, secret, overlap=overlap, by=by)
    return change(party, registration, by=by)


def _keep_only(party: RelyingParty, secret: str, *, overlap: timedelta, by: str) -> None:
    """Make this the only secret without an end; the others end after the overlap."""
    valid = live_secrets(party)
    matching = [row for row in valid if bytes(row.digest) == digest_of(secret)]
    _end_secrets(party, [row for row in valid if row not in matching], overlap=overlap, by=by)
    if not matching:
        _add_secret(party, by=by, secret=secret)
    for row in matching:
        if row.ends_at is not None:
            row.ends_at = None
            row.save(update_fields=["ends_at"])
            audit.write(audit.Event.SECRET_MADE, client_id=party.client_id, by=by, note="named again")
