"""The status of Auto-Update over all combinations of iD, switch and permission."""

from itertools import product

import pytest

from profiles.domain.auto_update import (
    AutoUpdateState,
    NextStep,
    PermissionState,
    auto_update_status,
    permission_state,
)
from profiles.domain.consent import SCOPES, USABLE, ConsentHealth

WITH_ID = {
    (True, PermissionState.USABLE): (AutoUpdateState.WORKING, NextStep.SWITCH_OFF),
    (True, PermissionState.NONE): (AutoUpdateState.WAITING, NextStep.PERMIT),
    (True, PermissionState.LOST): (AutoUpdateState.WAITING, NextStep.PERMIT),
    (True, PermissionState.WITHDRAWN): (AutoUpdateState.WAITING, NextStep.PERMIT),
    (True, PermissionState.TOO_LITTLE): (AutoUpdateState.WAITING, NextStep.PERMIT),
    **{(False, state): (AutoUpdateState.OFF, NextStep.SWITCH_ON) for state in PermissionState},
}


@pytest.mark.parametrize(("is_on", "permission"), list(product((True, False), PermissionState)))
def test_each_combination_of_switch_and_permission_has_one_status_and_one_step(is_on, permission):
    status = auto_update_status(has_orcid_id=True, is_on=is_on, permission=permission)

    assert (status.state, status.step) == WITH_ID[is_on, permission]
    assert status.permission is permission


@pytest.mark.parametrize(("is_on", "permission"), list(product((True, False), PermissionState)))
def test_without_an_orcid_id_the_one_step_is_to_link_it(is_on, permission):
    status = auto_update_status(has_orcid_id=False, is_on=is_on, permission=permission)

    assert (status.state, status.step) == (AutoUpdateState.OFF, NextStep.LINK)


@pytest.mark.parametrize(("health", "has_token"), list(product(ConsentHealth, (True, False))))
def test_a_permission_is_usable_only_with_a_token_in_good_health(health, has_token):
    state = permission_state(health=health.value, has_token=has_token, scopes=SCOPES)

    assert (state is PermissionState.USABLE) == (has_token and health in USABLE)
    assert (state is PermissionState.LOST) == (health is ConsentHealth.LOST)


def test_a_permission_that_allows_only_reading_is_too_little():
    state = permission_state(health="works", has_token=True, scopes=("/read-limited", "openid"))

    assert state is PermissionState.TOO_LITTLE
