"""One entry for one work: take the entries of the other versions off a person's record, and keep it so.

Nothing is taken off before the entry that stays is on the record, so a work is never missing. Entries for
which the person asked again after their choice stay.
"""

import uuid as uuids
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from profiles.accounts import services as accounts
from profiles.accounts.models import Account
from profiles.claims import selectors as claims
from profiles.claims.bulk_acts import single_entries, store
from profiles.claims.bulk_acts.models import BulkAct, SingleEntry
from profiles.claims.bulk_acts.single_entries import ALL_WORKS
from profiles.domain.claim import Origin
from profiles.domain.eligibility.entries import Entry, WorkEntries, by_work
from profiles.domain.eligibility.researcher_rules import Versions, read_rules, rules_json
from profiles.infra import clock
from profiles.infra.each import for_each
from profiles.infra.jobs import job_names
from profiles.intake import selectors as intake
from profiles.pipeline.requests import bulk_acts, one
from profiles.pipeline.requests.bulk import Act

CHOICES: Final = (Versions.NEWEST_ONLY, Versions.CONCEPT_ONLY)
UNDO_FOR: Final = store.RETENTION

_ENTRIES: Final = f"""
WITH own AS (
    SELECT c.id, c.doi, coalesce(nullif(s.concept, ''), c.doi) AS work, coalesce(s.title, ''),
        coalesce(s.language, ''), s.registered, {single_entries.IS_ASKED_FOR}
    FROM {claims.CLAIMS} LEFT JOIN {intake.SNAPSHOTS} USING (doi)
    WHERE c.orcid_id = %(orcid_id)s AND c.put_code IS NOT NULL AND c.action = 'create'
)
SELECT * FROM own WHERE (%(work)s = '' OR work = %(work)s)
    AND work IN (SELECT v.work FROM own v WHERE v.doi <> v.work)
"""  # noqa: S608  nothing of a caller's
_TO_DO: Final = f"""
SELECT DISTINCT e.id FROM {single_entries.SINGLE_ENTRIES}
JOIN {claims.CLAIMS} ON c.orcid_id = e.orcid_id AND c.put_code IS NOT NULL AND c.action = 'create'
JOIN {intake.SNAPSHOTS} ON s.doi = c.doi AND s.concept <> '' AND (e.work = '' OR e.work = s.concept)
ORDER BY e.id
"""  # noqa: S608  nothing of a caller's


def works_with_versions(
    orcid_id: str, *, work: str = ALL_WORKS, since: datetime | None = None
) -> list[WorkEntries]:
    """Return the works of which versions are on a person's record, those with the most entries first.

    ``since``: what the person asked for after this moment is marked as wanted.
    """
    parameters: dict[str, Any] = {"orcid_id": orcid_id, "work": work, "since": since or clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, parameters)
        return by_work(Entry(*row) for row in cursor.fetchall())


def with_many_entries(orcid_id: str) -> list[WorkEntries]:
    """Return the works that are on a person's record more than once."""
    return [work for work in works_with_versions(orcid_id) if len(work.entries) > 1]


@transaction.atomic
def combine(account: Account, *, work: str, keep: Versions) -> int:
    """Make one entry of a work, or of all works, now and for later versions; return how many are taken off.

    Where the DOI of all versions together is to stay and is not on the record, it is added first, and the
    others are taken off when it has arrived.
    """
    row = single_entries.choose(orcid_id=account.orcid_id, work=work, keep=keep)
    if work == ALL_WORKS:
        _write_rule(account, keep)
    for some in works_with_versions(account.orcid_id, work=work, since=row.chosen_at):
        if len(some.entries) > 1 and some.kept(keep) is None:
            one.request_work(
                orcid_id=account.orcid_id,
                doi=some.work,
                origin=Origin.SEARCH_AND_LINK,
                by_owner=True,
                note="one entry for all versions",
            )
    return apply(row)


@transaction.atomic
def apply(row: SingleEntry) -> int:
    """Take off what a choice makes superfluous; return how many. Safe to run twice."""
    keep = Versions(row.keep)
    works = works_with_versions(row.orcid_id, work=row.work, since=row.chosen_at)
    claim_ids = [entry.claim_id for work in works for entry in work.surplus(keep)]
    bulk_acts.start(orcid_id=row.orcid_id, act=Act.ONE_ENTRY, claim_ids=claim_ids, single_entry_id=row.pk)
    return len(claim_ids)


def apply_all() -> int:
    """Apply every choice that concerns versions on a record; return for how many something is taken off."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_DO)
        row_ids = [row_id for (row_id,) in cursor.fetchall()]
    return for_each(row_ids, _apply_one, job=job_names.KEEP_SINGLE_ENTRIES)


def _apply_one(row_id: int) -> bool:
    row = SingleEntry.objects.filter(pk=row_id).first()
    return row is not None and apply(row) > 0


@transaction.atomic
def stop(account: Account, *, work: str) -> None:
    """End a choice: later versions are added again. What was taken off stays away."""
    row = single_entries.choices_of(account.orcid_id).filter(work=work).first()
    if row is not None:
        _end(account, row)


@transaction.atomic
def undo(account: Account, *, uuid: uuids.UUID) -> bool:
    """Undo an act on many works; if it made one entry of versions, that choice ends too.

    Returns whether there was anything to undo.
    """
    act = store.own_act(account.orcid_id, uuid)
    if act is None or not bulk_acts.undo(orcid_id=account.orcid_id, uuid=uuid):
        return False
    for row in single_entries.choices_of(account.orcid_id).filter(pk__in=[act.single_entry_id or 0]):
        _end(account, row)
    return True


def _end(account: Account, row: SingleEntry) -> None:
    if row.work == ALL_WORKS:
        _write_rule(account, Versions.ALL_GROUPED)
    single_entries.drop(row)


def acts_to_undo(orcid_id: str) -> list[BulkAct]:
    """Return the acts that took entries off and can be undone, the latest first."""
    since = clock.now() - UNDO_FOR
    acts = single_entries.acts_of(orcid_id, act=Act.ONE_ENTRY.value, since=since)
    return list(acts.exclude(bulkact__isnull=False))


def _write_rule(account: Account, versions: Versions) -> None:
    rules = rules_json(read_rules(account.rules)) | {"versions": versions.value}
    accounts.change_own(account_id=account.pk, fields={"rules": rules})


def at_most_days() -> int:
    """Return for how many days entries that were taken off can be brought back."""
    return UNDO_FOR // timedelta(days=1)
