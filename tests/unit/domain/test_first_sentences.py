"""The first sentence about a work is true in each state, for each rule and each reader."""

import re
from datetime import UTC, datetime
from itertools import product

import pytest

from profiles.domain.claim import ClaimAction, ClaimState, Origin
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.eligibility.rules import Result
from profiles.domain.first_sentences import Reader, StoredClaim, about_claim, without_claim
from profiles.domain.problems import CATALOGUE
from profiles.domain.work_status import OnRecord
from profiles.pipeline.works.first_sentence import spoken

SINCE = datetime(2026, 11, 29, 20, 45, tzinfo=UTC)
READERS = [(Reader.OWNER, ""), (Reader.STAFF, "Bob Berg"), (Reader.STAFF, "")]


def says_on_record(sentence: str) -> bool:
    return sentence.startswith(("On ", "Still on "))


@pytest.mark.parametrize(("reader", "name"), READERS, ids=["owner", "staff", "staff without a name"])
@pytest.mark.parametrize("state", ClaimState)
def test_the_sentence_never_contradicts_what_is_stored(state, reader, name):
    checked = 0
    codes = ["", *CATALOGUE, *REASONS]
    for action, origin, there, code in product(ClaimAction, Origin, (True, False), codes):
        is_on_record = there or state is ClaimState.DONE
        since = SINCE if is_on_record else None
        problem, detail = (code, "") if code in CATALOGUE else ("", code)
        claim = StoredClaim(state, action, origin, is_on_record, since, problem, detail)
        sentence = spoken(about_claim(claim, reader, name=name))

        assert says_on_record(sentence) == (is_on_record and state is not ClaimState.DELETED), sentence
        assert sentence.endswith((".", "?"))
        assert "%(" not in sentence
        assert (reader is Reader.OWNER) == ("your ORCID record" in sentence)
        if reader is not Reader.OWNER:
            assert not re.search(r"\byour?\b", sentence, re.IGNORECASE), sentence
        if name:
            assert name in sentence
        checked += 1
    assert checked == 8 * len(codes)


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

    assert (
        spoken(about_claim(added, Reader.OWNER)) == "On your ORCID record since Nov. 29, 2026: you added it."
    )
    assert spoken(about_claim(lost, Reader.OWNER)) == (
        "Not on your ORCID record: ORCID no longer accepts your permission."
    )
    assert spoken(about_claim(lost, Reader.STAFF, name="Bob Berg")) == (
        "Not on the ORCID record of Bob Berg: ORCID no longer accepts the permission."
    )
