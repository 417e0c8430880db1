"""ORCID's error bodies: a number, a sentence for developers, a sentence for people.

The wording follows recorded answers where there are any; everywhere else it is ours, because clients are to
match on the number. Details come after "Full validation error: ".
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from sandbox.orcid.records.grammar import Document

MORE_INFO: Final = "https://members.orcid.org/api/resources/troubleshooting"
_DETAIL: Final = "Full validation error: "


@dataclass(frozen=True, slots=True)
class _Entry:
    status: int
    developer: str
    user: str


def _tried(text: str) -> str:
    return f"{text} Please try again. If the error persists, please contact ${{clientName}} for assistance."


_UPDATING: Final = _tried("There was an error when updating the record.")
_FORBIDDEN: Final = "The client application is forbidden to perform the action."
_UNAUTHORISED: Final = "The client application is not authorized."
_NOT_FOUND: Final = "The resource was not found."
_INVALID: Final = "ORCID could not process the data, because they were invalid."

ENTRIES: Final[dict[int, _Entry]] = {
    9001: _Entry(
        400,
        "400 Bad Request: There is an issue with your data or the API endpoint. 405 Method Not Allowed: "
        "Endpoint and method mismatch. 415 Unsupported Media Type: data must be in XML or JSON format.",
        _INVALID,
    ),
    9004: _Entry(403, "403 Forbidden: This item belongs to another client.", _FORBIDDEN),
    9006: _Entry(400, "400 Bad Request:", "The client application sent a bad request to ORCID."),
    9007: _Entry(
        409,
        "409 Conflict: The ORCID record is deprecated and should no longer be used. Please refer to the "
        "other account: ORCID ${orcid}",
        "This account is deprecated. Please refer to account: ${orcid}",
    ),
    9008: _Entry(
        500,
        "500 Internal Server Error: Contact support@orcid.org for assistance.",
        "Something went wrong in ORCID.",
    ),
    9009: _Entry(
        403,
        "403 Forbidden: The notification has already been read.",
        "The client application tried to archive a message that has already been read.",
    ),
    9010: _Entry(
        403,
        "403 Forbidden: You are not the source of the ${activity}, so you are not allowed to update it.",
        "The client application is not the source of the resource it is trying to access.",
    ),
    9011: _Entry(404, "404 Not Found: ORCID ${orcid} not found.", _NOT_FOUND),
    9012: _Entry(
        400,
        "The client application made a bad request to the ORCID API.",
        "The client application made a bad request to the ORCID API.",
    ),
    9013: _Entry(403, "403 Forbidden: The item is private and you are not the source.", _FORBIDDEN),
    9014: _Entry(403, "403 Forbidden: You are not the source of the ${activity}.", _FORBIDDEN),
    9016: _Entry(404, "404 Not Found: The resource was not found.", _NOT_FOUND),
    9017: _Entry(
        401,
        "401 Unauthorized: The client application is not authorized for this ORCID record.",
        _UNAUTHORISED,
    ),
    9018: _Entry(
        409,
        "409 Conflict: The ORCID record is locked and cannot be edited. ORCID https://orcid.org/${orcid}",
        "The ORCID record is locked.",
    ),
    9019: _Entry(
        400,
        "400 Bad Request: The put code in the URL was ${url} whereas the one in the body was ${body}.",
        "The put code in the URL did not match that in the body of the message.",
    ),
    9020: _Entry(400, "400 Bad Request: The message is not valid.", "Invalid incoming message."),
    9021: _Entry(
        409,
        "409 Conflict: You have already added this activity (matched by external identifiers), please see "
        "element with put-code ${putCode}. If you are trying to edit the item, please use PUT instead of "
        "POST.",
        _UPDATING,
    ),
    9022: _Entry(400, "400 Bad Request: A title is required.", "Invalid activity: A title is required."),
    9023: _Entry(
        400,
        "400 Bad Request: An external identifier is missing or not valid.",
        "Invalid activity: an external identifier is required.",
    ),
    9024: _Entry(
        400,
        "400 Bad Request: Put-code is included when not expected. When posting new activities, the put code "
        "should be omitted.",
        _UPDATING,
    ),
    9028: _Entry(404, "404 Not Found: No webhook found for orcid=${orcid}, and uri=${uri}.", _NOT_FOUND),
    9029: _Entry(404, "404 Not Found: No notification with id ${id} for ORCID ${orcid}.", _NOT_FOUND),
    9032: _Entry(
        409,
        "409 Conflict: The owner of ORCID ${orcid} has switched these notifications off.",
        "The user ${orcid} does not allow notifications.",
    ),
    9034: _Entry(400, "400 Bad Request: The put code provided is not valid.", _UPDATING),
    9035: _Entry(
        403,
        "403 Forbidden: Only the owner of the record may change the visibility of an item.",
        "The visibility of an item can not be changed; leave it out, or send its current value.",
    ),
    9036: _Entry(
        409,
        "409 Conflict: The ORCID record ${orcid} has not been claimed yet.",
        "This record has not been claimed.",
    ),
    9037: _Entry(400, "400 Bad Request: Invalid ${type}, valid values are: ${values}.", _UPDATING),
    9038: _Entry(
        403,
        # The text says 409 and the status is 403, as recorded.
        "409 Conflict: The item has a limited or private visibility and your request doesn't have the "
        "required scope.",
        "You don't have the permissions to execute this action.",
    ),
    9042: _Entry(
        400,
        "org.orcid.core.exception.ExceedMaxNumberOfPutCodesException",
        "Too many put codes supplied",
    ),
    9044: _Entry(
        409,
        "409 Conflict: The ORCID record ${orcid} is deactivated.",
        "The ORCID record is deactivated.",
    ),
    9047: _Entry(400, "400 Bad Request: invalid JSON -", _INVALID),
    9048: _Entry(
        409,
        "409 Conflict: The record holds as many works as it can: the limit is ${limit}.",
        "The ORCID record holds as many works as it can.",
    ),
    9049: _Entry(400, "400 Bad Request: The date is not a date.", "The date is not valid."),
    9051: _Entry(400, "400 Bad Request: A value is not on the list of known values.", _INVALID),
    9056: _Entry(
        308,
        "308 Permanent Redirect: This release candidate is no longer answered, please use version 3.0.",
        "This version of the API is no longer available.",
    ),
    9057: _Entry(
        409,
        "409 Conflict: The client application ${client} is locked or deactivated.",
        "The client application is locked or deactivated.",
    ),
    9058: _Entry(
        400,
        # Here too, text and status disagree.
        "404 Not Found: The contributor role ${role} is not known.",
        "The contributor role is not valid.",
    ),
}


class OrcidError(Exception):
    """Raised when ORCID refuses with one of its numbers."""

    def __init__(
        self,
        code: int,
        detail: str | None = None,
        *,
        status: int | None = None,
        location: str | None = None,
        **facts: object,
    ) -> None:
        """Take the entry; ``facts`` fill the placeholders in its sentences."""
        super().__init__(code)
        entry = ENTRIES[code]
        self.code = code
        self.status = status or entry.status
        self.location = location
        self._developer = entry.developer
        self._user = entry.user
        self._detail = detail
        self._facts = {name.removesuffix("_"): str(value) for name, value in facts.items()}

    def body(self, client_name: str | None = None) -> Document:
        """Return the five keys of the error body."""
        facts = dict(self._facts)
        if client_name is not None:
            facts.setdefault("clientName", client_name)
        developer = self._developer
        if self._detail is not None:
            # 9006, 9047: the sentence only makes sense with its detail right behind.
            joined = "" if developer.endswith((":", "-")) else _DETAIL
            developer = f"{developer} {joined}{self._detail}"
        return {
            "response-code": self.status,
            "developer-message": _filled(developer, facts),
            "user-message": _filled(self._user, facts),
            "error-code": self.code,
            "more-info": MORE_INFO,
        }


def unmatched(status: HTTPStatus, detail: str) -> OrcidError:
    """Return the answer to a wrong method or media type: always 9001, only the status differs."""
    return OrcidError(9001, detail, status=status.value)


def _filled(sentence: str, facts: dict[str, str]) -> str:
    for name, value in facts.items():
        sentence = sentence.replace(f"${{{name}}}", value)
    return sentence
