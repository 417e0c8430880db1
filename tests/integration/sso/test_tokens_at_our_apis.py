"""Access tokens at our own APIs, over real HTTP: they reach as far as their scopes, and no further."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import settings
from django.test import Client

from profiles.accounts.bearer import authenticate_bearer
from profiles.accounts.models import Account
from profiles.claims.models import ClaimHistory
from profiles.domain.access import roles
from profiles.sso.protocol.scopes import SCOPES
from profiles.sso.registry.registration import RegistrationError, switch
from profiles.webhooks.models import Webhook
from tests.support import sso
from tests.support.api_callers import ALICE, BOB, DANA, claim_body, service_key
from tests.support.claims import waiting_claim

pytestmark = pytest.mark.usefixtures("db")
ALL = [scope.value for scope in roles.Scope]


@pytest.fixture
def db(committed):
    """The database, as the service in its own process sees it too."""


class Caller:
    """Somebody with a token, at the service in its own process."""

    def __init__(self, place: tuple[str, int], token: str) -> None:
        self._base = "http://{}:{}".format(*place)
        self._token = token

    def send(self, verb: str, path: str, content: Any = None, **more: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token}", **more}
        return requests.request(verb, self._base + path, json=content, headers=headers, timeout=20)

    def status(self, verb: str, path: str, content: Any = None) -> int:
        return self.send(verb, path, content).status_code


def token_of_person(place, party: sso.Party, orcid_id: str = ALICE, *, scope: str, **known: Any) -> str:
    """Sign somebody in at the service, over HTTP, and return their access token."""
    browser, base = Client(), "http://{}:{}".format(*place)
    sso.person(browser, orcid_id, **known)
    cookies = {settings.SESSION_COOKIE_NAME: browser.cookies[settings.SESSION_COOKIE_NAME].value}
    way = party.request(scope=f"openid {scope}")
    answer = requests.get(f"{base}/oauth/authorize", way, cookies=cookies, allow_redirects=False, timeout=20)
    form = {
        "grant_type": "authorization_code",
        "code": parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0],
        "redirect_uri": party.row.redirect_uris[0],
        "code_verifier": party.verifier,
    }
    return _token(base, party, form)


def token_of_machine(place, party: sso.Party, **form: str) -> str:
    return _token("http://{}:{}".format(*place), party, {"grant_type": "client_credentials", **form})


def _token(base: str, party: sso.Party, form: dict[str, str]) -> str:
    name, secret = party.row.client_id, party.secret or ""
    answer = requests.post(f"{base}/oauth/token", form, auth=(name, secret), timeout=20)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def machine(*scopes: str) -> sso.Party:
    return sso.register(
        "A machine", redirect_uris=[], scopes=list(scopes), grant_types=["client_credentials"]
    )


def test_a_token_to_read_reads_ones_own_claims_and_changes_nothing(place):
    party = sso.register(scopes=["openid", "claims:read", "claims:write"])
    own, other = waiting_claim(ALICE), waiting_claim(BOB)
    alice = Caller(place, token_of_person(place, party, scope="claims:read"))

    listed = alice.send("GET", "/claims")

    assert [one["id"] for one in listed.json()["data"]] == [str(own.uuid)]
    assert listed.headers["X-Credential-Username"] == ALICE
    assert alice.status("GET", f"/claims/{own.uuid}") == 200
    assert alice.status("GET", f"/claims/{other.uuid}") == 403
    assert alice.status("POST", "/claims", claim_body()) == 403
    assert alice.status("DELETE", f"/claims/{own.uuid}") == 403


def test_a_token_to_write_writes_ones_own_claims_and_history_names_the_service(place):
    party = sso.register(scopes=["openid", "claims:read", "claims:write"])
    alice = Caller(place, token_of_person(place, party, scope="claims:write"))

    assert alice.status("POST", "/claims", claim_body()) == 202
    assert alice.status("POST", "/claims", claim_body(orcid=BOB)) == 403
    assert alice.status("GET", "/claims") == 403
    assert ClaimHistory.objects.get().actor == f"{ALICE} (by {party.row.client_id})"


def test_a_token_for_identity_alone_opens_no_claims(place):
    alice = Caller(place, token_of_person(place, sso.register(), scope="orcid profile"))

    assert alice.status("GET", "/claims") == 403
    assert alice.status("POST", "/claims", claim_body()) == 403
    assert alice.status("GET", f"/users/{BOB}") == 404


def test_a_member_of_staff_does_by_a_token_what_every_researcher_does(place):
    party = sso.register(scopes=["openid", *ALL])
    other = waiting_claim(BOB)
    dana = Caller(place, token_of_person(place, party, DANA, scope=" ".join(ALL), role="staff_admin"))

    assert dana.send("GET", "/claims").json()["data"] == []
    assert dana.status("GET", f"/claims/{other.uuid}") == 403
    assert dana.status("POST", "/claims", claim_body(orcid=BOB)) == 403
    assert dana.status("PUT", f"/users/{BOB}", {"data": {"type": "users", "attributes": {}}}) == 403


def test_a_machine_reads_everybodys_claims_with_the_scope_to_read_and_changes_none(place):
    claim = waiting_claim(BOB)
    reader = Caller(
        place, token_of_machine(place, machine("claims:read", "claims:write"), scope="claims:read")
    )

    assert [one["id"] for one in reader.send("GET", "/claims").json()["data"]] == [str(claim.uuid)]
    assert reader.status("POST", "/claims", claim_body()) == 403
    assert reader.status("PUT", f"/users/{BOB}", {"data": {"type": "users", "attributes": {}}}) == 403


def test_a_machine_without_asking_gets_all_that_it_is_registered_for_and_no_more(place):
    agent = machine("claims:write", "people:write")
    token = token_of_machine(place, agent)
    caller = Caller(place, token)

    assert caller.status("PUT", f"/users/{BOB}", {"data": {"type": "users", "attributes": {}}}) == 201
    assert caller.status("POST", "/claims", claim_body(orcid=BOB, source_id="orcid_update")) == 202
    assert caller.status("GET", "/claims") == 403
    assert authenticate_bearer(token).name == agent.row.client_id


def test_a_machine_with_a_token_shares_nothing_with_a_key_of_its_name(place):
    party = machine("claims:read", "claims:write", "webhooks")
    token = Caller(place, token_of_machine(place, party))
    key = Caller(place, service_key("claims:read", "claims:write", "webhooks", name=str(party.row.client_id)))
    wish = {"name": "A", "url": "http://127.0.0.1:9/", "events": ["claim.done"]}
    hook = token.send("POST", "/webhooks", {"webhook": wish}).json()["data"]["id"]
    named = {"Idempotency-Key": "1"}
    one = token.send("POST", "/claims/batches", {"claims": [claim_body()["claim"]]}, **named)
    two = key.send("POST", "/claims/batches", {"claims": [claim_body("10.5072/b")["claim"]]}, **named)

    assert (one.status_code, two.status_code) == (202, 202)
    assert key.status("GET", f"/claims/batches/{one.json()['data']['id']}") == 404
    assert token.status("GET", f"/claims/batches/{one.json()['data']['id']}") == 200
    assert key.status("GET", f"/webhooks/{hook}") == 404
    assert token.status("GET", f"/webhooks/{hook}") == 200


def test_a_machine_that_is_switched_off_is_told_nothing_more(place):
    party = machine("webhooks")
    wish = {"name": "A", "url": "http://127.0.0.1:9/", "events": ["claim.done"]}
    Caller(place, token_of_machine(place, party)).send("POST", "/webhooks", {"webhook": wish})

    switch(party.row, on=False, by="a test")

    assert not Webhook.objects.get().is_active


def test_a_revoked_token_is_no_one_at_once(place):
    party = sso.register(scopes=["openid", "claims:read"])
    token = token_of_person(place, party, scope="claims:read")
    base = "http://{}:{}".format(*place)

    requests.post(
        f"{base}/oauth/revoke", {"token": token}, auth=(party.row.client_id, party.secret), timeout=20
    )

    assert Caller(place, token).status("GET", "/claims") == 401


def test_a_machine_of_others_never_acts_for_itself():
    with pytest.raises(RegistrationError):
        sso.register(
            "Theirs", is_first_party=False, grant_types=["client_credentials"], scopes=["claims:read"]
        )


def test_a_service_of_others_that_was_ours_gets_no_token_for_itself(place):
    agent = machine("claims:read")
    agent.row.is_first_party = False
    agent.row.save()
    base = "http://{}:{}".format(*place)

    answer = requests.post(
        f"{base}/oauth/token",
        {"grant_type": "client_credentials"},
        auth=(agent.row.client_id, agent.secret),
        timeout=20,
    )

    assert answer.json()["error"] == "unauthorized_client"


def test_what_is_for_machines_means_nothing_where_a_person_signs_in(place):
    party = sso.register(scopes=["openid", "claims:read", "webhooks", "people:write"])
    token = token_of_person(place, party, scope="claims:read webhooks people:write")

    assert authenticate_bearer(token).scopes == {"openid", "claims:read"}
    assert Account.objects.get().orcid_id == ALICE


def test_keys_and_access_tokens_speak_one_vocabulary():
    assert {name for name in SCOPES if ":" in name or name == "webhooks"} == set(ALL)
