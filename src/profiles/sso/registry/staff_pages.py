"""Staff pages to register relying parties: services that sign people in through us."""

import json
from typing import Any, Final

import structlog
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from profiles.accounts.models import Account
from profiles.accounts.staff_access.guard import for_staff
from profiles.domain.access.roles import Act
from profiles.domain.ids import parse_orcid_id
from profiles.infra import wiring
from profiles.sso import audit
from profiles.sso.models import RelyingParty
from profiles.sso.protocol import client_auth, provider
from profiles.sso.protocol.scopes import SCOPES
from profiles.sso.registry import registration as parties

log = structlog.get_logger(__name__)
_NEW_SECRET: Final = "sso_new_secret"  # noqa: S105  a session key
_PURPOSE: Final = "sso.new-secret"
METHODS: Final = [
    ("client_secret_basic", gettext_lazy("a secret")),
    ("private_key_jwt", gettext_lazy("a key of its own, whose public half is below")),
    ("none", gettext_lazy("nothing: it runs where a secret cannot be kept")),
]
GRANTS: Final = [
    (provider.CODE, gettext_lazy("People sign in with a browser")),
    (provider.REFRESH, gettext_lazy("It may stay connected (refresh tokens)")),
    (provider.DEVICE, gettext_lazy("People type a code (devices, command lines)")),
    (provider.MACHINE, gettext_lazy("It acts for itself (machines)")),
]


class Lines(forms.CharField):
    """A list of addresses, one on each line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        """Return the lines as a list."""
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """Return the list as lines."""
        return "\n".join(value) if isinstance(value, list) else value


class Texts(forms.CharField):
    """Texts with their names, one on each line: ``name#de: Repositorium``."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> Any:
        """Return the texts by name."""
        pairs = [line.partition(":") for line in str(value or "").splitlines() if line.strip()]
        return {name.strip(): text.strip() for name, _colon, text in pairs}

    def prepare_value(self, value: Any) -> Any:
        """Return what is stored by language as lines."""
        if not isinstance(value, dict):
            return value
        return "\n".join(
            f"{name}#{code}: {text}" for code, texts in value.items() for name, text in texts.items()
        )


