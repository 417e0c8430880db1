"""The second factor: staff must, researchers may; truthful in what it says; not to be guessed or replayed."""

import base64
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import Client

from profiles.accounts import signals
from profiles.accounts.bearer import authenticate_bearer
from profiles.accounts.models import Account
from profiles.infra import resealing
from profiles.infra.vault import Vault, new_key
from profiles.sso.cookie import shared_cookie
from tests.support.authenticator_app import code_of
from tests.support.signing_in import by_globus, by_orcid, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
APP, STEP = "/settings/second-step/app", "/sign_in/second-step"


def later_code(secret: str) -> str:
    """The next code: one that was used a moment ago is not good again."""
    return code_of(secret, moment=time.time() + 30)


def set_up_app(client) -> tuple[str, list[str]]:
    """Set up an app; return its key and the recovery codes."""
    page = client.get(APP).content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1)
    answer = client.post(APP, {"code": code_of(secret)})
    return secret, re.findall(r"<code>(\d+)</code>", answer.content.decode())


@pytest.fixture
def bob(client, stands):
    by_globus(client, fresh="1")
    return client


@pytest.fixture
def dana(client, stands):
    by_globus(client, "dana@office.example", fresh="1")
    Account.objects.update(role="staff_admin")
    return client


def role_in_cookie(answer) -> str:
    import json
    from urllib.parse import unquote

    token = json.loads(unquote(answer.cookies["_datacite"].value))["authenticated"]["access_token"]
    return authenticate_bearer(token).role


def test_support_pages_stay_closed_to_staff_until_the_second_step_is_set_up(dana):
    before = dana.get("/staff")
    set_up_app(dana)

    assert (before.status_code, before["Location"]) == (302, "/settings/second-step")
    assert dana.get("/staff").status_code == 200


def test_staff_give_it_at_each_sign_in_before_they_are_signed_in(dana):
    secret, _codes = set_up_app(dana)
    other = Client()

    answer = by_globus(other, "dana@office.example", return_to="/staff")

    assert (answer["Location"], who(other)) == (STEP, None)
    done = other.post(STEP, {"code": later_code(secret)})
    assert done["Location"] == "/staff"
    assert other.get("/staff").status_code == 200


def test_the_shared_cookie_gives_staff_rights_only_after_the_second_step(dana):
    dana.cookies.pop("_datacite", None)
    before = role_in_cookie(dana.get("/works"))
    page = dana.get(APP).content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1)
    after = role_in_cookie(dana.post(APP, {"code": code_of(secret)}))

    assert (before, after) == ("user", "staff_admin")


def test_a_token_from_before_the_second_step_gives_no_staff_rights(dana):
    account = Account.objects.get()

    assert authenticate_bearer(shared_cookie.token_for(account, role="user")).role == "user"
    assert authenticate_bearer(shared_cookie.token_for(account, role="staff_admin")).role == "staff_admin"


def test_a_token_that_says_staff_gives_a_researcher_nothing(bob):
    assert (
        authenticate_bearer(shared_cookie.token_for(Account.objects.get(), role="staff_admin")).role == "user"
    )


def test_how_the_person_proved_it_is_told_truthfully(bob):
    assert bob.session["amr"] == []
    secret, _codes = set_up_app(bob)
    assert bob.session["amr"] == ["otp", "mfa"]

    by_orcid(bob, "0009-0001-0000-0022", fresh="1")
    assert bob.session["amr"] == ["otp", "mfa"], "nothing changes before the second step is given anew"
    bob.post(STEP, {"code": later_code(secret)})
    assert bob.session["amr"] == ["pwd", "otp", "mfa"]


def test_a_code_is_good_once(bob):
    secret, _codes = set_up_app(bob)
    first, second = Client(), Client()
    by_globus(first)
    by_globus(second)
    code = later_code(secret)

    first.post(STEP, {"code": code})
    answer = second.post(STEP, {"code": code})

    assert who(first)
    assert (answer.status_code, who(second)) == (422, None)


def test_a_code_of_the_app_stays_used_when_the_cache_is_emptied(bob):
    secret, _codes = set_up_app(bob)
    first, second = Client(), Client()
    by_globus(first)
    by_globus(second)
    code = later_code(secret)

    first.post(STEP, {"code": code})
    cache.clear()
    answer = second.post(STEP, {"code": code})

    assert (answer.status_code, who(second)) == (422, None)


