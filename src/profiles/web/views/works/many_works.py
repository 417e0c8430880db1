"""Act on the works that are ticked in My works, or on all that were found, and undo it."""

import uuid as uuids
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from profiles.accounts.models import Account
from profiles.claims import selectors
from profiles.pipeline.requests.bulk import UNDONE_BY, Act, act_on_works
from profiles.web.guard import signed_in
from profiles.web.views.works.my_works import ALL, filtered

_LAST: Final = "works_last_act"
"""What the person did last to many works, in their session."""
_UNDO: Final = "undo"
TAG: Final = "works-undo"
"""A message with this tag has a button that undoes."""


@require_POST
@signed_in
def act(request: HttpRequest, account: Account) -> HttpResponse:
    """Carry out one act on many works, and offer to undo it."""
    query = QueryDict(request.POST.get("back", "")[:1000])
    if request.POST.get("do") == _UNDO:
        _undo(request, account)
    elif request.POST.get("do", "") in set(Act):
        _do(request, account, Act(request.POST["do"]), _chosen(request, account, query))
    back = query.urlencode()
    return HttpResponseRedirect(f"{reverse('works')}{'?' if back else ''}{back}")


def _chosen(request: HttpRequest, account: Account, query: QueryDict) -> list[Any]:
    if "all" in request.POST:
        return [row.claim for row in filtered(account, query, size=ALL).works]
    names = request.POST.getlist("work")[:ALL]
    return selectors.own_claims(account.orcid_id, public_ids=[uuid for uuid in map(_uuid, names) if uuid])


def _uuid(text: str) -> uuids.UUID | None:
    try:
        return uuids.UUID(text)
    except ValueError:
        return None


def _do(request: HttpRequest, account: Account, act: Act, claims: list[Any]) -> None:
    if not claims:
        messages.info(request, _("No work is chosen. Tick the works first."))
        return
    done = act_on_works(act, claims, orcid_id=account.orcid_id)
    words = _words(act, len(done))
    if rest := len(claims) - len(done):
        words += " " + ngettext(
            "%(n)d of the chosen works is not in a state for that, and stays as it is.",
            "%(n)d of the chosen works are not in a state for that, and stay as they are.",
            rest,
        ) % {"n": rest}
    can_be_undone = act in UNDONE_BY and bool(done)
    if can_be_undone:
        request.session[_LAST] = {"act": act.value, "ids": done}
    messages.success(request, words, extra_tags=TAG if can_be_undone else "")


def _words(act: Act, n: int) -> str:
    words: dict[Act, Any] = {
        Act.AGAIN: ngettext("%(n)d work is sent again now.", "%(n)d works are sent again now.", n),
        Act.REMOVE: ngettext(
            "%(n)d work is being removed from your ORCID record.",
            "%(n)d works are being removed from your ORCID record.",
            n,
        ),
        Act.CALL_OFF: ngettext("%(n)d work is called off.", "%(n)d works are called off.", n),
        Act.RESTORE: ngettext("%(n)d work is being brought back.", "%(n)d works are being brought back.", n),
        Act.NOT_MINE: ngettext(
            "%(n)d work is called not yours: it is never sent again unless you restore it.",
            "%(n)d works are called not yours: they are never sent again unless you restore them.",
            n,
        ),
        Act.TAKE_BACK: ngettext("%(n)d work is taken back.", "%(n)d works are taken back.", n),
    }
    return str(words[act] % {"n": n})


def _undo(request: HttpRequest, account: Account) -> None:
    last = request.session.pop(_LAST, None)
    if not last:
        messages.info(request, _("There is nothing to undo any more."))
        return
    claims = selectors.own_claims(account.orcid_id, ids=last["ids"])
    done = act_on_works(UNDONE_BY[Act(last["act"])], claims, orcid_id=account.orcid_id)
    messages.success(request, _words(UNDONE_BY[Act(last["act"])], len(done)))
