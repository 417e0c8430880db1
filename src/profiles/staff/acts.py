"""What staff can do for a person: each act with a count beforehand, a reason, and a row in the audit log."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from profiles.accounts.models import Account
from profiles.accounts.staff_access import audit
from profiles.accounts.staff_access.audit import StaffAct
from profiles.accounts.staff_access.sign_in_help import registered
from profiles.claims import selectors as claims
from profiles.claims import services
from profiles.consents import selectors as consents
from profiles.consents import services as consent_services
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer
from profiles.pipeline.support import cancelling, parking
from profiles.pipeline.works.replay import replay

MAX_AT_ONCE: Final = 1000


class RefusedActError(Exception):
    """The act is not possible; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """The person that an act is for, and the one DOI, if it is about one work."""

    orcid_id: str
    account: Account | None
    doi: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One act: ``count`` says how much it would change, ``carry_out`` does it and returns how much it did."""

    name: str
    label: Promise
    about: Promise
    writes: StaffAct
    count: Callable[[Target], int]
    carry_out: Callable[[Target, Account, str], int]
    is_about: frozenset[str]
    is_danger: bool = False


_PERSON, _WORK = "person", "work"
BOTH, PERSON, WORK = frozenset({_PERSON, _WORK}), frozenset({_PERSON}), frozenset({_WORK})


def _failed_ids(target: Target) -> list[int]:
    failed = claims.failed_claims(orcid_id=target.orcid_id)
    failed = failed.filter(doi=target.doi) if target.doi else failed
    return list(failed.values_list("pk", flat=True)[:MAX_AT_ONCE])


def _try_again(target: Target, by: Account, _reason: str) -> int:
    return services.replay(claim_ids=_failed_ids(target), actor=by.orcid_id, note="replayed by staff")


def _count_replayed(target: Target) -> int:
    return sum(replay(orcid_id=target.orcid_id, limit=MAX_AT_ONCE).would_change.values())


def _replay(target: Target, by: Account, _reason: str) -> int:
    count = _count_replayed(target)
    lock = f"{job_names.REPLAY} {target.orcid_id}"
    defer(job_names.REPLAY, lock=lock, reason="", orcid_id=target.orcid_id, by=by.orcid_id)
    return count


def _cancel(target: Target, by: Account, _reason: str) -> int:
    chosen = list(cancelling.cancellable(target.orcid_id, target.doi)[:MAX_AT_ONCE])
    return cancelling.cancel(claims=chosen, actor=by.orcid_id)


def _park(target: Target, by: Account, _reason: str) -> int:
    return parking.park(orcid_id=target.orcid_id, doi=target.doi, actor=by.orcid_id, limit=MAX_AT_ONCE)


def _resume(target: Target, by: Account, _reason: str) -> int:
    return parking.resume(orcid_id=target.orcid_id, doi=target.doi, actor=by.orcid_id, limit=MAX_AT_ONCE)


def _count_blocked(target: Target) -> int:
    return int(claims.is_blocked(target.orcid_id, target.doi))


def _block(target: Target, by: Account, reason: str) -> int:
    services.block(orcid_id=target.orcid_id, doi=target.doi, reason=reason, actor=by.orcid_id)
    return 1


def _unblock(target: Target, _by: Account, _reason: str) -> int:
    count = _count_blocked(target)
    services.unblock(orcid_id=target.orcid_id, doi=target.doi)
    return count


def _count_sessions(target: Target) -> int:
    return registered().count_sessions(target.account) if target.account else 0


def _end_sessions(target: Target, _by: Account, _reason: str) -> int:
    return registered().end_sessions(target.account) if target.account else 0


def _count_factors(target: Target) -> int:
    return registered().count_factors(target.account) if target.account else 0


def _lost(target: Target) -> int:
    return len(consents.lost_consents_of(target.orcid_id))


def _send_notice(target: Target, _by: Account, _reason: str) -> int:
    return consent_services.notify_again(orcid_id=target.orcid_id)


def _no_reset(_target: Target, _by: Account, _reason: str) -> int:
    raise RefusedActError("two members of staff reset a second step")  # ``reset_second_step`` does it.


ACTS: Final = {
    act.name: act
    for act in (
        Act(
            "try-again",
            gettext_lazy("Try again"),
            gettext_lazy("What could not be sent is sent again, unchanged."),
            StaffAct.TRIED_AGAIN,
            lambda target: len(_failed_ids(target)),
            _try_again,
            BOTH,
        ),
        Act(
            "replay",
            gettext_lazy("Run the rules again"),
            gettext_lazy("Today's rules decide again about works that they skipped; what changes is done."),
            StaffAct.REPLAYED,
            _count_replayed,
            _replay,
            PERSON,
        ),
        Act(
            "cancel",
            gettext_lazy("Cancel what is not sent yet"),
            gettext_lazy("Additions that wait or failed are not sent. Their owner can ask for them again."),
            StaffAct.CANCELLED,
            lambda target: cancelling.cancellable(target.orcid_id, target.doi)[:MAX_AT_ONCE].count(),
            _cancel,
            BOTH,
            is_danger=True,
        ),
        Act(
            "park",
            gettext_lazy("Park what waits"),
            gettext_lazy("What waits is put off for two weeks, or until the work is asked for again."),
            StaffAct.PARKED,
            lambda target: parking.parkable(target.orcid_id, target.doi)[:MAX_AT_ONCE].count(),
            _park,
            BOTH,
        ),
        Act(
            "resume",
            gettext_lazy("Let parked works go on"),
            gettext_lazy("What is parked is sent now."),
            StaffAct.RESUMED,
            lambda target: parking.parked(target.orcid_id, target.doi)[:MAX_AT_ONCE].count(),
            _resume,
            BOTH,
        ),
        Act(
            "block",
            gettext_lazy("Block: not their work"),
            gettext_lazy("The work is taken off the record, and never sent again until its owner wants it."),
            StaffAct.BLOCKED,
            lambda target: 1 - _count_blocked(target),
            _block,
            WORK,
            is_danger=True,
        ),
        Act(
            "unblock",
            gettext_lazy("Lift the block"),
            gettext_lazy("The work can be added again, by its owner or by Auto-Update. Nothing is sent now."),
            StaffAct.UNBLOCKED,
            _count_blocked,
            _unblock,
            WORK,
        ),
        Act(
            "send-notice",
            gettext_lazy("Send the permission message again"),
            gettext_lazy(
                "The person gets the message that a permission is lost once more, by e-mail or in the ORCID "
                "inbox, at most once a day."
            ),
            StaffAct.SENT_MESSAGE,
            _lost,
            _send_notice,
            PERSON,
        ),
        Act(
            "end-sessions",
            gettext_lazy("End all sessions"),
            gettext_lazy("The person is signed out everywhere, and can sign in again."),
            StaffAct.ENDED_SESSIONS,
            _count_sessions,
            _end_sessions,
            PERSON,
            is_danger=True,
        ),
        Act(
            "reset-second-step",
            gettext_lazy("Reset a lost second step"),
            gettext_lazy(
                "All second steps and recovery codes are removed and all sessions end. Two members of staff "
                "are needed: one asks, another confirms within a day. Make sure first who is asking."
            ),
            StaffAct.ASKED_RESET,
            _count_factors,
            _no_reset,
            PERSON,
            is_danger=True,
        ),
    )
}


def acts_for(target: Target) -> list[Act]:
    """List the acts for a person, or for one work."""
    kind = _WORK if target.doi else _PERSON
    return [act for act in ACTS.values() if kind in act.is_about]


@transaction.atomic
def carry_out(act: Act, target: Target, *, by: Account, reason: str) -> int:
    """Carry an act out and write it down, in one transaction; return how much it changed.

    Raises:
        RefusedActError: it is not possible.
    """
    if act.name == "reset-second-step":
        return reset_second_step(target, by=by, reason=reason)
    count = act.carry_out(target, by, reason)
    audit.write(
        act.writes,
        by=by,
        person=target.account,
        about=target.doi or ("" if target.account else target.orcid_id),
        count=count,
        reason=reason,
    )
    return count


def reset_second_step(target: Target, *, by: Account, reason: str) -> int:
    """Ask for the reset of a second step, or carry out what another member of staff asked for.

    Returns 0 where the request now waits for someone else.

    Raises:
        RefusedActError: there is nothing to reset, it is their own, or they asked for it themselves.
    """
    if target.account is None or not _count_factors(target):
        raise RefusedActError(gettext_lazy("There is no second step to reset."))
    if target.account.pk == by.pk:
        raise RefusedActError(gettext_lazy("Two other members of staff can reset your own second step."))
    account = Account.objects.select_for_update().get(pk=target.account.pk)
    request = audit.open_reset_request(account)
    if request is None:
        audit.write(StaffAct.ASKED_RESET, by=by, person=account, reason=reason)
        return 0
    if request.by_account == by.pk:
        raise RefusedActError(gettext_lazy("You asked for it; another member of staff has to confirm it."))
    count = registered().reset_factors(account)
    audit.write(StaffAct.CONFIRMED_RESET, by=by, person=account, count=count, reason=reason)
    return count
