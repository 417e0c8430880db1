# ruff: noqa: E501
"""What only the XML of a DOI has is read from it; what the JSON has is never changed."""

import base64

import pytest

from profiles.domain.mapping.works import map_work
from profiles.domain.records.doi_record import read_doi_record
from tests.support.doi_records import DOI
from tests.support.records import ANNA

XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<resource xmlns="http://datacite.org/schema/kernel-4">
  <titles><title xml:lang="en">Ice cores</title><title titleType="Subtitle">A survey</title></titles>
  <creators><creator>
    <creatorName nameType="Personal">Berg, Anna</creatorName><givenName>Anna</givenName><familyName>Berg</familyName>
    <nameIdentifier nameIdentifierScheme="ORCID" schemeURI="https://orcid.org">{ANNA}</nameIdentifier>
    <affiliation>Example University</affiliation>
  </creator></creators>
  <contributors><contributor contributorType="Editor"><contributorName>Okoro, Ben</contributorName></contributor></contributors>
  <dates><date dateType="Issued">4 July 2019</date><date dateType="Updated">2021-01-01</date></dates>
  <alternateIdentifiers><alternateIdentifier alternateIdentifierType="Handle">2027/x1</alternateIdentifier></alternateIdentifiers>
</resource>"""
POOR = {"titles": [], "creators": [], "publicationYear": 2019}
RICH = {
    "titles": [{"title": "Snow"}],
    "creators": [{"name": "Lindqvist, Maja"}],
    "contributors": [{"name": "Lindqvist, Nils", "contributorType": "Editor"}],
    "dates": [{"date": "2020-02-03", "dateType": "Issued"}],
    "identifiers": [{"identifier": "2027/y2", "identifierType": "Handle"}],
}


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def read(xml, **attributes):
    return read_doi_record({"id": DOI, "type": "dois", "attributes": {"doi": DOI, "xml": xml, **attributes}})


def test_what_the_json_lacks_comes_from_the_xml():
    work = map_work(read(encoded(XML), **POOR)).work

    assert (work.title.title.value, work.title.subtitle.value) == ("Ice cores", "A survey")
    people = work.contributors.contributor
    assert [one.credit_name.value for one in people] == ["Anna Berg", "Ben Okoro"]
    assert people[0].contributor_orcid.path == ANNA
    date = work.publication_date
    assert (date.year.value, date.month.value, date.day.value) == ("2019", "07", "04")
    assert [one.external_id_value for one in work.external_ids.external_id] == [DOI, "2027/x1"]


def test_what_the_json_has_is_not_changed():
    plain, beside_xml = read(None, **RICH), read(encoded(XML), **RICH)

    assert [d.date_type for d in beside_xml.dates] == ["Issued", "Updated"]
    assert map_work(beside_xml).work == map_work(plain).work


UNREADABLE = {
    "no base64": "%%%",
    "no XML": encoded("<resource><titles>"),
    "entities that expand": encoded('<!DOCTYPE x [<!ENTITY a "b">]>' + XML.partition("?>")[2]),
}


@pytest.mark.parametrize("xml", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_xml_that_cannot_be_read_leaves_the_json_as_it_is(xml):
    assert read(xml, **RICH) == read(None, **RICH)
    assert map_work(read(xml, **POOR)).refused.code == "title-missing"
