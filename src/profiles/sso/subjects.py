"""Subjects and claims of people for relying parties. A subject never changes and reveals nothing."""

import base64
import hashlib
import hmac
import os
from functools import cache
from typing import Any

from django.db import transaction

from profiles.consents.selectors import consents_of, is_usable
from profiles.domain.access.roles import STAFF, Role
from profiles.infra import wiring
from profiles.sso.models import Grant, RelyingParty, SubjectSalt

PURPOSE = "sso.subject-salt"


@cache
def _salt() -> bytes:
    with transaction.atomic():
        fresh = wiring.vault().seal(base64.b64encode(os.urandom(32)).decode(), purpose=PURPOSE)
        row, _ = SubjectSalt.objects.get_or_create(id=1, defaults={"sealed": fresh})
    return base64.b64decode(wiring.vault().unseal(bytes(row.sealed), purpose=PURPOSE))


def subject_of(account_id: int, party: RelyingParty) -> str:
    """Return the person's subject: the same for all, or one for each sector where the registration says so.

    It is derived from the account's number, which is never reused, so it survives a change of the iD.
    """
    message = f"{party.pairwise_sector}\n{account_id}".encode()
    return base64.urlsafe_b64encode(hmac.digest(_salt(), message, hashlib.sha256)).rstrip(b"=").decode()


def claims_about(grant: Grant, scope: str) -> dict[str, Any]:
    """Return the claims that the scopes allow; a claim without a value is absent, never null."""
    account, party, scopes = grant.account, grant.party, set(scope.split())
    assert account is not None, "a machine's grant has no person"
    claims: dict[str, Any] = {"sub": subject_of(account.pk, party)}
    if "orcid" in scopes:
        claims["orcid"] = account.orcid_id
    if "profile" in scopes:
        claims["name"] = account.display_name
        claims["given_name"] = account.given_names
        claims["family_name"] = account.family_name
        claims["locale"] = account.language
        claims["updated_at"] = int(account.updated_at.timestamp())
        # A pairwise subject would be of no use beside the iD.
        if not party.pairwise_sector or "orcid" in scopes:
            claims["preferred_username"] = account.orcid_id
    if "email" in scopes and account.email and account.email_verified_at:
        claims["email"] = account.email
        claims["email_verified"] = True
    if "roles" in scopes and party.is_first_party:
        # Staff count as ordinary users without the second factor that they give here.
        closed = account.role in STAFF and not grant.second_factor
        claims["role_id"] = Role.USER.value if closed else account.role
        claims["beta_tester"] = account.beta_tester
    if "permissions" in scopes:
        consents = consents_of(account.orcid_id)
        claims["permissions"] = {purpose.value: is_usable(consent) for purpose, consent in consents.items()}
    return {name: value for name, value in claims.items() if value not in ("", None)}
