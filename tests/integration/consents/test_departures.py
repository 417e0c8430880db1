"""What is left to do for a closed account is sealed for that account alone."""

import pytest

from profiles.consents import departures
from profiles.consents.models import Departure
from profiles.infra.vault import VaultError
from tests.support.claims import ALICE

pytestmark = pytest.mark.django_db
BOB = "0000-0003-1419-2405"


def opened(orcid_id: str) -> Departure:
    return departures.open_departure(orcid_id=orcid_id, remove_works=True, put_codes={}, look_again_at=None)


def test_what_was_sealed_for_one_closed_account_opens_for_no_other():
    alice, bob = opened(ALICE), opened(BOB)
    assert departures.open_remaining(alice).orcid_id == ALICE

    bob.sealed = alice.sealed

    with pytest.raises(VaultError):
        departures.open_remaining(bob)
