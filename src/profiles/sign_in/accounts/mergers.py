"""Ask ORCID whether it merged an iD into another, and follow the merger once the owner has signed in."""

import structlog

from profiles.accounts import mergers
from profiles.clients.errors import RecordMovedError, ServiceError
from profiles.clients.http import HttpClient
from profiles.domain.consent import Purpose
from profiles.infra import clock, wiring
from profiles.infra.web import page_calls

log = structlog.get_logger(__name__)
SCOPE = "/read-public"


def primary_orcid_id(orcid_id: str) -> str | None:
    """Return the iD that ORCID merged this one into; None: not merged, or ORCID does not answer now."""

    async def ask(http: HttpClient) -> None:
        token = await wiring.orcid_oauth(http).client_token(
            wiring.orcid_client(Purpose.SEARCH_AND_LINK), scope=SCOPE, now=clock.now()
        )
        await wiring.orcid_record(http).look(orcid_id, token.access_token)

    try:
        page_calls.call("orcid", ask)
    except RecordMovedError as error:
        return error.primary
    except ServiceError as error:
        log.info("sign_in.merger_unknown", problem=error.entry.code)
    return None


def follow_if_merged(*, old_orcid_id: str, kept: str) -> bool:
    """Move the account of an iD to the iD that its owner has just proved, if ORCID merged the two."""
    if old_orcid_id == kept or primary_orcid_id(old_orcid_id) != kept:
        return False
    mergers.follow(old_orcid_id=old_orcid_id, kept=kept)
    log.info("sign_in.merger_followed", old=old_orcid_id, kept=kept)
    return True


def follow_suspected_mergers(kept: str) -> None:
    """Follow the mergers that ORCID reported during a push, now that the owner has signed in."""
    for old_orcid_id in sorted(mergers.suspected(kept)):
        follow_if_merged(old_orcid_id=old_orcid_id, kept=kept)
