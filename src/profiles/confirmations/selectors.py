"""Read what people said about works; others see only what its owner shows."""

from typing import Any, Final

from django.db import connection
from django.db.models import F, QuerySet

from profiles.accounts.selectors import JOIN_ACCOUNT, public_people
from profiles.confirmations.models import Confirmation, Mark
from profiles.domain.confirmation import Answer

_ASKS_FOR_CORRECTION: Final = (Answer.NOT_MINE.value, Answer.OTHER_ID.value)
_SHOWN: Final = f"""
FROM confirmations_confirmation c JOIN confirmations_mark m ON m.orcid_id = c.orcid_id {JOIN_ACCOUNT}
WHERE c.is_current AND c.answer = '{Answer.MINE}' AND a.is_public AND a.is_active AND a.closed_at IS NULL
"""
_OF_DOI: Final = f"SELECT c.orcid_id {_SHOWN} AND c.doi = %s ORDER BY c.orcid_id"
_OF_REPOSITORY: Final = f"SELECT count(*), count(DISTINCT c.orcid_id) {_SHOWN} AND c.repository = %s"


def confirmed_ids(doi: str) -> list[str]:
    """List the iDs that their owners confirmed on a work, of people who let others see it."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_DOI, [doi])
        return [orcid_id for (orcid_id,) in cursor.fetchall()]


def count_confirmed(repository: str) -> tuple[int, int]:
    """Count what people confirmed on a repository's works and let others see, and these people."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_REPOSITORY, [repository])
        marks, people = cursor.fetchone()
    return int(marks), int(people)


def corrections_asked(repository: str) -> QuerySet[Confirmation]:
    """List the current answers that ask a repository to correct its metadata: open ones first, newest first.

    Only of people who let DataCite show them, when they answered and now; what was taken back is not there.
    """
    return _asked().filter(repository=repository).order_by(F("changed_at").desc(nulls_first=True), "-at")


def repositories_asked() -> set[str]:
    """Return the repositories that people asked for corrections that are not made yet."""
    return set(_asked().filter(changed_at=None).values_list("repository", flat=True))


def _asked() -> QuerySet[Confirmation]:
    people = public_people().filter(is_active=True).values("orcid_id")
    return Confirmation.objects.filter(
        is_current=True, is_private=False, answer__in=_ASKS_FOR_CORRECTION, orcid_id__in=people
    )


def is_on(orcid_id: str) -> bool:
    """Tell whether this person lets others see what they confirmed."""
    return Mark.objects.filter(orcid_id=orcid_id).exists()


def answer_of(orcid_id: str, doi: str) -> Confirmation | None:
    """Return what a person last said about a work; None if nothing, or if they took it back."""
    return answers_of(orcid_id).filter(doi=doi).first()


def answers_of(orcid_id: str) -> QuerySet[Confirmation]:
    """List a person's current answers, newest first."""
    rows = Confirmation.objects.filter(orcid_id=orcid_id, is_current=True)
    return rows.exclude(answer=Answer.WITHDRAWN.value).order_by("-at", "-pk")


def everything_of(orcid_id: str) -> dict[str, Any]:
    """Return all that is kept of a person's answers, earlier ones included, for their own file."""
    mark = Mark.objects.filter(orcid_id=orcid_id).first()
    rows = Confirmation.objects.filter(orcid_id=orcid_id).order_by("pk")
    fields = ("doi", "answer", "field", "written", "name", "title", "repository", "at", "is_current")
    return {
        "confirmations": list(rows.values(*fields)),
        "confirmations_shown_since": mark.on_since if mark else None,
    }
