"""What is unusual about rows of the previous service, and what the import does about it."""

from enum import StrEnum
from typing import Final


class Oddity(StrEnum):
    """One way in which a row is unusual."""

    ROW_UNREADABLE = "row-unreadable"
    DAMAGED_TEXT = "damaged-text"
    DATE_UNUSABLE = "date-unusable"

    PERSON_WITHOUT_ID = "person-without-id"
    PERSON_TWICE = "person-twice"
    EMAIL_UNREADABLE = "email-unreadable"
    EMAIL_UNCONFIRMED = "email-unconfirmed"
    OTHER_NAMES_UNREADABLE = "other-names-unreadable"
    ROLE_UNKNOWN = "role-unknown"
    ROLE_WITHOUT_ORGANISATION = "role-without-organisation"
    ORGANISATION_WITHOUT_ROLE = "organisation-without-role"
    STAFF = "staff"
    SWITCH_WITHOUT_PERMISSION = "switch-without-permission"
    SWITCH_NEVER_CHOSEN = "switch-never-chosen"
    TOKEN_UNREADABLE = "token-unreadable"  # noqa: S105  the name of a finding
    TOKEN_EXPIRED = "token-expired"  # noqa: S105
    TOKEN_WITHOUT_DATE = "token-without-date"  # noqa: S105
    EARLIER_TOKEN = "earlier-token"  # noqa: S105

    CLAIM_WITHOUT_ID = "claim-without-id"
    CLAIM_WITHOUT_PERSON = "claim-without-person"
    DOI_UNREADABLE = "doi-unreadable"
    DOI_OTHER_FORM = "doi-other-form"
    CLAIM_TWICE = "claim-twice"
    SOURCE_UNKNOWN = "source-unknown"
    ACTION_UNKNOWN = "action-unknown"
    STATE_UNKNOWN = "state-unknown"
    CLAIM_STUCK = "claim-stuck"
    PUT_CODE_UNKNOWN = "put-code-unknown"
    PUT_CODE_OF_DELETED = "put-code-of-deleted"
    UUID_UNREADABLE = "uuid-unreadable"
    UUID_TWICE = "uuid-twice"
    ERROR_UNREADABLE = "error-unreadable"
    ERROR_UNKNOWN = "error-unknown"


O = Oddity  # noqa: E741  as short as the table needs

MEANING: Final[dict[Oddity, str]] = {
    O.ROW_UNREADABLE: "a row lacks what every row has; left out",
    O.DAMAGED_TEXT: "not in the dump's character set, or with NUL; those characters are replaced",
    O.DATE_UNUSABLE: "a date of zeros, no date, or one after the dump; another date of the row is used",
    O.PERSON_WITHOUT_ID: "the iD has a wrong check digit or another form; left out, with permissions",
    O.PERSON_TWICE: "the same iD in another row; the one that changed last counts",
    O.EMAIL_UNREADABLE: "no e-mail address; left out",
    O.EMAIL_UNCONFIRMED: "the address was never confirmed, or another one waits; kept as not confirmed",
    O.OTHER_NAMES_UNREADABLE: "no list of names; left out",
    O.ROLE_UNKNOWN: "a role that does not exist; the person has the role user",
    O.ROLE_WITHOUT_ORGANISATION: "a role without its member or repository; the person has the role user",
    O.ORGANISATION_WITHOUT_ROLE: "the id of a member or repository without a role there; the id is left out",
    O.STAFF: "a role of staff; check that each of them still is: they need a second factor from now on",
    O.SWITCH_WITHOUT_PERMISSION: "Auto-Update is on without a usable permission; it waits for permission",
    O.SWITCH_NEVER_CHOSEN: "Auto-Update is on by default for a person who was never here; it is off, and on "
    "with their permission",
    O.TOKEN_UNREADABLE: "a token with characters that no token has; left out, the person is asked again",
    O.TOKEN_EXPIRED: "an expired token that cannot be refreshed; the permission is lost, no one is notified",
    O.TOKEN_WITHOUT_DATE: "a token without a date of expiry, or with 1970-01-01; it counts as valid",
    O.EARLIER_TOKEN: "a token of sign-in, or from before the two clients; left out",
    O.CLAIM_WITHOUT_ID: "the iD has a wrong check digit or another form; left out",
    O.CLAIM_WITHOUT_PERSON: "no person has this iD; kept, as claims for people who may come later",
    O.DOI_UNREADABLE: "no DOI; left out",
    O.DOI_OTHER_FORM: "a DOI with blanks, in capitals or behind a resolver; kept in its exact form",
    O.CLAIM_TWICE: "the same iD and DOI in another row; the one with a put-code counts, then the newest",
    O.SOURCE_UNKNOWN: "a source that does not exist; left out",
    O.ACTION_UNKNOWN: "an action that does not exist; left out",
    O.STATE_UNKNOWN: "a state that does not exist; left out",
    O.CLAIM_STUCK: "waiting or working for more than a day; it is sent when a worker starts",
    O.PUT_CODE_UNKNOWN: "on the record with a put-code that is missing, 0 or cut off; found by DOI",
    O.PUT_CODE_OF_DELETED: "deleted, and still with a put-code; the put-code is left out",
    O.UUID_UNREADABLE: "no UUID; the claim has a new one",
    O.UUID_TWICE: "the UUID of another claim; the claim has a new one",
    O.ERROR_UNREADABLE: "an error that is no list; kept as text",
    O.ERROR_UNKNOWN: "an error that we do not know; kept as text",
}
"""Each oddity in one line of the report: what it is, and what the import does."""

LEFT_OUT: Final = frozenset(
    {
        O.ROW_UNREADABLE, O.PERSON_WITHOUT_ID, O.PERSON_TWICE, O.CLAIM_WITHOUT_ID, O.DOI_UNREADABLE,
        O.CLAIM_TWICE, O.SOURCE_UNKNOWN, O.ACTION_UNKNOWN, O.STATE_UNKNOWN,
    }
)  # fmt: skip
"""With one of these the row is not imported."""
