import re

from profiles.sso.protocol import provider
from profiles.sso.protocol.scopes import SCOPES
from tests.support.shared import ROOT

PAGE = (ROOT / "docs/dev/openid.md").read_text()
NAMED = set(re.findall(r"`([\w:/.-]+)`", PAGE))
SAID = provider.metadata()


def test_the_page_names_every_scope_and_every_claim():
    assert set(SAID["scopes_supported"]) - NAMED == set()
    assert set(SCOPES) - NAMED == set()
    assert set(SAID["claims_supported"]) - NAMED == set()


def test_the_page_names_every_endpoint_and_every_way_to_use_them():
    places = {
        value.removeprefix(SAID["issuer"])
        for name, value in SAID.items()
        if "_endpoint" in name and isinstance(value, str)
    }
    ways = {
        *SAID["grant_types_supported"],
        *SAID["token_endpoint_auth_methods_supported"],
        *SAID["acr_values_supported"],
        *SAID["prompt_values_supported"],
    }

    assert places
    assert (places | ways) - NAMED == set()
