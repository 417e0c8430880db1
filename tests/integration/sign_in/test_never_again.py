"""What went wrong elsewhere and must not happen here: each its own test, in the promised order."""

import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import structlog
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.db import connections
from django.test import Client
from django.urls import URLPattern, get_resolver

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.consents.models import Consent
from profiles.consents.sealing import seal_purpose
from profiles.infra import wiring
from tests.support.claims import waiting_claim
from tests.support.globus_browser import changed, parameters_of, sign_in_at_globus
from tests.support.orcid_browser import sign_in_at_orcid
from tests.support.pushing import ALICE, BOB
from tests.support.signing_in import back, begin, by_globus, by_orcid, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
PRIVATE = "0009-0001-0000-0065"
JOERG = "0009-0001-0000-009X"


def signed_in(client: Client, orcid_id: str = ALICE, **about) -> Account:
    account = Account.objects.create(orcid_id=orcid_id, **about)
    client.force_login(account, backend=BACKEND)
    return account


def permission_answer(client: Client, orcid_id: str = ALICE) -> str:
    """Press the button, be this person at ORCID, and return where the browser is sent back to."""
    begun = client.post("/orcid/auto_update/auth")
    return sign_in_at_orcid(begun["Location"], orcid_id)


def test_never_again_a_consent_callback_without_state(client, stands):
    signed_in(client)
    location = permission_answer(client)

    for state in (None, "", "unknown"):
        back(client, changed(location, state=state))
    back(client, "http://x/orcid/auto_update/callback?error=access_denied")

    assert not Consent.objects.exists()
    assert not stands.orcid.log(path="/oauth/token", method="POST")


def test_never_again_a_sign_in_by_another_persons_code(client, stands):
    attacker = Client()
    stolen = parameters_of(sign_in_at_globus(begin(attacker), "alice@univ.example"))["code"]
    victim = sign_in_at_globus(begin(client), "bob@univ.example")

    with_the_code = back(client, changed(victim, code=stolen))
    with_the_whole_answer = back(Client(), victim)

    assert (with_the_code.status_code, with_the_whole_answer.status_code) == (400, 400)
    assert who(client) is None
    assert not Account.objects.exists()


def test_never_again_the_wrong_persons_token_on_an_account(client, stands):
    signed_in(client)

    answer = back(client, permission_answer(client, BOB))

    assert answer.status_code == 400
    assert not Consent.objects.exists()


def routes(patterns=None, prefix: str = "") -> list[str]:
    """List the addresses of our pages that take no part of them from the outside."""
    found = []
    for entry in patterns or get_resolver().url_patterns:
        path = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLPattern):
            found.append(path)
        else:
            found += routes(entry.url_patterns, path)
    return sorted({path for path in found if "<" not in path and "(" not in path})


def everything_of_the_person() -> dict[str, list[str]]:
    """Return what is kept of accounts, claims, permissions and ways in."""
    kept = [Account, Claim, Consent, SocialAccount]
    return {
        model.__name__: serializers.serialize(
            "jsonl", model.objects.order_by("pk"), fields=sorted(_lasting(model))
        )
        for model in kept
    }


def _lasting(model) -> set[str]:
    return {field.name for field in model._meta.fields} - {"updated_at", "last_login"}


def test_never_again_a_get_that_changes_something(client, stands):
    signed_in(client, name="Alice", first_signed_in_at="2026-01-01T00:00:00Z")
    claim = waiting_claim(ALICE, "10.5072/kept")
    before = everything_of_the_person()
    named = ["users/auth/globus", "users/auth/orcid", f"works/{claim.pk}"]
    looked_at = [*routes(), *named]
    assert len(looked_at) > 40

    for path in looked_at:
        client.get(f"/{path}?role=staff_admin&answer=yes&move=here&delete=1&confirm=yes&auto_update=on")

    assert everything_of_the_person() == before
    assert who(client) is not None


