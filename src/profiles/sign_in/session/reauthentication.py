"""Only somebody who proved lately who they are changes ways in: a session left open is not enough."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from profiles.accounts import session_facts as facts
from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.sign_in import second_factor

RECENT_SECONDS: Final = 600


def require_recent_login(request: HttpRequest, *, back: str) -> HttpResponse | None:
    """Lead to the sign-in page unless the person proved lately who they are; None: they did.

    Whoever has a second factor has given it, too. ``back`` is where they come back to.
    """
    person = request.user
    if not isinstance(person, Account):
        return HttpResponseRedirect(f"{reverse('sign_in')}?return_to={back}")
    age = clock.now().timestamp() - facts.auth_time_of(request.session)
    owes = second_factor.is_set_up(person) and not facts.second_factor_given(request.session)
    if age <= RECENT_SECONDS and not owes:
        return None
    messages.info(request, _("To change how you sign in, please sign in once more first."))
    return HttpResponseRedirect(f"{reverse('sign_in')}?fresh=1&return_to={back}")
