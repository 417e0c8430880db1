# ruff: noqa: E501
"""A record whose JSON lacks what every record has is read from its XML before it is sent."""

import base64

import pytest

from tests.support.claims import waiting_claim
from tests.support.intake import take_in
from tests.support.pushing import ALICE, permitted, run_lanes, settle, works_of
from tests.support.records import record

pytestmark = pytest.mark.django_db(transaction=True)
DOI = "10.5072/poor"
XML = """<resource xmlns="http://datacite.org/schema/kernel-4"><titles><title>Ice cores</title></titles></resource>"""


@pytest.mark.parametrize("is_known", [False, True])
def test_a_title_that_only_the_xml_has_arrives_on_the_record(orcid, datacite, is_known):
    permitted(orcid)
    poor = record(DOI, titles=[])
    datacite.order("dois", [record(DOI, titles=[], xml=base64.b64encode(XML.encode()).decode())])
    if is_known:
        take_in(poor)
    claim = waiting_claim(ALICE, DOI)

    run_lanes()

    (work,) = works_of(orcid)
    assert work["title"]["title"]["value"] == "Ice cores"
    assert settle(claim).state == "done"
