import pytest
from django.test import Client

from profiles.infra import clock
from profiles.sso import audit
from profiles.sso.models import AuditEntry, Grant, PartySecret, RelyingParty
from profiles.sso.registry import registration
from profiles.sso.registry.registration import Registration, RegistrationError
from tests.support import sso
from tests.support.signing_in import with_second_factor

pytestmark = pytest.mark.django_db
ALICE, BOB = "0009-0001-0000-0014", "0009-0001-0000-0022"
FORM = {
    "name": "DataCite Commons",
    "redirect_uris": "https://commons.datacite.org/back\r\nhttps://commons.datacite.org/other",
    "scopes": ["openid", "orcid", "roles"],
    "grant_types": ["authorization_code"],
    "auth_method": "client_secret_basic",
    "id_token_alg": "RS256",
    "is_first_party": "on",
}


@pytest.fixture
def dana(client):
    account = sso.person(client, "0009-0001-0000-0049", role="staff_admin", name="Dana")
    with_second_factor(client)
    return account


def test_staff_register_a_service_and_see_its_secret_once(client, dana):
    page = client.post("/staff/services/new", FORM, follow=True)

    row = RelyingParty.objects.get()
    secret = page.context["secret"]
    assert row.redirect_uris == ["https://commons.datacite.org/back", "https://commons.datacite.org/other"]
    assert secret in page.content.decode()
    assert secret not in client.get(f"/staff/services/{row.client_id}").content.decode()
    assert sso.Party(row, secret).signed_in(client, scope="openid")["access_token"]
    trail = AuditEntry.objects.filter(client_id=row.client_id, by=dana.orcid_id).order_by("id")
    assert list(trail.values_list("event", flat=True)) == ["party changed", "secret made"]


def test_staff_give_a_service_a_name_in_more_languages(client, dana):
    lines = "name#de: Übersicht: Werke\r\nabout#ja: 業績を表示します"
    client.post("/staff/services/new", {**FORM, "translations": lines})
    row = RelyingParty.objects.get()
    page = client.get(f"/staff/services/{row.client_id}").content.decode()
    wrong = client.post("/staff/services/new", {**FORM, "translations": "name#xx: Y"}).content.decode()

    assert row.translations == {"de": {"name": "Übersicht: Werke"}, "ja": {"about": "業績を表示します"}}
    assert lines.replace("\r", "") in page
    assert "name#xx is not name# or about#" in wrong


def test_a_page_with_a_secret_that_is_loaded_again_makes_no_second_one(client, dana):
    party = sso.register()

    answer = client.post(f"/staff/services/{party.row.client_id}/secret")
    kept = str(dict(client.session))
    page = client.get(answer["Location"])

    secret = page.context["secret"]
    assert (answer.status_code, page.status_code) == (302, 200)
    assert "no-store" in page["Cache-Control"]
    assert secret not in kept
    assert client.get(answer["Location"]).context["secret"] is None
    assert party.row.secrets.count() == 2
    assert sso.Party(party.row, secret).signed_in(client, scope="openid")["access_token"]


def test_a_secret_is_shown_on_no_other_services_page(client, dana):
    one, other = sso.register("One"), sso.register("Other")

    client.post(f"/staff/services/{one.row.client_id}/secret")

    assert client.get(f"/staff/services/{other.row.client_id}").context["secret"] is None


def test_a_service_that_goes_over_to_a_secret_can_be_given_one(client, dana):
    party = sso.register(auth_method="none")
    page = f"/staff/services/{party.row.client_id}"
    assert "New secret" not in client.get(page).content.decode()

    client.post(page, FORM)

    assert "New secret" in client.get(page).content.decode()
    assert client.post(f"{page}/secret", follow=True).context["secret"]


def test_only_those_who_may_register_services_see_them(client):
    sso.person(client, role="staff_user")

    for path in ("/staff/services", "/staff/services/new"):
        assert client.get(path).status_code == 403


def test_services_stay_closed_to_staff_without_their_second_step(client):
    sso.person(client, "0009-0001-0000-0049", role="staff_admin", name="Dana")
    party = sso.register()

    for path in ("/staff/services", "/staff/services/new", f"/staff/services/{party.row.client_id}"):
        assert client.get(path)["Location"] == "/settings/second-step"
    answer = client.post(f"/staff/services/{party.row.client_id}/secret", {"act": "at-once"})

    assert answer["Location"] == "/settings/second-step"
    assert PartySecret.objects.get().ends_at is None