def test_never_again_a_role_or_token_through_a_form_or_a_field_of_the_api(client, stands):
    account = signed_in(client, name="Alice")
    hostile = {
        "name": "Alice A.",
        "role": "staff_admin",
        "orcid_id": BOB,
        "auto_update_since": "2020-01-01",
        "access_token": "x",
        "orcid_token": "x",
        "is_active": "",
    }

    client.post("/settings/edit", hostile)
    client.post("/settings/update", hostile)
    body = {"data": {"type": "users", "attributes": hostile}}
    for verb in (client.patch, client.put, client.post):
        verb(f"/users/{ALICE}", body, content_type="application/vnd.api+json")

    account.refresh_from_db()
    assert (account.name, account.role, account.orcid_id) == ("Alice A.", "user", ALICE)
    assert (account.auto_update_since, account.is_active) == (None, True)
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/x", "/\\evil.example", "https:evil.example"]
)
def test_never_again_a_redirect_to_a_foreign_host(client, stands, target):
    answers = [
        by_globus(client, return_to=target),
        client.get("/sign_in", {"return_to": target}),
        client.get("/sign_out", {"return_to": target}, headers={"Referer": "http://testserver/"}),
        client.post("/sign_out", {"return_to": target}),
    ]

    for answer in answers:
        assert "evil" not in answer.headers.get("Location", "")


def test_never_again_a_cookie_that_outlives_the_sign_out(client, stands):
    by_globus(client)
    assert "access_token" in unquote(client.cookies["_datacite"].value)
    old_session = client.cookies[settings.SESSION_COOKIE_NAME].value

    client.post("/sign_out")

    # The services that read the shared cookie expect "nobody" in it, not its absence.
    assert unquote(client.cookies["_datacite"].value) == '{"authenticated":{}}'
    assert client.cookies[settings.SESSION_COOKIE_NAME].value == ""
    late = Client()
    late.cookies[settings.SESSION_COOKIE_NAME] = old_session
    assert late.get("/settings/me").status_code == 302


def test_never_again_an_account_doubled_by_a_second_provider(client, stands):
    by_globus(client, "joerg.gruenefeld@gmail.example")
    by_globus(Client(), "gruenefeld@hochschule.example")
    second = Client()
    by_orcid(second, JOERG)

    assert Account.objects.get().orcid_id == JOERG
    assert who(second) == who(client)


def test_never_again_a_token_or_code_in_a_log_an_error_an_index_or_an_address(client, stands, capsys):
    with structlog.testing.capture_logs() as events:
        location = sign_in_at_globus(begin(client), "bob@univ.example")
        arrived = back(client, location)
        permission = permission_answer(client, BOB)
        permitted = back(client, permission)
        failed = back(client, permission)
    pages = [arrived, permitted, failed, client.get("/settings/me"), client.get("/users/" + BOB)]
    secrets = {parameters_of(location)["code"], parameters_of(permission)["code"]}
    consent = Consent.objects.get()
    purpose = seal_purpose(BOB, consent.purpose)
    secrets |= {
        wiring.vault().unseal(one, purpose=purpose) for one in (consent.access_token, consent.refresh_token)
    }

    said = repr(events) + "".join(capsys.readouterr())
    said += "".join(page.content.decode() + repr(dict(page.headers)) for page in pages)
    said += "".join(page.headers.get("Location", "") for page in pages)
    for model in apps.get_models():
        if model._meta.app_label in {"accounts", "consents", "claims", "intake", "sso", "socialaccount"}:
            for row in model.objects.values_list():
                said += repr([bytes(one) if isinstance(one, memoryview) else one for one in row])
    assert "http.call" in said
    assert len(secrets) == 4
    assert all(secrets)
    assert [secret for secret in secrets if secret in said] == []


def test_never_again_a_sign_in_that_is_impossible_because_a_name_is_private(client, stands):
    assert by_orcid(client, PRIVATE).status_code == 302

    account = Account.objects.get()
    assert (account.orcid_id, account.name) == (PRIVATE, "")
    assert client.get("/settings/me").status_code == 200


def test_never_again_a_race_of_two_callbacks_that_makes_two_accounts(stands):
    browsers = [Client() for _ in range(3)]
    answers = [sign_in_at_globus(begin(each), "bob@univ.example") for each in browsers]
    start = threading.Barrier(len(browsers))

    def arrive(pair) -> int:
        try:
            start.wait(10)
            while (code := back(*pair).status_code) == 200:
                """On a busy machine the page waits for the provider."""
            return code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(browsers)) as threads:
        codes = list(threads.map(arrive, zip(browsers, answers, strict=True)))

    assert codes == [302] * len(browsers)
    assert Account.objects.get().orcid_id == BOB
    assert len({who(each) for each in browsers}) == 1


def test_every_way_to_a_provider_carries_what_makes_all_this_hold(client, stands):
    asked = parse_qs(urlsplit(begin(client)).query)

    assert {"state", "nonce", "code_challenge"} <= set(asked)


def test_forms_without_a_csrf_token_are_refused(stands):
    client = Client(enforce_csrf_checks=True)

    assert client.post("/users/auth/globus").status_code == 403
    assert client.post("/sign_out").status_code == 403
