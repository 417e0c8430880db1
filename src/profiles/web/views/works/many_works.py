"""Act on the works that are ticked in My works, or on all that are found; call the act off, and undo it."""

import uuid as uuids
from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from profiles.accounts.models import Account
from profiles.claims import selectors
from profiles.claims.bulk_acts import store
from profiles.claims.bulk_acts.store import Progress
from profiles.pipeline.requests import bulk_acts, single_entries
from profiles.pipeline.requests.bulk import CHOSEN_BY_PEOPLE, UNDONE_BY, Act
from profiles.pipeline.works import my_works
from profiles.web.guard import signed_in
from profiles.web.views.works.works_query import MAX_ADDRESS, WorksQuery

_UNDO: Final = "undo"
_CALL_OFF_REST: Final = "call-off-rest"
_CLOSE: Final = "close"


@require_POST
@signed_in
def act(request: HttpRequest, account: Account) -> HttpResponse:
    """Start an act on many works, or call it off, undo it, or put the notice about it away."""
    query = QueryDict(request.POST.get("back", "")[:MAX_ADDRESS])
    pressed = request.POST.get("do", "")
    uuid = _uuid(request.POST.get("act", ""))
    place = "#bulk-act"
    if pressed in CHOSEN_BY_PEOPLE:
        _start(request, account, Act(pressed), _chosen(request, account, query))
    elif pressed == _UNDO:
        if uuid is None or not single_entries.undo(account, uuid=uuid):
            messages.info(request, _("There is nothing to undo any more."))
    elif pressed == _CALL_OFF_REST and uuid is not None:
        bulk_acts.call_off(orcid_id=account.orcid_id, uuid=uuid)
    elif pressed == _CLOSE and uuid is not None:
        store.close(orcid_id=account.orcid_id, uuid=uuid)
        place = ""
    back = query.urlencode()
    return HttpResponseRedirect(f"{reverse('works')}{'?' if back else ''}{back}{place}")


def _start(request: HttpRequest, account: Account, act: Act, claim_ids: Sequence[int]) -> None:
    if claim_ids:
        bulk_acts.start(orcid_id=account.orcid_id, act=act, claim_ids=claim_ids)
    else:
        messages.info(request, _("No work is chosen. Tick the works first."))


def _chosen(request: HttpRequest, account: Account, query: QueryDict) -> Sequence[int]:
    if "all" in request.POST:
        return my_works.found_claim_ids(account.orcid_id, WorksQuery.of(query).wanted)
    uuids_of_works = [uuid for text in request.POST.getlist("work") if (uuid := _uuid(text))]
    return [claim.pk for claim in selectors.own_claims(account.orcid_id, public_ids=uuids_of_works)]


def _uuid(text: str) -> uuids.UUID | None:
    try:
        return uuids.UUID(text)
    except ValueError:
        return None


def notice_context(progress: Progress | None) -> dict[str, Any]:
    """Return what My works says about the person's last act on many works."""
    if progress is None:
        return {"bulk_act": None}
    act, is_moving = Act(progress.act), progress.to_go > 0
    return {
        "bulk_act": progress,
        "bulk_act_words": [*_words(act, progress, is_moving=is_moving), *_about_the_rest(progress)],
        "bulk_act_ended": progress.total - progress.to_go,
        "may_undo": act in UNDONE_BY and not progress.is_undo and progress.done > 0,
    }


def _words(act: Act, progress: Progress, *, is_moving: bool) -> list[str]:
    """Say what is being done while it is, and what was reached afterwards; nothing where that is none."""
    n = progress.total - progress.unfit - progress.left - (0 if is_moving else progress.failed)
    if act is Act.NOT_MINE:
        words = ngettext(
            "%(n)d work is called not yours: it is never sent again unless you restore it.",
            "%(n)d works are called not yours: they are never sent again unless you restore them.",
            n,
        )
    elif act is Act.CALL_OFF:
        words = ngettext("%(n)d work is called off.", "%(n)d works are called off.", n)
    else:
        words = _words_while_moving(act, n) if is_moving else _words_when_settled(act, n)
    return [words % {"n": n}] if n else []


def _words_while_moving(act: Act, n: int) -> str:
    words: dict[Act, Any] = {
        Act.AGAIN: ngettext("%(n)d work is sent again now.", "%(n)d works are sent again now.", n),
        Act.REMOVE: ngettext(
            "%(n)d work is being removed from your ORCID record.",
            "%(n)d works are being removed from your ORCID record.",
            n,
        ),
        Act.ONE_ENTRY: ngettext(
            "%(n)d entry is being taken off your ORCID record, because another version stays.",
            "%(n)d entries are being taken off your ORCID record, because another version stays.",
            n,
        ),
        Act.RESTORE: ngettext("%(n)d work is being brought back.", "%(n)d works are being brought back.", n),
        Act.TAKE_BACK: ngettext("%(n)d work is being taken back.", "%(n)d works are being taken back.", n),
    }
    return str(words[act])


def _words_when_settled(act: Act, n: int) -> str:
    words: dict[Act, Any] = {
        Act.AGAIN: ngettext("%(n)d work was sent again.", "%(n)d works were sent again.", n),
        Act.REMOVE: ngettext(
            "%(n)d work is removed from your ORCID record.",
            "%(n)d works are removed from your ORCID record.",
            n,
        ),
        Act.ONE_ENTRY: ngettext(
            "%(n)d entry is taken off your ORCID record; another version stays.",
            "%(n)d entries are taken off your ORCID record; another version stays.",
            n,
        ),
        Act.RESTORE: ngettext("%(n)d work is brought back.", "%(n)d works are brought back.", n),
        Act.TAKE_BACK: ngettext("%(n)d work is taken back.", "%(n)d works are taken back.", n),
    }
    return str(words[act])


def _about_the_rest(progress: Progress) -> list[str]:
    """Say what became of the works to which it was not done."""
    unfit = ngettext(
        "%(n)d of the chosen works is not in a state for that, and stays as it is.",
        "%(n)d of the chosen works are not in a state for that, and stay as they are.",
        progress.unfit,
    )
    left = ngettext(
        "%(n)d work is left as it was, because you called the rest off.",
        "%(n)d works are left as they were, because you called the rest off.",
        progress.left,
    )
    failed = ngettext(
        "For %(n)d work it did not succeed.", "For %(n)d works it did not succeed.", progress.failed
    )
    counts = ((unfit, progress.unfit), (left, progress.left), (failed, progress.failed))
    return [words % {"n": n} for words, n in counts if n]
