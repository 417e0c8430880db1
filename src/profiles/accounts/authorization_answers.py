"""Answers that a browser brings from ORCID or an identity provider: each is worked on once.

A browser may bring the same answer again: reload, double click, Back. A code must not be exchanged twice
(ORCID disables the tokens of the first exchange, contract 1.4.8), but the person is to end where the first
call led.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec
from django.http import HttpRequest

from profiles.accounts.models import AuthorizationAnswer
from profiles.infra import clock, wiring
from profiles.infra.vault import VaultError

KEEP_ANSWERS: Final = timedelta(minutes=30)
"""Longer than any attempt is good for."""
BEING_EXCHANGED: Final = timedelta(minutes=1)
"""Longer than an exchange may take: after this it was broken off."""
_NAMES: Final = ("state", "code", "error")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brought. ``content``, the code or error, is known to no one else."""

    oauth_state: str
    content: str


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """The first call with the same answer. ``outcome`` is None while that call is not finished."""

    holder: str
    outcome: dict[str, Any] | None
    is_being_exchanged: bool


def read(request: HttpRequest) -> Answer | None:
    """Read the answer from a callback's address; None: it is not a complete one."""
    values = {name: request.GET.getlist(name) for name in _NAMES}
    if any(len(texts) > 1 for texts in values.values()) or not values["state"]:
        return None
    content = (values["code"] or [""])[0] or "error:" + (values["error"] or [""])[0]
    return Answer(values["state"][0], content)


def take(answer: Answer, *, holder: str) -> bool:
    """Mark an answer as being exchanged; False: another call took it before, in whatever process.

    ``holder`` says whose answer it is: only they get the outcome when it comes again.
    """
    _row, is_new = AuthorizationAnswer.objects.get_or_create(
        state_digest=_digest(answer.oauth_state),
        defaults={"content_digest": _digest(answer.content), "holder": holder, "taken_at": clock.now()},
    )
    return is_new


def record_outcome(answer: Answer, outcome: dict[str, Any]) -> None:
    """Keep where the first call led, sealed so that only the answer itself opens it."""
    sealed = wiring.vault().seal(msgspec.json.encode(outcome).decode(), purpose=_purpose(answer))
    AuthorizationAnswer.objects.filter(
        state_digest=_digest(answer.oauth_state), content_digest=_digest(answer.content)
    ).update(outcome=sealed)


def earlier_call(answer: Answer) -> EarlierCall | None:
    """Return the first call with exactly this answer; None: there was none."""
    row = AuthorizationAnswer.objects.filter(
        state_digest=_digest(answer.oauth_state), content_digest=_digest(answer.content)
    ).first()
    if row is None:
        return None
    outcome = None
    if row.outcome is not None:
        try:
            outcome = msgspec.json.decode(wiring.vault().unseal(bytes(row.outcome), purpose=_purpose(answer)))
        except VaultError:
            outcome = {}
    is_new = row.outcome is None and clock.now() - row.taken_at < BEING_EXCHANGED
    return EarlierCall(row.holder, outcome, is_being_exchanged=is_new)


def forget_old() -> None:
    """Drop the answers that are too old to come again."""
    AuthorizationAnswer.objects.filter(taken_at__lt=clock.now() - KEEP_ANSWERS).delete()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _purpose(answer: Answer) -> str:
    return f"authorization-answer:{answer.content}"
