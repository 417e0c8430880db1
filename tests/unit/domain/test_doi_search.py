"""What people look for, in DataCite's query language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.records.search import dois_query, name_query, naming_query, words_query
from sandbox.datacite.query import parse

ID = "0009-0001-0000-0014"


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("ice cores", "ice cores"),
        ('"ice cores" 2024', '"ice cores" 2024'),
        ("climate (Berlin", "climate \\(Berlin"),
        ("C++ AND or", "C\\+\\+ and or"),
        ("title:ice", "title\\:ice"),
        ("- ( :", ""),
        ('unbalanced "quote', "unbalanced quote"),
        ("", ""),
    ],
)
def test_what_is_typed_is_taken_for_words(typed, query):
    assert words_query(typed) == query


@given(st.text(max_size=100))
def test_no_words_are_a_mistake_to_the_search(text):
    query = words_query(text)

    if query:
        parse(query)


def test_a_name_is_looked_for_in_both_orders():
    query = name_query(["Alice Alvarado", "Alvarado, A."])

    for form in ("Alvarado, Alice", "Alice Alvarado", "Alvarado, A.", "A. Alvarado"):
        assert f'"{form}"' in query
    parse(query)


def test_one_word_is_no_name_to_look_for():
    assert name_query(["Alice", "", " , "]) == ""


@given(st.lists(st.text(max_size=30), max_size=5))
def test_no_name_is_a_mistake_to_the_search(names):
    query = name_query(names, without=ID)

    if query:
        parse(query)


def test_works_that_name_the_id_are_left_out_of_those_by_name():
    assert naming_query(ID) in name_query(["Alice Alvarado"], without=ID)


def test_dois_with_signs_can_be_looked_for():
    parse(dois_query(["10.5281/zenodo.1", '10.1/a"b(c)']))
