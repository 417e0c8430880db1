"""The first sentence about a work is true in each state, for each rule and each reader."""

import re
from datetime import UTC, datetime
from itertools import product

import pytest

from profiles.domain.claim import ClaimAction, ClaimState, Origin
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.eligibility.rules import Result
from profiles.domain.first_sentences import StoredClaim, about_claim, without_claim
from profiles.domain.problems import CATALOGUE
from profiles.domain.reasons_for_readers import Reader
from profiles.domain.work_status import OnRecord
from profiles.pipeline.works.first_sentence import spoken

SINCE = datetime(2026, 11, 29, 20, 45, tzinfo=UTC)
SEEN = (OnRecord.UNKNOWN, OnRecord.DATACITE, OnRecord.ELSEWHERE)
READERS = [(Reader.OWNER, ""), (Reader.STAFF, "Bob Berg"), (Reader.STAFF, "")]


def says_on_record(sentence: str) -> bool:
    return sentence.startswith(("On ", "Still on "))


@pytest.mark.parametrize(("reader", "name"), READERS, ids=["owner", "staff", "staff without a name"])
@pytest.mark.parametrize("state", ClaimState)
def test_the_sentence_never_contradicts_what_is_stored(state, reader, name):
    checked = 0
    codes = ["", *CATALOGUE, *REASONS]
    for action, origin, there, code, seen in product(ClaimAction, Origin, (True, False), codes, SEEN):
        is_on_record = there or state is ClaimState.DONE
        since = SINCE if is_on_record else None
        problem, detail = (code, "") if code in CATALOGUE else ("", code)
        source = "Crossref" if reader is Reader.OWNER and seen is OnRecord.ELSEWHERE else ""
        claim = StoredClaim(
            state, action, origin, is_on_record, since, problem, detail, seen=seen, source=source
        )
        sentence = spoken(about_claim(claim, reader, name=name))

        by_us = (is_on_record or seen is OnRecord.DATACITE) and state is not ClaimState.DELETED
        assert says_on_record(sentence) == (by_us or bool(source)), sentence
        if seen is OnRecord.ELSEWHERE:
            assert not sentence.startswith("Not on"), sentence
        if reader is Reader.OWNER:
            assert " its owner" not in sentence.lower(), sentence
            assert "researcher" not in sentence
        assert sentence.endswith((".", "?"))
        assert "%(" not in sentence
        assert (reader is Reader.OWNER) == ("your ORCID record" in sentence)
        if reader is not Reader.OWNER:
            assert not re.search(r"\byour?\b", sentence, re.IGNORECASE), sentence
        if name:
            assert name in sentence
        checked += 1
    assert checked == 8 * len(codes) * len(SEEN)


@pytest.mark.parametrize("reader", Reader)
def test_without_a_claim_the_sentence_follows_the_rules_and_the_record(reader):
    checked = 0
    for result, reason, on_record in product(Result, REASONS, OnRecord):
        sentence = spoken(without_claim(result.value, reason, reader, on_record=on_record, source="Crossref"))

        is_there = reader is not Reader.ANYONE and on_record in {OnRecord.DATACITE, OnRecord.ELSEWHERE}
        assert says_on_record(sentence) == is_there, sentence
        if reader is Reader.ANYONE:
            assert "record" not in sentence.partition(":")[0]
        if reader is not Reader.OWNER:
            assert not re.search(r"\byour?\b", sentence, re.IGNORECASE), sentence
        checked += 1
    assert checked == len(Result) * len(REASONS) * len(OnRecord)


@pytest.mark.parametrize("problem", ["work-exists", "wrong-source", "private-item"])
def test_a_work_that_another_source_put_there_is_not_said_to_be_missing(problem):
    claim = StoredClaim(ClaimState.FAILED, ClaimAction.CREATE, Origin.SEARCH_AND_LINK, False, problem=problem)

    assert spoken(about_claim(claim, Reader.OWNER)).startswith(
        "DataCite has not added it to your ORCID record: "
    )


def test_the_sentences_read_as_people_say_them():
    added = StoredClaim(ClaimState.DONE, ClaimAction.CREATE, Origin.SEARCH_AND_LINK, True, SINCE)
    lost = StoredClaim(
        ClaimState.FAILED, ClaimAction.CREATE, Origin.AUTO_UPDATE, False, problem="consent-lost"
    )

    assert spoken(about_claim(added, Reader.OWNER)) == "On your ORCID record since 29 Nov 2026: you added it."
    assert spoken(about_claim(lost, Reader.OWNER)) == (
        "Not on your ORCID record: ORCID no longer accepts your permission."
    )
    assert spoken(about_claim(lost, Reader.STAFF, name="Bob Berg")) == (
        "Not on the ORCID record of Bob Berg: ORCID no longer accepts the permission."
    )


def test_after_the_colon_the_sentence_goes_on_in_small_letters_where_no_name_begins():
    failed = [
        StoredClaim(ClaimState.FAILED, ClaimAction.CREATE, Origin.AUTO_UPDATE, False, None, problem)
        for problem in ("consent-missing", "orcid-unavailable")
    ]

    assert [spoken(about_claim(claim, Reader.OWNER)) for claim in failed] == [
        "Not on your ORCID record: your permission is missing.",
        "Not on your ORCID record. We have stopped trying: ORCID does not answer.",
    ]


def test_a_work_that_any_permission_shows_is_not_said_to_be_missing():
    lost = StoredClaim(
        ClaimState.FAILED,
        ClaimAction.CREATE,
        Origin.AUTO_UPDATE,
        False,
        problem="consent-lost",
        seen=OnRecord.ELSEWHERE,
        source="Crossref",
    )

    assert spoken(about_claim(lost, Reader.OWNER)) == (
        "On your ORCID record, from Crossref. DataCite has not added it: ORCID no longer accepts your "
        "permission."
    )
