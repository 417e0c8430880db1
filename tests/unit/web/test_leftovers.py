"""The tests of the languages see what is left in English."""

import pytest
from tests.support.leftovers import in_english


@pytest.mark.parametrize(
    "text",
    [
        "Link your ORCID iD",
        "Repository",  # a word alone
        "You have signed in as",  # a part of a text of the catalogue
        "Page 3 of 9",  # in no catalogue
    ],
)
def test_what_is_left_in_english_is_found(text):
    assert in_english([text], "ar") == [text]


@pytest.mark.parametrize(
    ("code", "text"), [("de", "Werke finden"), ("fr", "Trouver des travaux"), ("ja", "DataCite Commons")]
)
def test_what_is_translated_or_a_name_is_not(code, text):
    assert in_english([text], code) == []
