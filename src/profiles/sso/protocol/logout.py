"""Back-channel logout: grants of a session end with it, and each service that used it gets a notice.

Notices are rows, stored in the transaction that ends the session. One job for each service sends them at
once, and again for a day until each is accepted; a slow service does not delay the others.
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
from profiles.infra import clock, wiring
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer
from profiles.sso import audit, keys
from profiles.sso.models import Approval, Grant, LogoutNotice
from profiles.sso.protocol import grants
from profiles.sso.protocol.provider import issuer
from profiles.sso.protocol.scopes import OFFLINE
from profiles.sso.subjects import subject_of

TOKEN_SECONDS: Final = 120
LEASE: Final = timedelta(seconds=30)
RETRY_DELAYS: Final = tuple(
    timedelta(seconds=wait) for wait in (5, 30, 120, 600, 3600, 3600 * 4, 3600 * 8, 3600 * 8)
)
"""The wait after each try; after the last one the notice is given up, which the audit log records."""
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
BATCH_SIZE: Final = 10
"""Notices that are sent to one service at the same time, at most."""


@transaction.atomic
def end_sessions(*, account: Account, sids: Iterable[str], page_key: str = "") -> int:
    """Revoke the grants of these sessions and create notices; return the number of notices.

    A third-party service keeps its grant if the person allowed offline access; services of DataCite do not.
    """
    rows = Grant.objects.select_related("party").filter(account=account, sid__in=list(sids), revoked_at=None)
    grants_of_sessions = list(rows.exclude(sid=""))
    ending = [
        grant
        for grant in grants_of_sessions
        if grant.party.is_first_party or OFFLINE not in grant.scope.split()
    ]
    grants.revoke(ending, why=audit.Event.SIGNED_OUT)
    return create_notices(grants_of_sessions, account=account, page_key=page_key)


@transaction.atomic
def end_first_party_grants(account: Account) -> None:
    """Revoke all grants of DataCite's services for an account, also those without a session (devices)."""
    rows = Grant.objects.select_related("party").filter(
        account=account, party__is_first_party=True, revoked_at=None
    )
    active = list(rows)
    grants.revoke(active, why=audit.Event.SIGNED_OUT)
    create_notices(active, account=account)


def create_notices(ended: Iterable[Grant], *, account: Account, page_key: str = "") -> int:
    """Create notices for the services of these grants, one for each session; return their number."""
    moment = clock.now()
    begun_at: dict[tuple[int, str], datetime] = {}
    for grant in ended:
        if grant.sid and grant.party.backchannel_logout_uri and grant.party.disabled_at is None:
            pair = (grant.party_id, grant.sid)
            begun_at[pair] = max(grant.begun_at, begun_at.get(pair, grant.begun_at))
    earlier = LogoutNotice.objects.filter(account=account, sid__in={sid for _party, sid in begun_at})
    for party, sid, made_at in earlier.values_list("party_id", "sid", "made_at"):
        if (party, sid) in begun_at and begun_at[party, sid] <= made_at:
            del begun_at[party, sid]
    notices = [
        LogoutNotice(
            party_id=party, account=account, sid=sid, page_key=page_key, made_at=moment, due_at=moment
        )
        for party, sid in sorted(begun_at)
    ]
    if notices:
        LogoutNotice.objects.bulk_create(notices)
        for party_id in sorted({party for party, _sid in begun_at}):
            start_notices(party_id)
    return len(notices)


@transaction.atomic
def end_account(account: Account) -> None:
    """Revoke all grants and approvals of an account that is closed."""
    active = list(Grant.objects.select_related("party").filter(account=account, revoked_at=None))
    grants.revoke(active, why=audit.Event.REMOVED, by=account.orcid_id)
    Approval.objects.filter(account=account).delete()
    audit.forget_name(account.orcid_id)
    create_notices(active, account=account)


def new_page_key() -> str:
    """Create the key of the page that shows the progress of a sign-out."""
    return secrets.token_urlsafe(24)


def notices_of(page_key: str) -> QuerySet[LogoutNotice]:
    """List the notices of a sign-out."""
    return LogoutNotice.objects.select_related("party").filter(page_key=page_key).order_by("party__name")


def parties_due() -> list[int]:
    """List the services that have notices due."""
    due = LogoutNotice.objects.filter(due_at__lte=clock.now(), done_at=None, gave_up_at=None)
    return list(due.order_by().values_list("party_id", flat=True).distinct())


def start_notices(party_id: int) -> None:
    """Queue the job that sends a service its notices. Each service has one job at a time."""
    lock = f"{job_names.SEND_LOGOUT_NOTICES} {party_id}"
    defer(job_names.SEND_LOGOUT_NOTICES, lock=lock, alone=True, party_id=party_id)


def start_next_notices(party_id: int) -> None:
    """Queue the job of a service for the time when its next notice is due."""
    waiting = LogoutNotice.objects.filter(party_id=party_id, done_at=None, gave_up_at=None)
    next_due = waiting.aggregate(Min("due_at"))["due_at__min"]
    if next_due is not None:
        # It has its own lock, so that it does not block a job that is to run at once.
        lock = f"{job_names.SEND_LOGOUT_NOTICES} {party_id} again"
        at = max(next_due, clock.now() + timedelta(seconds=1))
        defer(job_names.SEND_LOGOUT_NOTICES, lock=lock, at=at, party_id=party_id)


async def send_due(party_id: int) -> int:
    """Send a service a batch of its due notices; return how many were tried.

    Safe to run twice, and by two at once. Each outcome is recorded as soon as it is known.
    """
    batch = await sync_to_async(_lease)(party_id)
    async with wiring.ssrf_safe_http_client() as http:
        client = LogoutNotices(http)
        outcomes = await asyncio.gather(*(_send(client, notice) for notice in batch), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return len(batch)


@transaction.atomic
def _lease(party_id: int) -> list[LogoutNotice]:
    """Take notices that are due; if this process dies, they are due again after the lease."""
    due = LogoutNotice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("party")
    batch = list(
        due.filter(party_id=party_id, due_at__lte=clock.now(), done_at=None, gave_up_at=None).order_by(
            "due_at"
        )[:BATCH_SIZE]
    )
    for notice in batch:
        notice.due_at = clock.now() + LEASE
        notice.tries += 1
    LogoutNotice.objects.bulk_update(batch, ["due_at", "tries"])
    return batch


async def _send(client: LogoutNotices, notice: LogoutNotice) -> None:
    token = await sync_to_async(_token)(notice)
    is_accepted = await client.tell(notice.party.backchannel_logout_uri, logout_token=token)
    await sync_to_async(_record)(notice, is_accepted=is_accepted)


def _token(notice: LogoutNotice) -> str:
    """Sign a logout token: it is valid for nothing else, and only for two minutes."""
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
def _record(notice: LogoutNotice, *, is_accepted: bool) -> None:
    moment = clock.now()
    event = None
    if is_accepted:
        notice.done_at, event = moment, audit.Event.LOGOUT_DELIVERED
    elif notice.tries > len(RETRY_DELAYS):
        notice.gave_up_at, event = moment, audit.Event.LOGOUT_GIVEN_UP
    else:
        notice.due_at = moment + RETRY_DELAYS[notice.tries - 1]
    notice.save(update_fields=["done_at", "gave_up_at", "due_at"])
    if event:
        audit.write(event, client_id=notice.party.client_id, account_id=notice.account_id)
