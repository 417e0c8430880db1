from itertools import pairwise

import pytest

from profiles.domain import problems
from profiles.domain.claim import ClaimEvent, ClaimState
from profiles.domain.problem import Remedy, Retry
from profiles.domain.problems import CATALOGUE
from profiles.domain.push.outcome import JITTER, LONGEST_ASKED, MAXIMUM_AGE, WAITS, after_problem, user_facing

OF_EACH_CLASS = [problems.ORCID_UNAVAILABLE, problems.ORCID_BUSY, problems.RECORD_LOCKED]
by_code = pytest.mark.parametrize("problem", OF_EACH_CLASS, ids=lambda problem: problem.code)


@by_code
def test_waits_grow_from_try_to_try_and_the_last_one_repeats(problem):
    waits = [after_problem(problem, tries=tries, age_seconds=0).due_in for tries in range(1, 12)]

    assert all(later >= sooner > 0 for sooner, later in pairwise(waits))
    assert waits[-1] == WAITS[problem.retry][-1]


@by_code
def test_waits_are_spread_so_that_an_outage_does_not_end_in_a_stampede(problem):
    least, most = (after_problem(problem, tries=1, age_seconds=0, jitter=jitter).due_in for jitter in (0, 1))

    assert most == pytest.approx(least * (1 + JITTER))


@by_code
def test_a_claim_waits_as_long_as_the_service_asks_but_no_longer_than_the_others(problem):
    asks_for_hours = after_problem(problem, tries=1, age_seconds=0, retry_after=80_000.0)

    usual = after_problem(problem, tries=1, age_seconds=0).due_in
    assert asks_for_hours.due_in == max(usual, LONGEST_ASKED)
    assert after_problem(problem, tries=1, age_seconds=0, retry_after=400.0).due_in >= 400.0


@by_code
def test_what_was_tried_for_too_long_fails_with_its_problem_and_says_that_it_stopped(problem):
    limit = MAXIMUM_AGE[problem.retry]

    assert after_problem(problem, tries=50, age_seconds=limit - 1).event is ClaimEvent.WAIT
    given_up = after_problem(problem, tries=50, age_seconds=limit + 1)
    told = user_facing(problem, ClaimState.FAILED)

    assert (given_up.event, given_up.problem, given_up.due_in) == (ClaimEvent.FAIL, problem, None)
    assert "have stopped" in told.we
    assert "Try again" in told.you
    assert (told.code, told.title) == (problem.code, problem.title)


def test_a_new_problem_is_tried_again_however_long_another_one_lasted():
    age, problem = MAXIMUM_AGE[Retry.SLOW] / 2, problems.ORCID_UNAVAILABLE

    after_a_lock = after_problem(problem, tries=9, age_seconds=age, previous=problems.RECORD_LOCKED)
    again = after_problem(problem, tries=10, age_seconds=age, previous=problem)

    assert (after_a_lock.event, again.event) == (ClaimEvent.WAIT, ClaimEvent.FAIL)


def test_a_refused_token_gives_up_no_claim_because_the_permission_is_lost_first():
    year = MAXIMUM_AGE[Retry.SLOW]

    assert after_problem(problems.TOKEN_REFUSED, tries=9, age_seconds=year).event is ClaimEvent.WAIT


@pytest.mark.parametrize("problem", CATALOGUE.values(), ids=lambda problem: problem.code)
def test_nothing_that_stands_still_is_said_to_go_on_automatically(problem):
    told = user_facing(problem, ClaimState.FAILED)

    assert "continues automatically" not in told.you
    assert "try again automatically" not in told.we


@pytest.mark.parametrize("problem", CATALOGUE.values(), ids=lambda problem: problem.code)
def test_what_is_waited_for_is_told_as_it_stands_in_the_catalogue(problem):
    assert user_facing(problem, ClaimState.WAITING) is problem
    if problem.retry in {Retry.NEVER, Retry.PERMISSION}:
        assert after_problem(problem, tries=1, age_seconds=0).event is ClaimEvent.FAIL
        assert user_facing(problem, ClaimState.FAILED) is problem


LACKING = [p for p in CATALOGUE.values() if p.retry is Retry.PERMISSION and p.remedy is Remedy.GRANT]


@pytest.mark.parametrize("problem", LACKING, ids=lambda problem: problem.code)
def test_of_a_removal_no_one_says_that_the_work_will_be_sent(problem):
    told = user_facing(problem, ClaimState.FAILED, removing=True)

    assert "send" not in told.we
    assert "yourself" in told.you
    assert told.title == problem.title
