import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from django.test import Client
from joserfc import jwt

from profiles.accounts import signals
from profiles.accounts.models import Account
from profiles.clients.http import Limits
from profiles.clients.logout_notices import LogoutNotices
from profiles.clients.ssrf_safe_http import SsrfSafeHttpClient
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.sso import keys
from profiles.sso.models import AuditEntry, Grant, LogoutNotice
from profiles.sso.protocol import logout, provider
from tests.support import sso
from tests.support.jobs import make_jobs_due, run_jobs, waiting_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]
RETURN = "https://service.example/bye"


@pytest.fixture
def listener():
    """A service that hears of sign-outs; ``answers`` says with which status."""
    heard, answers = [], []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            heard.append(form["logout_token"][0])
            self.send_response(answers.pop(0) if answers else 200)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    server.heard, server.answers = heard, answers
    server.url = f"http://127.0.0.1:{server.server_port}/told"
    yield server
    server.shutdown()
    server.server_close()


def told_by(listener) -> list[dict]:
    said = [jwt.decode(token, keys.ring().public, algorithms=["RS256"]) for token in listener.heard]
    assert all(one.header["typ"] == "logout+jwt" for one in said)
    return [one.claims for one in said]


def test_a_service_that_shows_its_id_token_signs_the_person_out_at_once(client):
    sso.person(client)
    party = sso.register(logout_return_uris=[RETURN])
    tokens = party.signed_in(client)

    answer = client.get(
        "/oauth/logout",
        {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": RETURN, "state": "a b&c"},
    )

    assert answer["Location"] == f"{RETURN}?state=a+b%26c"
    assert client.get("/settings/me")["Location"].startswith("/sign_in")
    assert party.refresh(client, tokens["refresh_token"]).status_code == 400
    assert answer.cookies["_datacite"].value == "%7B%22authenticated%22%3A%7B%7D%7D"


def test_without_a_token_of_this_session_the_person_is_asked(client):
    alice = sso.person(client)
    party = sso.register(logout_return_uris=[RETURN])
    other = Client()
    sso.sign_in(other, alice)
    elsewhere = party.signed_in(other)

    for asked in ({}, {"client_id": party.row.client_id}, {"id_token_hint": elsewhere["id_token"]}):
        page = client.get("/oauth/logout", asked)
        assert page.status_code == 200
        assert "Stay signed in" in page.content.decode()
    assert client.get("/settings/me").status_code == 200

    done = client.post("/oauth/logout/confirm", {"answer": "yes", "client_id": party.row.client_id})
    assert done.status_code == 303
    assert client.get("/settings/me").status_code == 302


@pytest.mark.parametrize(
    "asked",
    [
        {"post_logout_redirect_uri": RETURN},
        {"client_id": "nobody"},
        {"id_token_hint": "a.b.c"},
        {"client_id": "this", "post_logout_redirect_uri": RETURN + "?next=evil"},
        {"client_id": "this", "post_logout_redirect_uri": "javascript:alert(1)"},
    ],
    ids=["no party", "unknown party", "forged hint", "other query", "script"],
)
def test_a_wish_that_is_not_registered_leads_nowhere(client, asked):
    sso.person(client)
    party = sso.register(logout_return_uris=[RETURN])
    asked = {name: party.row.client_id if value == "this" else value for name, value in asked.items()}

    answer = client.get("/oauth/logout", asked)

    assert (answer.status_code, answer.has_header("Location")) == (400, False)
    assert client.get("/settings/me").status_code == 200


def test_services_are_told_of_the_end_of_a_session_once_and_with_its_name(client, listener):
    sso.person(client)
    party = sso.register(backchannel_logout_uri=listener.url)
    sid = client.session["sid"]
    party.signed_in(client)
    party.signed_in(client)

    page = client.post("/sign_out")
    sso.send_due()
    sso.send_due()

    (said,) = told_by(listener)
    assert (said["sid"], said["aud"]) == (sid, party.row.client_id)
    assert said["events"] == {logout.EVENT: {}}
    assert "nonce" not in said
    assert "✓ signed out" in client.get(page["Location"]).content.decode()
    trail = AuditEntry.objects.filter(client_id=party.row.client_id).values_list("event", flat=True)
    assert (list(trail).count("signed out"), list(trail).count("logout delivered")) == (2, 1)


@pytest.mark.parametrize("status", [503, 302, 400])
def test_a_service_that_does_not_take_the_notice_is_told_again_later(client, listener, status):
    sso.person(client)
    sso.register(backchannel_logout_uri=listener.url).signed_in(client)
    listener.answers.append(status)
    page = client.post("/sign_out")["Location"]

    run_jobs()
    notice = LogoutNotice.objects.get()
    assert (notice.tries, notice.done_at) == (1, None)
    assert "signing out" in client.get(page).content.decode()
    (soon,) = waiting_jobs(job_names.SEND_LOGOUT_NOTICES)
    assert soon.scheduled_at <= clock.now() + logout.RETRY_DELAYS[0]
    LogoutNotice.objects.update(due_at=clock.now())
    make_jobs_due(job_names.SEND_LOGOUT_NOTICES)
    run_jobs()

    assert len(listener.heard) == 2
    assert LogoutNotice.objects.get().done_at


def test_signing_out_everywhere_ends_ours_and_keeps_what_others_may_do_while_one_is_away(client, listener):
    alice = sso.person(client)
    ours = sso.register("Ours", backchannel_logout_uri=listener.url).signed_in(client)
    theirs = sso.register("Theirs", is_first_party=False, backchannel_logout_uri=listener.url)
    sso.approve(client, theirs)
    theirs.signed_in(client)
    theirs.signed_in(client, scope="openid")

    signals.sessions_ended.send(sender=Account, account=alice, sids=[client.session["sid"]])

    living = Grant.objects.filter(revoked_at=None)
    assert {grant.scope for grant in living} == {theirs.scope}
    assert LogoutNotice.objects.count() == 2
    assert ours["refresh_token"]


def test_signing_out_everywhere_takes_our_own_programs_on_other_machines_along(client):
    sso.person(client)
    grant_types = [provider.DEVICE, provider.REFRESH]
    ours = sso.register("Ours", grant_types=grant_types, redirect_uris=[])
    theirs = sso.register("Theirs", grant_types=grant_types, redirect_uris=[], is_first_party=False)
    held = [(party, on_a_device(client, party)) for party in (ours, theirs)]
    client.get("/settings/sessions")

    client.post("/settings/sessions", {"end": "all"})

    renewed = [party.refresh(client, tokens["refresh_token"]).status_code for party, tokens in held]
    assert renewed == [400, 200]


def on_a_device(client, party: sso.Party) -> dict:
    begun = party.post(client, "/oauth/device", {"scope": "openid offline_access"}).json()
    client.post("/device", {"user_code": begun["user_code"], "answer": "yes"})
    form = {"grant_type": provider.DEVICE, "device_code": begun["device_code"]}
    return party.post(client, "/oauth/token", form).json()


def test_a_person_who_leaves_takes_everything_along(client):
    alice = sso.person(client)
    tokens = sso.register().signed_in(client)

    signals.closed.send(sender=Account, account=alice)

    assert (
        client.get("/oauth/userinfo", HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}").status_code
        == 401
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/told",
        "https://169.254.169.254/told",
        "https://[::1]/told",
        "http://service.example/",
    ],
)
async def test_machines_beside_us_are_never_told_outside_of_demos(url):
    door = SsrfSafeHttpClient(user_agent="tests", limits=Limits(), local=False)

    assert not await LogoutNotices(door).tell(url, logout_token="x")
