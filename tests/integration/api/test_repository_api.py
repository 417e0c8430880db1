"""Whose repository view is whose."""

import pytest

from profiles.accounts.models import Account
from tests.support.api_callers import DANA, Consumer, service_key

pytestmark = pytest.mark.django_db


def person(role: str, **of: str) -> Consumer:
    return Consumer(Account.objects.create(orcid_id=DANA, role=role, **of))


@pytest.mark.parametrize(
    ("caller", "repository", "status"),
    [
        (lambda: Consumer(token=service_key(repository="datacite.test")), "datacite.test", 200),
        (lambda: Consumer(token=service_key(repository="datacite.test")), "DATACITE.TEST", 200),
        (lambda: Consumer(token=service_key(repository="datacite.test")), "datacite.other", 403),
        (lambda: Consumer(token=service_key(member="datacite")), "datacite.other", 200),
        (lambda: Consumer(token=service_key(member="datacite")), "datacitex.other", 403),
        (
            lambda: person("client_admin", client_id="datacite.test", provider_id="datacite"),
            "datacite.test",
            200,
        ),
        (lambda: person("client_user", client_id="datacite.test", provider_id="datacite"), "datacite.b", 403),
        (lambda: person("client_user", provider_id="datacite"), "datacite.b", 403),
        (lambda: person("provider_user", provider_id="datacite"), "datacite.b", 200),
        (lambda: person("provider_user"), "datacite.b", 403),
        (lambda: person("staff_user"), "any.repo", 200),
        (lambda: person("user", client_id="datacite.test"), "datacite.test", 403),
        (lambda: Consumer(token=service_key()), "datacite.test", 403),
        (Consumer, "datacite.test", 401),
        (lambda: person("staff_user"), "no-repository", 404),
    ],
)
def test_the_view_is_shown_to_those_whose_dois_they_are(caller, repository, status):
    assert caller().call("get", f"/repositories/{repository}").status_code == status


def test_the_view_says_that_it_is_being_made_and_hides_small_counts():
    answer = Consumer(token=service_key(repository="datacite.test")).call(
        "get", "/repositories/datacite.test"
    )

    assert answer.json() == {
        "data": {
            "id": "datacite.test",
            "type": "repositories",
            "attributes": {
                "metadata": None,
                "onRecords": None,
                "confirmed": None,
                "refused": [],
                "skipped": [],
            },
        }
    }
