"""People who are signed in already."""

from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account


def session_of(orcid_id: str, name: str, email: str) -> list[str]:
    """Sign a person in and return the name and the value of their cookie."""
    account, _ = Account.objects.update_or_create(orcid_id=orcid_id, defaults={"name": name, "email": email})
    client = Client()
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    cookie = settings.SESSION_COOKIE_NAME
    return [cookie, client.cookies[cookie].value]
