"""Service keys of DataCite, repositories and members."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from profiles.accounts import keys
from profiles.accounts.key_wording import scope_choices
from profiles.accounts.models import Account
from profiles.accounts.staff_access import audit
from profiles.accounts.staff_access.audit import StaffAct
from profiles.accounts.staff_access.guard import for_staff
from profiles.domain.access.access_key_format import KeyKind
from profiles.domain.access.roles import Act, Scope, Visitor, scopes_for
from profiles.infra import clock


def _scopes() -> list[Scope]:
    return list(dict.fromkeys([*scopes_for(Visitor.SERVICE), *scopes_for(Visitor.REPOSITORY)]))


class ServiceKeyForm(forms.Form):
    """Name, scopes, repository or member, and lifetime of a new service key."""

    name = forms.CharField(label=gettext_lazy("Name of the machine"), max_length=100)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), choices=scope_choices(_scopes()), widget=forms.CheckboxSelectMultiple
    )
    repository = forms.CharField(
        label=gettext_lazy("Only for this repository"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("such as datacite.test"),
    )
    member = forms.CharField(
        label=gettext_lazy("Only for this member"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("such as datacite"),
    )
    days = forms.IntegerField(
        label=gettext_lazy("It ends after (days)"),
        min_value=1,
        max_value=keys.MAX_DAYS[KeyKind.SERVICE],
        initial=365,
    )


@require_http_methods(["GET", "POST"])
@for_staff(Act.GIVE_SERVICE_KEYS)
def index(request: HttpRequest, person: Account) -> HttpResponse:
    """List service keys and issue one. Only the response to the form ever shows the key."""
    form = ServiceKeyForm(request.POST or None)
    new: keys.NewKey | None = None
    if request.method == "POST" and form.is_valid():
        try:
            new = keys.give_service_key(**form.cleaned_data, by=person.orcid_id)
            form = ServiceKeyForm()
            audit.write(StaffAct.GAVE_KEY, by=person, note=f"{new.key.name} (key {new.key.pk})")
        except keys.KeyRefusedError as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "new": new, "keys": keys.service_keys(), "now": clock.now()}
    return render(request, "staff/keys.html", context)


@require_http_methods(["GET", "POST"])
@for_staff(Act.GIVE_SERVICE_KEYS)
def show(request: HttpRequest, person: Account, key_id: int) -> HttpResponse:
    """Show the uses of a key, and revoke it."""
    key = keys.service_keys().filter(pk=key_id).first()
    if key is None:
        raise Http404
    if request.method == "POST":
        if keys.revoke_service_key(key_id=key_id, by=person.orcid_id):
            audit.write(StaffAct.REVOKED_KEY, by=person, note=f"{key.name} (key {key.pk})")
            messages.success(request, _("Revoked. The machine is refused from now on."))
        return redirect("staff_keys")
    return render(request, "staff/key.html", {"key": key, "uses": keys.uses_of(key), "now": clock.now()})
