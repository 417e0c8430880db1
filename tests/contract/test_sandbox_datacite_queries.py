"""Whatever is asked, the search of the DataCite stand-in answers or refuses; it never breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.datacite import matching
from sandbox.datacite.query import BadQueryError, Every, Not, Range, Some, Term, parse
from sandbox.datacite.records import Records, records_in
from sandbox.datacite.search import find
from sandbox.serving import DOIS_FILE

pieces = st.sampled_from(
    [
        *("tides", "AND", "OR", "NOT", "(", ")", '"', "-", "+", "[", "]", "{", "}", "TO", "2026", "*", "?"),
        *("titles.title:", "updated:", "\\", ":", "^2", "~", "2026-01-01T00:00:00Z", "9999", "0000", " "),
        *("10.5072/x", "é盐", "creators.nameIdentifiers.nameIdentifier:", "0009-0001-0000-0022"),
    ]
)
queries = st.one_of(
    st.text(max_size=60), st.lists(pieces, max_size=14).map(" ".join), st.lists(pieces).map("".join)
)


def records() -> Records:
    kept = Records()
    kept.fill(records_in(DOIS_FILE))
    return kept


KEPT = records()


@given(queries)
def test_any_query_is_answered_or_refused_and_no_index_hides_what_fits(query):
    try:
        node = parse(query)
        found = find(KEPT, {"query": query}, sees_all=True)
    except BadQueryError:
        return

    fitting = {record.doi for record in KEPT if matching.fits(node, record)}
    chosen = matching.candidates(node, KEPT)
    assert found.meta["total"] == len(fitting)
    assert chosen is None or fitting <= chosen


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_any_parameter_of_a_page_is_brought_within_bounds(size, number, sort):
    found = find(KEPT, {"page[size]": size, "page[number]": number, "sort": sort}, sees_all=False)

    assert len(found.records) <= 1000


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("a b", Every((Term(None, "a"), Term(None, "b")))),
        ("a OR b c", Some((Term(None, "a"), Every((Term(None, "b"), Term(None, "c")))))),
        ("a && !b", Every((Term(None, "a"), Not(Term(None, "b"))))),
        ("f:(a OR -b)", Some((Term("f", "a"), Not(Term("f", "b"))))),
        ('f.g:"a \\" b"', Term("f.g", 'a " b', is_phrase=True)),
        ("f:[1 TO *}", Range("f", "1", "*", with_low=True, with_high=False)),
        ("ORder ANDes", Every((Term(None, "ORder"), Term(None, "ANDes")))),
        ("tides^2 coast~1", Every((Term(None, "tides"), Term(None, "coast")))),
    ],
)
def test_queries_mean_what_they_mean_to_lucene(query, meaning):
    assert parse(query) == meaning
