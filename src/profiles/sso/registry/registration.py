"""Registering relying parties: exact addresses only, secrets shown once, two at most, all written down."""

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
from profiles.sso import audit
from profiles.sso.digests import digest_of, new_value
from profiles.sso.models import DeviceRequest, Grant, PartySecret, PendingRequest, RelyingParty
from profiles.sso.protocol import grants, provider
from profiles.sso.protocol.client_auth import live_secrets
from profiles.sso.protocol.scopes import allowed
from profiles.webhooks import services as webhooks

OVERLAP: Final = timedelta(days=7)
MAX_SECRETS: Final = 2
LARGEST_LOGO: Final = 100_000
_LOGO_STARTS: Final = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9._-]{3,64}")
_LOOPBACK: Final = {"127.0.0.1", "::1", "localhost"}


class NotRegistrableError(Exception):
    """Something about the registration cannot be; ``field`` names what, the message says why, in words."""

    def __init__(self, field_name: str, why: str) -> None:
        super().__init__(why)
        self.field = field_name


@dataclass(frozen=True, slots=True)
class Registration:
    """What staff say about a relying party."""

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
    may_introspect: bool = False
    about: str = ""
    homepage: str = ""


@transaction.atomic
def register(
    registration: Registration, *, by: str, client_id: str = "", secret: str = ""
) -> tuple[RelyingParty, str | None]:
    """Register a relying party and return it with its secret, which is never shown again.

    Raises:
        NotRegistrableError: see there.
    """
    identifier = client_id or f"dc-{secrets.token_hex(8)}"
    if not _CLIENT_ID.fullmatch(identifier):
        raise NotRegistrableError("client_id", _("Use 3 to 64 letters, digits, dots and hyphens."))
    if RelyingParty.objects.filter(client_id=identifier).exists():
        raise NotRegistrableError("client_id", _("There is a service with this identifier already."))
    party = RelyingParty.objects.create(client_id=identifier, **_fields(registration))
    audit.write(audit.Event.PARTY_CHANGED, client_id=identifier, by=by, note="registered")
    shown = _add_secret(party, by=by, secret=secret) if has_secret(party) else None
    return party, shown


