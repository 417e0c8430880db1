"""The page on which administrators give people roles and take them away."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from profiles.accounts import roles
from profiles.accounts.models import Account
from profiles.accounts.staff_access.guard import for_staff
from profiles.domain.access.roles import Act, Role
from profiles.domain.ids import parse_orcid_id


class RoleForm(forms.Form):
    """Who gets which role, for which member or repository, and why."""

    orcid_id = forms.CharField(label=gettext_lazy("ORCID iD"), max_length=100)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[(role.value, role.value) for role in Role],
        help_text=gettext_lazy("user takes any other role away"),
    )
    member = forms.CharField(
        label=gettext_lazy("Member"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("such as datacite; for provider_admin and provider_user"),
    )
    repository = forms.CharField(
        label=gettext_lazy("Repository"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("such as datacite.test; for client_admin and client_user"),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    def clean_orcid_id(self) -> str:
        """Return the iD, bare."""
        orcid_id = parse_orcid_id(self.cleaned_data["orcid_id"].strip())
        if orcid_id is None:
            raise forms.ValidationError(_("This is not an ORCID iD: its last sign must fit the others."))
        return str(orcid_id)


@require_http_methods(["GET", "POST"])
@for_staff(Act.GIVE_ROLES)
def index(request: HttpRequest, staff: Account) -> HttpResponse:
    """List the people with roles, and give or take one."""
    form = RoleForm(request.POST or None, initial={"orcid_id": request.GET.get("person", "")})
    if request.method == "POST" and form.is_valid() and _changed(form, staff):
        messages.success(request, _("The role counts here from the next request."))
        return redirect("staff_roles")
    people = [{"account": account, "change": change} for account, change in roles.people_with_roles()]
    status = 422 if form.errors else 200
    return render(request, "staff/roles.html", {"form": form, "people": people}, status=status)


def _changed(form: RoleForm, staff: Account) -> bool:
    """Change the role; False with an error in the form when it cannot be changed."""
    given = dict(form.cleaned_data)
    if given["orcid_id"] == staff.orcid_id:
        form.add_error("orcid_id", _("Another administrator can change your own role."))
        return False
    try:
        changed = roles.grant_role(**{**given, "role": Role(given["role"])}, by=staff)
    except roles.RoleRefusedError as refusal:
        form.add_error(None, str(refusal))
        return False
    if not changed:
        form.add_error("role", _("They have this role already."))
    return changed
