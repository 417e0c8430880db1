"""A NUL in what comes from outside: PostgreSQL keeps it in no text and no JSON, and nothing breaks by it."""

import copy
import json

import pytest
from django.db import DataError
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from profiles.accounts.models import Account
from profiles.api.description import batch_examples, examples, webhook_examples
from profiles.claims.models import Claim
from profiles.config import urls
from profiles.infra.jobs.queue import app
from profiles.intake.models import Decision, DoiSnapshot, Quarantine
from profiles.sso.models import PendingRequest
from profiles.web.middleware import NoNul
from tests.support import sso
from tests.support.api_callers import service_key
from tests.support.intake import enrol, take_in
from tests.support.records import ANNA, creator, record
from tests.support.signing_in import by_globus, by_orcid

pytestmark = pytest.mark.django_db
NUL = "a\0b"
PARAMETERS = [
    "state", "nonce", "scope", "response_type", "response_mode", "code_challenge", "code_challenge_method",
    "prompt", "max_age", "login_hint", "id_token_hint", "acr_values", "ui_locales", "claims", "unheard-of",
]  # fmt: skip


@pytest.mark.parametrize("name", PARAMETERS)
def test_an_authorization_request_with_a_nul_is_refused_as_the_standard_says(client, clean_cache, name):
    party = sso.register()

    signed_out = client.get("/oauth/authorize", party.request(**{name: NUL}))
    sso.person(client)
    signed_in = client.get("/oauth/authorize", party.request(**{name: NUL}))
    posted = sso.form_post(client, "/oauth/authorize", party.request(**{name: NUL}))

    for answer in (signed_out, signed_in, posted):
        assert "error" in sso.answer_of(answer), (name, answer["Location"])
    assert not PendingRequest.objects.exists()


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_nul_in_the_partys_name_or_address_leads_nowhere(client, clean_cache, name):
    answer = client.get("/oauth/authorize", sso.register().request(**{name: NUL}))

    assert answer.status_code == 400


def test_a_parameter_whose_name_holds_a_nul_is_refused_too(client, clean_cache):
    party = sso.register()

    answer = client.get("/oauth/authorize", {**party.request(), NUL: "x"})
    pushed = party.post(client, "/oauth/par", {**party.request(), NUL: "x"})

    assert sso.answer_of(answer)["error"] == "invalid_request"
    assert pushed.status_code == 400


def as_text(_request):
    return HttpResponse(list(Account.objects.filter(name=NUL)))


def as_json(_request):
    return HttpResponse(list(PendingRequest.objects.filter(parameters={"nonce": NUL})))


def as_job(_request):
    app.configure_task("tests.nothing", allow_unknown=True).defer(text=NUL)
    return HttpResponse()


urlpatterns = [
    *urls.urlpatterns,
    path("text-with-nul", as_text),
    path("json-with-nul", as_json),
    path("job-with-nul", as_job),
]


@pytest.mark.parametrize("column", ["text", "json", "job"])
def test_a_page_that_takes_a_nul_to_the_database_answers_400_whatever_the_column(settings, column):
    settings.ROOT_URLCONF = __name__

    assert Client().get(f"/{column}-with-nul").status_code == 400


def test_a_page_that_breaks_for_another_reason_is_not_taken_for_one_with_a_nul(rf):
    other = NoNul(lambda _request: HttpResponse())

    assert other.process_exception(rf.get("/"), DataError("value too long")) is None


def with_nul(value):
    """Every text with a NUL behind it."""
    if isinstance(value, str):
        return f"{value}\0"
    if isinstance(value, list):
        return [with_nul(one) for one in value]
    return {name: with_nul(one) for name, one in value.items()} if isinstance(value, dict) else value


def places(value, before=()):
    if isinstance(value, str):
        yield before
    elif isinstance(value, dict | list):
        for name, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(one, (*before, name))


def changed_at(value, place):
    changed = inside = copy.deepcopy(value)
    for name in place[:-1]:
        inside = inside[name]
    inside[place[-1]] += "\0"
    return changed


def test_a_person_who_is_called_with_a_nul_by_globus_signs_in(client, stands):
    name = "Nora\0 Null"
    identity = {
        "provider": "institution",
        "username": "nora@univ.example",
        "name": name,
        "email": "n@univ.example",
    }
    orcid_id = "0009-0001-0000-0153"
    identities = [
        {**identity, "organization": "University\0 of Example"},
        {"provider": "orcid", "username": f"{orcid_id}@orcid.org", "name": name},
    ]
    person = {"orcid": orcid_id, "given_names": "Nora\0", "family_name": "Null\0"}
    stands.add_people({**person, "globus": {"identities": identities}})

    answer = by_globus(client, "nora@univ.example")

    assert answer.status_code == 302
    assert Account.objects.get(orcid_id=orcid_id).name == "Nora Null"
    assert by_orcid(Client(), orcid_id).status_code == 302


WRITING = [
    ("post", "/claims", examples.BODIES["create_claim"]),
    ("put", f"/users/{ANNA}", examples.BODIES["put_user"]),
    ("post", "/webhooks", webhook_examples.BODIES["create_webhook"]),
    ("post", "/claims/batches", batch_examples.BODIES["create_batch"]),
    ("post", "/doi-events", {"data": record()}),
]


@pytest.mark.parametrize(
    ("verb", "address", "body"), WRITING, ids=[address for _verb, address, _body in WRITING]
)
def test_no_text_in_a_body_of_the_api_breaks_it(verb, address, body):
    enrol()
    headers = {"Authorization": f"Bearer {service_key()}"}
    found = list(places(body))
    assert found

    for number, place in enumerate(found):
        raw = json.dumps(changed_at(body, place))
        more = {**headers, "Idempotency-Key": str(number)}
        answer = getattr(Client(), verb)(address, raw, content_type="application/json", headers=more)
        assert answer.status_code < 500, (place, answer.content[:300])


def test_a_record_full_of_nul_is_decided_about_like_any_other():
    enrol()
    person = creator(name="Berg\0, Anna", givenName="Anna\0", affiliation=["University\0"])
    nasty = record(creators=[person], client="demo\0.repo")
    for part in ("titles", "publisher", "dates", "types", "url"):
        nasty["attributes"][part] = with_nul(nasty["attributes"][part])

    take_in(nasty, record("10.5072/another"))

    assert set(DoiSnapshot.objects.values_list("doi", flat=True)) == {"10.5072/anna-1", "10.5072/another"}
    assert set(Decision.objects.values_list("result", flat=True)) == {"claim"}
    assert Claim.objects.count() == 2


@pytest.mark.parametrize("line", [b"\0", b'{"id": "\\u0000"}', b'{"id": "\0"}', b'"\\u0000"'])
def test_a_line_with_a_nul_that_is_no_record_is_set_aside_and_keeps_no_other_away(line):
    enrol()

    take_in(line, record())

    assert Claim.objects.count() == Quarantine.objects.count() == 1
