"""Two people for conformance suites, who sign in with a plain form that such suites can fill in.

They exist only if PROFILES_TEST_SUITE is set, which config.env refuses outside of demo and test. All other
people authenticate at an identity provider; they have no password. From there on all take the same way: a
person who must sign in again cannot be another one, and failures count.
"""

import secrets
import time
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from profiles.accounts import email
from profiles.domain.ids import parse_orcid_id
from profiles.sign_in.accounts import identities
from profiles.sign_in.identity_providers.flow import AuthorizationAttempt, return_url
from profiles.sign_in.identity_providers.verification import Identity
from profiles.sign_in.limits import count_failure
from profiles.sign_in.pages.authorization import aim_of, continue_sign_in

PROVIDER: Final = "suite"
PEOPLE: Final = {
    "suite-alice": ("suite-alice-password", "0009-0009-0000-0012", "Alice Suite"),
    "suite-bob": ("suite-bob-password", "0009-0009-0000-0020", "Bob Suite"),
}
"""Password, iD and name of each."""


def is_enabled() -> bool:
    """Tell whether this deployment lets them sign in."""
    return bool(settings.ENVIRONMENT.PROFILES_TEST_SUITE)


@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign one of them in."""
    if not is_enabled():
        raise Http404
    name, typed_password = request.POST.get("username", ""), request.POST.get("password", "")
    password, orcid_id, display_name = PEOPLE.get(name, ("", "", ""))
    back = return_url(request)
    if not password or not secrets.compare_digest(password.encode(), typed_password.encode()):
        messages.error(request, _("That is not the password of a test person. Please try again."))
        again = HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode({'return_to': back, 'fresh': 1})}")
        return count_failure(request, again)
    identity = Identity(
        provider=PROVIDER,
        subject=name,
        orcid_id=parse_orcid_id(orcid_id),
        name=display_name,
        label=display_name,
        auth_time=int(time.time()),
        amr=("pwd",),
    )
    account = identities.account_for(identity)
    assert account is not None, "they have an iD"
    # They read no mail, so that the question for an address would stop every suite.
    email.record_question(account)
    fresh = request.POST.get("fresh") == "1"
    aim = aim_of(request, fresh=fresh).value
    attempt = AuthorizationAttempt(
        PROVIDER, aim, nonce="", verifier="", return_to=back, began=time.time(), fresh=fresh
    )
    return continue_sign_in(request, attempt, identity)
