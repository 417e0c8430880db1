"""Let Auto-Update take over works that the person added themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from profiles.accounts.models import Account
from profiles.pipeline.push import take_over
from profiles.web.guard import signed_in
from profiles.web.polling import page_or_part


@require_http_methods(["GET", "POST"])
@signed_in
def show(request: HttpRequest, account: Account) -> HttpResponse:
    """Explain what a source means, list the works, and take over the chosen ones."""
    if request.method == "POST":
        count = take_over.take_over(orcid_id=account.orcid_id, dois=request.POST.getlist("doi")[:1000])
        if count:
            sentence = ngettext(
                "Auto-Update takes over %(count)d work. It stays on your record all the while.",
                "Auto-Update takes over %(count)d works. They stay on your record all the while.",
                count,
            )
            messages.success(request, sentence % {"count": count})
        else:
            messages.warning(request, _("Nothing was chosen that can be taken over."))
        return redirect("trust")
    works = take_over.search_and_link_works(account.orcid_id)
    context = {
        "works": works,
        "preconditions": take_over.preconditions_of(account.orcid_id),
        "moving": any(work.is_asked for work in works),
    }
    return page_or_part(request, context, page="web/trust.html", part="web/trust_list.html")
