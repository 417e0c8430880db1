"""The second factor: an app's codes, a passkey, and recovery codes, kept in allauth's table.

allauth's classes make and check; its views are not used, because they belong to its own way of signing in,
which is not ours (docs/adr/0013). What of allauth is not public is touched here and nowhere else.
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
from profiles.infra import wiring
from profiles.infra.resealing import Tally
from profiles.infra.vault import Vault, VaultError
from profiles.sign_in import security_notices

SEALED_FOR: Final = "second-factor"
APP, PASSKEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES
FACTORS: Final = (APP, PASSKEY)
"""What is a second factor of its own; recovery codes stand in for one that is lost."""
MAX_PASSKEYS: Final = 10
_MAX_NAME_LENGTH: Final = 60
USED: Final = "used"
MAX_USED: Final = 10
"""An app's code is good for a minute or two: no one signs in more often meanwhile."""
BY_CODE: Final = ("otp", "mfa")
BY_PASSKEY: Final = ("pop", "mfa")


class WrongFactorError(Exception):
    """The code or passkey is not right, or was used before."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One second factor as its owner sees it."""

    id: int
    kind: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Seals allauth's secrets with our key ring; names us to passkeys by our address, never by a header."""

    def encrypt(self, text: str) -> str:
        """Seal a secret for the table."""
        return base64.b64encode(wiring.vault().seal(text, purpose=SEALED_FOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret from the table."""
        return wiring.vault().unseal(base64.b64decode(encrypted_text), purpose=SEALED_FOR)

    def get_totp_issuer(self) -> str:
        """Return what apps call us."""
        return str(settings.ENVIRONMENT.SITE_TITLE)

    def get_totp_label(self, user: Any) -> str:
        """Return what apps call the account."""
        return str(user.orcid_id)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return what passkeys are bound to."""
        return {"id": passkey_host(), "name": settings.ENVIRONMENT.SITE_TITLE}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """Return how a passkey is labelled; its handle says nothing about the person."""
        return {"id": str(user.pk).encode(), "name": user.orcid_id, "display_name": user.display_name}


def passkey_host() -> str:
    """Return the host that passkeys are bound to: ours, or ``localhost`` where ours is numbers only."""
    host = urlsplit(settings.ENVIRONMENT.PROFILES_URL).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host
    return "localhost"


def is_set_up(account: Account) -> bool:
    """Say whether somebody has a second factor, which then is asked for at each sign-in."""
    return bool(get_adapter().is_mfa_enabled(account, types=FACTORS))


def factors_of(account: Account) -> list[Factor]:
    """List somebody's second factors, without recovery codes."""
    rows = Authenticator.objects.filter(user=account, type__in=FACTORS).order_by("created_at")
    return [
        Factor(row.pk, str(row.type), str(row.data.get("name", "")), row.created_at, row.last_used_at)
        for row in rows
    ]


def new_app_secret() -> str:
    """Make the secret that an app and we share."""
    return str(generate_totp_secret())


def app_address(account: Account, secret: str) -> str:
    """Return what the picture for the app says."""
    return str(get_adapter().build_totp_url(account, secret))


def app_picture(account: Account, secret: str) -> str:
    """Draw the picture that an app reads, as an address that a page may show."""
    drawn = get_adapter().build_totp_svg(app_address(account, secret))
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()


@transaction.atomic
def add_app(account: Account, *, secret: str, code: str) -> None:
    """Take an app as second factor, in place of one that was there.

    Raises:
        WrongFactorError: the code is not what the app would show now.
    """
    if not validate_totp_code(secret, code.strip()):
        raise WrongFactorError
    Authenticator.objects.filter(user=account, type=APP).delete()
    TOTP.activate(account, secret)
    security_notices.send_new_factor(account, name=_("App with codes"))


def ask_for_new_passkey(account: Account) -> str:
    """Return what the browser needs to make a passkey; the challenge is kept in the session."""
    return json.dumps(webauthn.begin_registration(account, passwordless=False), default=str)


@transaction.atomic
def add_passkey(account: Account, *, answer: str, name: str) -> None:
    """Take a passkey as second factor.

    Raises:
        WrongFactorError: the browser's answer does not fit what was asked.
    """
    response = _parsed(answer)
    try:
        webauthn.parse_registration_response(response)
        webauthn.complete_registration(response)
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        raise WrongFactorError from error
    if Authenticator.objects.filter(user=account, type=PASSKEY).count() >= MAX_PASSKEYS:
        raise WrongFactorError
    label = name.strip()[:_MAX_NAME_LENGTH]
    webauthn.WebAuthn.add(account, label, response)
    security_notices.send_new_factor(account, name=label)


def ask_for_passkey(account: Account) -> str:
    """Return what the browser needs to show a passkey, or nothing where the account has none."""
    if not Authenticator.objects.filter(user=account, type=PASSKEY).exists():
        return ""
    return json.dumps(webauthn.begin_authentication(account), default=str)


def check_passkey(account: Account, answer: str) -> tuple[str, ...]:
    """Return how the person proved it.

    Raises:
        WrongFactorError: it is not a passkey of theirs, or not an answer to what was asked.
    """
    response = _parsed(answer)
    try:
        webauthn.parse_authentication_response(response)
        webauthn.complete_authentication(account, response).record_usage()
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        raise WrongFactorError from error
    return BY_PASSKEY


@transaction.atomic
def check_code(account: Account, code: str) -> tuple[str, ...]:
    """Check a code of the app, or a recovery code; each is good once, also for two browsers at once.

    Raises:
        WrongFactorError: it is neither, or was used before.
    """
    wanted = code.strip().replace(" ", "")
    rows = Authenticator.objects.select_for_update().filter(user=account, type__in=(APP, CODES))
    # allauth marks an app's code in the cache, which may drop the mark while the code is still good.
    digest = hashlib.sha256(wanted.encode()).hexdigest()
    for row in rows.order_by("pk"):
        if digest not in row.data.get(USED, ()) and row.wrap().validate_code(wanted):
            # Read again: a recovery code has just been marked as used in its row.
            fresh = Authenticator.objects.get(pk=row.pk)
            if row.type == APP:
                fresh.data[USED] = [*fresh.data.get(USED, ()), digest][-MAX_USED:]
                fresh.save(update_fields=["data"])
            fresh.record_usage()
            return BY_CODE
    raise WrongFactorError


@transaction.atomic
def make_recovery_codes(account: Account) -> list[str]:
    """Make new recovery codes in place of those before, and return them: they are shown once."""
    Authenticator.objects.filter(user=account, type=CODES).delete()
    return list(RecoveryCodes.activate(account).generate_codes())


def recovery_codes_left(account: Account) -> int:
    """Say how many recovery codes were not used yet."""
    row = Authenticator.objects.filter(user=account, type=CODES).first()
    return len(row.wrap().get_unused_codes()) if row else 0


@transaction.atomic
def renew_recovery_codes(account: Account) -> list[str]:
    """Make new recovery codes on request; the owner gets mail about it."""
    security_notices.send_new_codes(account)
    return make_recovery_codes(account)


@transaction.atomic
def remove(account: Account, *, factor_id: int) -> None:
    """Take a second factor away; recovery codes go with the last one."""
    row = Authenticator.objects.filter(user=account, pk=factor_id, type__in=FACTORS).first()
    if row is None:
        return
    row.delete()
    security_notices.send_ended_factor(account, name=_name_of(row))
    if not is_set_up(account):
        Authenticator.objects.filter(user=account).delete()


@transaction.atomic
def forget_all(account: Account) -> None:
    """Take every second factor away: the account is closed, or its owner lost them all."""
    Authenticator.objects.filter(user=account).delete()


@transaction.atomic
def reassign(*, kept: Account, gone: Account) -> None:
    """Bring second factors to the account that another was joined with; of apps, its own stands."""
    theirs = Authenticator.objects.filter(user=gone)
    for row in theirs.filter(type=PASSKEY) if is_set_up(kept) else list(theirs):
        row.user = kept
        row.save(update_fields=["user"])
        if row.type in FACTORS:
            security_notices.send_new_factor(kept, name=_name_of(row))


def count_stale(vault: Vault) -> int:
    """Count the secrets that an older key sealed."""
    return sum(1 for _row, _name, sealed in _sealed_secrets() if not vault.is_current(sealed))


@transaction.atomic
def reseal(vault: Vault) -> Tally:
    """Seal with the newest key what older keys sealed. Safe to run twice."""
    tally = Tally()
    for row, name, sealed in _sealed_secrets(locked=True):
        if vault.is_current(sealed):
            continue
        try:
            text = vault.unseal(sealed, purpose=SEALED_FOR)
        except VaultError:
            tally.closed += 1
            continue
        row.data[name] = base64.b64encode(vault.seal(text, purpose=SEALED_FOR)).decode()
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
