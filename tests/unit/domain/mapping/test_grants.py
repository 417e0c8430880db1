import pytest

from tests.support.doi_records import dropped_of, ids_of, work_of

GRANTS = {
    "a number": ({"awardNumber": " 777483 "}, [("funded-by", "grant_number", "777483")]),
    "a number and an address": (
        {"awardNumber": "777483", "awardUri": "https://cordis.europa.eu/project/id/777483"},
        [("funded-by", "grant_number", "777483")],
    ),
    "several": (
        {"awardNumber": "A1; B2"},
        [("funded-by", "grant_number", "A1"), ("funded-by", "grant_number", "B2")],
    ),
    "a DOI for a number": (
        {"awardNumber": "https://doi.org/10.35802/1"},
        [("funded-by", "doi", "10.35802/1")],
    ),
    "a DOI only": ({"awardUri": "https://doi.org/10.35802/1"}, [("funded-by", "doi", "10.35802/1")]),
    "an address only": ({"awardUri": "https://x.org/1"}, [("funded-by", "uri", "https://x.org/1")]),
    "a word in capitals": ({"awardNumber": "PRISMA"}, [("funded-by", "grant_number", "PRISMA")]),
    "a funder only": ({"funderName": "DFG", "funderIdentifier": "https://doi.org/10.13039/501100001659"}, []),
    "nothing": ({"awardNumber": "N/A"}, []),
    "zero": ({"awardNumber": "0"}, []),
    "words": ({"awardNumber": "Max Planck Partner Group"}, []),
    "a number behind words": (
        {"awardNumber": "Grant agreement No 654321"},
        [("funded-by", "grant_number", "654321")],
    ),
    "a number behind a programme": (
        {"awardNumber": "Marie Curie grant agreement No. 12345"},
        [("funded-by", "grant_number", "12345")],
    ),
    "a number and a remark": (
        {"awardNumber": "EP/X000001/1 (EPSRC)"},
        [("funded-by", "grant_number", "EP/X000001/1")],
    ),
    "several with commas": (
        {"awardNumber": "R01EX1234, R01EX5678 and R01EX9999"},
        [("funded-by", "grant_number", f"R01EX{n}") for n in (1234, 5678, 9999)],
    ),
    "several of one form": (
        {"awardNumber": "BB/J004561/1 BB/P013511/1"},
        [("funded-by", "grant_number", "BB/J004561/1"), ("funded-by", "grant_number", "BB/P013511/1")],
    ),
    "one of two words": ({"awardNumber": "DFG SFB 1234"}, [("funded-by", "grant_number", "DFG SFB 1234")]),
    "a number, and the funder behind it": (
        {"awardNumber": "EP/X000001/1; 10.13039/501100000266"},
        [("funded-by", "grant_number", "EP/X000001/1")],
    ),
    "the funder's own DOI": ({"awardUri": "https://doi.org/10.13039/501100000266"}, []),
    "the funder's address": ({"awardNumber": "https://ror.org/00example1"}, []),
    "OpenAIRE's form": (
        {"awardUri": "info:eu-repo/grantAgreement/EC/H2020/777483/EU/Title/ACRONYM"},
        [("funded-by", "grant_number", "777483")],
    ),
    "a hint to the text": ({"awardNumber": "See acknowledgements 2019"}, []),
    "a programme and its year": ({"awardNumber": "Horizon 2020"}, []),
    "a sentence": ({"awardNumber": "This work was funded by grant 5 " * 5}, []),
}


@pytest.mark.parametrize(("award", "sent"), GRANTS.values(), ids=GRANTS.keys())
def test_grants_are_named_by_number_doi_or_address(award, sent):
    assert ids_of(fundingReferences=[award])[1:] == sent


def test_the_address_of_a_grant_goes_with_its_number():
    award = {"awardNumber": "777483", "awardUri": "https://cordis.europa.eu/project/id/777483"}

    grant = work_of(fundingReferences=[award])["external-ids"]["external-id"][1]

    assert grant["external-id-url"] == {"value": "https://cordis.europa.eu/project/id/777483"}


@pytest.mark.parametrize(
    ("award", "value"),
    [
        ({"awardUri": "https://doi.org/10.13039/501100000266"}, "https://doi.org/10.13039/501100000266"),
        ({"awardNumber": "see text"}, "see text"),
        ({"awardNumber": "EP/X000001/1 (EPSRC)"}, "EP/X000001/1 (EPSRC)"),
        ({"awardNumber": "A1; B2", "awardUri": "https://x.org/1"}, "https://x.org/1"),
    ],
)
def test_what_is_left_out_of_a_grant_is_said(award, value):
    assert [(d.field, d.value) for d in dropped_of(fundingReferences=[award])] == [
        ("fundingReferences[0]", value)
    ]
