"""The timeline of a work has a sentence for each event, problem and reason, in the reader's voice."""

import re
from itertools import product
from types import SimpleNamespace

import pytest

from profiles.domain.claim import ClaimAction, ClaimEvent, Origin
from profiles.domain.consent import Purpose, ReceiptKind
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.eligibility.rules import Result
from profiles.domain.problems import CATALOGUE
from profiles.domain.reasons_for_readers import Reader
from profiles.pipeline.works.timeline_words import (
    answer_sentence,
    attempt_sentence,
    decision_sentence,
    history_sentence,
    receipt_sentence,
)

ALICE = "0009-0001-0000-0014"
NOTES = ["", "try again", "not mine", "the person agreed", "batch 7", *(f"{code} x" for code in REASONS)]


def says_you(sentence: str) -> bool:
    return re.search(r"\byours?\b|\byou\b", sentence, re.IGNORECASE) is not None


def check(sentence: str, reader: Reader) -> None:
    assert sentence.endswith((".", "?")), sentence
    assert "%(" not in sentence
    if reader is Reader.STAFF:
        assert not says_you(sentence), sentence


@pytest.mark.parametrize("reader", [Reader.OWNER, Reader.STAFF])
def test_each_event_of_a_claim_is_said_in_the_readers_voice(reader):
    checked = 0
    rest = product(ClaimEvent, ClaimAction, Origin, [ALICE, "permission", "reconcile"], NOTES)
    for event, action, origin, actor, note in rest:
        line = SimpleNamespace(
            event=event.value, action=action.value, origin=origin.value, actor=actor, note=note, problem=""
        )
        check(history_sentence(line, ALICE, reader), reader)
        checked += 1
    assert checked == len(ClaimEvent) * 4 * 3 * len(NOTES)


@pytest.mark.parametrize("reader", [Reader.OWNER, Reader.STAFF])
def test_each_problem_is_said_in_the_readers_voice(reader):
    for code in CATALOGUE:
        line = SimpleNamespace(
            event="fail", action="create", origin="orcid_search", actor="", note="", problem=code
        )
        check(history_sentence(line, ALICE, reader), reader)
        check(attempt_sentence(SimpleNamespace(verb="add", problem=code), reader), reader)
    assert len(CATALOGUE) > 30


@pytest.mark.parametrize("reader", [Reader.OWNER, Reader.STAFF])
def test_each_decision_answer_and_receipt_is_said_in_the_readers_voice(reader):
    for result, reason in product(Result, REASONS):
        check(decision_sentence(SimpleNamespace(result=result.value, reason=reason), reader), reader)
    for answer in ("yes", "no"):
        check(answer_sentence(answer, reader), reader)
    words = [
        receipt_sentence(SimpleNamespace(kind=kind.value, purpose=purpose.value), reader)
        for kind, purpose in product(ReceiptKind, Purpose)
    ]
    for sentence in filter(None, words):
        check(sentence, reader)
    assert sum(map(bool, words)) == 6