@transaction.atomic
def change(party: RelyingParty, registration: Registration, *, by: str) -> RelyingParty:
    """Change a registration; the audit names what changed, from what, to what.

    Raises:
        NotRegistrableError: see there.
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


def _fields(said: Registration) -> dict[str, Any]:
    for uri in said.redirect_uris:
        check_address(uri, name="redirect_uris", native=said.is_native)
    for uri in said.logout_return_uris:
        check_address(uri, name="logout_return_uris", native=said.is_native)
    if said.backchannel_logout_uri:
        check_address(said.backchannel_logout_uri, name="backchannel_logout_uri", native=False)
    if not said.name.strip():
        raise NotRegistrableError("name", _("People need a name to know the service by."))
    if provider.CODE in said.grant_types and not said.redirect_uris:
        raise NotRegistrableError("redirect_uris", _("Name at least one address to come back to."))
    if said.auth_method == "none" and provider.MACHINE in said.grant_types:
        raise NotRegistrableError("grant_types", _("A machine that acts for itself needs a secret or a key."))
    if provider.MACHINE in said.grant_types and not said.is_first_party:
        raise NotRegistrableError("grant_types", _("Only a service of DataCite may act for itself."))
    hosts = {urlsplit(uri).hostname or urlsplit(uri).scheme for uri in said.redirect_uris}
    if said.is_pairwise and len(hosts) != 1:
        raise NotRegistrableError("is_pairwise", _("All addresses must be on one host for this."))
    return {
        "name": said.name.strip(),
        "about": said.about.strip(),
        "homepage": said.homepage.strip(),
        "redirect_uris": said.redirect_uris,
        "logout_return_uris": said.logout_return_uris,
        "backchannel_logout_uri": said.backchannel_logout_uri,
        "scopes": allowed(said.scopes, first_party=said.is_first_party),
        "grant_types": [one for one in provider.GRANT_TYPES if one in said.grant_types],
        "auth_method": said.auth_method,
        "public_keys": _public(said),
        "is_first_party": said.is_first_party,
        "is_native": said.is_native,
        "pairwise_sector": next(iter(hosts)) if said.is_pairwise else "",
        "id_token_alg": said.id_token_alg,
        "requires_pushed_requests": said.requires_pushed_requests,
        "may_introspect": said.may_introspect and said.is_first_party,
    }


def _public(said: Registration) -> Any:
    if said.auth_method != "private_key_jwt":
        return None
    try:
        keys = KeySet.import_key_set(cast("Any", said.public_keys or {"keys": []}))
    except (JoseError, ValueError, TypeError, KeyError):
        raise NotRegistrableError("public_keys", _("This is not a set of keys (JWKS).")) from None
    if not keys.keys:
        raise NotRegistrableError("public_keys", _("Give at least one public key."))
    return {"keys": [key.as_dict(private=False) for key in keys.keys]}


def check_address(uri: str, *, name: str, native: bool) -> None:
    """Take an address only if it can be compared letter by letter and leads to one place.

    Raises:
        NotRegistrableError: it cannot, or does not.
    """
    try:
        parts = urlsplit(uri)
        usual = bool(parts.scheme) and parts.port != 0 and not set(uri) & set(" \t\r\n\\*<>\"'`{}|^;,")
    except ValueError:
        usual = False
    if not usual or parts.fragment or "#" in uri or "@" in parts.netloc or not uri.isascii():
        raise NotRegistrableError(name, _("%(uri)s is not an address as it is needed here.") % {"uri": uri})
    loopback = parts.scheme == "http" and parts.hostname in _LOOPBACK
    secure = parts.scheme == "https" and bool(parts.hostname)
    # An installed program's own scheme is a reversed domain name (RFC 8252, 7.1), which "javascript" is not.
    own_scheme = native and "." in parts.scheme and not parts.netloc
    if not (secure or own_scheme or (loopback and (native or settings.ENVIRONMENT.is_local))):
        raise NotRegistrableError(name, _("%(uri)s must begin with https.") % {"uri": uri})


def has_secret(party: RelyingParty) -> bool:
    """Say whether the relying party proves who it is by a secret."""
    return party.auth_method.startswith("client_secret")


def _add_secret(party: RelyingParty, *, by: str, secret: str = "") -> str:
    value = secret or new_value("dcp_cs_")
    PartySecret.objects.create(party=party, digest=digest_of(value), made_at=clock.now())
    audit.write(audit.Event.SECRET_MADE, client_id=party.client_id, by=by)
    return value


@transaction.atomic
def renew_secret(party: RelyingParty, *, by: str, at_once: bool = False) -> str:
    """Make a further secret and return it; the one before ends in a week, or at once."""
    RelyingParty.objects.select_for_update().get(pk=party.pk)
    _end_secrets(party, live_secrets(party), overlap=timedelta() if at_once else OVERLAP, by=by)
    return _add_secret(party, by=by)


def _end_secrets(party: RelyingParty, rows: list[PartySecret], *, overlap: timedelta, by: str) -> None:
    """End these secrets: the newest after the overlap, older ones at once; an earlier end is kept."""
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
    """Switch a relying party off, and all its tokens with it; or on again, and they stay dead."""
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
    """Keep a picture; its kind is told from its first bytes, never from its name.

    Raises:
        NotRegistrableError: it is too large or none of the three kinds that are safe to show.
    """
    kind = next((kind for start, kind in _LOGO_STARTS.items() if content.startswith(start)), "")
    if not kind or len(content) > LARGEST_LOGO:
        raise NotRegistrableError("logo", _("Use a PNG, JPEG or WebP picture of at most 100 kB."))
    party.logo, party.logo_type = content, kind
    party.save(update_fields=["logo", "logo_type", "changed_at"])
    audit.write(audit.Event.PARTY_CHANGED, client_id=party.client_id, by=by, note="logo")


@transaction.atomic
def ensure(entry: Mapping[str, Any], *, by: str) -> RelyingParty:
    """Register a relying party as an entry of a file describes it, or bring it to that.

    A secret that the entry names is the one that counts: others end after ``secret_overlap_days``.

    Raises:
        NotRegistrableError: see there.
    """
    fields = dict(entry)
    client_id, secret = fields.pop("client_id"), fields.pop("client_secret", "")
    overlap = timedelta(days=float(fields.pop("secret_overlap_days", OVERLAP.days)))
    registration = Registration(**fields)
    party = RelyingParty.objects.select_for_update().filter(client_id=client_id).first()
    if party is None:
        return register(registration, by=by, client_id=client_id, secret=secret)[0]
    if secret:
        _keep_only(party, secret, overlap=overlap, by=by)
    return change(party, registration, by=by)


def _keep_only(party: RelyingParty, secret: str, *, overlap: timedelta, by: str) -> None:
    """Make this the secret that is good without end; the others end after the overlap."""
    living = live_secrets(party)
    named = [row for row in living if bytes(row.digest) == digest_of(secret)]
    _end_secrets(party, [row for row in living if row not in named], overlap=overlap, by=by)
    if not named:
        _add_secret(party, by=by, secret=secret)
    for row in named:
        if row.ends_at is not None:
            row.ends_at = None
            row.save(update_fields=["ends_at"])
            audit.write(audit.Event.SECRET_MADE, client_id=party.client_id, by=by, note="named again")
