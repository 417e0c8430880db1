"""Answers that a browser brings from ORCID or an identity provider: each is worked on once.

A browser may bring the same answer again: reload, double click, Back. A code must not be exchanged twice
(ORCID disables the tokens of the first exchange, contract 1.4.8), but the person is to end where the first
call led. An answer is taken, its code is exchanged (``code_exchange``), and a page of the same browser
completes it.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest

from profiles.accounts.models import AuthorizationAnswer
from profiles.infra import clock, wiring
from profiles.infra.vault import VaultError

KEEP_ANSWERS: Final = timedelta(minutes=30)
"""Longer than any attempt is good for."""
BEING_EXCHANGED: Final = timedelta(seconds=30)
"""Longer than an exchange may take: after this it was broken off, for example with its process."""
BEING_COMPLETED: Final = timedelta(seconds=15)
"""Longer than a page may take to complete an answer; after this another one may."""
_NAMES: Final = ("state", "code", "error")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brought. ``content``, the code or error, is known to no one else."""

    oauth_state: str
    content: str


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """The first call with the same answer; ``age`` is how long ago it came.

    ``result`` is what the exchange of the code brought, ``outcome`` where the first call led; None: not yet.
    """

    holder: str
    age: timedelta
    result: dict[str, Any] | None
    outcome: dict[str, Any] | None

    @property
    def is_being_exchanged(self) -> bool:
        """Whether the exchange of the code may still end."""
        return self.result is None and self.outcome is None and self.age < BEING_EXCHANGED


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
        defaults={"content_digest": _digest(answer.content), "holder": holder, "taken_at": Now()},
    )
    return is_new


def give_back(answer: Answer) -> None:
    """Let a later call take an answer again whose code was not sent."""
    _rows(answer).filter(result=None, outcome=None).delete()


def record_result(answer: Answer, result: dict[str, Any]) -> None:
    """Keep what the exchange of the code brought, sealed so that only the answer itself opens it."""
    _rows(answer).update(result=_sealed(answer, result))


def begin_completion(answer: Answer) -> bool:
    """Let this call complete an answer; False: another one does, or has done so."""
    is_free = Q(completing_since=None) | Q(completing_since__lt=Now() - BEING_COMPLETED)
    return bool(_rows(answer).filter(is_free, outcome=None).update(completing_since=Now()))


def put_off_completion(answer: Answer) -> None:
    """Let a later call complete the answer."""
    _rows(answer).update(completing_since=None)


def record_outcome(answer: Answer, outcome: dict[str, Any]) -> None:
    """Keep where the first call led, sealed likewise. The result of the exchange is no longer needed."""
    _rows(answer).update(outcome=_sealed(answer, outcome), result=None)


def earlier_call(answer: Answer) -> EarlierCall | None:
    """Return the first call with exactly this answer; None: there was none."""
    age = ExpressionWrapper(Now() - F("taken_at"), output_field=DurationField())
    row = _rows(answer).annotate(age=age).first()
    if row is None:
        return None
    return EarlierCall(
        row.holder, row.age, result=_opened(answer, row.result), outcome=_opened(answer, row.outcome)
    )


def delete_old_answers() -> None:
    """Drop the answers that are too old to come again."""
    AuthorizationAnswer.objects.filter(taken_at__lt=clock.now() - KEEP_ANSWERS).delete()


def _rows(answer: Answer) -> QuerySet[AuthorizationAnswer]:
    return AuthorizationAnswer.objects.filter(
        state_digest=_digest(answer.oauth_state), content_digest=_digest(answer.content)
    )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _sealed(answer: Answer, value: dict[str, Any]) -> bytes:
    return wiring.vault().seal(msgspec.json.encode(value).decode(), purpose=_purpose(answer))


def _opened(answer: Answer, sealed: bytes | memoryview | None) -> dict[str, Any] | None:
    """Open what was sealed; an empty value where it cannot be opened, so that the person starts again."""
    if sealed is None:
        return None
    try:
        value: dict[str, Any] = msgspec.json.decode(
            wiring.vault().unseal(bytes(sealed), purpose=_purpose(answer))
        )
    except VaultError:
        return {}
    return value


def _purpose(answer: Answer) -> str:
    return f"authorization-answer:{answer.content}"
