"""Read the people of a DOI from its XML, when the JSON does not say whom the DOI names.

The REST API makes its JSON from the deposited XML, and the two can differ: creators were lost more than once
(datacite/datacite#2247). The response for a single DOI includes the XML, as base64.
"""

from typing import Any, Final
from xml.etree import ElementTree as ET

import msgspec
from msgspec.structs import replace

from profiles.domain.records.display import DepositedIdentifier, Person
from profiles.domain.records.sighting import Sighting
from profiles.domain.records.xml_document import xml_root


class _Attributes(msgspec.Struct):
    xml: Any = None


class _Record(msgspec.Struct):
    attributes: _Attributes


_xml: Final = msgspec.json.Decoder(_Record)


def with_people_of_xml(record: Sighting) -> Sighting | None:
    """Return the record with the people of its XML instead of its own; None when it has no readable XML."""
    root = _root(record)
    if root is None:
        return None
    creators, contributors = list(_people(root, "creator")), list(_people(root, "contributor"))
    if not creators:
        return None
    shown = replace(record.shown, creators=creators, contributors=contributors)
    people = {"creators": creators, "contributors": contributors}
    raw = msgspec.json.encode({"id": record.doi, "type": "dois", "attributes": people})
    return replace(record, shown=shown, raw=raw)


def _root(record: Sighting) -> ET.Element | None:
    try:
        return xml_root(_xml.decode(record.raw).attributes.xml)
    except msgspec.MsgspecError:
        return None


def _people(root: ET.Element, kind: str) -> list[Person]:
    return [
        Person(
            name=_text(element, f"{kind}Name"),
            given_name=_text(element, "givenName"),
            family_name=_text(element, "familyName"),
            contributor_type=element.get("contributorType"),
            name_identifiers=[
                DepositedIdentifier(one.text, one.get("nameIdentifierScheme"), one.get("schemeURI"))
                for one in element.findall("{*}nameIdentifier")
            ],
        )
        for element in root.findall(f"{{*}}{kind}s/{{*}}{kind}")
    ]


def _text(element: ET.Element, name: str) -> str | None:
    return element.findtext(f"{{*}}{name}")
