"""Published cases of works whose metadata were withdrawn, or no longer say whom they name."""

from tests.support.eligibility_case import PublishedCase, changed, on_record
from tests.support.records import ANNA, BEN, contributor, creator, name_identifier, record

WITHOUT_HER = changed("trigger-field", "creators")
REMOVE = {"when_withdrawn": "remove"}
NO_LONGER_SHOWN = changed("no-longer-findable", "state")
ANNA_WITHOUT_ID = creator(None, name="Berg, Anna", givenName="Anna", familyName="Berg")


def with_id(value, **changes):
    """Anna, with something in the place of her iD."""
    return record(creators=[creator(nameIdentifiers=[name_identifier(value)], **changes)])


NAMED = [
    PublishedCase(title, ("claim", "trigger", "new"), with_id(value))
    for title, value in (
        ("an iD that its owner has not confirmed", f"https://orcid.org/{ANNA} (unauthenticated)"),
        ("ORCID's link to the record of who is signed in", f"https://orcid.org/my-orcid?orcid={ANNA}"),
        ("an iD among signs that are not seen", f"\u202ahttps://orcid.org/{ANNA}\u202c\u200b"),
    )
]

WITHDRAWN = [
    PublishedCase(
        "on the record, and the DOI was hidden",
        ("offer-removal", "findable", "not-findable"),
        record(state="registered"),
        on_record(change=NO_LONGER_SHOWN),
    ),
    PublishedCase(
        "on the record, and the person is no longer named",
        ("offer-removal", "named", "not-named"),
        record(creators=[creator(BEN)]),
        on_record(change=WITHOUT_HER),
    ),
    PublishedCase(
        "on the record, no longer named, and the person wants it removed",
        ("remove", "named", "not-named"),
        record(creators=[creator(BEN)]),
        on_record(change=WITHOUT_HER, rules=REMOVE),
    ),
    PublishedCase(
        "on the record, and the name has another iD now",
        ("remove", "named", "not-named"),
        with_id(f"https://orcid.org/{BEN}"),
        on_record(change=WITHOUT_HER, rules=REMOVE),
    ),
    PublishedCase(
        "being sent, no longer named, and the person wants it removed",
        ("remove", "named", "not-named"),
        record(creators=[creator(BEN)]),
        {"standing": "being-sent", "named_before": True, "change": WITHOUT_HER, "rules": REMOVE},
    ),
    PublishedCase(
        "added by the person, never named",
        ("skip", "named", "not-named"),
        record(creators=[creator(BEN)]),
        on_record(named_before=False, change=WITHOUT_HER),
    ),
    PublishedCase(
        "withdrawn, but Auto-Update is off",
        ("skip", "findable", "not-findable"),
        record(state="registered"),
        on_record(switched_on=None, change=NO_LONGER_SHOWN),
    ),
    PublishedCase(
        "on the record, and an older state without the person comes late",
        ("skip", "trigger", "overtaken"),
        record(creators=[creator(BEN)]),
        on_record(change=changed("older"), rules=REMOVE),
    ),
]

_UNTOLD = (
    ("DataCite does not show the DOI", "findable", "not-found", None),
    ("the record does not say whether the DOI is public", "findable", "state-unreadable", record(state=None)),
    ("the list of creators is empty", "named", "people-unreadable", record(creators=[])),
    ("there is no list of creators", "named", "people-unreadable", record(creators=None)),
    ("a creator cannot be read", "named", "people-unreadable", record(creators=[None, creator(BEN)])),
    ("the list of creators is a number", "named", "people-unreadable", record(creators=17)),
    (
        "the list of contributors is damaged",
        "named",
        "people-unreadable",
        record(creators=[creator(BEN)], contributors="ORCID"),
    ),
    ("the person's iD has a wrong digit", "named", "unreadable-id", with_id(ANNA[:-1] + "4")),
    ("the person's iD is empty", "named", "unreadable-id", with_id(None)),
    (
        "the person is named without the iD",
        "named",
        "named-without-id",
        record(creators=[creator(BEN), ANNA_WITHOUT_ID]),
    ),
    (
        "the person is a contributor without the iD",
        "named",
        "named-without-id",
        record(creators=[creator(BEN)], contributors=[{**contributor(), "nameIdentifiers": []}]),
    ),
    (
        "the name that had the iD stands without one",
        "named",
        "named-without-id",
        record(creators=[creator(BEN), creator(None, name="Petrov, Ivan", givenName="", familyName="")]),
    ),
)

IN_DOUBT = [
    case
    for title, rule, reason, found in _UNTOLD
    for case in (
        PublishedCase(
            f"on the record, {title}: it cannot be told, and nothing is removed",
            ("skip", rule, reason),
            found,
            on_record(change=WITHOUT_HER, rules=REMOVE, credited_as=["Petrov, Ivan"]),
        ),
        PublishedCase(
            f"on the record, {title}, also at the second look: the person is asked",
            ("offer-removal", rule, reason),
            found,
            on_record(change=changed("none"), rules=REMOVE, credited_as=["Petrov, Ivan"], second_look=True),
        ),
    )
]

ASKED_ONCE = [
    PublishedCase(
        "on the record, it still cannot be told, and the person was asked: the question stays",
        ("offer-removal", "named", "people-unreadable"),
        record(creators=[]),
        on_record(change=changed("content"), removal_open=True),
    ),
    PublishedCase(
        "on the record, it still cannot be told, and the person said no: they are not asked again",
        ("skip", "named", "people-unreadable"),
        record(creators=[]),
        on_record(change=changed("content"), removal_refused=True, second_look=True),
    ),
]

NOT_SHOWN = [
    PublishedCase(
        "on the record, and DataCite no longer shows a DOI that it showed: it gets a second look",
        ("skip", "findable", "no-longer-shown"),
        None,
        on_record(change=NO_LONGER_SHOWN, hidden_since="2026-07-01T00:00:00Z"),
    ),
    PublishedCase(
        "DataCite no longer shows a DOI that does not concern the person: it is unknown to them",
        ("skip", "findable", "not-found"),
        None,
        {"change": NO_LONGER_SHOWN, "hidden_since": "2026-07-01T00:00:00Z"},
    ),
]

LOSSES = [*NAMED, *WITHDRAWN, *IN_DOUBT, *ASKED_ONCE, *NOT_SHOWN]
