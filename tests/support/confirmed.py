"""A confirmed work, in the database of a service that runs beside the tests."""

from profiles.accounts.models import Account
from profiles.confirmations import services
from profiles.confirmations.services import NamedAs
from profiles.domain.confirmation import Answer


def confirm(orcid_id: str, doi: str) -> None:
    """Let a person confirm a work, and show it."""
    Account.objects.get_or_create(orcid_id=orcid_id)
    services.answer(orcid_id=orcid_id, doi=doi, given=Answer.MINE, named_as=NamedAs())
    services.switch(orcid_id=orcid_id, on=True)


def withdraw(orcid_id: str, doi: str) -> None:
    """Let them take it back."""
    services.withdraw(orcid_id=orcid_id, doi=doi)