def test_each_recovery_code_lets_in_once_and_the_page_says_how_many_are_left(bob):
    _secret, codes = set_up_app(bob)
    first, second = Client(), Client()
    by_globus(first)
    by_globus(second)

    first.post(STEP, {"code": codes[0]})
    second.post(STEP, {"code": codes[0]})

    assert (who(first) is not None, who(second)) == (True, None)
    assert b"9 codes left" in first.get("/settings/second-step").content


def test_a_recovery_code_lets_in_one_of_several_browsers_that_give_it_at_once(bob):
    _secret, codes = set_up_app(bob)
    browsers = [Client() for _ in range(5)]
    for each in browsers:
        by_globus(each)
    start = threading.Barrier(len(browsers))

    def give(browser: Client) -> int:
        try:
            start.wait(20)
            return browser.post(STEP, {"code": codes[0]}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(browsers)) as threads:
        answers = list(threads.map(give, browsers))

    assert sorted(answers) == [302, 422, 422, 422, 422]


def test_codes_cannot_be_guessed_from_however_many_browsers(bob):
    set_up_app(bob)
    answers = []
    for _ in range(4):
        stranger = Client()
        by_globus(stranger)
        answers += [stranger.post(STEP, {"code": f"{n:06d}"}).status_code for n in range(4)]

    assert 429 in answers
    stranger = Client()
    by_globus(stranger)
    answer = stranger.post(STEP, {"code": "123456"})
    assert b"too many wrong codes" in answer.content
    assert int(answer["Retry-After"]) > 0


def test_the_second_step_without_a_first_is_told_and_signs_no_one_in(client, stands):
    answer = client.post(STEP, {"code": "123456"})

    assert (answer.status_code, who(client)) == (400, None)
    assert b"longer than ten minutes" in answer.content


def test_ways_in_are_changed_only_shortly_after_signing_in(bob):
    session = bob.session
    session["auth_time"] = int(time.time()) - 3600
    session.save()

    answer = bob.get(APP)

    assert answer["Location"] == "/sign_in?fresh=1&return_to=/settings/second-step"


def test_a_person_who_has_taken_over_a_session_cannot_remove_the_second_step(bob):
    set_up_app(bob)
    session = bob.session
    del session["second_factor_at"]
    session.save()

    bob.post("/settings/second-step/remove", {"factor": str(Authenticator.objects.first().pk)})

    assert Authenticator.objects.filter(type="totp").exists()


def test_one_person_cannot_remove_the_second_step_of_another(bob):
    set_up_app(bob)
    mallory = Client()
    by_globus(mallory, "dana@office.example", fresh="1")

    mallory.post("/settings/second-step/remove", {"factor": str(Authenticator.objects.first().pk)})

    assert Authenticator.objects.filter(type="totp").exists()


def test_without_a_second_factor_no_one_is_asked_and_its_removal_takes_the_recovery_codes_along(bob):
    set_up_app(bob)

    bob.post("/settings/second-step/remove", {"factor": str(Authenticator.objects.get(type="totp").pk)})

    assert not Authenticator.objects.exists()
    other = Client()
    by_globus(other)
    assert who(other)


def test_secrets_are_sealed_in_the_table(bob):
    secret, codes = set_up_app(bob)

    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret.replace(" ", "") not in stored
    assert not any(code in stored for code in codes)


def test_secrets_are_sealed_again_when_keys_rotate(bob):
    secret, _codes = set_up_app(bob)
    ring = Vault([new_key(), *settings.ENVIRONMENT.PROFILES_VAULT_KEYS])
    (mine,) = [one for one in resealing.everything() if one.name == "second factors"]

    assert resealing.count_stale(mine, ring) == 2
    assert resealing.reseal(mine, ring).changed == 2
    assert resealing.count_stale(mine, ring) == 0
    sealed = base64.b64decode(Authenticator.objects.get(type="totp").data["secret"])
    assert ring.unseal(sealed, purpose="second-factor") == secret.replace(" ", "")


def test_a_closed_account_leaves_no_second_factor_behind(bob):
    set_up_app(bob)

    signals.closed.send(sender=Account, account=Account.objects.get())

    assert not Authenticator.objects.exists()
