"""What can go wrong with an outside service, as types. Each carries its entry of the catalogue."""

from typing import ClassVar

from profiles.domain import problems
from profiles.domain.problem import Problem


class ServiceError(Exception):
    """An outside service refused, failed or did not answer.

    ``detail`` is for support: short, in the service's words, and never holds a token. ``retry_after``
    (seconds) is what the service asked for. ``status`` and ``seconds`` are for the record of attempts;
    no code branches on them.
    """

    problem: ClassVar[Problem] = problems.ORCID_UNCLEAR

    def __init__(
        self,
        detail: str = "",
        *,
        problem: Problem | None = None,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        self.entry = problem or type(self).problem
        super().__init__(f"{self.entry.code}: {detail}" if detail else self.entry.code)
        self.detail = detail
        self.seconds = 0.0
        self.retry_after = retry_after
        self.status = status


class ServiceUnavailableError(ServiceError):
    """No answer, or an answer that says: not now. It is unknown whether the request was carried out."""

    problem = problems.ORCID_UNAVAILABLE


class TooManyCallsError(ServiceUnavailableError):
    """The service asked for fewer calls; all workers slow down."""

    problem = problems.ORCID_BUSY


class UnclearAnswerError(ServiceError):
    """An answer in a form that we do not know. It is unknown whether the request was carried out."""

    problem = problems.ORCID_UNCLEAR


class TokenRejectedError(ServiceError):
    """The access token was refused: revoked, expired, or ORCID has a bad minute."""

    problem = problems.TOKEN_REFUSED


class WorkExistsError(ServiceError):
    """The work is there already, from the same client. ``put_code`` is None when the message does not say."""

    problem = problems.WORK_EXISTS

    def __init__(self, detail: str = "", *, put_code: int | None = None, status: int | None = None) -> None:
        super().__init__(detail, status=status)
        self.put_code = put_code


class WorkGoneError(ServiceError):
    """There is no work with this put-code on this record (any more)."""

    problem = problems.WORK_GONE


class RecordMovedError(ServiceError):
    """The iD was merged into another one, ``primary``, if the answer names it."""

    problem = problems.RECORD_MOVED

    def __init__(self, detail: str = "", *, primary: str | None = None, status: int | None = None) -> None:
        super().__init__(detail, status=status)
        self.primary = primary


class RefusedError(ServiceError):
    """The service understood and refused; the problem says why."""

    problem = problems.REQUEST_REFUSED
