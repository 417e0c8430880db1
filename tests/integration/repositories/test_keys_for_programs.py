"""Keys that managers make for programs: bound to their repository, shown once, listed, revoked, few."""

import re

import pytest
from django.test import Client

from profiles.accounts import keys
from profiles.accounts.models import AccessKey
from sandbox.datacite.credentials import DEMO_KEY
from tests.support.api_callers import Consumer, service_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs", "datacite")]
PAGE = "/my-repository/demo.repository"


@pytest.fixture
def manager(client):
    client.post("/my-repository", {"credential": DEMO_KEY})
    return client


def status(secret: str, repository: str) -> int:
    return Consumer(token=secret).call("get", f"/repositories/{repository}").status_code


def test_a_program_reads_its_own_repository_with_a_key_that_is_shown_once_until_it_is_revoked(manager):
    made = manager.post(f"{PAGE}/keys").content.decode()
    (secret,) = re.findall(r'value="(\w+)" readonly', made)
    key = AccessKey.objects.get()

    assert (status(secret, "demo.repository"), status(secret, "demo.journal")) == (200, 403)
    page = manager.get(PAGE).content.decode()
    assert key.name in page
    assert secret not in page

    manager.post(f"{PAGE}/keys/{key.pk}/revoke")

    assert status(secret, "demo.repository") == 401


def test_who_is_no_manager_makes_no_key_and_no_one_revokes_a_key_of_others(manager):
    assert Client().post(f"{PAGE}/keys").status_code == 403
    foreign = service_key(repository="demo.journal")

    manager.post(f"{PAGE}/keys/{AccessKey.objects.get().pk}/revoke")

    assert keys.usable_key(foreign) is not None


def test_a_repository_has_few_keys(manager):
    for _time in range(7):
        manager.post(f"{PAGE}/keys")

    assert AccessKey.objects.count() == 5
