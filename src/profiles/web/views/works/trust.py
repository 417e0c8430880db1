"""Works that came by one's own click: let Auto-Update vouch for them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from profiles.accounts.models import Account
from profiles.pipeline.push import take_over
from profiles.web.following import followed
from profiles.web.guard import signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def show(request: HttpRequest, account: Account) -> HttpResponse:
    """Explain what a source means, list the works, and have the chosen ones taken over."""
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
        "ground": take_over.preconditions_of(account.orcid_id),
        "moving": any(work.is_asked for work in works),
    }
    return followed(request, context, page="web/trust.html", part="web/trust_list.html")
