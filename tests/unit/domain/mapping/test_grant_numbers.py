# ruff: noqa: E501  one line a kind is how the tables are read
"""What depositors write into the field of a grant's number: numbers, several of them, words, and funders."""

import pytest

from tests.support.doi_records import dropped_of, ids_of

NO_GRANT = """
10.13039/501100000780 | https://doi.org/10.13039/100000001 | doi:10.13039/501100000266 | ror.org/00k4n6c32 | https://ror.org/00k4n6c32 | grid.270680.b | ISNI 0000 0001 2364 210X | 501100000780 | Crossref Funder ID: 501100000780
Funder ID 100000001 | see text | various | multiple grants | N/A | none | unknown | not available | TBD
PhD scholarship | self-funded | Horizon 2020 | Marie Curie | Open call 2019 | Postdoctoral fellowship | European Union | 0 | -
Grant | Project | Excellence Initiative | core funding | See acknowledgements | internal funds | no number | n.a. | XXXX
xxxxx | 000000
"""
NUMBERS = {
    "10.13039/501100000780, 654321": ["654321"],
    "654321 (10.13039/501100000780)": ["654321"],
    "10.3030/101012345": ["10.3030/101012345"],
    "EP/X000001/1 and EP/Y000002/1": ["EP/X000001/1", "EP/Y000002/1"],
    "No. 41876001 and No. 41876002": ["41876001", "41876002"],
    "41876001、41876002": ["41876001", "41876002"],
    "41876001，41876002": ["41876001", "41876002"],
    "654321 & 765432": ["654321", "765432"],
    "654321\n765432": ["654321", "765432"],
    "Grant No. ABC-123, Grant No. DEF-456": ["ABC-123", "DEF-456"],
    "Förderkennzeichen 01LN1710A1": ["01LN1710A1"],
    "FKZ: 03F0812A": ["03F0812A"],
    "ANR-15-CE01-0001": ["ANR-15-CE01-0001"],
    "Projektnummer 390741603": ["390741603"],
    "Project number: 390741603": ["390741603"],
    "Contrat n° 2019-123": ["2019-123"],
    "Proyecto PID2019-104567RB-I00": ["PID2019-104567RB-I00"],
    "Processo 2019/12345-6": ["2019/12345-6"],
    "JP19H01234": ["JP19H01234"],
    "JSPS KAKENHI Grant Number JP19H01234": ["JP19H01234"],
    "Grant-in-Aid 19H01234": ["19H01234"],
    "SFB 1234": ["SFB 1234"],
    "NE/X012345/1": ["NE/X012345/1"],
    "info:eu-repo/grantAgreement/EC/H2020/654321/EU/Title/ACRO": ["654321"],
    "grant 654321 (ACRONYM)": ["654321"],
    "ERC grant agreement n. 654321": ["654321"],
    "GA no.654321": ["654321"],
    "#654321": ["654321"],
    "654321.": ["654321"],
    "Nr. 12-34567": ["12-34567"],
    "проект № 19-05-00123": ["19-05-00123"],
    "№ 19-05-00123": ["19-05-00123"],
    "课题编号 41876001": ["41876001"],
}


def funded(**award):
    """The identifiers of a funded work, without its own."""
    return ids_of(fundingReferences=[{"funderName": "A fund", **award}])[1:]


@pytest.mark.parametrize(
    "text", [one.strip() for one in NO_GRANT.replace("\n", "|").split("|") if one.strip()]
)
def test_words_and_funders_are_no_grants_and_the_report_says_so(text):
    assert funded(awardNumber=text) == []
    assert dropped_of(fundingReferences=[{"funderName": "A fund", "awardNumber": text}])


@pytest.mark.parametrize(
    "address",
    [
        "https://doi.org/10.13039/501100000780",
        "https://ror.org/00k4n6c32",
        "https://www.wikidata.org/wiki/Q270794",
    ],
)
def test_the_address_of_a_funder_is_no_grant(address):
    assert funded(awardUri=address) == []
    assert funded(awardUri=address, awardNumber=address.rpartition("/")[2]) == []


@pytest.mark.parametrize(("text", "numbers"), NUMBERS.items())
def test_the_numbers_are_taken_out_of_what_is_written_around_them(text, numbers):
    assert [value for _relation, _kind, value in funded(awardNumber=text)] == numbers
