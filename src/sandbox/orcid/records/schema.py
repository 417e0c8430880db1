"""The first layer: ORCID's schema 3.0 of works, errors and inbox messages, in our own code.

Lengths, required elements and order are facts of the interface; the contract tests hold this statement
against the official schemas where those are at hand.
"""

from typing import Final

from sandbox.orcid.records import vocabulary as v
from sandbox.orcid.records.grammar import (
    ACTIVITIES,
    COMMON,
    ERROR,
    NOTIFICATION,
    WORK,
    Attribute,
    Document,
    Elements,
    Part,
    Text,
)
from sandbox.orcid.records.simple_types import (
    any_text,
    at_most,
    date_time,
    email,
    integer,
    integer_between,
    matching,
    not_blank,
    not_blank_at_most,
    one_of,
    uri,
)

_TRUE: Final = Attribute("transient", one_of(["true"]), required=True)
_MOMENT: Final = Text(date_time, moment=True)
_SUMMARY_ATTRIBUTES: Final = (
    Attribute("put-code", integer, whole_number=True),
    Attribute("visibility", one_of(v.VISIBILITIES)),
    Attribute("display-index", any_text),
    Attribute("path", any_text),
)


def _uri_or_path(content: Document) -> str | None:
    if "uri" in content or "path" in content:
        return None
    return "cvc-complex-type.2.4.b: The content is not complete. One of '{uri, path}' is expected."


def _day_needs_month(content: Document) -> str | None:
    if "day" in content and "month" not in content:
        return "cvc-complex-type.2.4.a: Invalid content was found starting with element 'common:day'."
    return None


def _one_source(content: Document) -> str | None:
    if "source-orcid" in content and "source-client-id" in content:
        return "cvc-complex-type.2.4.a: Invalid content was found: one source at most is expected."
    return None


def _id_of(space: str, address: Text, path: Text) -> Elements:
    return Elements(
        (
            Part(space, "uri", address),
            Part(space, "path", path),
            Part(space, "host", Text(any_text, wrapped=False)),
        ),
        as_a_whole=_uri_or_path,
    )


_ORCID_ID: Final = _id_of(
    COMMON, Text(matching(v.ORCID_URI), wrapped=False), Text(matching(v.ORCID_PATH), wrapped=False)
)
_CLIENT_ID: Final = _id_of(
    COMMON, Text(matching(v.CLIENT_URI), wrapped=False), Text(matching(v.CLIENT_PATH), wrapped=False)
)
SOURCE: Final = Elements(
    (
        Part(COMMON, "source-orcid", _ORCID_ID),
        Part(COMMON, "source-client-id", _CLIENT_ID),
        Part(COMMON, "source-name", Text(any_text)),
        Part(COMMON, "assertion-origin-orcid", _ORCID_ID),
        Part(COMMON, "assertion-origin-client-id", _CLIENT_ID),
        Part(COMMON, "assertion-origin-name", Text(any_text)),
    ),
    as_a_whole=_one_source,
)
_SUMMARY_PARTS: Final = (
    Part(COMMON, "created-date", _MOMENT),
    Part(COMMON, "last-modified-date", _MOMENT),
    Part(COMMON, "source", SOURCE),
)

_SUMMARY_KEYS: Final = frozenset(
    [part.name for part in _SUMMARY_PARTS] + [attribute.name for attribute in _SUMMARY_ATTRIBUTES],
)

_NORMALIZED: Final = Text(not_blank, attributes=(_TRUE,))
_NORMALIZED_ERROR: Final = Elements(
    (
        Part(COMMON, "error-code", Text(not_blank, wrapped=False)),
        Part(COMMON, "error-message", Text(not_blank, wrapped=False)),
    ),
    (_TRUE,),
)


def _external_id(relationship: Text) -> Elements:
    return Elements(
        (
            *_SUMMARY_PARTS,
            Part(COMMON, "external-id-type", Text(not_blank, wrapped=False), required=True),
            Part(COMMON, "external-id-value", Text(not_blank, wrapped=False), required=True),
            Part(COMMON, "external-id-normalized", _NORMALIZED),
            Part(COMMON, "external-id-normalized-error", _NORMALIZED_ERROR),
            Part(COMMON, "external-id-url", Text(uri)),
            Part(COMMON, "external-id-relationship", relationship),
        ),
        _SUMMARY_ATTRIBUTES,
        unspoken=_SUMMARY_KEYS,
    )


_RELATIONSHIP: Final = Text(any_text, wrapped=False, vocabulary=v.RELATIONSHIPS)
EXTERNAL_IDS: Final = Elements((Part(COMMON, "external-id", _external_id(_RELATIONSHIP), many=True),))
_TITLE: Final = Elements(
    (
        Part(COMMON, "title", Text(not_blank_at_most(1000), bare_too=True), required=True),
        Part(COMMON, "subtitle", Text(at_most(1000), bare_too=True)),
        Part(
            COMMON,
            "translated-title",
            Text(not_blank_at_most(1000), attributes=(Attribute("language-code", any_text, required=True),)),
        ),
    ),
)
_DATE: Final = Elements(
    (
        Part(COMMON, "year", Text(integer_between(1900, 2100)), required=True),
        Part(COMMON, "month", Text(integer_between(1, 12))),
        Part(COMMON, "day", Text(integer_between(1, 31))),
    ),
    as_a_whole=_day_needs_month,
)
_CITATION: Final = Elements(
    (
        Part(
            WORK,
            "citation-type",
            Text(any_text, wrapped=False, vocabulary=v.CITATION_TYPES),
            required=True,
        ),
        Part(WORK, "citation-value", Text(any_text, wrapped=False), required=True),
    ),
)
_CONTRIBUTOR: Final = Elements(
    (
        Part(COMMON, "contributor-orcid", _ORCID_ID),
        Part(WORK, "credit-name", Text(not_blank_at_most(150))),
        Part(WORK, "contributor-email", Text(email, wrapped=False)),
        Part(
            WORK,
            "contributor-attributes",
            Elements(
                (
                    Part(WORK, "contributor-sequence", Text(one_of(v.SEQUENCES), wrapped=False)),
                    Part(WORK, "contributor-role", Text(any_text, wrapped=False)),
                ),
            ),
        ),
    ),
)
_WORK_TYPE: Final = Text(any_text, wrapped=False, vocabulary=v.ACCEPTED_WORK_TYPES)
_COUNTRY: Final = Text(
    any_text, attributes=(Attribute("visibility", one_of(v.VISIBILITIES)),), vocabulary=v.COUNTRIES
)
_JOURNAL_TITLE: Final = Part(WORK, "journal-title", Text(not_blank_at_most(1000), bare_too=True))

