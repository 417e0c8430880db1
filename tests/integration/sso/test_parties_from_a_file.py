"""A file names relying parties: it decides their secrets, and which of them may go on."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from profiles.infra import clock
from profiles.sso.models import PartySecret, RelyingParty
from profiles.sso.registry import preregistered_clients, registration
from tests.support.sso import BACK, Party, answer_of, form_post, person

pytestmark = pytest.mark.django_db
OLD, NEW = "old-secret-0000000000000000000000", "new-secret-0000000000000000000000"


@pytest.fixture
def file(tmp_path, settings):
    """A file of relying parties, written by ``migrated_with``."""
    path = tmp_path / "parties.json"
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_RELYING_PARTIES": path})
    return path


def entry(client_id: str = "commons", **changes) -> dict:
    usual = {
        "client_id": client_id,
        "client_secret": OLD,
        "name": "DataCite Commons",
        "redirect_uris": [BACK],
        "scopes": ["openid", "offline_access"],
        "is_first_party": True,
    }
    return usual | changes


def migrated_with(file, *entries: dict) -> None:
    """Write the file and run the migration that every deployment runs."""
    file.write_text(json.dumps(entries))
    call_command("migrate", verbosity=0)


def party(secret: str = OLD, client_id: str = "commons") -> Party:
    return Party(RelyingParty.objects.get(client_id=client_id), secret, scope="openid offline_access")


def is_let_in(client, secret: str) -> bool:
    """Say whether the token endpoint accepts the secret; the code is never right."""
    answer = party(secret).redeem(client, "no-such-code")
    assert answer.json()["error"] in {"invalid_client", "invalid_grant"}
    return answer.json()["error"] == "invalid_grant"


def test_a_rotated_secret_ends_the_old_one_after_the_overlap(client, file):
    migrated_with(file, entry())
    migrated_with(file, entry(client_secret=NEW))

    assert (is_let_in(client, OLD), is_let_in(client, NEW)) == (True, True)
    PartySecret.objects.exclude(ends_at=None).update(ends_at=clock.now() - timedelta(seconds=1))
    migrated_with(file, entry(client_secret=NEW))
    assert (is_let_in(client, OLD), is_let_in(client, NEW)) == (False, True)


def test_the_old_secret_ends_within_a_week_however_often_the_file_is_read(file):
    migrated_with(file, entry())
    before = clock.now()
    migrated_with(file, entry(client_secret=NEW))
    ends_at = PartySecret.objects.get(ends_at__isnull=False).ends_at
    migrated_with(file, entry(client_secret=NEW))

    assert before < ends_at <= clock.now() + registration.OVERLAP
    assert PartySecret.objects.get(ends_at__isnull=False).ends_at == ends_at


def test_a_leaked_secret_ends_at_once_when_the_file_says_so(client, file):
    migrated_with(file, entry())
    migrated_with(file, entry(client_secret=NEW, secret_overlap_days=0))

    assert (is_let_in(client, OLD), is_let_in(client, NEW)) == (False, True)


def test_a_secret_that_the_file_names_again_is_good_without_end(client, file):
    migrated_with(file, entry())
    migrated_with(file, entry(client_secret=NEW))
    migrated_with(file, entry(client_secret=OLD, secret_overlap_days=0))

    assert (is_let_in(client, OLD), is_let_in(client, NEW)) == (True, False)
    assert PartySecret.objects.get(ends_at=None)


def test_a_party_that_is_taken_out_of_the_file_is_off_with_all_it_held(client, file):
    migrated_with(file, entry(), entry("other"))
    person(client)
    commons = party()
    tokens = commons.signed_in(client)
    code = answer_of(client.get("/oauth/authorize", commons.request()))["code"]

    migrated_with(file, entry("other"))

    assert commons.redeem(client, code).json()["error"] == "invalid_client"
    assert commons.refresh(client, tokens["refresh_token"]).json()["error"] == "invalid_client"
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {tokens['access_token']}"}
    assert client.get("/oauth/userinfo", **bearer).status_code == 401
    assert client.get("/oauth/authorize", commons.request()).status_code == 400
    assert RelyingParty.objects.get(client_id="other").disabled_at is None


def test_a_party_that_returns_to_the_file_works_again_without_its_old_tokens(client, file):
    migrated_with(file, entry())
    person(client)
    tokens = party().signed_in(client)
    migrated_with(file)

    migrated_with(file, entry())

    assert party().refresh(client, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert "access_token" in party().signed_in(client)


def test_a_party_that_staff_switched_off_stays_off_while_the_file_names_it(file):
    migrated_with(file, entry())
    registration.switch(RelyingParty.objects.get(), on=False, by="0009-0001-0000-0049")

    migrated_with(file, entry())

    assert RelyingParty.objects.get().disabled_at is not None


def test_a_party_that_staff_registered_is_not_touched_by_the_file(file):
    registration.register(registration.Registration(name="By hand", redirect_uris=[BACK]), by="staff")

    migrated_with(file, entry())
    migrated_with(file)

    assert RelyingParty.objects.get(name="By hand").disabled_at is None


def test_without_a_file_nothing_is_switched_off(file, settings):
    migrated_with(file, entry())
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_RELYING_PARTIES": None})

    preregistered_clients.sync_all()

    assert RelyingParty.objects.get().disabled_at is None


def test_a_file_with_one_wrong_entry_changes_nothing(file):
    migrated_with(file, entry())

    with pytest.raises(registration.RegistrationError):
        migrated_with(file, entry("new"), entry("wrong", redirect_uris=["javascript:alert(1)"]))

    assert list(RelyingParty.objects.values_list("client_id", "disabled_at")) == [("commons", None)]


def test_the_suites_parties_are_off_where_no_suite_runs(client, settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_TEST_SUITE": True})
    preregistered_clients.sync_all()
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_TEST_SUITE": False})

    preregistered_clients.sync_all()

    assert not RelyingParty.objects.filter(disabled_at=None).exists()
    answer = form_post(client, "/oauth/token", {"client_id": "suite-one", "grant_type": "refresh_token"})
    assert answer.json()["error"] == "invalid_client"


def test_a_service_has_its_own_name_and_sentence_in_a_readers_language(client, file):
    own = {
        "name#de": "DataCite-Übersicht",
        "about#de": "Zeigt Werke.",
        "name#pt-PT": "Visão",
    }
    migrated_with(file, entry(about="Shows works.", is_first_party=False, **own))
    person(client)
    address = client.get("/oauth/authorize", party().request())["Location"]

    pages = {code: client.get(f"{address}?lang={code}").content.decode() for code in ("de", "pt-br", "fr")}

    assert "DataCite-Übersicht" in pages["de"]
    assert "Zeigt Werke." in pages["de"]
    assert "Visão" in pages["pt-br"], "the nearest of our languages"
    assert "Shows works." in pages["pt-br"], "what is not given in it is in the language of the registration"
    assert "DataCite Commons" in pages["fr"]


@pytest.mark.parametrize("field", ["name#xx", "homepage#de", "name#"])
def test_a_text_in_a_language_that_the_pages_do_not_have_is_refused(field):
    with pytest.raises(registration.RegistrationError, match=field):
        registration.check_entry(entry(**{field: "x"}))
