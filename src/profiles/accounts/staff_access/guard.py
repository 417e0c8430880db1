"""Access to every staff page: the right role, the second step, and a line in the log."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from profiles.accounts.models import Account
from profiles.accounts.session_facts import second_factor_given
from profiles.domain.access.roles import Act, may

log = structlog.get_logger(__name__)


View = Callable[..., HttpResponseBase]


def for_staff(act: Act) -> Callable[[View], View]:
    """Let only those in whose role allows this; every look is logged with who looked."""

    def guard(view: View) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponseBase:
            person = request.user
            if not isinstance(person, Account):
                return HttpResponseRedirect(f"{reverse('sign_in')}?return_to={request.path}")
            if not may(person.role, act):
                raise PermissionDenied
            if not second_factor_given(request.session):
                messages.info(request, _("Support pages need your second step. Set it up, or sign in again."))
                return redirect("second_factor")
            log.info("staff.looked", who=person.orcid_id, page=view.__name__, verb=request.method)
            return view(request, person, *args, **keywords)

        return guarded

    return guard
