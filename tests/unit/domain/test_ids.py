import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from profiles.domain.dois.names import doi_named
from profiles.domain.ids import (
    check_digit,
    doi_for_orcid,
    doi_from_orcid,
    doi_url,
    exact_doi,
    is_example_orcid_id,
    is_orcid_id,
    parse_doi,
    parse_orcid_id,
)
from tests.support.shared import shared

ID = "0000-0003-1419-2405"
ID_X = "0000-0001-5663-772X"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ID, ID),
        (ID_X, ID_X),
        (f"https://orcid.org/{ID}", ID),
        (f"http://orcid.org/{ID}", ID),
        (f"https://www.orcid.org/{ID}/", ID),
        (f"orcid.org/{ID}", ID),
        (f"https://orcid.org/https://orcid.org/{ID}", ID),
        (f" \n https://orcid.org/{ID} \n", ID),
        (ID_X.lower(), ID_X),
        (ID.replace("-", ""), ID),
        (ID.replace("-", " "), ID),
        (ID.replace("-", "–"), ID),
        (f"https://orcid.org/{ID}?lang=en", ID),
        (f"https://orcid.org/{ID}/works", ID),
        (f"https://orcid.org/ {ID}", ID),
        (f"http://https://orcid.org/{ID}", ID),
        (f"\u00a0{ID_X.lower()}\u00a0", ID_X),
        (f"\ufeffhttps://orcid.org/{ID}\u200b", ID),
        (f"ORCID: {ID}", ID),
        (f"https://orcid.org/{ID} (unauthenticated)", ID),
        (f"https://orcid.org/{ID_X.lower()} (unauthenticated)", ID_X),
        (f"{ID} [not confirmed]", ID),
        (f"https://orcid.org/my-orcid?orcid={ID}", ID),
        (f"http://orcid.org/my-orcid?orcid={ID}&lang=en", ID),
        (f"https://orcid.org/#/{ID}", ID),
        (f"https%3A%2F%2Forcid.org%2F{ID}", ID),
        (f"<https://orcid.org/{ID}>", ID),
        (f"ORCID iD = {ID}", ID),
        (f"ORCID No. {ID}", ID),
        (f"ORCID ({ID})", ID),
        (f"ORCID_{ID}", ID),
        (f"https//orcid.org/{ID}", ID),
        (f"htps://orcid.org/{ID}", ID),
        (f"https://pub.orcid.org/v3.0/{ID}", ID),
        (f"https://pub.sandbox.orcid.org/v3.0/{ID}", None),
        (ID.replace("-", "."), ID),
        (f"\u202ahttps://orcid.org/{ID}\u202c", ID),
        (f"https://orcid.org/{ID}\u200e", ID),
        (ID.replace("-", "\u00ad-"), ID),
        (ID.replace("-", "\u2011\u200d"), ID),
        (f"https://orcid.org/\u2068{ID}\u2069\ufe0f", ID),
        (f"\u3000{ID}\u2003", ID),
        (ID.translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)}), ID),
        (f"HTTPS://ORCID.ORG/{ID}", ID),
        (f"ORCID {ID}", ID),
        (f"ORCID iD https://orcid.org/{ID}", ID),
        (f"info:orcid/{ID}", ID),
        (f"orcid.org:{ID}", ID),
        (f'<a href="https://orcid.org/{ID}">{ID}</a>', ID),
        (f'<a href="https://orcid.org/{ID_X}" target="_blank">https://orcid.org/{ID_X.lower()}</a>', ID_X),
        (f"{ID} (https://orcid.org/{ID})", ID),
    ],
    ids=lambda value: value.strip() if isinstance(value, str) else value,
)
def test_an_id_is_read_in_every_form_seen_in_the_wild(text, expected):
    assert parse_orcid_id(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ORCID iD not provided",
        "0000-0003-1419-2404",
        "1111-1111-1111-111X",
        "0000-0000-0000-0000",
        "2220-0021-5000-0004",
        "https://sandbox.orcid.org/0000-0003-1419-2405",
        "https://isni.org/isni/0000000314192405",
        "http://evil.example/0000-0003-1419-2405",
        '<a href="https://evil.example/0000-0003-1419-2405">0000-0003-1419-2405</a>',
        '<a href="https://orcid.org/0000-0003-1419-2405">0000-0001-5663-772X</a>',
        "ISNI 0000-0003-1419-2405",
        "0000-0003-1419-24055",
        f"https://sandbox.orcid.org/{ID} (unauthenticated)",
        f"https://orcid.org/my-orcid?orcid={ID[:-1]}4",
        f"https://evil.example/my-orcid?orcid={ID}",
        f"{ID} {ID_X}",
        "x" * 5000,
    ],
)
def test_what_is_no_orcid_id_is_refused(text):
    assert parse_orcid_id(text) is None


