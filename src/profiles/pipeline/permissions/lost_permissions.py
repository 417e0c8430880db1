"""What people are shown and sent about lost permissions: which one, what it means, and what still works."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.consents import orcid_clients
from profiles.consents.selectors import is_usable
from profiles.consents.wording import PURPOSES
from profiles.domain.consent import ConsentHealth, Purpose

CONSEQUENCES: Final = {
    Purpose.SEARCH_AND_LINK: gettext_lazy("Works that you choose wait until you give it again."),
    Purpose.AUTO_UPDATE: gettext_lazy("Auto-Update adds and changes nothing until you give it again."),
}


@dataclass(frozen=True, slots=True)
class LostPermission:
    """A permission that ORCID no longer accepts; ``purpose`` is the one to give again."""

    purpose: str
    name: str
    since: datetime
    consequences: list[str]
    still_works: str

    @property
    def sentences(self) -> str:
        """Which permission it is, what it means, and what still works; for messages."""
        lost = _("ORCID no longer accepts your permission for %(name)s.") % {"name": self.name}
        kept = _("What is on your record stays there.")
        return " ".join(filter(None, [lost, *self.consequences, kept, self.still_works]))


def lost_permissions(held: Mapping[Purpose, Any]) -> list[LostPermission]:
    """Return a notice for each lost permission; purposes with the same ORCID client share one."""
    lost = [purpose for purpose in Purpose if is_lost(held.get(purpose))]
    notices: list[LostPermission] = []
    done: set[Purpose] = set()
    for purpose in lost:
        if purpose not in done:
            group = [member for member in orcid_clients.purposes_sharing_client(purpose) if member in lost]
            done |= set(group)
            notices.append(_notice(group, held))
    return notices


def is_lost(consent: Any) -> bool:
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
