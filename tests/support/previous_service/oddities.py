"""The ways in which rows of the previous service are odd."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from profiles.domain.moving_in.oddities import Oddity
from tests.support.previous_service.rows import NOW, Row

O = Oddity  # noqa: E741
Changes = Row | Callable[[Row, Row], Row]
"""Other values for a row; or how they follow from it and the usual row before."""


class Way(NamedTuple):
    """One way to be odd: the oddity, the values that make it, and which other oddities come or go with it."""

    oddity: Oddity
    changes: Changes
    also: tuple[Oddity, ...] = ()
    without: tuple[Oddity, ...] = ()


def _wrong_digit(row: Row, _before: Row) -> Row:
    return {"uid": row["uid"][:-1] + ("0" if row["uid"][-1] != "0" else "1")}


def _same_person(_row: Row, before: Row) -> Row:
    return {"uid": f"https://orcid.org/{before['uid']}", "updated_at": datetime(2015, 1, 1, tzinfo=UTC)}


def _other_form(row: Row, _before: Row) -> Row:
    return {"doi": f" https://doi.org/{row['doi'].upper()} "}


def _same_work(_row: Row, before: Row) -> Row:
    newer = NOW - timedelta(hours=1)
    return {"orcid": before["orcid"], "doi": before["doi"].upper(), "put_code": None, "updated_at": newer}


def _same_uuid(_row: Row, before: Row) -> Row:
    return {"uuid": before["uuid"]}


_NEVER_HERE = dict.fromkeys(
    [
        "orcid_token",
        *(
            f"orcid_{purpose}_{kind}_token"
            for purpose in ("search_and_link", "auto_update")
            for kind in ("access", "refresh")
        ),
    ]
)
_NO_UPDATE = {"orcid_auto_update_access_token": None, "orcid_auto_update_refresh_token": None}
_EMAIL = {"email": "ada@example.org", "confirmed_at": "2025-01-01 00:00:00"}
_WAITS = {"unconfirmed_email": "new@example.org", "confirmation_sent_at": "2026-01-01 00:00:00"}
_EXPIRED = {"orcid_auto_update_refresh_token": "", "orcid_auto_update_expires_at": "2020-05-01 00:00:00"}

PERSON_ODDITIES = (
    Way(O.PERSON_WITHOUT_ID, _wrong_digit),
    Way(O.PERSON_TWICE, _same_person),
    Way(O.EMAIL_UNREADABLE, {**_EMAIL, "email": "nobody at home"}),
    Way(O.EMAIL_UNCONFIRMED, {"email": "ada@example.org"}),
    Way(O.EMAIL_UNCONFIRMED, {**_EMAIL, **_WAITS}),
    Way(O.OTHER_NAMES_UNREADABLE, {"other_names": "--- []\n"}),
    Way(O.ROLE_UNKNOWN, {"role_id": "anonymous"}),
    Way(O.ROLE_WITHOUT_ORGANISATION, {"role_id": "provider_admin"}),
    Way(O.ORGANISATION_WITHOUT_ROLE, {"client_id": "DATACITE.TEST"}),
    Way(O.STAFF, {"role_id": "staff_admin"}),
    Way(O.SWITCH_WITHOUT_PERMISSION, _NO_UPDATE),
    Way(O.SWITCH_NEVER_CHOSEN, _NEVER_HERE, without=(O.EARLIER_TOKEN,)),
    Way(
        O.TOKEN_UNREADABLE,
        {"orcid_auto_update_access_token": "half a\ntoken"},
        also=(O.SWITCH_WITHOUT_PERMISSION,),
    ),
    Way(O.TOKEN_EXPIRED, _EXPIRED, also=(O.SWITCH_WITHOUT_PERMISSION,)),
    Way(O.TOKEN_WITHOUT_DATE, {"orcid_auto_update_expires_at": "1970-01-01 00:00:00"}),
    Way(O.DATE_UNUSABLE, {"created_at": "0000-00-00 00:00:00"}),
    Way(O.DAMAGED_TEXT, {"family_name": "O\x00Neil"}),
)

_FAILED = {"aasm_state": "failed", "put_code": None, "claimed_at": None}
_DELETED = {"aasm_state": "deleted", "claim_action": "delete", "claimed_at": None}

CLAIM_ODDITIES = (
    Way(O.DOI_OTHER_FORM, _other_form),
    Way(O.CLAIM_TWICE, _same_work, also=(O.DOI_OTHER_FORM, O.PUT_CODE_UNKNOWN)),
    Way(O.CLAIM_WITHOUT_ID, {"orcid": "0000-0000-0000-0000"}),
    Way(O.DOI_UNREADABLE, {"doi": "not a DOI"}),
    Way(O.SOURCE_UNKNOWN, {"source_id": "crossref_orcid"}),
    Way(O.ACTION_UNKNOWN, {"claim_action": "update"}),
    Way(O.STATE_UNKNOWN, {"aasm_state": "undetermined"}),
    Way(O.CLAIM_STUCK, {**_FAILED, "aasm_state": "working"}),
    Way(O.PUT_CODE_UNKNOWN, {"put_code": None}),
    Way(O.PUT_CODE_UNKNOWN, {"put_code": 0}),
    Way(O.PUT_CODE_UNKNOWN, {"put_code": 2_147_483_647}),
    Way(O.PUT_CODE_OF_DELETED, _DELETED),
    Way(O.UUID_UNREADABLE, {"uuid": None}),
    Way(O.UUID_TWICE, _same_uuid),
    Way(O.ERROR_UNREADABLE, {**_FAILED, "error_messages": "token has expired."}),
    Way(O.ERROR_UNKNOWN, {**_FAILED, "error_messages": '[{"status":418,"title":"A \\"teapot\\""}]'}),
    Way(O.DATE_UNUSABLE, {"claimed_at": "0000-00-00 00:00:00"}),
    Way(
        O.DAMAGED_TEXT,
        {**_FAILED, "error_messages": '[{"title":"token has\x00 expired."}]'},
        also=(O.ERROR_UNKNOWN,),
    ),
)
