"""Who sees whom: people who hide their record are seen by themselves and by staff, and by nobody else."""

from collections.abc import Iterable
from typing import Any

from profiles.accounts import selectors
from profiles.accounts.bearer import Caller
from profiles.accounts.models import Account
from profiles.api.http import rendering, request_parsing
from profiles.domain.access.roles import Act


def sees_hidden(known: Caller | None) -> bool:
    """Say whether the caller sees everybody: staff by their own token; no key is given for that."""
    return request_parsing.allowed(known, Act.READ_HIDDEN_PEOPLE)


def sees(known: Caller | None, account: Account) -> bool:
    """Say whether the caller sees this person."""
    return account.is_public or sees_hidden(known) or request_parsing.is_own(known, account.orcid_id)


def sees_private(known: Caller | None, account: Account) -> bool:
    """Say whether the caller sees what is for the person and staff only, such as the e-mail address."""
    own = request_parsing.is_own(known, account.orcid_id) and request_parsing.allowed(
        known, Act.READ_OWN_PROFILE
    )
    return own or sees_hidden(known)


def is_hidden(orcid_id: str, known: Caller | None) -> bool:
    """Say whether the caller must not learn of this person."""
    account = selectors.account_of(orcid_id)
    return account is not None and not sees(known, account)


def included(orcid_ids: Iterable[str], known: Caller | None) -> list[dict[str, Any]]:
    """Render the people that claims are about; of those who are hidden or unknown, only the iD."""
    wanted = set(orcid_ids)
    accounts = {account.orcid_id: account for account in selectors.accounts_among(wanted)}
    return [
        rendering.user(accounts[one])
        if one in accounts and sees(known, accounts[one])
        else rendering.stranger(one)
        for one in sorted(wanted)
    ]
