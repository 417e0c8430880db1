import pytest

from profiles.accounts.models import Account
from profiles.intake.models import DoiEvent
from tests.support.api_callers import Consumer, service_key

pytestmark = pytest.mark.django_db
EVENT = {"id": "event-1", "doi": "10.5438/4HR0-D640", "updated": "2026-11-01T00:00:00Z"}


@pytest.fixture
def agent():
    return Consumer(Account.objects.create(orcid_id="0009-0001-0000-0049", role="staff_admin"))


def test_an_event_is_kept_and_counts_once_however_often_it_is_sent(agent):
    first = agent.call("post", "/doi-events", {"events": [EVENT, EVENT]})
    again = agent.call("post", "/doi-events", {"events": [EVENT]})

    assert (first.status_code, first.json()["accepted"]) == (202, 1)
    assert again.json() == {"accepted": 0, "known": 1, "refused": []}
    assert DoiEvent.objects.get().doi == "10.5438/4hr0-d640"


def test_two_agents_that_number_their_events_alike_lose_none(agent):
    other = Consumer(token=service_key(name="another agent"))

    agent.call("post", "/doi-events", {"events": [{"id": "1", "doi": "10.5438/a"}]})
    answer = other.call("post", "/doi-events", {"events": [{"id": "1", "doi": "10.5438/b"}, {"id": "2"}]})

    assert answer.json()["accepted"] == 1
    assert answer.json()["refused"] == [{"id": "2", "title": "not a DOI"}]
    assert set(DoiEvent.objects.values_list("doi", flat=True)) == {"10.5438/a", "10.5438/b"}


def test_a_wrong_event_is_named_and_does_not_harm_the_others(agent):
    answer = agent.call("post", "/doi-events", {"events": [EVENT, {"id": "event-2", "doi": "hello"}]})

    assert answer.json()["accepted"] == 1
    assert answer.json()["refused"] == [{"id": "event-2", "title": "not a DOI"}]


@pytest.mark.parametrize(
    "updated", ["9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", "never", 5, {}]
)
def test_a_moment_that_is_none_spoils_nothing(agent, updated):
    answer = agent.call("post", "/doi-events", {"events": [{**EVENT, "updated": updated}]})

    assert (answer.status_code, answer.json()["accepted"]) == (202, 1)


@pytest.mark.parametrize(
    "body", [{}, {"events": []}, {"events": "x"}, {"events": [1]}, {"events": [{}] * 1001}]
)
def test_a_body_without_events_is_refused_with_what_is_wanted(agent, body):
    answer = agent.call("post", "/doi-events", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"] == "events"


def test_only_trusted_services_may_announce():
    researcher = Consumer(Account.objects.create(orcid_id="0009-0001-0000-0014"))

    assert researcher.call("post", "/doi-events", {"events": [EVENT]}).status_code == 403
    assert Consumer().call("post", "/doi-events", {"events": [EVENT]}).status_code == 401
    assert not DoiEvent.objects.exists()
