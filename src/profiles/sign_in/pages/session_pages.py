"""The page that shows people where they are signed in, and lets them sign out there."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from profiles.accounts import signals
from profiles.accounts.models import Account
from profiles.domain.access.devices import browser_and_system
from profiles.sign_in.session import sessions


@never_cache
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """List the person's sessions; end one, all others, or all."""
    account = request.user
    if not isinstance(account, Account):
        return HttpResponseRedirect(f"{reverse('sign_in')}?return_to={request.path}")
    if request.method == "POST":
        return _end(request, account)
    current = sessions.stored_key_of(request)
    shown = [
        {
            "id": row.pk,
            "device": _device(row.user_agent),
            "is_this": row.session_key == current,
            "last_seen_at": row.last_seen_at,
            "created_at": row.created_at,
            "ip": row.ip,
        }
        for row in sessions.sessions_of(account)
    ]
    limits = {"idle": _words(sessions.max_idle_time()), "longest": _words(sessions.max_age())}
    return render(request, "sign_in/sessions.html", {"sessions": shown, **limits})


def _words(time: timedelta) -> str:
    hours = round(time / timedelta(hours=1))
    if hours and hours % 24 == 0:
        return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


def _end(request: HttpRequest, account: Account) -> HttpResponse:
    choice = request.POST.get("end", "")
    rows = sessions.sessions_of(account)
    current = sessions.stored_key_of(request)
    if choice == "others":
        chosen = [row for row in rows if row.session_key != current]
    elif choice == "all":
        chosen = rows
    else:
        chosen = [row for row in rows if str(row.pk) == choice]
    ends_this_session = any(row.session_key == current for row in chosen)
    ended = sessions.end_sessions(account, [row for row in chosen if row.session_key != current])
    if not ends_this_session:
        words = ngettext("%(n)d session is signed out.", "%(n)d sessions are signed out.", ended)
        messages.success(request, words % {"n": ended})
        return redirect("sessions")
    response = HttpResponseRedirect(reverse("home"))
    signals.signed_out.send(sender=Account, request=request, response=response, account=account)
    sessions.end_current_session(request)
    if choice == "all":
        signals.signed_out_everywhere.send(sender=Account, account=account)
    return response


def _device(user_agent: str) -> str:
    browser, system = browser_and_system(user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A program we do not know")
