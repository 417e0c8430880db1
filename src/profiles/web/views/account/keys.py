"""Create and revoke personal API keys."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from profiles.accounts import keys
from profiles.accounts.key_wording import scope_choices
from profiles.accounts.models import Account
from profiles.domain.access.roles import role_of_a_personal_key, scopes_for
from profiles.infra import clock
from profiles.web.guard import signed_in

LIFETIMES = [(7, gettext_lazy("7 days")), (30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")),
         (366, gettext_lazy("a year"))]  # fmt: skip


class KeyForm(forms.Form):
    """Name, scopes and lifetime of a new key."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("the program that will use it, so that you know it again"),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("The program may"), widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("It ends after"), choices=LIFETIMES, coerce=int, initial=90
    )

    def __init__(self, *args: Any, role: str, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = scope_choices(scopes_for(role_of_a_personal_key(role)))


@require_http_methods(["GET", "POST"])
@signed_in
def index(request: HttpRequest, account: Account) -> HttpResponse:
    """List the person's keys and create one. Only the response to the form ever shows the key."""
    form = KeyForm(request.POST or None, role=account.role)
    new: keys.NewKey | None = None
    if request.method == "POST" and form.is_valid():
        try:
            new = keys.give_personal_key(account_id=account.pk, **form.cleaned_data)
            form = KeyForm(role=account.role)
        except keys.KeyRefusedError as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "new": new, "keys": keys.keys_of(account), "now": clock.now()}
    return render(request, "keys.html", context)


@require_POST
@signed_in
def revoke(request: HttpRequest, account: Account, key_id: int) -> HttpResponse:
    """Revoke a key of the person at once."""
    if keys.revoke_personal_key(account_id=account.pk, key_id=key_id):
        messages.success(request, _("Revoked. Programs that use this key are refused from now on."))
    return HttpResponseRedirect(reverse("keys"))
