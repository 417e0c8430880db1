"""Every background job that changes claims, permissions or records, beside another actor, in every order.

The jobs are those of the queue and of the clock, each with something to do. ``make test`` plays the pairs
that have met a race, with one interruption; ``make proof faults`` plays every pair, and for each job one kill
and one lost answer of ORCID.
"""

import os

import pytest

from tests.support.interleavings.jobs import BESIDE_JOBS, JOBS, OTHERS, STARTS, TWO_WORKS
from tests.support.interleavings.plays import assert_all_end_well, played
from tests.support.interleavings.scheduler import LOSE

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.usefixtures("quiet_logs"),
]
PLAYED = os.environ.get("PROFILES_INTERLEAVINGS", "")
USUAL = [
    ("deleted", "compare", "owner_adds"), ("switched_on", "look_back", "id_is_corrected"),
    ("planned", "act_on_works", "owner_adds"), ("left", "finish_departure", "comes_back"),
]  # fmt: skip
EVERY = [(start, job, other) for (start, job), others in BESIDE_JOBS.items() for other in others]
KILLED = [
    *USUAL[:3], ("put_code_unknown", "compare", "deletes_at_orcid"), ("revoked", "check_doubted", "worker"),
    ("versions", "keep_single_entries", "owner_adds"), ("campaign", "advance_campaign", "owner_removes"),
    ("left", "finish_departure", "worker"), ("withdrawn", "revoke_token", "gives_permission"),
    ("closed", "erase_closed", "comes_back"), ("expiring", "refresh_due", "leaves"),
]  # fmt: skip
"""Each job with one other actor: a kill makes five times as many orders, a lost answer twice as many."""
CALLS_ORCID = frozenset({"compare", "check_doubted", "refresh_due", "finish_departure", "revoke_token"})
INTERRUPTIONS = None if PLAYED == "all" else 1


def orders_of(pair, orcid, datacite, **accidents):
    start, job, other = pair
    return played(
        orcid, datacite, STARTS[start], OTHERS[other], first=JOBS[job],
        works=2 if start in TWO_WORKS else 1, most_interruptions=INTERRUPTIONS, **accidents,
    )  # fmt: skip


@pytest.mark.parametrize("pair", EVERY if PLAYED else USUAL, ids="-".join)
def test_a_job_and_another_actor(orcid, datacite, pair):
    assert_all_end_well(orders_of(pair, orcid, datacite))


@pytest.mark.parametrize("pair", {"all": EVERY, "pairs": KILLED}.get(PLAYED, KILLED[1:2]), ids="-".join)
def test_a_job_that_is_killed_and_another_actor(orcid, datacite, pair):
    assert_all_end_well(orders_of(pair, orcid, datacite, kill=True))


def those_that_call_orcid(pairs):
    return [pair for pair in pairs if pair[1] in CALLS_ORCID]


@pytest.mark.parametrize(
    "pair",
    those_that_call_orcid({"all": EVERY, "pairs": KILLED}.get(PLAYED, KILLED[8:9])),
    ids="-".join,
)
def test_a_job_that_gets_no_answer_and_another_actor(orcid, datacite, pair):
    plays = list(orders_of(pair, orcid, datacite, lose=True))

    assert any(step.startswith(LOSE) for play in plays for step in play.story)
    assert_all_end_well(plays)
