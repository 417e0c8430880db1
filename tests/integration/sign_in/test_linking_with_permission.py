"""One visit to ORCID: the iD is linked, the permission given and Auto-Update on; or only linked."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import connections
from django.test import Client

from profiles.accounts.models import Account
from profiles.accounts.services import switch_auto_update
from profiles.consents.models import Consent, Receipt, Revocation
from profiles.infra import wiring
from tests.integration.sign_in.test_whole_proof import CONFIRM, STEP, give_code, guarded_account
from tests.support.globus_browser import changed
from tests.support.jobs import make_jobs_due, run_jobs
from tests.support.orcid_browser import sign_in_at_orcid
from tests.support.pushing import ALICE, BOB
from tests.support.signing_in import back, begin, by_globus, by_orcid, who

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache", "no_jobs"),
]
PERMIT, ONLY = "link_and_permit", "link"
IS_ON = b"Auto-Update is on"


def linking(client, aim=PERMIT, orcid_id=ALICE, **how) -> str:
    """Come by Globus, choose how to link, be this person at ORCID; return the way back."""
    by_globus(client, "alice@univ.example")
    return sign_in_at_orcid(begin(client, "orcid", aim=aim), orcid_id, **how)


def say(client, answer="yes"):
    return client.post(CONFIRM, {"answer": answer})


def test_linking_with_the_permission_takes_one_page_of_orcid_and_switches_auto_update_on(client, stands):
    answer = back(client, linking(client))
    assert answer["Location"] == CONFIRM
    assert not Consent.objects.exists()

    done = say(client)

    account = Account.objects.get()
    consent = Consent.objects.get()
    assert done["Location"] == "/"
    assert who(client) == str(account.pk)
    assert (consent.orcid_id, consent.purpose) == (ALICE, "auto_update")
    assert {"openid", "/activities/update", "/read-limited"} <= set(consent.scopes)
    assert account.auto_update_since is not None
    assert not Revocation.objects.exists()
    assert IS_ON in client.get("/works").content


def test_it_asks_orcid_as_the_auto_update_client_at_the_registered_address(client, stands, settings):
    by_globus(client, "alice@univ.example")
    asked = parse_qs(urlsplit(begin(client, "orcid", aim=PERMIT)).query)

    env = settings.ENVIRONMENT
    assert asked["client_id"] == [env.ORCID_AUTO_UPDATE_CLIENT_ID]
    assert asked["redirect_uri"] == [f"{env.PROFILES_URL}/orcid/auto_update/callback"]
    assert set(asked["scope"][0].split()) == {"openid", "/activities/update", "/read-limited"}
    assert {"state", "nonce"} <= set(asked)


def test_only_linking_gives_no_permission_and_switches_nothing_on(client, stands):
    back(client, linking(client, ONLY))
    say(client)

    assert Account.objects.get().auto_update_since is None
    assert not Consent.objects.exists()


def test_the_permission_of_another_person_is_not_kept_and_is_revoked_at_orcid(client, stands):
    back(client, linking(client, orcid_id=BOB))

    page = say(client, "no")
    run_jobs()

    assert BOB.encode() in page.content
    assert b"Only link" in page.content
    assert not Account.objects.exists()
    assert not Consent.objects.exists()
    assert not Receipt.objects.exists()
    assert len(stands.orcid.log(path="/oauth/revoke", method="POST")) == 1


def test_a_permission_that_no_one_confirms_is_revoked_later_and_not_before(client, stands):
    back(client, linking(client))

    run_jobs()
    asked_at_once = len(stands.orcid.log(path="/oauth/revoke", method="POST"))
    make_jobs_due("revoke_token")
    run_jobs()

    assert asked_at_once == 0
    assert len(stands.orcid.log(path="/oauth/revoke", method="POST")) == 1
    say(client)
    assert not Consent.objects.exists()
    assert b"Auto-Update is off" in client.get("/works").content


def test_a_person_who_says_no_at_orcid_can_still_only_link(client, stands):
    stopped = back(client, linking(client, decision="deny"))

    assert b"You said no" in stopped.content
    assert b"Only link" in stopped.content
    back(client, sign_in_at_orcid(begin(client, "orcid", aim=ONLY), ALICE))
    say(client)
    assert Account.objects.get().orcid_id == ALICE
    assert not Consent.objects.exists()


def test_after_a_lost_answer_of_orcid_both_ways_are_offered_again(client, stands):
    location = linking(client)
    stands.orcid.fail_next(path="/oauth/token", drop_after=True)

    stopped = back(client, location)

    assert stopped.status_code >= 400
    assert b"Link and keep my record up to date" in stopped.content
    back(client, sign_in_at_orcid(begin(client, "orcid", aim=PERMIT), ALICE))
    say(client)
    assert Account.objects.get().auto_update_since is not None


def test_an_answer_that_comes_twice_at_once_gives_one_permission(client, stands):
    location = linking(client)
    stands.orcid.fail_next(path="/oauth/token", count=None, delay_ms=150)

    def come_back() -> int:
        browser = Client()
        browser.cookies = client.cookies
        try:
            return back(browser, location).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        answers = sorted(future.result() for future in [threads.submit(come_back) for _ in range(3)])
    say(client)

    assert set(answers) <= {200, 302}, "led on, or waiting: never refused"
    assert Consent.objects.count() == 1
    assert Receipt.objects.filter(kind="granted").count() == 1
    assert not Revocation.objects.exists()


def test_yes_that_is_sent_twice_keeps_the_permission(client, stands):
    back(client, linking(client))
    say(client)
    say(client)

    run_jobs()
    assert Consent.objects.get().access_token is not None
    assert stands.orcid.log(path="/oauth/revoke", method="POST") == []


def test_a_permission_that_allows_no_writing_links_and_leaves_auto_update_off(client, stands):
    quirk = {"scope": "openid /read-limited"}
    stands.orcid.order("people", {"orcid": ALICE, "token_answer": quirk})

    back(client, linking(client))
    say(client)

    assert Account.objects.get().auto_update_since is None
    assert b"You allowed less than we asked for" in client.get("/works").content


def test_linking_an_account_whose_owner_switched_auto_update_off_switches_it_on_by_this_button_only(
    client, stands
):
    account = Account.objects.create(orcid_id=ALICE)
    switch_auto_update(account_id=account.pk, on=True)
    switch_auto_update(account_id=account.pk, on=False)

    back(client, linking(client, ONLY))
    say(client)
    after_only = Account.objects.get().auto_update_since
    SocialAccount.objects.filter(provider="globus").delete()
    other = Client()
    back(other, linking(other))
    say(other)

    assert after_only is None
    assert Account.objects.get().auto_update_since is not None


def test_an_answer_to_a_linking_is_not_taken_where_a_permission_was_asked_and_the_other_way(client, stands):
    location = linking(client)
    only = Client()
    by_globus(only, "alice@univ.example")
    plain = sign_in_at_orcid(begin(only, "orcid", aim=ONLY), ALICE)

    wrong_address = back(
        client, location.replace("/orcid/auto_update/callback", "/users/auth/orcid/callback")
    )
    wrong_flow = back(only, plain.replace("/users/auth/orcid/callback", "/orcid/auto_update/callback"))
    forged = back(only, changed(location, state="link.forged"))

    assert {wrong_address.status_code, wrong_flow.status_code, forged.status_code} == {400}
    assert not Account.objects.exists()
    assert not Consent.objects.exists()


def test_an_answer_of_another_browser_links_nothing(client, stands):
    location = linking(client)

    answer = back(Client(), location)

    assert answer.status_code == 400
    assert not Consent.objects.exists()


def test_with_one_client_the_choice_names_both_permissions_and_grants_both(client, stands, settings):
    empty = dict.fromkeys(("ORCID_AUTO_UPDATE_CLIENT_ID", "ORCID_SEARCH_AND_LINK_CLIENT_ID"), "")
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=empty)
    by_globus(client, "alice@univ.example")
    page = client.get("/link_orcid").content

    back(client, sign_in_at_orcid(begin(client, "orcid", aim=PERMIT), ALICE))
    say(client)

    assert b"the works you choose" in page
    assert b"new works that carry your iD" in page
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"auto_update", "search_and_link"}


def test_the_second_step_comes_before_the_permission(client, stands):
    secret = guarded_account(Client(), ALICE)

    back(client, linking(client))
    answer = say(client)
    before = Consent.objects.exists()
    give_code(client, secret)

    assert answer["Location"] == STEP
    assert not before
    assert Consent.objects.get().orcid_id == ALICE
    assert Account.objects.get().auto_update_since is not None


def test_neither_code_nor_token_is_in_the_session_or_any_log_line(client, stands, capfd):
    location = linking(client)
    code = parse_qs(urlsplit(location).query)["code"][0]
    back(client, location)
    stored = str(dict(client.session.items()))
    say(client)

    said = "".join(capfd.readouterr())
    token = Consent.objects.get()
    opened = wiring.vault().unseal(bytes(token.access_token), purpose=f"orcid-token:{ALICE}:auto_update")
    assert "http.call" in said
    for secret in (code, opened):
        assert secret not in said
        assert secret not in stored


def test_a_person_whose_provider_names_the_id_has_the_same_step_on_home(client, stands):
    by_orcid(client, ALICE)
    page = client.get("/").content.decode()
    was_on = Account.objects.get().auto_update_since is not None

    begun = client.post("/settings/auto-update", {"on": "1", "return_to": "/"})
    done = back(client, sign_in_at_orcid(begun["Location"], ALICE))

    assert "Switch Auto-Update on" in page
    assert not was_on
    assert done["Location"] == "/"
    assert Account.objects.get().auto_update_since is not None
    assert "Auto-Update: Working" in " ".join(client.get("/").content.decode().split())
