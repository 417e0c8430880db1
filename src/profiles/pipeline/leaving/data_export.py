"""Export all data about a person into one file, for that person, in a machine-readable format.

What the file holds is described in docs/user/your-file.md; ``format`` goes up when its meaning changes.
"""

from typing import Any, Final

import msgspec

from profiles.accounts import selectors as accounts
from profiles.accounts import signals
from profiles.accounts.models import Account
from profiles.accounts.staff_access import audit
from profiles.claims import batch_selectors, selection_selectors
from profiles.claims import selectors as claims
from profiles.claims.bulk_acts import single_entries
from profiles.claims.bulk_acts import store as bulk_acts
from profiles.consents import selectors as consents
from profiles.infra import clock
from profiles.intake import selectors as intake

FORMAT: Final = 1


def own_file(account: Account) -> bytes:
    """Return the file. It holds no token, no secret, and nothing about another person."""
    orcid_id = account.orcid_id
    content = {
        "format": FORMAT,
        "made_at": clock.now(),
        "account": _account(account),
        "permissions": [
            consents.permission_line(consent) for consent in consents.consents_of(orcid_id).values()
        ],
        "receipts": [consents.receipt_line(receipt) for receipt in consents.receipts_of(orcid_id)],
        "claims": claims.everything_of(orcid_id),
        "not_mine": [
            {"doi": block.doi, "at": block.at, "reason": block.reason} for block in claims.blocks_of(orcid_id)
        ],
        "chosen": selection_selectors.everything_of(orcid_id),
        "acts_on_many_works": bulk_acts.everything_of(orcid_id),
        "one_entry_for_a_work": single_entries.everything_of(orcid_id),
        "batches": batch_selectors.everything_of(orcid_id),
        "acts_of_staff": audit.everything_about(account),
        "keys": accounts.everything_of_keys(account),
        **intake.everything_of(orcid_id),
        **_from_other_packages(account),
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=1)


def _account(account: Account) -> dict[str, Any]:
    return {
        "orcid_id": account.orcid_id,
        "merged_orcid_ids": accounts.merged_ids_of(account),
        "name": account.name,
        "given_names": account.given_names,
        "family_name": account.family_name,
        "other_names": account.other_names,
        "organisation": account.organisation,
        "email": account.email,
        "email_confirmed_at": account.email_verified_at,
        "email_refused_at": account.email_refused_at,
        "role": account.role,
        "shown_in_datacite_services": account.is_public,
        "auto_update_since": account.auto_update_since,
        "auto_update_off_at": account.auto_update_off_at,
        "language": account.language,
        "waits_for_first_work_mail_since": account.wants_first_work_since,
        "summaries_since": account.digest_since,
        "rules": account.rules,
        "first_signed_in_at": account.first_signed_in_at,
        "opened_at": account.created_at,
        "changed_at": account.updated_at,
    }


def _from_other_packages(account: Account) -> dict[str, Any]:
    answers: list[Any] = signals.data_export_requested.send(sender=Account, account=account)
    return {name: value for _, part in answers for name, value in part.items()}
