import pytest

from profiles.domain.claim import (
    TRANSITIONS,
    ClaimEvent,
    ClaimState,
    ForbiddenTransitionError,
    next_state,
)


@pytest.mark.parametrize("state", ClaimState, ids=lambda state: state.value)
def test_anything_can_be_asked_for_again(state):
    assert next_state(state, ClaimEvent.REQUEST) is ClaimState.WAITING


def test_a_worker_that_died_half_way_may_start_again():
    assert next_state(ClaimState.WORKING, ClaimEvent.START) is ClaimState.WORKING


@pytest.mark.parametrize(
    ("state", "event"),
    [(s, e) for s in ClaimState for e in ClaimEvent if (s, e) not in TRANSITIONS],
    ids=lambda value: value.value,
)
def test_a_pair_that_is_not_in_the_table_is_refused(state, event):
    with pytest.raises(ForbiddenTransitionError):
        next_state(state, event)


def test_a_removal_that_is_done_stays_done_until_the_work_is_asked_for_again():
    ways_on = {event for state, event in TRANSITIONS if state is ClaimState.DELETED}

    assert ways_on == {ClaimEvent.REQUEST}
