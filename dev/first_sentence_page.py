"""``docs/first-sentences.md``: the first sentence about a work, for each state, problem and reason."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

from profiles.domain.claim import ClaimAction, ClaimState, Origin
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.eligibility.rules import Result
from profiles.domain.first_sentences import Reader, StoredClaim, about_claim, without_claim
from profiles.domain.problems import CATALOGUE
from profiles.ops.django_setup import start_django

HEAD = """# The first sentence about a work

*Generated from the code by `make docs`; do not edit.*

The why page, its JSON (`answer`), the page of a work and the staff's page of a person begin with the same
fact, in three voices. Anyone else reads what the metadata say, and nothing about the person.
"""
SINCE = datetime(2026, 11, 29, tzinfo=UTC)


def page() -> str:
    """Return the page."""
    start_django()
    return "\n".join([HEAD, *_states(), "", *_reasons(), "", *_anyone(), ""])


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _states() -> Iterator[str]:
    yield "## States\n"
    yield _row("state", "to", "on the record", "owner", "staff")
    yield _row(*["---"] * 5)
    for state, action, there in product(ClaimState, ClaimAction, (True, False)):
        if there != (state is ClaimState.DONE) and state in {ClaimState.DONE, ClaimState.DELETED}:
            continue
        claim = StoredClaim(state, action, Origin.SEARCH_AND_LINK, there, SINCE, "orcid-unavailable")
        yield _row(state.value, action.value, "yes" if there else "no", *_both(claim))


def _reasons() -> Iterator[str]:
    yield "## Problems and reasons of a work that is not on the record\n"
    yield _row("code", "owner", "staff")
    yield _row("---", "---", "---")
    for code in (*CATALOGUE, *(code for code, reason in REASONS.items() if reason.remedy)):
        problem, detail = (code, "") if code in CATALOGUE else ("", code)
        state = ClaimState.FAILED if problem else ClaimState.IGNORED
        claim = StoredClaim(state, ClaimAction.CREATE, Origin.AUTO_UPDATE, False, None, problem, detail)
        yield _row(f"`{code}`", *_both(claim))


def _both(claim: StoredClaim) -> tuple[str, str]:
    from profiles.pipeline.works.first_sentence import spoken

    own = spoken(about_claim(claim, Reader.OWNER))
    return own, spoken(about_claim(claim, Reader.STAFF, name="Bob Berg"))


def _anyone() -> Iterator[str]:
    from profiles.pipeline.works.first_sentence import spoken

    yield "## Without a claim\n"
    yield _row("what the rules say", "owner", "anyone")
    yield _row("---", "---", "---")
    for result in Result:
        both = (
            spoken(without_claim(result.value, "not-named", who)) for who in (Reader.OWNER, Reader.ANYONE)
        )
        yield _row(result.value, *both)
