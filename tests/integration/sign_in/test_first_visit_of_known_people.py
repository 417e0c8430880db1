"""People whose account is older than their first visit: announced by a service, or made staff before."""

import pytest

from profiles.accounts import services
from profiles.accounts.models import Account
from tests.support.signing_in import by_orcid

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache", "stands")]
DANA = "0009-0001-0000-0049"
BOB = "0009-0001-0000-0022"


def test_an_announced_person_stays_signed_in_after_their_first_visit(client):
    services.announce(orcid_id=BOB, fields={"name": "Bob"})

    by_orcid(client, BOB)

    assert client.get("/settings/me").status_code == 200


def test_a_person_who_was_made_staff_before_stays_signed_in(client):
    Account.objects.create(orcid_id=DANA, role="staff_admin")

    by_orcid(client, DANA)

    assert client.get("/settings/me").status_code == 200
