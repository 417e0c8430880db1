"""What the refusal of a mail server is about: us, the mail, or the address."""

import smtplib

import pytest

from profiles.infra.mail.refusals import refusal_of


def at_recipient(code: int, text: str) -> Exception:
    return smtplib.SMTPRecipientsRefused({"alice@univ.example": (code, text.encode())})


def at_data(code: int, text: str) -> Exception:
    return smtplib.SMTPDataError(code, text.encode())


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        (at_recipient(550, "no such user"), "address"),
        (at_recipient(550, "5.1.1 no such user"), "address"),
        (at_recipient(550, "5.4.1 Recipient address rejected"), "address"),
        (at_recipient(556, "5.1.10 domain takes no mail"), "address"),
        (at_data(550, "5.1.1 no such user"), "address"),
        (at_data(554, "5.2.1 mailbox disabled"), "address"),
        (at_data(554, "5.7.1 looks like spam"), "mail"),
        (at_data(554, "no"), "mail"),
        (at_data(552, "5.2.3 message too long"), "mail"),
        (at_recipient(450, "4.2.0 greylisted"), "not-now"),
        (at_data(451, "later"), "not-now"),
        (at_recipient(530, "5.7.0 log in first"), "not-now"),
        (at_recipient(550, "5.7.1 relaying denied"), "not-now"),
        (at_recipient(550, "5.1.8 sender unknown"), "not-now"),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 bad password"), "not-now"),
        (smtplib.SMTPSenderRefused(550, b"5.1.8 no", "us@datacite.example"), "not-now"),
        (ConnectionRefusedError(), "not-now"),
    ],
)
def test_a_refusal_says_whether_address_mail_or_we_are_refused(error, refused):
    assert refusal_of(error).value == refused
