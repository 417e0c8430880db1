"""An OpenID client that is not ours, against ORCID's stand-in: what is standard, and where ORCID differs."""

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sandbox.serving import started
from tests.support.globus_browser import LIMIT, changed, parameters_of
from tests.support.openid_client import Exchanged
from tests.support.orcid_browser import sign_in_at_orcid
from tests.support.orcid_stand_in import ALICE, CALLBACK, SEARCH_CLIENT, SIGN_IN_CLIENT

CLIENT_ID, SECRET = SIGN_IN_CLIENT
NAMELESS = "0009-0001-0000-0065"


class OrcidParty:
    """A service that trusts nothing: discovery, state, nonce, and each check of an id_token."""

    def __init__(self, orcid, scope="openid") -> None:
        address = f"{orcid.url}/.well-known/openid-configuration"
        self.metadata = requests.get(address, timeout=LIMIT).json()
        self.nonce = generate_token(20)
        (method,) = self.metadata["token_endpoint_auth_methods_supported"]
        self.session = OAuth2Session(
            CLIENT_ID, SECRET, scope=scope, redirect_uri=CALLBACK, token_endpoint_auth_method=method
        )
        self.url, self.state = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"], nonce=self.nonce
        )

    def exchange(self, callback: str) -> dict:
        return self.session.fetch_token(
            self.metadata["token_endpoint"],
            authorization_response=callback,
            state=self.state,
            timeout=LIMIT,
        )

    def verified(
        self, tokens: dict, *, audience=CLIENT_ID, issuer=None, nonce=None, amr=False
    ) -> CodeIDToken:
        keys = KeySet.import_key_set(requests.get(self.metadata["jwks_uri"], timeout=LIMIT).json())
        decoded = jwt.decode(
            tokens["id_token"], keys, algorithms=self.metadata["id_token_signing_alg_values_supported"]
        )
        told = {key: value for key, value in decoded.claims.items() if amr or key != "amr"}
        claims = CodeIDToken(
            told,
            decoded.header,
            {"iss": {"value": issuer or self.metadata["issuer"]}, "aud": {"value": audience}},
            {"nonce": nonce or self.nonce, "client_id": audience, "access_token": tokens["access_token"]},
        )
        claims.validate(leeway=60)
        return claims

    def signed_in(self, orcid_id: str) -> Exchanged:
        tokens = self.exchange(sign_in_at_orcid(self.url, orcid_id))
        userinfo = self.session.get(self.metadata["userinfo_endpoint"], timeout=LIMIT).json()
        return Exchanged(tokens, self.verified(tokens), userinfo)


@pytest.fixture(scope="module")
def running():
    with started() as stands:
        yield stands.orcid


@pytest.fixture
def orcid(running):
    running.reset()
    return running


def test_an_independent_client_signs_a_person_in(orcid):
    party = OrcidParty(orcid)

    done = party.signed_in(ALICE)

    assert party.metadata["issuer"] == orcid.url
    assert done.claims["sub"] == done.userinfo["sub"] == done.tokens["orcid"] == ALICE
    assert (done.claims["name"], done.tokens["name"]) == ("Alice Alvarado", "Alice Alvarado")
    assert {"at_hash", "auth_time", "jti"} <= set(done.claims)
    assert {"email", "email_verified"}.isdisjoint({*done.claims, *done.userinfo})


def test_a_person_whose_name_is_private_signs_in_without_one(orcid):
    done = OrcidParty(orcid).signed_in(NAMELESS)

    assert done.claims["sub"] == NAMELESS
    assert "name" not in done.claims
    assert (done.tokens["name"], done.userinfo["name"]) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "claim"),
    [
        ({"audience": SEARCH_CLIENT[0]}, "aud"),
        ({"issuer": "https://orcid.example"}, "iss"),
        ({"nonce": "another"}, "nonce"),
    ],
    ids=["audience", "issuer", "nonce"],
)
def test_a_statement_is_for_one_service_one_issuer_and_one_visit(orcid, wrong, claim):
    party = OrcidParty(orcid)
    tokens = party.exchange(sign_in_at_orcid(party.url, ALICE))

    with pytest.raises(JoseError, match=claim):
        party.verified(tokens, **wrong)


def test_a_statement_belongs_to_its_access_token(orcid):
    party, other = OrcidParty(orcid), OrcidParty(orcid)
    tokens = party.exchange(sign_in_at_orcid(party.url, ALICE))
    foreign = other.exchange(sign_in_at_orcid(other.url, ALICE))

    with pytest.raises(JoseError, match="at_hash"):
        party.verified({**tokens, "access_token": foreign["access_token"]})


def test_keys_rotate_on_command_and_old_statements_verify_no_more(orcid):
    party = OrcidParty(orcid)
    old = party.exchange(sign_in_at_orcid(party.url, ALICE))
    assert party.verified(old)

    kid = orcid.order("rotate-keys")["kid"]

    assert OrcidParty(orcid).signed_in(ALICE).claims.header["kid"] == kid
    with pytest.raises(JoseError, match="kid"):
        party.verified(old)


def test_the_one_thing_a_strict_client_stumbles_over_is_amr_which_is_a_text(orcid):
    party = OrcidParty(orcid)
    tokens = party.exchange(sign_in_at_orcid(party.url, ALICE))

    with pytest.raises(JoseError, match="amr"):
        party.verified(tokens, amr=True)


def test_without_openid_there_is_no_statement_but_the_id_is_told(orcid):
    party = OrcidParty(orcid, scope="/authenticate")

    tokens = party.exchange(sign_in_at_orcid(party.url, ALICE))

    assert "id_token" not in tokens
    assert tokens["orcid"] == ALICE


def test_a_code_asked_for_with_pkce_cannot_be_exchanged(orcid):
    party = OrcidParty(orcid)
    challenged = changed(party.url, code_challenge="x" * 43, code_challenge_method="S256")
    callback = sign_in_at_orcid(challenged, ALICE)

    with pytest.raises(OAuthError, match="invalid_grant"):
        party.exchange(callback)
    assert "code_challenge_methods_supported" not in party.metadata


def test_a_code_works_once(orcid):
    party = OrcidParty(orcid)
    callback = sign_in_at_orcid(party.url, ALICE)
    party.exchange(callback)

    with pytest.raises(OAuthError, match="invalid_grant"):
        party.exchange(callback)


def test_denying_is_told_with_the_state(orcid):
    party = OrcidParty(orcid)

    answer = parameters_of(sign_in_at_orcid(party.url, ALICE, decision="deny"))

    assert (answer["error"], answer["state"]) == ("access_denied", party.state)
    assert "code" not in answer


def test_userinfo_wants_a_live_token_and_refuses_with_a_hyphen(orcid):
    address = OrcidParty(orcid).metadata["userinfo_endpoint"]

    answer = requests.get(address, headers={"Authorization": "Bearer nothing"}, timeout=LIMIT)

    assert answer.status_code == 403
    assert "error-description" in answer.json()
