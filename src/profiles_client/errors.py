"""What can go wrong with a call, as one type."""

from typing import Final

NO_ANSWER: Final = "no-answer"
UNREADABLE: Final = "unreadable-answer"


class ProfilesError(Exception):
    """The service refused, failed or did not answer.

    ``status`` is HTTP's, None where no answer came. ``code`` is the problem's code where the service names
    one (see its ``/api/docs``), ``no-answer`` or ``unreadable-answer`` where the call itself went wrong, and
    otherwise empty. ``title`` says it for people, ``detail`` what to do, ``source`` which field is wrong.
    ``retry_after`` are the seconds for which the service asked to be left alone. None of them, and no
    message, ever holds the token.
    """

    def __init__(
        self,
        title: str,
        *,
        status: int | None = None,
        code: str = "",
        detail: str = "",
        source: str = "",
        retry_after: float | None = None,
    ) -> None:
        self.title = title
        self.status = status
        self.code = code
        self.detail = detail
        self.source = source
        self.retry_after = retry_after
        words = [
            str(status or ""),
            f"{source}:" if source else "",
            title,
            detail,
            f"[{code}]" if code else "",
        ]
        super().__init__(" ".join(word for word in words if word))
