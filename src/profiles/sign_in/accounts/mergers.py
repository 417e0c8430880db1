"""Whether ORCID merged an iD into another, asked of ORCID itself, and followed when its owner is here."""

import structlog

from profiles.accounts import mergers
from profiles.clients.errors import RecordMovedError, ServiceError
from profiles.clients.http import HttpClient
from profiles.domain.consent import Purpose
from profiles.infra import clock, page_calls, wiring

log = structlog.get_logger(__name__)
SCOPE = "/read-public"


def kept_by_orcid(orcid_id: str) -> str | None:
    """Return the iD that ORCID kept in place of this one; None: not merged, or ORCID does not say now."""

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
    """Move the account of an iD to the one that its owner has just proved, if ORCID merged the two."""
    if old_orcid_id == kept or kept_by_orcid(old_orcid_id) != kept:
        return False
    mergers.follow(old_orcid_id=old_orcid_id, kept=kept)
    log.info("sign_in.merger_followed", old=old_orcid_id, kept=kept)
    return True


def follow_all_into(kept: str) -> None:
    """Follow the mergers that we were told of when something was sent, now that the owner is here."""
    for old_orcid_id in sorted(mergers.suspected(kept)):
        follow_if_merged(old_orcid_id=old_orcid_id, kept=kept)
