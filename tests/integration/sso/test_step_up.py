"""A service asks for a second factor: the wish goes on to the provider, and what came of it is told."""

import time
from urllib.parse import urlencode

import pytest
import requests
from allauth.mfa.models import Authenticator
from joserfc import jwt
from joserfc.jwk import KeySet

from profiles.accounts.models import Account
from profiles.domain.access.assurance import MFA, SFA
from profiles.sign_in.identity_providers import step_up
from profiles.sso import keys
from tests.support import sso
from tests.support.globus_browser import parameters_of, sign_in_at_globus
from tests.support.orcid_browser import sign_in_at_orcid
from tests.support.signing_in import back, begin

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache", "stands")]
BOB = "0009-0001-0000-0022"


@pytest.fixture
def party():
    keys.forget()  # each test's database begins without keys
    yield sso.register(scopes=["openid", "profile"])
    keys.forget()


def sent_to_sign_in(client, party, **wishes):
    """Ask for a second factor, and return what the form of the sign-in page carries."""
    answer = client.get("/oauth/authorize", party.request(acr_values=MFA, **wishes))
    assert answer["Location"].startswith("/sign_in?")
    page = client.get(answer["Location"])
    assert b"asks for a second step" in page.content
    assert page.content.count(b'name="stronger" value="1"') == 2
    return {"return_to": sso.answer_of(answer)["return_to"], "fresh": "1", "stronger": "1"}


def told(client, party, arrived):
    """Come back to the service and return what its ID token says."""
    answer = sso.answer_of(client.get(arrived["Location"]))
    tokens = party.redeem(client, answer["code"]).json()
    public = KeySet.import_key_set(client.get("/.well-known/jwks.json").json())
    return jwt.decode(tokens["id_token"], public, algorithms=["RS256"]).claims


def test_globus_is_asked_for_a_second_factor_and_its_word_for_it_reaches_the_service(client, party):
    address = begin(client, **sent_to_sign_in(client, party))

    assert parameters_of(address)["session_required_mfa"] == "true"
    said = told(client, party, back(client, sign_in_at_globus(address, "bob@univ.example")))

    assert (said["acr"], said["amr"]) == (MFA, ["pwd", "mfa"])


def test_a_person_who_signed_in_with_less_is_asked_for_more_at_globus_once(client, party):
    browser = requests.Session()
    back(client, sign_in_at_globus(begin(client), "bob@univ.example", browser=browser))
    plain = {"Location": f"/oauth/authorize?{urlencode(party.request())}"}
    assert "amr" not in told(client, party, plain)

    address = begin(client, **sent_to_sign_in(client, party))
    said = told(client, party, back(client, sign_in_at_globus(address, "bob@univ.example", browser=browser)))

    assert said["acr"] == MFA
    assert "code" in sso.answer_of(client.get("/oauth/authorize", party.request(acr_values=MFA)))


def test_a_person_who_set_up_a_second_factor_here_is_asked_for_it_here_and_not_at_globus_too(client, party):
    form = sent_to_sign_in(client, party)

    address = begin(client, **form, own_step="1")

    assert "session_required_mfa" not in parameters_of(address)
    said = told(client, party, back(client, sign_in_at_globus(address, f"{BOB}@orcid.org")))
    # A tick is no proof: who then gave none here has none.
    assert not {"acr", "amr"} & set(said)


def test_globus_is_not_asked_for_what_a_person_who_is_signed_in_has_set_up_here(client, party):
    back(client, sign_in_at_globus(begin(client), "bob@univ.example"))
    Authenticator.objects.create(user=Account.objects.get(), type=Authenticator.Type.TOTP, data={})

    address = begin(client, **sent_to_sign_in(client, party))
    answer = back(client, sign_in_at_globus(address, "bob@univ.example"))

    assert "session_required_mfa" not in parameters_of(address)
    assert answer["Location"] == "/sign_in/second-step"


def test_an_identity_without_a_second_factor_does_not_pass_at_globus(client, party):
    address = begin(client, **sent_to_sign_in(client, party))

    with pytest.raises((AssertionError, KeyError), match="second factor"):
        sign_in_at_globus(address, f"{BOB}@orcid.org")


def test_orcid_takes_no_such_wish_and_the_service_is_told_what_was_reached(client, party):
    form = sent_to_sign_in(client, party)
    address = begin(client, "orcid", **form)

    assert not {"acr_values", "session_required_mfa"} & set(parameters_of(address))
    said = told(client, party, back(client, sign_in_at_orcid(address, BOB)))

    assert (said["acr"], said["amr"]) == (SFA, ["pwd"])


def test_a_second_factor_that_is_switched_on_at_orcid_counts(client, party, orcid):
    orcid.order("people", [{"orcid": BOB, "given_names": "Bob", "second_factor": True}])
    address = begin(client, "orcid", **sent_to_sign_in(client, party))

    said = told(client, party, back(client, sign_in_at_orcid(address, BOB)))

    assert (said["acr"], said["amr"]) == (MFA, ["mfa"])


def test_who_is_silent_about_how_a_person_signed_in_gives_no_strength(client, party, stands):
    address = begin(client, **sent_to_sign_in(client, party))
    location = sign_in_at_globus(address, "bob@univ.example")
    stands.globus.fail_next(5, method="POST", path="/introspect", status=503)

    said = told(client, party, back(client, location))

    assert not {"acr", "amr"} & set(said)


SUBJECT = "somebody"


def about(*authentications, **changes):
    listed = {str(number): one for number, one in enumerate(authentications)}
    return {"active": True, "sub": SUBJECT, "session_info": {"authentications": listed}} | changes


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(about({"auth_time": time.time() - 90_000, "amr": ["mfa"]}), id="yesterday's"),
        pytest.param(
            about(
                {"auth_time": time.time() - 5, "amr": ["mfa"]},
                {"auth_time": time.time(), "amr": ["pwd"]},
            ),
            id="another identity's",
        ),
        pytest.param(about({"auth_time": time.time(), "amr": ["mfa"]}, sub="else"), id="somebody else's"),
        pytest.param(about({"auth_time": time.time(), "amr": ["mfa"]}, active=False), id="a dead token's"),
        pytest.param(about({"amr": ["mfa"]}), id="of no time"),
        pytest.param(about({"auth_time": time.time() + 90_000, "amr": ["mfa"]}), id="of the future"),
        pytest.param(about(), id="nobody's"),
        pytest.param({"active": True, "sub": SUBJECT, "session_info": None}, id="untold"),
        pytest.param(None, id="unanswered"),
    ],
)
def test_a_second_factor_that_is_not_of_this_sign_in_does_not_count(said):
    assert "mfa" not in step_up.methods_of(said, subject=SUBJECT, since=time.time() - 60)


def test_a_strength_in_the_words_of_refeds_counts_as_a_second_factor():
    said = about({"auth_time": time.time(), "amr": ["pwd"], "acr": MFA})

    assert step_up.methods_of(said, subject=SUBJECT, since=time.time() - 60) == ("pwd", "mfa")
