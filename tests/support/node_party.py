"""npm's certified openid-client as a relying party: orders go in, answers come out."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from joserfc.jwk import ECKey

from tests.support.installed import node_folder

# Known to everybody, like the secrets here: a demo that was started before can know it too.
KEY = ECKey.import_key(
    {
        "kty": "EC",
        "crv": "P-256",
        "use": "sig",
        "alg": "ES256",
        "kid": "node-key",
        "x": "oE7IDZIarx1IEuql4VWYV3eQwE5Hoq3SeQUMBffzSHQ",
        "y": "o-LcbNZb6tTs8dCJLqiTHVYkSbfQZ5m8r_xu4XFSvcA",
        "d": "t0PU-dRBgc8gpjcS4PBOGaRvYBUlB6A6Ih1SqWQ5Ong",
    }
)
SECRET = "node-secret-for-loopback-only-000000000000"
SCOPES = ["openid", "profile", "orcid", "email", "offline_access"]
PERSONAL = ["authorization_code", "refresh_token"]
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


def parties(place: str) -> list[dict[str, Any]]:
    """Describe the parties that it plays."""

    def party(name: str, **more: Any) -> dict[str, Any]:
        return {
            "client_id": f"node-{name}",
            "name": f"Node party {name}",
            "redirect_uris": [f"{place}/node-{name}/callback"],
            "logout_return_uris": [f"{place}/node-{name}/signed-out"],
            "scopes": SCOPES,
            "grant_types": PERSONAL,
            "is_first_party": True,
            **more,
        }

    known = {"client_secret": SECRET}
    return [
        party("basic", **known, grant_types=[*PERSONAL, DEVICE]),
        party("post", **known, auth_method="client_secret_post", is_pairwise=True),
        party(
            "key",
            auth_method="private_key_jwt",
            public_keys={"keys": [KEY.as_dict(private=False)]},
            id_token_alg="ES256",
            requires_pushed_requests=True,
        ),
        party("machine", **known, grant_types=["client_credentials"], scopes=["doi-events:write"]),
    ]


class WrongError(Exception):
    """What the party says when it does not accept something."""

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__(str(said))
        self.said = said


class NodeParty:
    """The running program."""

    def __init__(self, process: subprocess.Popen[str], issuer: str) -> None:
        self._process = process
        self._issuer = issuer

    def do(self, name: str, client_id: str, **more: Any) -> dict[str, Any]:
        """Give an order and return the answer.

        Raises:
            WrongError: the party does not accept what it was answered.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": name, "client_id": client_id, **more}) + "\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline())
        if "wrong" in said:
            raise WrongError(said["wrong"])
        found: dict[str, Any] = said["ok"]
        return found

    def discover(self, client_id: str, **more: Any) -> dict[str, Any]:
        """Read the provider's description for one party."""
        return self.do("discover", client_id, issuer=self._issuer, secret=SECRET, **more)


@contextmanager
def running(issuer: str) -> Iterator[NodeParty]:
    """Run it until the block ends."""
    process = subprocess.Popen(
        ["node", "relying_party.mjs"],
        cwd=node_folder(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield NodeParty(process, issuer)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()
