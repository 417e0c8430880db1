import pytest

from profiles.domain.mapping.identifiers import MAX_IDENTIFIERS
from tests.support.doi_records import DOI, dropped_of, ids_of, related, work_of

SELF = ("self", "doi", DOI)


def test_the_doi_is_the_works_own_with_its_address():
    found = work_of("10.5072/ABC")["external-ids"]["external-id"]

    assert found == [
        {
            "external-id-type": "doi",
            "external-id-value": "10.5072/abc",
            "external-id-relationship": "self",
            "external-id-url": {"value": "https://doi.org/10.5072/abc"},
        }
    ]


def test_a_doi_that_orcid_would_read_only_in_part_is_encoded():
    """Two DOIs that differ behind an ampersand would be one work to ORCID: one would replace the other."""
    first, second = ids_of("10.5072/a&b"), ids_of("10.5072/a&c")

    assert (first[0][2], second[0][2]) == ("10.5072/a%26b", "10.5072/a%26c")


VERSIONS = [
    "IsVersionOf", "HasVersion", "IsNewVersionOf", "IsPreviousVersionOf", "IsIdenticalTo", "IsVariantFormOf",
    "IsOriginalFormOf", "IsTranslationOf", "HasTranslation",
]  # fmt: skip


@pytest.mark.parametrize("relation", VERSIONS)
def test_versions_and_copies_are_grouped(relation):
    assert ids_of(relatedIdentifiers=[related(relation, "10.5072/OTHER")]) == [
        SELF,
        ("version-of", "doi", "10.5072/other"),
    ]


@pytest.mark.parametrize(
    "relation", ["References", "Cites", "IsSupplementTo", "HasPart", "IsDerivedFrom", "", None]
)
def test_other_relations_are_not_sent_and_counted(relation):
    relations = [related(relation, "10.5072/a"), related(relation, "10.5072/b")]

    assert ids_of(relatedIdentifiers=relations) == [SELF]
    assert [d.value for d in dropped_of(relatedIdentifiers=relations)] == [f"{relation or 'no relation'} (2)"]


CONTAINERS = {
    "a journal": (("2169897X", "ISSN"), ("part-of", "issn", "2169-897X")),
    "a journal, with a dash": (("2190–7307", "ISSN"), ("part-of", "issn", "2190-7307")),
    "a journal online": (("1423-0380", "EISSN"), ("part-of", "issn", "1423-0380")),
    "a book": (("978-2-8124-2915-6", "ISBN"), ("part-of", "isbn", "9782812429156")),
    "a book of old": (("ISBN 3-16-148410-X", "ISBN"), ("part-of", "isbn", "316148410X")),
    "a data set": (("https://doi.org/10.12764/15343", "DOI"), ("part-of", "doi", "10.12764/15343")),
    "a handle": (("hdl:10042/28", "Handle"), ("part-of", "handle", "10042/28")),
    "a page": (("https://x.org/issue 5", "URL"), ("part-of", "uri", "https://x.org/issue%205")),
    "a DOI called an address": (("https://doi.org/10.5072/z", "URL"), ("part-of", "doi", "10.5072/z")),
    "a DOI called a URN": (("https://doi.org/10.5072/z", "URN"), ("part-of", "doi", "10.5072/z")),
    "a name of life sciences": (
        ("urn:lsid:x.org:pub:FF", "LSID"),
        ("part-of", "urn", "urn:lsid:x.org:pub:FF"),
    ),
}


@pytest.mark.parametrize(("given", "sent"), CONTAINERS.values(), ids=CONTAINERS.keys())
def test_containers_are_named_in_the_usual_form_of_their_identifiers(given, sent):
    assert ids_of(relatedIdentifiers=[related("IsPartOf", *given)]) == [SELF, sent]


WRONG = {
    "an ISSN with a wrong check digit": ("0098-7485", "ISSN"),
    "an ISBN with a wrong check digit": ("978-3-16-148410-1", "ISBN"),
    "no DOI": ("none", "DOI"),
    "a community of a repository": ("https://zenodo.org/communities/biosyslit", "URL"),
    "a whole site": ("https://zenodo.org/", "URL"),
    "an address on the depositor's own machine": ("http://localhost:8080/1", "URL"),
    "another scheme": ("hash://md5/be2e1ac4f571096f5fe6d596ba7f4eb1", "URL"),
    "a type that nobody knows": ("12", "Shoe size"),
    "a code for nothing": (":unav", "DOI"),
    "the work itself": (DOI.upper(), "DOI"),
}


@pytest.mark.parametrize("given", WRONG.values(), ids=WRONG.keys())
def test_what_is_not_valid_for_its_type_is_not_sent_and_that_is_said(given):
    relations = [related("IsPartOf", *given)]

    assert ids_of(relatedIdentifiers=relations) == [SELF]
    assert [(d.field, d.value) for d in dropped_of(relatedIdentifiers=relations)] == [
        ("relatedIdentifiers", given[0])
    ]


def test_a_series_is_never_a_version_of_a_work():
    assert ids_of(relatedIdentifiers=[related("IsIdenticalTo", "0098-7484", "ISSN")])[1][0] == "part-of"


