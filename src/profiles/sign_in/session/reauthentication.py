"""Require a recent login before a person changes how they sign in: a session left open is not enough."""

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
    """Return a redirect to the sign-in page, or None when the person has logged in recently.

    A person with a second factor must have given it too. ``back`` is the page to return to.
    """
    person = request.user
    if not isinstance(person, Account):
        return HttpResponseRedirect(f"{reverse('sign_in')}?return_to={back}")
    age = clock.now().timestamp() - facts.auth_time_of(request.session)
    lacks_factor = second_factor.is_set_up(person) and not facts.second_factor_given(request.session)
    if age <= RECENT_SECONDS and not lacks_factor:
        return None
    messages.info(request, _("To change how you sign in, please sign in once more first."))
    return HttpResponseRedirect(f"{reverse('sign_in')}?fresh=1&return_to={back}")
