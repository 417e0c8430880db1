"""Show webhooks and their deliveries, and send failed messages again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from profiles.accounts.models import Account
from profiles.accounts.staff_access import audit
from profiles.accounts.staff_access.audit import StaffAct
from profiles.accounts.staff_access.guard import for_staff
from profiles.domain.access.roles import Act, may
from profiles.webhooks import selectors, services

SHOWN_ROWS = 50


@require_GET
@for_staff(Act.READ_STORIES)
def index(request: HttpRequest, _person: Account) -> HttpResponse:
    """List all webhooks, with counts of messages by state."""
    shown = [
        {"webhook": webhook, "counts": selectors.counts_of(webhook)}
        for webhook in selectors.webhooks_of(None)
    ]
    return render(request, "staff/webhooks.html", {"shown": shown})


@require_http_methods(["GET", "POST"])
@for_staff(Act.READ_STORIES)
def show(request: HttpRequest, person: Account, webhook_id: int) -> HttpResponse:
    """Show the last messages to a webhook with every attempt, and send failed ones again."""
    webhook = selectors.webhook_by_id(webhook_id)
    if webhook is None:
        raise Http404
    if request.method == "POST":
        if not may(person.role, Act.REPLAY):
            raise PermissionDenied
        count = services.replay(webhook_id=webhook.pk, only_failed=True)
        audit.write(StaffAct.SENT_WEBHOOKS, by=person, count=count, note=webhook.name)
        words = ngettext("%(n)d message is sent again.", "%(n)d messages are sent again.", count)
        messages.success(request, words % {"n": count} if count else _("No message has failed."))
        return redirect("staff_webhook", webhook_id=webhook.pk)
    return render(
        request,
        "staff/webhook.html",
        {
            "webhook": webhook,
            "deliveries": selectors.deliveries_of(webhook)[:SHOWN_ROWS],
            "may_replay": may(person.role, Act.REPLAY),
        },
    )
