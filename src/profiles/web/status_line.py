"""The one status line about Auto-Update."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from profiles.accounts.models import Account
from profiles.domain.auto_update import AutoUpdateStatus, NextStep
from profiles.domain.consent import Purpose
from profiles.pipeline.permissions.auto_update import status_of
from profiles.pipeline.permissions.lost_permissions import is_lost


@dataclass(frozen=True, slots=True)
class StatusLine:
    """The status of Auto-Update for ``auto_update_status.html``."""

    status: AutoUpdateStatus
    since: datetime | None
    lost_at: datetime | None

    @property
    def turns_on(self) -> bool:
        """Whether the one button switches Auto-Update on."""
        return self.status.step is NextStep.SWITCH_ON


def status_line(account: Account, held: Mapping[Purpose, Any]) -> StatusLine:
    """Return the one status line about Auto-Update."""
    consent = held.get(Purpose.AUTO_UPDATE)
    lost_at = (consent.lost_at or consent.updated_at) if consent and is_lost(consent) else None
    return StatusLine(status_of(account, consent), account.auto_update_since, lost_at)
