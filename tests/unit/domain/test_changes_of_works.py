"""What would be sent to ORCID never changes unnoticed: the digest that intake keeps covers all of it."""

import pytest

from profiles.domain.mapping import map_work
from profiles.domain.mapping.orcid_work import encode_work
from profiles.domain.records.change_detection import digests
from profiles.domain.records.sighting import read_sighting
from tests.support.doi_records import doi_record, raw_record, related

CHANGES = {
    "title": {"titles": [{"title": "Another"}]},
    "language of a title": {"titles": [{"title": "Water levels of the river Spree", "lang": "de"}]},
    "description": {"descriptions": [{"description": "What", "descriptionType": "Abstract"}]},
    "creators": {"creators": [{"name": "Berg, Anna"}]},
    "contributors": {"contributors": [{"name": "Berg, Anna", "contributorType": "Editor"}]},
    "publisher": {"publisher": "Zenodo"},
    "publisher as an object": {"publisher": {"name": "Zenodo"}},
    "year": {"publicationYear": 2020},
    "dates": {"dates": [{"date": "2020-01-01", "dateType": "Issued"}]},
    "language": {"language": "de"},
    "type": {"types": {"resourceTypeGeneral": "Software"}},
    "container": {"container": {"type": "Journal", "title": "River Studies"}},
    "number of the container": {"container": {"identifier": "0098-7484", "identifierType": "ISSN"}},
    "related identifiers": {"relatedIdentifiers": [related("IsVersionOf", "10.5072/other")]},
    "related items": {"relatedItems": [{"relationType": "IsPublishedIn", "titles": [{"title": "A book"}]}]},
    "numbers of related items": {
        "relatedItems": [
            {
                "relationType": "IsPublishedIn",
                "relatedItemIdentifier": {
                    "relatedItemIdentifier": "1868-8969",
                    "relatedItemIdentifierType": "ISSN",
                },
            }
        ]
    },
    "identifiers": {"identifiers": [{"identifier": "2101.00001", "identifierType": "arXiv"}]},
    "alternate identifiers": {
        "alternateIdentifiers": [{"alternateIdentifier": "2101.00001", "alternateIdentifierType": "arXiv"}]
    },
    "funding": {"fundingReferences": [{"awardNumber": "777483"}]},
}  # fmt: skip


@pytest.mark.parametrize("attributes", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_changes_the_work_changes_the_digest_of_the_metadata(attributes):
    before, now = raw_record(), raw_record(**attributes)

    works = [encode_work(map_work(doi_record(**given["attributes"])).work) for given in (before, now)]
    seen = [digests(read_sighting(given)) for given in (before, now)]

    assert works[0] != works[1]
    assert seen[0].content != seen[1].content
