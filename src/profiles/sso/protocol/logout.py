"""Sign-out means out: what hangs on a session ends with it, and every service that had a part in it is told.

Notices are rows of a table, written in the transaction that ends the session. One job for each service sends
them at once and again until each is taken, for a day; a service that is slow keeps no other waiting.
"""

import asyncio
import secrets
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import Min, QuerySet

from profiles.accounts.models import Account
from profiles.clients.logout_notices import LogoutNotices
from profiles.infra import clock, job_names, wiring
from profiles.infra.queue import defer
from profiles.sso import audit, keys
from profiles.sso.models import Approval, Grant, LogoutNotice
from profiles.sso.protocol import grants
from profiles.sso.protocol.provider import issuer
from profiles.sso.protocol.scopes import OFFLINE
from profiles.sso.subjects import subject_of

TOKEN_SECONDS: Final = 120
LEASE: Final = timedelta(seconds=30)
WAITS: Final = tuple(
    timedelta(seconds=wait) for wait in (5, 30, 120, 600, 3600, 3600 * 4, 3600 * 8, 3600 * 8)
)
"""How long to wait after each try; after the last one the service is given up, and that is written down."""
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
BATCH: Final = 10
"""So many notices are on their way to one service at the same time, at most."""


@transaction.atomic
def end_sessions(*, account: Account, sids: Iterable[str], page_key: str = "") -> int:
    """End what hangs on these sessions and note whom to tell; what ended before is left alone.

    A service of others that the person allowed to act while they are away keeps that; ours do not.
    """
    rows = Grant.objects.select_related("party").filter(account=account, sid__in=list(sids), revoked_at=None)
    found = list(rows.exclude(sid=""))
    ending = [one for one in found if one.party.is_first_party or OFFLINE not in one.scope.split()]
    grants.revoke(ending, why=audit.Event.SIGNED_OUT)
    return tell_about(found, account=account, page_key=page_key)


@transaction.atomic
def end_ours(account: Account) -> None:
    """End all that services of DataCite hold of somebody, also where it hangs on no session: on devices."""
    ours = Grant.objects.select_related("party").filter(
        account=account, party__is_first_party=True, revoked_at=None
    )
    found = list(ours)
    grants.revoke(found, why=audit.Event.SIGNED_OUT)
    tell_about(found, account=account)


def tell_about(found: Iterable[Grant], *, account: Account, page_key: str = "") -> int:
    """Note that the services behind these grants are to be told, each once for each session."""
    moment = clock.now()
    begun: dict[tuple[int, str], datetime] = {}
    for one in found:
        if one.sid and one.party.backchannel_logout_uri and one.party.disabled_at is None:
            pair = (one.party_id, one.sid)
            begun[pair] = max(one.begun_at, begun.get(pair, one.begun_at))
    told = LogoutNotice.objects.filter(account=account, sid__in={sid for _party, sid in begun})
    for party, sid, at in told.values_list("party_id", "sid", "made_at"):
        if (party, sid) in begun and begun[party, sid] <= at:
            del begun[party, sid]
    notices = [
        LogoutNotice(
            party_id=party, account=account, sid=sid, page_key=page_key, made_at=moment, due_at=moment
        )
        for party, sid in sorted(begun)
    ]
    if notices:
        LogoutNotice.objects.bulk_create(notices)
        for party_id in sorted({party for party, _sid in begun}):
            start_telling(party_id)
    return len(notices)


@transaction.atomic
def end_account(account: Account) -> None:
    """End everything that somebody who leaves ever allowed."""
    found = list(Grant.objects.select_related("party").filter(account=account, revoked_at=None))
    grants.revoke(found, why=audit.Event.REMOVED, by=account.orcid_id)
    Approval.objects.filter(account=account).delete()
    audit.forget_name(account.orcid_id)
    tell_about(found, account=account)


def new_page_key() -> str:
    """Make the key of a page that shows how far a sign-out has come."""
    return secrets.token_urlsafe(24)


