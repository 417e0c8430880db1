"""Every check against our provider, in two processes; with OPENID_ISSUER, against any other."""

import pytest

from tests.contract.openid.catalogue import all_checks

CHECKS = all_checks()


@pytest.mark.parametrize("check", CHECKS, ids=[check.name for check in CHECKS])
def test_it_must_be_so(check, suite):
    check.look(suite)
