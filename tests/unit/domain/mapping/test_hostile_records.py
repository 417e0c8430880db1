"""Metadata come from anybody: no field, however long or odd, keeps a worker busy."""

import time

import pytest

from profiles.domain.mapping.report import as_json, report
from tests.support.doi_records import raw_record, related

MANY = 50_000


def described(text):
    return {"descriptions": [{"description": text, "descriptionType": "Abstract"}]}


HOSTILE = {
    "comments without end": described("<!--" * MANY),
    "scripts without end": described("<script>" * MANY),
    "CDATA without end": described("<![CDATA[" * MANY),
    "attributes without end": described("<p a=b" + " a=b" * MANY),
    "entities": described("&amp;" * MANY),
    "a title of blanks": {"titles": [{"title": "1" + " " * MANY + "<sup>"}]},
    "a name that is nearly an address": {"creators": [{"name": "@" + "a" * MANY}]},
    "a name of blanks and digits": {"creators": [{"name": "a, " + "1" * MANY + " " * MANY}]},
    "a language of words": {"language": "a " * MANY},
    "a language of blanks": {"language": "a" + " " * MANY},
    "a type of letters": {"types": {"resourceTypeGeneral": "Text", "resourceType": "a" * MANY}},
    "a type of words": {"types": {"resourceTypeGeneral": "Text", "resourceType": "a " * MANY}},
    "a date of blanks": {"dates": [{"date": "x" + " " * MANY + "/ x", "dateType": "Issued"}]},
    "an address of brackets": {"fundingReferences": [{"awardUri": "https://a.b/" + "[" * MANY}]},
    "a number of grants": {"fundingReferences": [{"awardNumber": "1;" * MANY}]},
    "a DOI of dots": {"relatedIdentifiers": [related("IsPartOf", "10." + "1." * MANY)]},
    "an iD of hosts": {
        "creators": [{"name": "A", "nameIdentifiers": [{"nameIdentifier": "orcid.org/" * MANY}]}]
    },
    "thousands of titles": {"titles": [{"title": f"t{n}"} for n in range(10_000)]},
}


@pytest.mark.parametrize("attributes", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_record_is_done_with_at_once(attributes):
    record = raw_record(**attributes)

    began = time.process_time()
    found = report(record)

    assert time.process_time() - began < 2
    assert found.work is not None


@pytest.mark.parametrize(
    "attributes",
    [
        {"relatedIdentifiers": [related("IsPartOf", "x", kind="\ud83d")]},
        {"contributors": [{"name": "A", "contributorType": "\ud83d" + "x" * MANY}]},
    ],
    ids=["an identifier type", "a role"],
)
def test_a_reason_that_quotes_half_a_character_is_still_a_line_of_json(attributes):
    found = report(raw_record(**attributes))

    assert as_json(found)
    assert found.dropped
    assert all(len(dropped.reason) <= 200 for dropped in found.dropped)