WORK_DOCUMENT: Final = Elements(
    (
        *_SUMMARY_PARTS,
        Part(WORK, "title", _TITLE, required=True),
        _JOURNAL_TITLE,
        Part(WORK, "short-description", Text(at_most(5000), wrapped=False)),
        Part(WORK, "citation", _CITATION),
        Part(WORK, "type", _WORK_TYPE, required=True),
        Part(COMMON, "publication-date", _DATE),
        Part(COMMON, "external-ids", EXTERNAL_IDS),
        Part(COMMON, "url", Text(uri, bare_too=True)),
        Part(WORK, "contributors", Elements((Part(WORK, "contributor", _CONTRIBUTOR, many=True),))),
        Part(COMMON, "language-code", Text(any_text, wrapped=False)),
        Part(COMMON, "country", _COUNTRY),
    ),
    _SUMMARY_ATTRIBUTES,
    unspoken=frozenset({"display-index"}),
)
WORK_SUMMARY: Final = Elements(
    (
        *_SUMMARY_PARTS,
        Part(WORK, "title", _TITLE, required=True),
        Part(COMMON, "external-ids", EXTERNAL_IDS),
        Part(COMMON, "url", Text(uri, bare_too=True)),
        Part(WORK, "type", _WORK_TYPE, required=True),
        Part(COMMON, "publication-date", _DATE),
        _JOURNAL_TITLE,
    ),
    _SUMMARY_ATTRIBUTES,
)
WORKS: Final = Elements(
    (
        Part(COMMON, "last-modified-date", _MOMENT),
        Part(
            ACTIVITIES,
            "group",
            Elements(
                (
                    Part(COMMON, "last-modified-date", _MOMENT),
                    Part(COMMON, "external-ids", EXTERNAL_IDS, required=True),
                    Part(WORK, "work-summary", WORK_SUMMARY, many=True),
                ),
            ),
            many=True,
        ),
    ),
    (Attribute("path", any_text),),
)
ERROR_DOCUMENT: Final = Elements(
    (
        Part(ERROR, "response-code", Text(integer, wrapped=False, whole_number=True), required=True),
        Part(ERROR, "developer-message", Text(any_text, wrapped=False), required=True),
        Part(ERROR, "user-message", Text(any_text, wrapped=False)),
        Part(ERROR, "error-code", Text(integer, wrapped=False, whole_number=True)),
        Part(ERROR, "more-info", Text(uri, wrapped=False)),
    ),
)

_ITEM_TYPES: Final = (
    "employment",
    "education",
    "qualification",
    "invited-position",
    "distinction",
    "membership",
    "service",
    "funding",
    "work",
    "peer-review",
)
# The schema of the inbox still builds on the common types 2.1: only two relationships are known there.
_ITEM: Final = Elements(
    (
        Part(NOTIFICATION, "item-type", Text(one_of(_ITEM_TYPES), wrapped=False), required=True),
        Part(NOTIFICATION, "item-name", Text(at_most(1000), wrapped=False), required=True),
        Part(COMMON, "external-id", _external_id(Text(one_of(["self", "part-of"]), wrapped=False))),
    ),
)
NOTIFICATION_DOCUMENT: Final = Elements(
    (
        Part(NOTIFICATION, "notification-type", Text(one_of(["permission"]), wrapped=False), required=True),
        Part(
            NOTIFICATION,
            "authorization-url",
            _id_of(NOTIFICATION, Text(uri, wrapped=False), Text(any_text, wrapped=False)),
            required=True,
        ),
        Part(NOTIFICATION, "notification-subject", Text(any_text, wrapped=False), required=True),
        Part(NOTIFICATION, "notification-intro", Text(at_most(1000), wrapped=False), required=True),
        Part(
            NOTIFICATION,
            "items",
            Elements((Part(NOTIFICATION, "item", _ITEM, required=True, many=True),)),
            required=True,
        ),
        Part(COMMON, "created-date", _MOMENT),
        Part(COMMON, "sent-date", _MOMENT),
        Part(COMMON, "read-date", _MOMENT),
        Part(NOTIFICATION, "actioned-date", _MOMENT),
        Part(COMMON, "archived-date", _MOMENT),
        Part(COMMON, "source", SOURCE),
    ),
    (Attribute("put-code", integer, whole_number=True),),
)
NOTIFICATIONS: Final = Elements(
    (Part(NOTIFICATION, "notification", NOTIFICATION_DOCUMENT, many=True),),
)
