"""An OpenID client that is not ours: Authlib does the protocol, joserfc the keys."""

from dataclasses import dataclass

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sandbox.remote import Remote
from tests.support.globus_browser import LIMIT, sign_in_at_globus

CALLBACK = "http://127.0.0.1:8000/users/auth/globus/callback"
CLIENT_ID = "5b0d2c1e-6f0a-4d53-9f53-0a1d0c5e0001"
SECRET = "demo-secret-globus"
IDENTITY_SET = "urn:globus:auth:scope:auth.globus.org:view_identity_set"
ALL_SCOPES = f"openid profile email {IDENTITY_SET}"
ALICE, BOB, BOB_ORCID = "alice@univ.example", "bob@univ.example", "0009-0001-0000-0022@orcid.org"
JOERG = "joerg.gruenefeld@gmail.example"


@dataclass
class Exchanged:
    """What a client has after the exchange of a code."""

    tokens: dict
    claims: CodeIDToken
    userinfo: dict


class RelyingParty:
    """A service that trusts nothing: Authlib does the protocol, and each check of OpenID Connect is made."""

    def __init__(self, globus: Remote, scope: str = ALL_SCOPES, method: str = "client_secret_basic") -> None:
        self.metadata = requests.get(f"{globus.url}/.well-known/openid-configuration", timeout=LIMIT).json()
        self.verifier, self.nonce = generate_token(48), generate_token(20)
        self.session = OAuth2Session(
            CLIENT_ID,
            SECRET,
            scope=scope,
            redirect_uri=CALLBACK,
            code_challenge_method="S256",
            token_endpoint_auth_method=method,
        )
        self.url, self.state = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=self.verifier, nonce=self.nonce
        )

    def exchange(self, callback: str, **changes: str) -> dict:
        """Exchange the code of this callback."""
        arguments = {"code_verifier": self.verifier, "state": self.state, **changes}
        return self.session.fetch_token(
            self.metadata["token_endpoint"], authorization_response=callback, timeout=LIMIT, **arguments
        )

    def verified(self, tokens: dict) -> CodeIDToken:
        """Verify the id_token in full."""
        keys = KeySet.import_key_set(requests.get(self.metadata["jwks_uri"], timeout=LIMIT).json())
        algorithms = self.metadata["id_token_signing_alg_values_supported"]
        decoded = jwt.decode(tokens["id_token"], keys, algorithms=algorithms)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {"iss": {"value": self.metadata["issuer"]}, "aud": {"value": CLIENT_ID}},
            {"nonce": self.nonce, "client_id": CLIENT_ID, "access_token": tokens["access_token"]},
        )
        claims.validate(leeway=60)
        return claims

    def signed_in(self, username: str, browser: requests.Session | None = None) -> Exchanged:
        """Do it all."""
        tokens = self.exchange(sign_in_at_globus(self.url, username, browser=browser))
        claims = self.verified(tokens)
        userinfo = self.session.get(self.metadata["userinfo_endpoint"], timeout=LIMIT).json()
        if userinfo["sub"] != claims["sub"]:
            raise JoseError("userinfo is about somebody else")
        return Exchanged(tokens, claims, userinfo)
