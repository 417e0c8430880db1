"""Who somebody is to a relying party: a subject that never changes and says nothing by itself."""

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

    It is derived from the account's number, which is never given twice, and so outlives a change of the iD.
    """
    said = f"{party.pairwise_sector}\n{account_id}".encode()
    return base64.urlsafe_b64encode(hmac.digest(_salt(), said, hashlib.sha256)).rstrip(b"=").decode()


def claims_about(grant: Grant, scope: str) -> dict[str, Any]:
    """Return what the granted scopes let a relying party know; what we do not know is absent, never null."""
    account, party, wanted = grant.account, grant.party, set(scope.split())
    assert account is not None, "a machine's grant is about nobody"
    said: dict[str, Any] = {"sub": subject_of(account.pk, party)}
    if "orcid" in wanted:
        said["orcid"] = account.orcid_id
    if "profile" in wanted:
        said["name"] = account.display_name
        said["given_name"] = account.given_names
        said["family_name"] = account.family_name
    if "email" in wanted and account.email and account.email_verified_at:
        said["email"] = account.email
        said["email_verified"] = True
    if "roles" in wanted and party.is_first_party:
        # Staff are nobody special without the second factor that they give here.
        closed = account.role in STAFF and not grant.second_factor
        said["role_id"] = Role.USER.value if closed else account.role
        said["beta_tester"] = account.beta_tester
    if "permissions" in wanted:
        held = consents_of(account.orcid_id)
        said["permissions"] = {purpose.value: is_usable(one) for purpose, one in held.items()}
    return {name: value for name, value in said.items() if value not in ("", None)}