def test_an_id_of_the_sandbox_counts_only_where_the_sandbox_is_expected():
    assert parse_orcid_id(f"https://sandbox.orcid.org/{ID}", hosts=("sandbox.orcid.org",)) == ID


@given(st.integers(15_000_000, 35_000_000) | st.integers(900_000_000_000, 900_100_000_000))
def test_every_number_of_orcids_blocks_has_one_check_digit(number):
    digits = f"{number:015d}"
    right = check_digit(digits)

    accepted = [last for last in "0123456789X" if parse_orcid_id(digits + last)]

    assert accepted == [right]


@given(st.text())
def test_no_text_breaks_the_parsers(text):
    orcid_id, doi = parse_orcid_id(text), parse_doi(text)

    assert orcid_id is None or is_orcid_id(orcid_id)
    assert doi is None or doi_named(doi) == doi


def test_known_examples_are_known():
    assert is_example_orcid_id("0000-0002-1825-0097")
    assert not is_example_orcid_id(ID)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.5438/4HR0-D640", "10.5438/4hr0-d640"),
        ("doi:10.5438/4hr0-d640", "10.5438/4hr0-d640"),
        ("https://doi.org/10.5438/4hr0-d640", "10.5438/4hr0-d640"),
        ("http://dx.doi.org/10.5438%2F4hr0-d640", "10.5438/4hr0-d640"),
        (" 10.1016/0022-328x(93)83271-v ", "10.1016/0022-328x(93)83271-v"),
        ("10.1002/a,b+c#d<e>;f", "10.1002/a,b+c#d<e>;f"),
        ("10.123456/six-digits", "10.123456/six-digits"),
    ],
)
def test_a_doi_is_read_in_the_forms_people_paste(text, expected):
    assert parse_doi(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "10.5438", "hello", "11.5438/x", "10.5438/a b", "10.5438/a 10.5438/b", "see 10.5438/a for ice"],
)
def test_what_is_no_doi_is_refused(text):
    assert parse_doi(text) is None


@pytest.mark.parametrize(("sign", "most"), [("a", 1992), ("é", 996), ("語", 664)])
def test_a_doi_is_as_long_as_an_index_can_hold(sign, most):
    assert parse_doi("10.5072/" + sign * most) == "10.5072/" + sign * most
    assert parse_doi("10.5072/" + sign * (most + 1)) is None


@given(st.from_regex(r"10\.[0-9]{4,6}/[!-~]{1,30}", fullmatch=True))
def test_the_address_of_a_doi_leads_back_to_it(text):
    doi, written = exact_doi(text), parse_doi(text)

    assert doi is not None
    assert exact_doi(doi_url(doi)) == doi
    assert written is None or exact_doi(doi_url(written)) == written


@pytest.mark.contract
def test_every_doi_of_the_corpus_is_a_doi():
    with shared("corpus/dois.jsonl").open() as lines:
        odd = [doi for line in lines if exact_doi(doi := json.loads(line)["id"]) != doi]

    assert odd == []


@given(st.text(alphabet="ab&\"'%/;.-_<>", min_size=1, max_size=12))
def test_a_doi_survives_the_way_to_orcid_and_back(suffix):
    doi = exact_doi(f"10.5072/{suffix}")
    assume(doi is not None and "%2" not in doi)

    sent = doi_for_orcid(doi)

    assert not set(sent) & set("&\"'")
    assert doi_from_orcid(sent) == doi
    assert doi_from_orcid(doi) == doi
