"""Grant and withdraw a permission, and start the claims that waited for it."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from django.db import transaction

from profiles.accounts import selectors as accounts
from profiles.claims import services as claims
from profiles.clients.http import HttpClient
from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents import orcid_clients
from profiles.consents import services as consents
from profiles.domain.claim import Origin
from profiles.domain.consent import PURPOSE_OF, SCOPES, Purpose
from profiles.domain.problems import PARKED, TOKEN_REFUSED
from profiles.infra import clock, wiring


def exchange(
    purpose: Purpose, *, code: str, redirect_uri: str
) -> Callable[[HttpClient], Coroutine[Any, Any, TokenAnswer]]:
    """Return the call that exchanges ORCID's code for a token, to be made once."""

    async def call(http: HttpClient) -> TokenAnswer:
        token = await wiring.orcid_oauth(http).exchange_code(
            wiring.orcid_client(purpose), code=code, redirect_uri=redirect_uri, now=clock.now()
        )
        # OAuth lets a server leave the scopes out when they are the requested ones.
        return token if token.scopes else replace(token, scopes=SCOPES)

    return call


@transaction.atomic
def grant_permission(*, orcid_id: str, purpose: Purpose, token: TokenAnswer) -> int:
    """Store the permission and start the claims that waited for it; return the number of started claims.

    Where one ORCID client serves both purposes, the one grant serves both: ORCID does not keep two.
    """
    client_id = wiring.orcid_client(purpose).client_id
    served = orcid_clients.purposes_sharing_client(purpose)
    for served_purpose in served:
        consents.grant(orcid_id=orcid_id, purpose=served_purpose, client_id=client_id, token=token)
    return sum(_resume(orcid_id, origin) for origin in Origin if PURPOSE_OF[origin] in served)


def _resume(orcid_id: str, origin: Origin) -> int:
    """Start the claims that waited.

    Auto-Update acts only on works that came after it was switched on; earlier works are offered to the
    person and never sent without their choice.
    """
    since = None
    if origin is Origin.AUTO_UPDATE:
        account = accounts.account_of(orcid_id)
        since = account.auto_update_since if account else None
        if since is None:
            return 0
    waiting = (*PARKED, TOKEN_REFUSED.code)
    return claims.resume_parked(orcid_id=orcid_id, problems=waiting, origin=origin, requested_since=since)


@transaction.atomic
def withdraw_permission(*, orcid_id: str, purpose: Purpose) -> bool:
    """Stop using the permission now; a job revokes it at ORCID, however long that takes."""
    served = orcid_clients.purposes_sharing_client(purpose)
    withdrawn = [
        served_purpose
        for served_purpose in served
        if consents.withdraw(orcid_id=orcid_id, purpose=served_purpose)
    ]
    return bool(withdrawn)