def test_nothing_is_sent_twice_in_whatever_form_and_versions_go_before_containers():
    found = ids_of(
        relatedIdentifiers=[
            related("IsPartOf", "10.5072/B"),
            related("IsVersionOf", "https://doi.org/10.5072/b"),
            related("IsPartOf", "00987484", "ISSN"),
        ],
        container={"type": "Journal", "identifier": "0098-7484", "identifierType": "ISSN"},
    )

    assert found == [SELF, ("version-of", "doi", "10.5072/b"), ("part-of", "issn", "0098-7484")]


def test_the_container_of_the_record_and_of_related_items_count():
    items = [
        {
            "relationType": "IsPublishedIn",
            "relatedItemIdentifier": {
                "relatedItemIdentifier": "1868-8969",
                "relatedItemIdentifierType": "ISSN",
            },
        }
    ]
    container = {"type": "Series", "identifier": "https://doi.org/10.5072/s", "identifierType": "DOI"}

    assert ids_of(relatedItems=items, container=container) == [
        SELF,
        ("part-of", "issn", "1868-8969"),
        ("part-of", "doi", "10.5072/s"),
    ]


ALTERNATES = {
    "arXiv": (("hep-ph/0512225", "arXiv"), ("version-of", "arxiv", "arXiv:hep-ph/0512225")),
    "PubMed": (("PMID: 12345", "PMID"), ("version-of", "pmid", "12345")),
    "PubMed Central": (("pmc12345", "PMCID"), ("version-of", "pmc", "PMC12345")),
    "a handle as an address": (
        ("http://hdl.handle.net/1880/102273", "uri"),
        ("version-of", "handle", "1880/102273"),
    ),
    "OSTI": (("1367548", "OSTI ID"), ("version-of", "osti", "1367548")),
    "a national number": (("urn:nbn:de:bsz:16-1", "URN"), ("version-of", "urn", "urn:nbn:de:bsz:16-1")),
    "a journal's number": (("0044-0604", "ISSN"), ("part-of", "issn", "0044-0604")),
    "the book around": (("9781009157896", "ISBN"), ("part-of", "isbn", "9781009157896")),
}


@pytest.mark.parametrize(("given", "sent"), ALTERNATES.values(), ids=ALTERNATES.keys())
def test_other_names_of_the_work_group_it_and_are_never_its_own(given, sent):
    """A second ``self`` that two versions share would make ORCID take them for one work."""
    value, kind = given

    old = ids_of(alternateIdentifiers=[{"alternateIdentifier": value, "alternateIdentifierType": kind}])
    new = ids_of(
        identifiers=[
            {"identifier": value, "identifierType": kind},
            {"identifier": DOI, "identifierType": "DOI"},
        ]
    )

    assert old == new == [SELF, sent]


def test_a_books_own_isbn_is_no_container():
    found = ids_of(
        types={"resourceTypeGeneral": "Book"},
        identifiers=[{"identifier": "9781009157896", "identifierType": "ISBN"}],
    )

    assert found[1] == ("version-of", "isbn", "9781009157896")


def test_alternate_identifiers_without_a_type_at_orcid_are_said():
    identifiers = [{"identifier": "oai:zenodo.org:1", "identifierType": "oai"}]

    assert ids_of(identifiers=identifiers) == [SELF]
    assert [d.field for d in dropped_of(identifiers=identifiers)] == ["alternateIdentifiers"]


TAILS = {
    "the full stop of a sentence": ("10.1234/abc.", "10.1234/abc"),
    "a query": ("10.1234/abc?download=true", "10.1234/abc"),
    "a fragment": ("10.1234/m5.pdf#page=2", "10.1234/m5.pdf"),
    "a slash at the end": ("https://doi.org/10.1234/ghi/", "10.1234/ghi"),
    "a bracket that was opened before": ("10.1234/k2)", "10.1234/k2"),
    "brackets of its own": ("10.1016/0022-328x(93)83271", "10.1016/0022-328x(93)83271"),
    "a sign of old DOIs": ("10.1002/(SICI)1-9<1::AID-2>3.0.CO;2-#", "10.1002/(sici)1-9<1::aid-2>3.0.co;2-#"),
    "a remark behind": ("10.1234/abc (accessed 2020)", "10.1234/abc"),
    "a version": ("https://doi.org/10.1234/x.v2", "10.1234/x.v2"),
}


@pytest.mark.parametrize(("written", "doi"), TAILS.values(), ids=TAILS.keys())
def test_what_is_behind_a_doi_is_no_part_of_it(written, doi):
    assert ids_of(relatedIdentifiers=[related("IsVersionOf", written)]) == [SELF, ("version-of", "doi", doi)]


@pytest.mark.parametrize(
    "written",
    [
        "https://repo.example.org/jspui/handle/10234/88",
        "https://archive.example.fi/handle/10234/88?show=full",
        "https://hdl.handle.net/10234/88",
        "hdl:10234/88",
    ],
)
def test_a_handle_is_read_in_the_address_of_its_page(written):
    relations = [related("IsIdenticalTo", written, "Handle")]

    assert ids_of(relatedIdentifiers=relations) == [SELF, ("version-of", "handle", "10234/88")]


def test_hundreds_of_versions_are_cut_and_that_is_said():
    relations = [related("HasVersion", f"10.5072/v{n}") for n in range(500)]

    assert len(ids_of(relatedIdentifiers=relations)) == MAX_IDENTIFIERS
    assert [d.value for d in dropped_of(relatedIdentifiers=relations)] == [f"{501 - MAX_IDENTIFIERS} of 501"]