def notices_of(page_key: str) -> QuerySet[LogoutNotice]:
    """List whom a sign-out has to tell."""
    return LogoutNotice.objects.select_related("party").filter(page_key=page_key).order_by("party__name")


def parties_due() -> list[int]:
    """List the services that have notices due."""
    due = LogoutNotice.objects.filter(due_at__lte=clock.now(), done_at=None, gave_up_at=None)
    return list(due.order_by().values_list("party_id", flat=True).distinct())


def start_telling(party_id: int) -> None:
    """Have the notices to a service sent. Each service has a job of its own, and one at a time."""
    lock = f"{job_names.SEND_LOGOUT_NOTICES} {party_id}"
    defer(job_names.SEND_LOGOUT_NOTICES, lock=lock, alone=True, party_id=party_id)


def start_telling_next(party_id: int) -> None:
    """Have the notices to a service sent when the next of them is due."""
    waiting = LogoutNotice.objects.filter(party_id=party_id, done_at=None, gave_up_at=None)
    next_due = waiting.aggregate(Min("due_at"))["due_at__min"]
    if next_due is not None:
        # Under a lock of its own: it must not keep back what is to be sent at once.
        lock = f"{job_names.SEND_LOGOUT_NOTICES} {party_id} again"
        at = max(next_due, clock.now() + timedelta(seconds=1))
        defer(job_names.SEND_LOGOUT_NOTICES, lock=lock, at=at, party_id=party_id)


async def tell_due(party_id: int) -> int:
    """Send a service some of the notices that are due for it; return how many were tried.

    Safe to run twice, and by two at once. Each outcome is recorded as soon as it is known.
    """
    batch = await sync_to_async(_lease)(party_id)
    async with wiring.guarded_door() as http:
        client = LogoutNotices(http)
        outcomes = await asyncio.gather(*(_tell(client, one) for one in batch), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return len(batch)


@transaction.atomic
def _lease(party_id: int) -> list[LogoutNotice]:
    """Take notices that are due; if this process dies, another takes them after a while."""
    due = LogoutNotice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("party")
    batch = list(
        due.filter(party_id=party_id, due_at__lte=clock.now(), done_at=None, gave_up_at=None).order_by(
            "due_at"
        )[:BATCH]
    )
    for notice in batch:
        notice.due_at = clock.now() + LEASE
        notice.tries += 1
    LogoutNotice.objects.bulk_update(batch, ["due_at", "tries"])
    return batch


async def _tell(client: LogoutNotices, notice: LogoutNotice) -> None:
    token = await sync_to_async(_token)(notice)
    taken = await client.tell(notice.party.backchannel_logout_uri, logout_token=token)
    await sync_to_async(_note)(notice, taken=taken)


def _token(notice: LogoutNotice) -> str:
    """Sign a logout token: it can pass for nothing else, and only for two minutes."""
    now = int(time.time())
    content: dict[str, Any] = {
        "iss": issuer(),
        "aud": notice.party.client_id,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": secrets.token_urlsafe(16),
        "sub": subject_of(notice.account_id, notice.party),
        "sid": notice.sid,
        "events": {EVENT: {}},
    }
    return keys.sign(content, alg=notice.party.id_token_alg, kind="logout+jwt")


@transaction.atomic
def _note(notice: LogoutNotice, *, taken: bool) -> None:
    moment = clock.now()
    event = None
    if taken:
        notice.done_at, event = moment, audit.Event.LOGOUT_TOLD
    elif notice.tries > len(WAITS):
        notice.gave_up_at, event = moment, audit.Event.LOGOUT_GIVEN_UP
    else:
        notice.due_at = moment + WAITS[notice.tries - 1]
    notice.save(update_fields=["done_at", "gave_up_at", "due_at"])
    if event:
        audit.write(event, client_id=notice.party.client_id, account_id=notice.account_id)