def test_the_trail_of_a_service_names_the_person_of_each_grant_and_can_be_one_persons(client, dana):
    party = sso.register()
    alice, bob = Client(), Client()
    for browser, orcid_id in ((alice, ALICE), (bob, BOB)):
        sso.person(browser, orcid_id)
        party.signed_in(browser)
    gone = sso.person(Client(), "0009-0001-0000-0030")
    audit.write(audit.Event.SIGNED_IN, client_id=party.row.client_id, account_id=gone.pk)
    gone.delete()
    page = f"/staff/services/{party.row.client_id}"

    everybody = client.get(page).content.decode()
    only_alice = client.get(page, {"person": ALICE})

    assert {name for name in (ALICE, BOB, "a former user") if name in everybody} == {
        ALICE,
        BOB,
        "a former user",
    }
    assert BOB not in only_alice.content.decode()
    assert [line.entry.event for line in only_alice.context["audit_log"]] == ["issued", "signed in"]
    assert {line.person for line in only_alice.context["audit_log"]} == {ALICE}
    assert len({line.entry.grant_id for line in only_alice.context["audit_log"]}) == 1


def test_every_change_is_written_down_with_what_it_was_before(client, dana):
    client.post("/staff/services/new", FORM)
    row = RelyingParty.objects.get()

    client.post(
        f"/staff/services/{row.client_id}", FORM | {"redirect_uris": "https://commons.datacite.org/new"}
    )

    note = AuditEntry.objects.filter(client_id=row.client_id).latest("id").note
    assert "https://commons.datacite.org/other" in note
    assert "https://commons.datacite.org/new" in note


def test_two_secrets_live_side_by_side_and_never_three(client, dana):
    party = sso.register()
    second = sso.Party(party.row, registration.renew_secret(party.row, by="tests"))
    assert party.signed_in(client)["access_token"]
    assert second.signed_in(client)["access_token"]

    third = sso.Party(party.row, registration.renew_secret(party.row, by="tests"))

    answer = sso.answer_of(client.get("/oauth/authorize", party.request()))
    assert party.redeem(client, answer["code"]).status_code == 401
    assert second.signed_in(client)["access_token"]
    assert third.signed_in(client)["access_token"]
    client.post(f"/staff/services/{party.row.client_id}/secret", {"act": "at-once"})
    assert PartySecret.objects.exclude(ends_at__lte=clock.now()).count() == 1


def test_what_is_kept_of_a_secret_cannot_be_used(client):
    party = sso.register()

    kept = bytes(PartySecret.objects.get().digest)

    assert len(kept) == 32
    assert len(party.secret) >= 43
    assert party.secret.encode() not in kept


def test_switching_a_service_off_ends_all_its_access(client, dana):
    party = sso.register()
    tokens = party.signed_in(client)

    client.post(f"/staff/services/{party.row.client_id}/switch", {"act": "off"})

    assert (
        client.get("/oauth/userinfo", HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}").status_code
        == 401
    )
    assert party.refresh(client, tokens["refresh_token"]).status_code == 401
    assert client.get("/oauth/authorize", party.request()).status_code == 400
    assert not Grant.objects.filter(revoked_at=None).exists()


@pytest.mark.parametrize(
    "uri",
    [
        "http://service.example/back",
        "https://service.example/back#here",
        "https://*.service.example/back",
        "https://user@service.example/back",
        "javascript:alert(1)",
        "data:text/html,x",
        "https:///back",
        "https://service.example/a b",
        "https://sérvice.example/",
        "/back",
        "com.example.program:/back",
    ],
)
def test_an_address_that_cannot_be_compared_letter_by_letter_is_not_registered(uri, settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_MODE": "production"})

    with pytest.raises(RegistrationError):
        registration.register(Registration(name="Odd", redirect_uris=[uri]), by="tests")


def test_third_parties_are_not_registered_for_what_is_ours_only():
    row, _ = registration.register(
        Registration(name="Theirs", redirect_uris=[sso.BACK], scopes=["openid", "roles", "people:write"]),
        by="tests",
    )

    assert row.scopes == ["openid"]


def test_a_logo_is_a_picture_and_shown_as_one(client, dana):
    party = sso.register()
    registration.set_logo(party.row, b"\x89PNG\r\n\x1a\n" + b"0" * 20, by="tests")

    shown = client.get(f"/services/{party.row.client_id}/logo")

    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/png", "nosniff")
    with pytest.raises(RegistrationError):
        registration.set_logo(party.row, b"<svg onload=alert(1)>", by="tests")
