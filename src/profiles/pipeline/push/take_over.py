"""Let Auto-Update vouch for works that a person added by Search & Link although the metadata name them.

A work added by Search & Link counts on ORCID as the person's own statement, passed on by DataCite; a work
added by Auto-Update counts as DataCite's, because the metadata say so. One worker adds the new entry first
and then removes the old one, while no other worker writes to the record: the work is never missing.
"""

import uuid as uuids
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from profiles.accounts.selectors import account_of
from profiles.claims import services
from profiles.claims.selectors import CLAIMS, ON_RECORD_OF_CLIENT
from profiles.consents.selectors import consents_of
from profiles.domain.consent import USABLE, ConsentHealth, Purpose
from profiles.infra import wiring
from profiles.intake.selectors import NAMES_PERSON, SNAPSHOTS

_CANDIDATES: Final = f"""
FROM {CLAIMS} JOIN {SNAPSHOTS} USING (doi)
WHERE c.orcid_id = %(orcid_id)s AND {ON_RECORD_OF_CLIENT} AND {NAMES_PERSON}
"""


@dataclass(frozen=True, slots=True)
class SearchAndLinkWork:
    """A work that the person added by Search & Link; ``is_asked``: Auto-Update is about to take it over.

    ``failed_as`` is the claim's public id when the take-over failed.
    """

    doi: str
    title: str
    language: str
    is_asked: bool
    failed_as: uuids.UUID | None = None


@dataclass(frozen=True, slots=True)
class TakeOverPreconditions:
    """The preconditions for taking works over."""

    has_two_clients: bool
    has_permissions: bool
    is_switched_on: bool

    @property
    def are_met(self) -> bool:
        """Whether all preconditions are met."""
        return self.has_two_clients and self.has_permissions and self.is_switched_on


def other_client() -> str | None:
    """Return the ORCID client whose works Auto-Update could take over.

    Where one client serves both purposes there is one source, and nothing to take over.
    """
    search_and_link = wiring.orcid_client(Purpose.SEARCH_AND_LINK).client_id
    auto_update = wiring.orcid_client(Purpose.AUTO_UPDATE).client_id
    return search_and_link if search_and_link != auto_update else None


def _parameters(orcid_id: str) -> dict[str, Any]:
    return {"orcid_id": orcid_id, "owner_client": other_client()}


def search_and_link_works(orcid_id: str) -> list[SearchAndLinkWork]:
    """List the works that could be taken over, or are about to be."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.doi, s.title, s.language, c.reassert AND c.state <> 'failed', c.state = 'failed',"
            f" c.uuid {_CANDIDATES} ORDER BY lower(s.title), c.doi LIMIT 1000",
            _parameters(orcid_id),
        )
        return [
            SearchAndLinkWork(doi, title or doi, language, is_asked=asked, failed_as=uuid if failed else None)
            for doi, title, language, asked, failed, uuid in cursor.fetchall()
        ]


def preconditions_of(orcid_id: str) -> TakeOverPreconditions:
    """Return the preconditions of this person."""
    usable = {
        consent.purpose
        for consent in consents_of(orcid_id).values()
        if ConsentHealth(consent.health) in USABLE and consent.access_token
    }
    account = account_of(orcid_id)
    return TakeOverPreconditions(
        has_two_clients=_parameters(orcid_id)["owner_client"] is not None,
        has_permissions=usable >= {purpose.value for purpose in Purpose},
        is_switched_on=account is not None and account.auto_update,
    )


def take_over(*, orcid_id: str, dois: Collection[str]) -> int:
    """Request the take-over of these works; return their number. The worker of the person's lane does it."""
    if not preconditions_of(orcid_id).are_met:
        return 0
    allowed = {work.doi for work in search_and_link_works(orcid_id)}
    chosen = sorted(allowed & set(dois))
    return services.request_reassertion(
        orcid_id=orcid_id, dois=chosen, note="to let Auto-Update vouch for it"
    )
