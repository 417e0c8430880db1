"""Records that are not as they should be, about people and DOIs that concern us."""

import json

import pytest

from profiles.claims.models import Claim
from profiles.intake.models import Decision, Quarantine
from tests.support.intake import enrol, take_in
from tests.support.records import creator, record

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("attributes", [None, [], "none"], ids=["null", "a list", "a text"])
@pytest.mark.parametrize("wrap", [False, True], ids=["bare", "wrapped"])
def test_a_known_doi_that_comes_without_attributes_keeps_no_other_away(attributes, wrap):
    enrol()
    take_in(record("10.5072/known"))
    empty = {"id": "10.5072/known", "type": "dois", "attributes": attributes}

    take_in({"data": empty} if wrap else empty, record("10.5072/other"))

    assert set(Claim.objects.values_list("doi", flat=True)) == {"10.5072/known", "10.5072/other"}
    assert not Quarantine.objects.exists()


def test_a_doi_that_no_index_holds_is_set_aside_and_keeps_no_other_away():
    enrol()

    take_in(record(f"10.5072/{noise(9_000)}"), record("10.5072/other"))

    assert Claim.objects.get().doi == "10.5072/other"
    assert "too long" in Quarantine.objects.get().reason


@pytest.mark.parametrize(
    "broken",
    [{"id": "no DOI", "attributes": {}}, {"id": "10.5072", "attributes": {"doi": "none"}}, {"id": ""}, {}, [],
     b"", b"  ", b"{", b"null", b'"text"', b"\xff\xfe", b"7"],
    ids=str,
)  # fmt: skip
def test_whatever_stands_in_a_line_keeps_no_other_away(broken):
    enrol()

    taken = take_in(record("10.5072/before"), broken, record("10.5072/after"))

    assert set(Claim.objects.values_list("doi", flat=True)) == {"10.5072/before", "10.5072/after"}
    is_empty = isinstance(broken, bytes) and not broken.strip()
    assert (Quarantine.objects.count(), taken.broken) == ((0, 0) if is_empty else (1, 1))


def noise(length: int) -> str:
    """A text that cannot be compressed to fit after all."""
    return "".join(f"{number * 2654435761 % 2**32:08x}" for number in range(length // 8))


def test_a_doi_with_a_blank_is_known_again():
    enrol()
    spaced = "10.5072/with a blank"
    take_in(record(spaced))
    again = record(spaced, updated="2026-09-02T00:00:00Z")

    take_in(again)
    take_in(json.dumps(record(spaced, creators=[creator(None)], updated="2026-09-03T00:00:00Z")).encode())

    changes = [decision.change for decision in Decision.objects.order_by("id")]
    assert changes == ["first-seen", "none", "trigger-field"]
