"""The second factor: codes of an app, a passkey, and recovery codes, stored in allauth's table.

allauth's classes create and check factors. Its views are not used, because they belong to its own sign-in
flow, which we do not use (docs/adr/0013). Only this module touches private parts of allauth.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from profiles.accounts.models import Account
from profiles.domain.access.visible_text import without_invisible
from profiles.infra import wiring
from profiles.infra.resealing import Tally
from profiles.infra.vault import Vault, VaultError
from profiles.sign_in import security_notices

SEAL_PURPOSE: Final = "second-factor"
APP, PASSKEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES
FACTORS: Final = (APP, PASSKEY)
"""The real second factors; recovery codes replace a lost one."""
MAX_PASSKEYS: Final = 10
_MAX_NAME_LENGTH: Final = 60
USED_CODES: Final = "used"
MAX_USED_CODES: Final = 10
"""An app's code is valid for a minute or two: no one signs in more often in that time."""
AMR_OF_CODE: Final = ("otp", "mfa")
AMR_OF_PASSKEY: Final = ("pop", "mfa")


class WrongFactorError(Exception):
    """The code or passkey is wrong, or was used before."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One second factor as its owner sees it."""

    id: int
    kind: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Seals allauth's secrets with our key ring; takes the passkey host from settings."""

    def encrypt(self, text: str) -> str:
        """Seal a secret for the table."""
        return base64.b64encode(wiring.vault().seal(text, purpose=SEAL_PURPOSE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret from the table."""
        return wiring.vault().unseal(base64.b64decode(encrypted_text), purpose=SEAL_PURPOSE)

    def get_totp_issuer(self) -> str:
        """Return the name that authenticator apps show for this site."""
        return str(settings.ENVIRONMENT.SITE_TITLE)

    def get_totp_label(self, user: Any) -> str:
        """Return the name that authenticator apps show for the account."""
        return str(user.orcid_id)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the relying party that passkeys are bound to."""
        return {"id": passkey_host(), "name": settings.ENVIRONMENT.SITE_TITLE}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """Return the user that a passkey is labelled with; the handle is not personal data."""
        return {"id": str(user.pk).encode(), "name": user.orcid_id, "display_name": user.display_name}


def passkey_host() -> str:
    """Return the host that passkeys are bound to: ours, or ``localhost`` where ours is an IP address."""
    host = urlsplit(settings.ENVIRONMENT.PROFILES_URL).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host
    return "localhost"


def is_set_up(account: Account) -> bool:
    """Tell whether the account has a second factor, which is then required at each sign-in."""
    return bool(get_adapter().is_mfa_enabled(account, types=FACTORS))


def factors_of(account: Account) -> list[Factor]:
    """List the account's second factors, without recovery codes."""
    rows = Authenticator.objects.filter(user=account, type__in=FACTORS).order_by("created_at")
    return [
        Factor(row.pk, str(row.type), str(row.data.get("name", "")), row.created_at, row.last_used_at)
        for row in rows
    ]


def new_app_secret() -> str:
    """Create the secret that is shared with an authenticator app."""
    return str(generate_totp_secret())


def app_uri(account: Account, secret: str) -> str:
    """Return the ``otpauth:`` address that the QR code holds."""
    return str(get_adapter().build_totp_url(account, secret))


def app_qr_code(account: Account, secret: str) -> str:
    """Return the QR code for the app, as a ``data:`` address that a page may show."""
    svg = get_adapter().build_totp_svg(app_uri(account, secret))
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


@transaction.atomic
def add_app(account: Account, *, secret: str, code: str) -> None:
    """Add an app as second factor; it replaces an earlier app.

    Raises:
        WrongFactorError: the app would not show this code now.
    """
    if not validate_totp_code(secret, code.strip()):
        raise WrongFactorError
    Authenticator.objects.filter(user=account, type=APP).delete()
    TOTP.activate(account, secret)
    security_notices.send_new_factor(account, name=_("App with codes"))


def passkey_creation_options(account: Account) -> str:
    """Return the options for the browser to create a passkey; the challenge is stored in the session."""
    return json.dumps(webauthn.begin_registration(account, passwordless=False), default=str)


@transaction.atomic
def add_passkey(account: Account, *, answer: str, name: str) -> None:
    """Add a passkey as second factor.

    Raises:
        WrongFactorError: the browser's answer does not match the challenge.
    """
    response = _parsed(answer)
    try:
        webauthn.parse_registration_response(response)
        webauthn.complete_registration(response)
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        raise WrongFactorError from error
    if Authenticator.objects.filter(user=account, type=PASSKEY).count() >= MAX_PASSKEYS:
        raise WrongFactorError
    label = without_invisible(name).strip()[:_MAX_NAME_LENGTH]
    webauthn.WebAuthn.add(account, label, response)
    security_notices.send_new_factor(account, name=label)


def passkey_request_options(account: Account) -> str:
    """Return the options for the browser to use a passkey; empty if the account has none."""
    if not Authenticator.objects.filter(user=account, type=PASSKEY).exists():
        return ""
    return json.dumps(webauthn.begin_authentication(account), default=str)


def check_passkey(account: Account, answer: str) -> tuple[str, ...]:
    """Check a passkey and return its ``amr`` values.

    Raises:
        WrongFactorError: it is not a passkey of this account, or it does not match the challenge.
    """
    response = _parsed(answer)
    try:
        webauthn.parse_authentication_response(response)
        webauthn.complete_authentication(account, response).record_usage()
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        raise WrongFactorError from error
    return AMR_OF_PASSKEY


@transaction.atomic
def check_code(account: Account, code: str) -> tuple[str, ...]:
    """Check an app's code or a recovery code and return its ``amr`` values.

    Each code works once, even if two browsers send it at the same time.

    Raises:
        WrongFactorError: it is neither, or was used before.
    """
    typed = code.strip().replace(" ", "")
    rows = Authenticator.objects.select_for_update().filter(user=account, type__in=(APP, CODES))
    # allauth marks an app's code in the cache, which may drop the mark while the code is still good.
    digest = hashlib.sha256(typed.encode()).hexdigest()
    for row in rows.order_by("pk"):
        if digest not in row.data.get(USED_CODES, ()) and row.wrap().validate_code(typed):
            # Read the row again: validate_code has just marked a recovery code as used in it.
            fresh = Authenticator.objects.get(pk=row.pk)
            if row.type == APP:
                fresh.data[USED_CODES] = [*fresh.data.get(USED_CODES, ()), digest][-MAX_USED_CODES:]
                fresh.save(update_fields=["data"])
            fresh.record_usage()
            return AMR_OF_CODE
    raise WrongFactorError


@transaction.atomic
def make_recovery_codes(account: Account) -> list[str]:
    """Replace the recovery codes by new ones and return them: they are shown once."""
    Authenticator.objects.filter(user=account, type=CODES).delete()
    return list(RecoveryCodes.activate(account).generate_codes())


def recovery_codes_left(account: Account) -> int:
    """Return the number of unused recovery codes."""
    row = Authenticator.objects.filter(user=account, type=CODES).first()
    return len(row.wrap().get_unused_codes()) if row else 0


@transaction.atomic
def renew_recovery_codes(account: Account) -> list[str]:
    """Replace the recovery codes on request; the owner gets mail about it."""
    security_notices.send_new_codes(account)
    return make_recovery_codes(account)


@transaction.atomic
def remove(account: Account, *, factor_id: int) -> None:
    """Remove a second factor; the recovery codes are removed with the last one."""
    row = Authenticator.objects.filter(user=account, pk=factor_id, type__in=FACTORS).first()
    if row is None:
        return
    row.delete()
    security_notices.send_ended_factor(account, name=_name_of(row))
    if not is_set_up(account):
        Authenticator.objects.filter(user=account).delete()


@transaction.atomic
def delete_all(account: Account) -> None:
    """Remove all second factors: the account is closed, or its owner lost them all."""
    Authenticator.objects.filter(user=account).delete()


@transaction.atomic
def reassign(*, kept: Account, gone: Account) -> None:
    """Move second factors to the account that remains after a merger; it keeps its own app if it has one."""
    rows = Authenticator.objects.filter(user=gone)
    for row in rows.filter(type=PASSKEY) if is_set_up(kept) else list(rows):
        row.user = kept
        row.save(update_fields=["user"])
        if row.type in FACTORS:
            security_notices.send_new_factor(kept, name=_name_of(row))


def count_stale(vault: Vault) -> int:
    """Count the secrets that are sealed with an older key."""
    return sum(1 for _row, _name, sealed in _sealed_secrets() if not vault.is_current(sealed))


@transaction.atomic
def reseal(vault: Vault) -> Tally:
    """Seal secrets of older keys again with the newest key. Safe to run twice."""
    tally = Tally()
    for row, name, sealed in _sealed_secrets(locked=True):
        if vault.is_current(sealed):
            continue
        try:
            text = vault.unseal(sealed, purpose=SEAL_PURPOSE)
        except VaultError:
            tally.closed += 1
            continue
        row.data[name] = base64.b64encode(vault.seal(text, purpose=SEAL_PURPOSE)).decode()
        row.save(update_fields=["data"])
        tally.changed += 1
    return tally


def _sealed_secrets(*, locked: bool = False) -> Iterator[tuple[Authenticator, str, bytes]]:
    rows = Authenticator.objects.filter(type__in=(APP, CODES))
    for row in rows.select_for_update() if locked else rows:
        for name in ("secret", "seed"):
            if row.data.get(name):
                yield row, name, base64.b64decode(row.data[name])


def _name_of(row: Authenticator) -> str:
    return _("App with codes") if row.type == APP else str(row.data.get("name", ""))


def _parsed(answer: str) -> dict[str, Any]:
    try:
        response = json.loads(answer)
    except ValueError as error:
        raise WrongFactorError from error
    if not isinstance(response, dict):
        raise WrongFactorError
    return response
