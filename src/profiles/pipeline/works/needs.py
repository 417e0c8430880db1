"""What waits for an answer of a person, with the moment since when; home shows it as one list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import connection
from django.db.models import Count, Max

from profiles.accounts.models import Account
from profiles.claims.selectors import FAILED_COUNT, ClaimCounts
from profiles.intake.comparison import QUESTION_COUNT
from profiles.intake.selectors import open_questions


class NeedKind(StrEnum):
    """What a person may be asked to look at."""

    QUESTIONS = "questions"
    FAILED = "failed"
    LOST_PERMISSION = "lost_permission"
    EMAIL_REFUSED = "email_refused"
    NEW_WAY_IN = "new_way_in"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs the person; ``is_new``: it came after they last marked the list as read."""

    kind: NeedKind
    since: datetime
    is_new: bool
    count: int = 1
    about: object = None
    """The notice of a lost permission, the refused address, or the label of a new way to sign in."""


WORKS_COUNT: Final = f"SELECT ({QUESTION_COUNT}) + ({FAILED_COUNT})"


def works_that_need(orcid_id: str) -> int:
    """Count a person's works that wait for an answer, or were not sent."""
    with connection.cursor() as cursor:
        cursor.execute(WORKS_COUNT, {"orcid_id": orcid_id})
        return int(cursor.fetchone()[0])


def works_among(needs: Sequence[Need]) -> int:
    """Return the same count from a list of needs that was read already."""
    return sum(need.count for need in needs if need.kind in {NeedKind.QUESTIONS, NeedKind.FAILED})


def needs_of(
    account: Account,
    counts: ClaimCounts,
    *,
    lost: Sequence[tuple[datetime, object]],
    ways_added: Sequence[tuple[datetime, str]],
) -> list[Need]:
    """List what needs the person, latest first.

    A new way to sign in needs no answer: it leaves the list when the person has read it. Everything else
    stays until it is settled, and only loses its mark.
    """
    read_at = account.home_read_at
    needs = [_need(NeedKind.LOST_PERMISSION, since, read_at, about=notice) for since, notice in lost]
    asked = open_questions(account.orcid_id).order_by().aggregate(count=Count("id"), since=Max("at"))
    if asked["count"]:
        needs.append(_need(NeedKind.QUESTIONS, asked["since"], read_at, count=asked["count"]))
    if counts.failed and counts.failed_at is not None:
        needs.append(_need(NeedKind.FAILED, counts.failed_at, read_at, count=counts.failed))
    if account.email_refused_at is not None:
        needs.append(_need(NeedKind.EMAIL_REFUSED, account.email_refused_at, read_at, about=account.email))
    ways = [_need(NeedKind.NEW_WAY_IN, since, read_at, about=label) for since, label in ways_added]
    needs += [way for way in ways if way.is_new]
    return sorted(needs, key=lambda need: need.since, reverse=True)


def _need(
    kind: NeedKind, since: datetime, read_at: datetime | None, *, count: int = 1, about: object = None
) -> Need:
    return Need(kind, since, read_at is None or since > read_at, count, about)
