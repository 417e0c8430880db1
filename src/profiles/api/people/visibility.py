"""Who may see whom: people who hide their record are visible to themselves and to staff only."""

from collections.abc import Iterable
from typing import Any

from profiles.accounts import selectors
from profiles.accounts.bearer import Caller
from profiles.accounts.models import Account
from profiles.api.http import rendering, request_parsing
from profiles.domain.access.roles import Act


def sees_hidden(caller: Caller | None) -> bool:
    """Tell whether the caller sees hidden people: staff with their own token; no key has this right."""
    return request_parsing.allowed(caller, Act.READ_HIDDEN_PEOPLE)


def sees(caller: Caller | None, account: Account) -> bool:
    """Tell whether the caller sees this person."""
    return account.is_public or sees_hidden(caller) or request_parsing.is_own(caller, account.orcid_id)


def sees_private(caller: Caller | None, account: Account) -> bool:
    """Tell whether the caller sees private fields of this person, such as the e-mail address."""
    own = request_parsing.is_own(caller, account.orcid_id) and request_parsing.allowed(
        caller, Act.READ_OWN_PROFILE
    )
    return own or sees_hidden(caller)


def is_hidden(orcid_id: str, caller: Caller | None) -> bool:
    """Tell whether this person is hidden from the caller."""
    account = selectors.account_of(orcid_id)
    return account is not None and not sees(caller, account)


def included(orcid_ids: Iterable[str], caller: Caller | None) -> list[dict[str, Any]]:
    """Render the people of some claims; hidden or unknown ones by their iD only."""
    wanted = set(orcid_ids)
    accounts = {account.orcid_id: account for account in selectors.accounts_among(wanted)}
    return [
        rendering.user(accounts[one])
        if one in accounts and sees(caller, accounts[one])
        else rendering.unknown_user(one)
        for one in sorted(wanted)
    ]
