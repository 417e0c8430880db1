"""The status of Auto-Update: one rule from permission and switch to what people are shown and can do."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from profiles.domain.consent import USABLE, ConsentHealth
from profiles.domain.push.plan import WRITE_SCOPES


class AutoUpdateState(StrEnum):
    """What Auto-Update does for a person."""

    WORKING = "working"
    WAITING = "waiting"
    """Switched on, but there is no permission with which works can be added."""
    OFF = "off"


class PermissionState(StrEnum):
    """What is known of a person's permission for Auto-Update."""

    NONE = "none"
    USABLE = "usable"
    TOO_LITTLE = "too_little"
    """Given, but it does not allow adding works."""
    LOST = "lost"
    WITHDRAWN = "withdrawn"


class NextStep(StrEnum):
    """The one thing that a person can do to change the status."""

    LINK = "link"
    PERMIT = "permit"
    """Give the permission at ORCID, which keeps Auto-Update on."""
    SWITCH_ON = "switch_on"
    """Switch on; where the permission is missing, this leads to ORCID first."""
    SWITCH_OFF = "switch_off"


@dataclass(frozen=True, slots=True)
class AutoUpdateStatus:
    """The status, why it waits, and the one step that changes it."""

    state: AutoUpdateState
    permission: PermissionState
    step: NextStep


def permission_state(*, health: str, has_token: bool, scopes: Iterable[str]) -> PermissionState:
    """Return the state of a permission that was once given."""
    if health == ConsentHealth.LOST:
        return PermissionState.LOST
    if health == ConsentHealth.WITHDRAWN or not has_token or health not in USABLE:
        return PermissionState.WITHDRAWN
    return PermissionState.TOO_LITTLE if WRITE_SCOPES.isdisjoint(scopes) else PermissionState.USABLE


def auto_update_status(*, has_orcid_id: bool, is_on: bool, permission: PermissionState) -> AutoUpdateStatus:
    """Return the status of Auto-Update. Only a usable permission and the switch together make it work."""
    if not has_orcid_id:
        return AutoUpdateStatus(AutoUpdateState.OFF, PermissionState.NONE, NextStep.LINK)
    if not is_on:
        return AutoUpdateStatus(AutoUpdateState.OFF, permission, NextStep.SWITCH_ON)
    if permission is PermissionState.USABLE:
        return AutoUpdateStatus(AutoUpdateState.WORKING, permission, NextStep.SWITCH_OFF)
    return AutoUpdateStatus(AutoUpdateState.WAITING, permission, NextStep.PERMIT)