class PartyForm(forms.Form):
    """The form of a registration."""

    name = forms.CharField(label=gettext_lazy("Name that people see"), max_length=100)
    about = forms.CharField(label=gettext_lazy("What it is, in a sentence"), max_length=300, required=False)
    translations = Texts(
        label=gettext_lazy("Both in other languages, one on each line, such as name#de: Repositorium"),
        required=False,
    )
    homepage = forms.URLField(label=gettext_lazy("Its own page"), required=False, assume_scheme="https")
    is_first_party = forms.BooleanField(
        label=gettext_lazy("A service of DataCite: people are not asked whether they agree"), required=False
    )
    redirect_uris = Lines(
        label=gettext_lazy("Addresses to come back to, one on each line, exactly as they will be used"),
        required=False,
    )
    logout_return_uris = Lines(
        label=gettext_lazy("Addresses to go to after signing out, one on each line"), required=False
    )
    backchannel_logout_uri = forms.CharField(
        label=gettext_lazy("Address that is told when a session ends"), required=False
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may ask for"),
        choices=[(name, f"{name}: {scope.words}") for name, scope in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    grant_types = forms.MultipleChoiceField(
        label=gettext_lazy("How it is used"), choices=GRANTS, widget=forms.CheckboxSelectMultiple
    )
    auth_method = forms.ChoiceField(label=gettext_lazy("How it proves who it is"), choices=METHODS)
    public_keys = forms.CharField(
        label=gettext_lazy("Its public keys (JWKS)"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    id_token_alg = forms.ChoiceField(
        label=gettext_lazy("ID tokens are signed with"), choices=[(alg, alg) for alg in ("RS256", "ES256")]
    )
    is_pairwise = forms.BooleanField(
        label=gettext_lazy("People have another subject here than at other services"), required=False
    )
    is_native = forms.BooleanField(
        label=gettext_lazy("An installed program: any port on the person's own machine"), required=False
    )
    requires_pushed_requests = forms.BooleanField(
        label=gettext_lazy("It must push its requests (PAR)"), required=False
    )
    nonce_instead_of_pkce = forms.BooleanField(
        label=gettext_lazy("Older software: nonce instead of PKCE (only with a secret or a key)"),
        required=False,
    )
    claims_in_id_token = forms.BooleanField(
        label=gettext_lazy("ID tokens contain the name and e-mail address too"), required=False
    )
    may_introspect = forms.BooleanField(
        label=gettext_lazy("An API of ours: it may look at all access tokens"), required=False
    )

    def clean_public_keys(self) -> Any:
        """Parse the JSON of the keys."""
        text = str(self.cleaned_data["public_keys"]).strip()
        try:
            return json.loads(text) if text else None
        except ValueError:
            raise forms.ValidationError(_("This is not JSON.")) from None

    def registration(self) -> parties.Registration:
        """Return the typed registration."""
        return parties.Registration(**self.cleaned_data)


@require_GET
@for_staff(Act.REGISTER_SERVICES)
def index(request: HttpRequest, _person: Account) -> HttpResponse:
    """List the services."""
    return render(request, "sso/staff_parties.html", {"parties": client_auth.parties()})


@require_http_methods(["GET", "POST"])
@for_staff(Act.REGISTER_SERVICES)
def new(request: HttpRequest, person: Account) -> HttpResponse:
    """Register a service, and show its secret, once."""
    defaults = {
        "scopes": ["openid", "orcid", "profile"],
        "grant_types": [provider.CODE, provider.REFRESH],
    }
    form = PartyForm(request.POST or None, initial=defaults)
    if request.method == "POST" and form.is_valid():
        try:
            party, secret = parties.register(form.registration(), by=person.orcid_id)
        except parties.RegistrationError as error:
            form.add_error(error.field, str(error))
        else:
            return _to_page(request, party, secret)
    return render(request, "sso/staff_party_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@for_staff(Act.REGISTER_SERVICES)
def edit(request: HttpRequest, person: Account, client_id: str) -> HttpResponse:
    """Show a service with its audit log; change it."""
    party = get_object_or_404(RelyingParty, client_id=client_id)
    if request.method == "GET":
        return _show(request, party)
    form = PartyForm(request.POST)
    if form.is_valid():
        try:
            parties.change(party, form.registration(), by=person.orcid_id)
            if picture := request.FILES.get("logo"):
                parties.set_logo(party, picture.read(parties.MAX_LOGO_BYTES + 1), by=person.orcid_id)
        except parties.RegistrationError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("staff_party", client_id)
    return _show(request, party, form=form)


@require_POST
@for_staff(Act.REGISTER_SERVICES)
def secret(request: HttpRequest, person: Account, client_id: str) -> HttpResponse:
    """Create a new secret and show it once; the previous one ends in a week, or at once if it leaked."""
    party = get_object_or_404(RelyingParty, client_id=client_id)
    at_once = request.POST.get("act") == "at-once"
    return _to_page(request, party, parties.renew_secret(party, by=person.orcid_id, at_once=at_once))


@require_POST
@for_staff(Act.REGISTER_SERVICES)
def switch(request: HttpRequest, person: Account, client_id: str) -> HttpResponse:
    """Switch a service off, which ends all access at once, or on again."""
    party = get_object_or_404(RelyingParty, client_id=client_id)
    parties.switch(party, on=request.POST.get("act") == "on", by=person.orcid_id)
    return redirect("staff_party", client_id)


def _to_page(request: HttpRequest, party: RelyingParty, secret: str | None) -> HttpResponse:
    """Redirect to the service's page with a new secret, sealed: a reload must not create a second one."""
    if secret:
        sealed = wiring.vault().seal(secret, purpose=_PURPOSE)
        request.session[_NEW_SECRET] = {"client_id": party.client_id, "sealed": sealed.hex()}
    return redirect("staff_party", party.client_id)


def _new_secret(request: HttpRequest, party: RelyingParty) -> str | None:
    """Return the secret that was just created for this service, once."""
    if request.session.get(_NEW_SECRET, {}).get("client_id") != party.client_id:
        return None
    return wiring.vault().unseal(bytes.fromhex(request.session.pop(_NEW_SECRET)["sealed"]), purpose=_PURPOSE)


def _show(request: HttpRequest, party: RelyingParty, *, form: PartyForm | None = None) -> HttpResponse:
    party.refresh_from_db()
    person = parse_orcid_id(request.GET.get("person", ""))
    initial = {name: getattr(party, name) for name in PartyForm.base_fields if name != "is_pairwise"}
    initial["is_pairwise"] = bool(party.pairwise_sector)
    initial["public_keys"] = json.dumps(party.public_keys) if party.public_keys else ""
    context = {
        "party": party,
        "form": form or PartyForm(initial=initial),
        "secret": _new_secret(request, party),
        "secrets": client_auth.live_secrets(party),
        "may_have_secret": parties.has_secret(party),
        "audit_log": audit.audit_log_of(party.client_id, person=person or ""),
        "only_person": person,
    }
    return render(request, "sso/staff_party.html", context)
