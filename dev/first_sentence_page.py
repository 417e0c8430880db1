"""``docs/first-sentences.md``: the first sentence about a work, for each state, problem and reason."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

from profiles.domain.claim import ClaimAction, ClaimState, Origin
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.eligibility.rules import RULES, Result
from profiles.domain.first_sentences import StoredClaim, about_claim, without_claim
from profiles.domain.problems import CATALOGUE
from profiles.domain.reasons_for_readers import Reader
from profiles.domain.work_status import OnRecord
from profiles.ops.django_setup import start_django

HEAD = """# The first sentence about a work

*Generated from the code by `make docs`; do not edit.*

The why page, its JSON (`answer`), the page of a work, the API's detail of a claim (`answer`) and the staff's
page of a person begin with the same fact, in three voices: the owner's, staff's, and anyone's. Anyone reads
what the metadata say, and nothing about the person.
"""
_WHILE_ON_RECORD = frozenset({"not-updated", "visibility-refused"})
"""Problems that only a work on the record has."""
PUBLIC_REASONS = frozenset(code for rule in RULES if not rule.private for code in rule.reasons)
_PRIVATE = "as the metadata say"
SINCE = datetime(2026, 11, 29, tzinfo=UTC)


def page() -> str:
    """Return the page."""
    start_django()
    return "\n".join([HEAD, *_states(), "", *_reasons(), "", *_elsewhere(), "", *_anyone(), ""])


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _states() -> Iterator[str]:
    yield "## States\n"
    yield _row("state", "to", "on the record", "owner", "staff")
    yield _row(*["---"] * 5)
    for state, action, there in product(ClaimState, ClaimAction, (True, False)):
        if there != (state is ClaimState.DONE) and state in {ClaimState.DONE, ClaimState.DELETED}:
            continue
        problem, detail = ("", "") if state is ClaimState.NOTIFIED else ("orcid-unavailable", "")
        if state is ClaimState.IGNORED:
            problem, detail = "", "type-unwanted"
        claim = StoredClaim(state, action, Origin.SEARCH_AND_LINK, there, SINCE, problem, detail)
        yield _row(state.value, action.value, "yes" if there else "no", *_both(claim))


def _reasons() -> Iterator[str]:
    from profiles.pipeline.works.first_sentence import spoken

    yield "## Problems and reasons\n"
    yield "A problem is shown where the claim failed, a reason where a rule left the work out.\n"
    yield _row("code", "owner", "staff", "anyone")
    yield _row("---", "---", "---", "---")
    for code in (*CATALOGUE, *(code for code, reason in REASONS.items() if reason.remedy)):
        problem, detail = (code, "") if code in CATALOGUE else ("", code)
        state = ClaimState.FAILED if problem else ClaimState.IGNORED
        there = code in _WHILE_ON_RECORD
        claim = StoredClaim(state, ClaimAction.CREATE, Origin.AUTO_UPDATE, there, None, problem, detail)
        anyone = spoken(without_claim("skip", code, Reader.ANYONE)) if code in PUBLIC_REASONS else _PRIVATE
        yield _row(f"`{code}`", *_both(claim), anyone)


def _both(claim: StoredClaim) -> tuple[str, str]:
    from profiles.pipeline.works.first_sentence import spoken

    own = spoken(about_claim(claim, Reader.OWNER))
    return own, spoken(about_claim(claim, Reader.STAFF, name="Bob Berg"))


_SHOWN = {
    OnRecord.UNKNOWN: "not read",
    OnRecord.ELSEWHERE: "another source",
    OnRecord.DATACITE: "DataCite",
}


def _elsewhere() -> Iterator[str]:
    """Yield the states of a claim whose work another source put on the record."""
    from profiles.pipeline.works.first_sentence import spoken

    yield "## With a claim, where another source put the work on the record\n"
    yield "The owner reads which source it is; staff are not shown what other sources do.\n"
    yield _row("state", "to", "owner", "staff")
    yield _row(*["---"] * 4)
    for state, action in product(ClaimState, ClaimAction):
        if state is ClaimState.DONE:
            continue
        problem = "consent-lost" if state in {ClaimState.FAILED, ClaimState.IGNORED} else ""
        voices = (
            spoken(
                about_claim(
                    StoredClaim(
                        state,
                        action,
                        Origin.SEARCH_AND_LINK,
                        is_on_record=False,
                        problem=problem,
                        seen=OnRecord.ELSEWHERE,
                        source=source,
                    ),
                    who,
                    name=name,
                )
            )
            for who, source, name in ((Reader.OWNER, "Crossref", ""), (Reader.STAFF, "", "Bob Berg"))
        )
        yield _row(state.value, action.value, *voices)


def _anyone() -> Iterator[str]:
    from profiles.pipeline.works.first_sentence import spoken

    yield "## Without a claim\n"
    yield _row("what the rules say", "the record shows", "owner", "staff", "anyone")
    yield _row(*["---"] * 5)
    for result, there in product(Result, (OnRecord.UNKNOWN, OnRecord.ELSEWHERE, OnRecord.DATACITE)):
        reason = "name-differs" if result is Result.ASK else "not-named"
        voices = (
            spoken(without_claim(result.value, reason, who, on_record=seen, source=source, name=name))
            for who, seen, source, name in (
                (Reader.OWNER, there, "Crossref", ""),
                (Reader.STAFF, OnRecord.UNKNOWN, "", "Bob Berg"),
                (Reader.ANYONE, OnRecord.UNKNOWN, "", ""),
            )
        )
        yield _row(result.value, _SHOWN[there], *voices)
