"""Ask a person whether a work names them, take their answer, and show what they let others see."""

from collections.abc import Sequence
from dataclasses import dataclass

from profiles.accounts.models import Account
from profiles.confirmations import selectors, services
from profiles.confirmations.models import Confirmation
from profiles.confirmations.services import NamedAs
from profiles.domain.confirmation import Answer
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.mapping.languages import title_language
from profiles.domain.matching.confirmable import Place, Places, places_for
from profiles.domain.records.sighting import Sighting
from profiles.intake import selectors as intake
from profiles.pipeline.intake.facts import deployment
from profiles.pipeline.requests import one as requests


class AnswerRefusedError(Exception):
    """The metadata do not say what the answer is about."""


@dataclass(frozen=True, slots=True)
class Question:
    """One work, where it may name the person, and what they said before."""

    doi: Doi
    title: str
    language: str
    publisher: str
    repository: str
    places: Places
    current: Confirmation | None


def question(account: Account, record: Sighting) -> Question:
    """Return what is asked about a work."""
    doi = Doi(record.doi)
    return Question(
        doi=doi,
        title=record.title,
        language=title_language(record.shown),
        publisher=record.shown.publisher_name or "",
        repository=record.repository,
        places=places_for(
            record, OrcidId(account.orcid_id), _names(account), sandbox=deployment().sandbox_ids
        ),
        current=selectors.answer_of(account.orcid_id, doi),
    )


def _names(account: Account) -> list[str]:
    own = [account.name, f"{account.given_names} {account.family_name}", *account.other_names]
    return [name for name in own if name.strip()]


def give(account: Account, asked: Question, answer: Answer, *, field: str = "") -> Confirmation:
    """Store a person's answer. "Not me" also means: never on their ORCID record.

    Raises:
        AnswerRefusedError: the metadata do not name this iD, or not at this place.
    """
    among = asked.places.others if answer is Answer.OTHER_ID else asked.places.own
    place = next((place for place in among if not field or place.field == field), None)
    if place is None or (answer is Answer.OTHER_ID and not field):
        raise AnswerRefusedError
    given = services.answer(
        orcid_id=account.orcid_id,
        doi=asked.doi,
        given=answer,
        named_as=_named_as(place, asked),
        is_private=not account.is_public,
    )
    if answer is Answer.NOT_MINE:
        requests.not_mine(orcid_id=account.orcid_id, doi=asked.doi, reason="not me")
    return given


def _named_as(place: Place, asked: Question) -> NamedAs:
    return NamedAs(place.field, place.written, place.name, asked.title, asked.repository)


def confirmed_ids(doi: Doi) -> Sequence[str]:
    """List the iDs of a work that their owners confirmed and let others see.

    An iD that the metadata, as last seen here, no longer name is left out.
    """
    confirmed = selectors.confirmed_ids(doi)
    if not confirmed:
        return ()
    snapshot = intake.stored_snapshots([doi]).get(doi)
    if snapshot is None or snapshot.digests is None:
        return confirmed
    return [orcid_id for orcid_id in confirmed if orcid_id in snapshot.names]
