import json

from profiles.domain.mapping import map_work
from profiles.domain.mapping.orcid_work import content_digest, encode_work, with_put_code
from tests.support.doi_records import DOI, doi_record, raw_record, work_of


def test_a_full_record_makes_a_full_work():
    work = work_of(
        titles=[{"title": "Water levels"}],
        publisher="Demo Repository",
        descriptions=[{"description": "<p>What we saw.</p>", "descriptionType": "Abstract"}],
        dates=[{"date": "2026-07-01", "dateType": "Issued"}],
        language="en-GB",
        creators=[{"name": "Berg, Anna", "givenName": "Anna", "familyName": "Berg"}],
    )

    assert work == {
        "title": {"title": {"value": "Water levels"}},
        "type": "data-set",
        "journal-title": {"value": "Demo Repository"},
        "short-description": "What we saw.",
        "publication-date": {"year": {"value": "2026"}, "month": {"value": "07"}, "day": {"value": "01"}},
        "external-ids": {
            "external-id": [
                {
                    "external-id-type": "doi",
                    "external-id-value": DOI,
                    "external-id-relationship": "self",
                    "external-id-url": {"value": f"https://doi.org/{DOI}"},
                }
            ]
        },
        "url": {"value": f"https://doi.org/{DOI}"},
        "contributors": {
            "contributor": [
                {
                    "credit-name": {"value": "Anna Berg"},
                    "contributor-attributes": {"contributor-sequence": "first", "contributor-role": "author"},
                }
            ]
        },
        "language-code": "en",
    }


def test_a_text_in_a_series_with_an_issn_is_an_article():
    container = {"type": "Series", "identifier": "2190-7307", "identifierType": "ISSN"}
    types = {"resourceTypeGeneral": "Text", "resourceType": "CreativeWork"}

    assert work_of(container=container, types=types)["type"] == "journal-article"


def test_no_citation_is_sent():
    """ORCID's export asks the DOI for it, which is always current."""
    assert "citation" not in work_of()


def test_only_an_update_names_its_put_code():
    work = map_work(doi_record()).work

    assert "put-code" not in json.loads(encode_work(work))
    assert json.loads(with_put_code(encode_work(work), 7))["put-code"] == 7


def test_the_digest_changes_with_what_is_sent_and_with_nothing_else():
    def digest(**attributes):
        return content_digest(encode_work(map_work(doi_record(**attributes)).work))

    same = [digest(), digest(updated="2026-07-02"), digest(url="https://elsewhere.org"), digest(viewCount=5)]
    other = [digest(titles=[{"title": "T"}]), digest(publicationYear=2026), digest(language="de")]

    assert set(same) == {digest()}
    assert len({*same, *other}) == 4
    assert len(digest()) == 16


def test_the_record_is_left_as_it_was():
    raw = raw_record(creators=[{"name": "Berg, Anna"}])
    before = json.dumps(raw)

    map_work(doi_record())

    assert json.dumps(raw) == before
