"""What the refusal of a mail server is about: us, the mail, or the address."""

import re
import smtplib
from enum import StrEnum
from typing import Final

_PERMANENT: Final = 500
_LOGIN_REQUIRED: Final = 530
_ENHANCED: Final = re.compile(rb"\s*(5\.\d{1,3}\.\d{1,3})\b")
"""The status code of RFC 3463 that begins the text of an answer."""
_ABOUT_SENDER: Final = frozenset({"5.1.7", "5.1.8"})
_TOO_LONG: Final = "5.2.3"


class Refusal(StrEnum):
    """What is refused, and so what follows."""

    NOT_NOW = "not-now"
    """The server is busy or does not answer, or it refuses us: someone may repair that, so the mail waits."""
    MAIL = "mail"
    """The server refuses what the mail says: this mail cannot arrive."""
    ADDRESS = "address"
    """The server accepts no mail for the address."""


def refusal_of(error: Exception) -> Refusal:
    """Return what an error of sending a mail to one address says."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return _of_recipient(code, _status(text))
    if isinstance(error, smtplib.SMTPDataError):
        return _of_data(error.smtp_code, _status(error.smtp_error))
    # A refused log-in or sender may be repaired later.
    return Refusal.NOT_NOW


def _of_recipient(code: int, status: str) -> Refusal:
    if code < _PERMANENT or code == _LOGIN_REQUIRED or _is_about_us(status):
        return Refusal.NOT_NOW
    return Refusal.ADDRESS


def _of_data(code: int, status: str) -> Refusal:
    """Read an answer to the whole mail: some servers refuse an address only then."""
    if code < _PERMANENT:
        return Refusal.NOT_NOW
    is_about_address = status.startswith(("5.1.", "5.2.")) and status not in {*_ABOUT_SENDER, _TOO_LONG}
    return Refusal.ADDRESS if is_about_address else Refusal.MAIL


def _is_about_us(status: str) -> bool:
    """Return whether a status says that we may not send: relaying denied, a blocked sender."""
    return status.startswith("5.7.") or status in _ABOUT_SENDER


def _status(text: bytes | str) -> str:
    match = _ENHANCED.match(text.encode("ascii", "replace") if isinstance(text, str) else text)
    return match[1].decode() if match else ""
