"""What pages say of Auto-Update and of lost permissions: one status line, one notice for each loss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.accounts.models import Account
from profiles.consents import orcid_clients
from profiles.consents.selectors import is_usable
from profiles.consents.wording import PURPOSES
from profiles.domain.auto_update import AutoUpdateStatus, NextStep
from profiles.domain.consent import ConsentHealth, Purpose
from profiles.pipeline.permissions.auto_update import status_of

CONSEQUENCES: Final = {
    Purpose.SEARCH_AND_LINK: gettext_lazy("Works that you choose wait until you give it again."),
    Purpose.AUTO_UPDATE: gettext_lazy("Auto-Update adds and changes nothing until you give it again."),
}


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


@dataclass(frozen=True, slots=True)
class LostPermission:
    """A permission that ORCID no longer accepts; ``purpose`` is the one to give again."""

    purpose: str
    name: str
    since: datetime
    consequences: list[str]
    still_works: str


def status_line(account: Account, held: Mapping[Purpose, Any]) -> StatusLine:
    """Return the one status line about Auto-Update."""
    consent = held.get(Purpose.AUTO_UPDATE)
    lost_at = (consent.lost_at or consent.updated_at) if consent and _is_lost(consent) else None
    return StatusLine(status_of(account, consent), account.auto_update_since, lost_at)


def lost_permissions(held: Mapping[Purpose, Any]) -> list[LostPermission]:
    """Return a notice for each lost permission; purposes with the same ORCID client share one."""
    lost = [purpose for purpose in Purpose if _is_lost(held.get(purpose))]
    notices: list[LostPermission] = []
    done: set[Purpose] = set()
    for purpose in lost:
        if purpose not in done:
            group = [member for member in orcid_clients.purposes_sharing_client(purpose) if member in lost]
            done |= set(group)
            notices.append(_notice(group, held))
    return notices


def _is_lost(consent: Any) -> bool:
    return consent is not None and consent.health == ConsentHealth.LOST.value


def _notice(group: Sequence[Purpose], held: Mapping[Purpose, Any]) -> LostPermission:
    others = [purpose for purpose in Purpose if purpose not in group and is_usable(held.get(purpose))]
    still_works = _("%(name)s still works.") % {"name": _names(others)} if others else ""
    wanted = Purpose.AUTO_UPDATE if Purpose.AUTO_UPDATE in group else group[0]
    return LostPermission(
        purpose=wanted.value,
        name=_names(group),
        since=held[group[0]].lost_at or held[group[0]].updated_at,
        consequences=[str(CONSEQUENCES[member]) for member in group],
        still_works=still_works,
    )


def _names(purposes: Sequence[Purpose]) -> str:
    return get_text_list([str(PURPOSES[purpose]["name"]) for purpose in purposes], _("and"))
