"""Members of staff who are signed in, with their second step done."""

from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account
from tests.support.signing_in import with_second_factor

DANA = "0009-0001-0000-0049"


def dana(role: str = "staff_admin", *, orcid_id: str = DANA, name: str = "Dana") -> Client:
    """Return the browser of a member of staff."""
    account, _ = Account.objects.update_or_create(orcid_id=orcid_id, defaults={"name": name, "role": role})
    client = Client()
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    return with_second_factor(client)
