"""Keys of ours that managers make for the programs of their repository: bound to it, short-lived, listed."""

import secrets
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from profiles.accounts import keys
from profiles.accounts.models import AccessKey
from profiles.domain.access.roles import Visitor, scopes_for
from profiles.infra import clock

DAYS: Final = 30
"""A key outlives the access by which it was made, so it ends soon."""
MAX_KEYS: Final = 5


def keys_of(repository: str) -> QuerySet[AccessKey]:
    """List the usable keys that are bound to a repository, staff's too, newest first."""
    return keys.service_keys().filter(repository=repository, revoked_at=None, expires_at__gt=clock.now())


@transaction.atomic
def make(repository: str) -> keys.NewKey:
    """Make a key with all that a repository's key can be for.

    Raises:
        KeyRefusedError: there are enough keys.
    """
    if keys_of(repository).count() >= MAX_KEYS:
        words = _("There are %(most)d keys already. Revoke one that is not used any more.")
        raise keys.KeyRefusedError(words % {"most": MAX_KEYS})
    return keys.give_service_key(
        name=f"{repository}, {clock.now():%Y-%m-%d} {secrets.token_hex(2)}",
        scopes=[scope.value for scope in scopes_for(Visitor.REPOSITORY)],
        days=DAYS,
        by=repository,
        repository=repository,
    )


def revoke(*, key_id: int, repository: str) -> bool:
    """End a key of this repository at once; return whether there was one."""
    is_theirs = keys_of(repository).filter(pk=key_id).exists()
    return is_theirs and keys.revoke_service_key(key_id=key_id, by=repository)
