"""Change what people said about works, and whether others see it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from profiles.confirmations.models import Confirmation, Mark
from profiles.domain.confirmation import Answer
from profiles.infra import clock


@dataclass(frozen=True, slots=True)
class NamedAs:
    """Where the metadata name a person, and how; ``repository`` is whose DOI it is."""

    field: str = ""
    written: str = ""
    name: str = ""
    title: str = ""
    repository: str = ""


def switch(*, orcid_id: str, on: bool) -> None:
    """Let others see what this person confirmed, or no longer. Twice keeps the first moment."""
    if on:
        Mark.objects.get_or_create(orcid_id=orcid_id, defaults={"on_since": clock.now()})
    else:
        Mark.objects.filter(orcid_id=orcid_id).delete()


@transaction.atomic
def answer(
    *, orcid_id: str, doi: str, given: Answer, named_as: NamedAs, is_private: bool = False
) -> Confirmation:
    """Store an answer as the current one; the same answer again changes nothing."""
    current = Confirmation.objects.select_for_update().filter(orcid_id=orcid_id, doi=doi, is_current=True)
    row = current.first()
    if row is not None and (row.answer, row.field, row.written) == (
        given.value,
        named_as.field,
        named_as.written,
    ):
        return row
    current.update(is_current=False)
    return Confirmation.objects.create(
        orcid_id=orcid_id,
        doi=doi,
        answer=given.value,
        field=named_as.field,
        written=named_as.written,
        name=named_as.name,
        title=named_as.title,
        repository=named_as.repository,
        at=clock.now(),
        is_private=is_private,
    )


@transaction.atomic
def withdraw(*, orcid_id: str, doi: str) -> None:
    """Take an answer back; that is an answer of its own, so that the repository gets it too."""
    current = Confirmation.objects.filter(orcid_id=orcid_id, doi=doi, is_current=True).first()
    if current is not None and current.answer != Answer.WITHDRAWN:
        as_before = NamedAs(current.field, current.written, current.name, current.title, current.repository)
        answer(
            orcid_id=orcid_id,
            doi=doi,
            given=Answer.WITHDRAWN,
            named_as=as_before,
            is_private=current.is_private,
        )


def mark_as_changed(ids: Iterable[int]) -> None:
    """Store that the metadata are now as these answers ask."""
    Confirmation.objects.filter(pk__in=list(ids), changed_at=None).update(changed_at=clock.now())


@transaction.atomic
def forget_person(*, orcid_id: str) -> None:
    """Erase what a person who closed their account said."""
    Confirmation.objects.filter(orcid_id=orcid_id).delete()
    Mark.objects.filter(orcid_id=orcid_id).delete()


@transaction.atomic
def move_person(*, old_orcid_id: str, new_orcid_id: str) -> None:
    """Follow a merged iD. Safe to run twice.

    Answers are kept as they were given, and none of them counts for the iD that is kept: the metadata name
    the old one, of which the person can say "me, under another iD".
    """
    Confirmation.objects.filter(orcid_id=old_orcid_id).update(orcid_id=new_orcid_id, is_current=False)
    if Mark.objects.filter(orcid_id=old_orcid_id).delete()[0]:
        switch(orcid_id=new_orcid_id, on=True)
