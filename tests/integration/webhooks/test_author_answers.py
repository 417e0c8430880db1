"""What people say about a work goes to its repository, and to no other service."""

import pytest

from profiles.accounts.models import Account
from profiles.confirmations import services
from profiles.confirmations.services import NamedAs
from profiles.domain.confirmation import Answer
from tests.support.api_callers import ALICE, BOB, Consumer, service_key
from tests.support.webhooks import failed_claim, tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]
DOI = "10.5072/answered"
EVENT = ["author.answered"]


def listening(receiver, events=EVENT, **bound):
    key = Consumer(token=service_key(name=f"listener of {len(events)}", **bound))
    answer = key.call(
        "post", "/webhooks", {"webhook": {"name": "A", "url": receiver.url, "events": list(events)}}
    )
    if answer.status_code == 201:
        receiver.secret = answer.json()["data"]["attributes"]["secret"]
    return answer


def say(answer=Answer.MINE, *, repository="demo.repo", orcid_id=ALICE, is_public=True):
    Account.objects.update_or_create(orcid_id=orcid_id, defaults={"is_public": is_public})
    named_as = NamedAs(
        "creators[1].nameIdentifiers[0]", f"https://orcid.org/{BOB}", "Alvarado, A.", "Title", repository
    )
    services.answer(orcid_id=orcid_id, doi=DOI, given=answer, named_as=named_as, is_private=not is_public)


def test_a_repository_gets_the_answer_with_a_correction_it_can_apply(receiver):
    assert listening(receiver, repository="demo.repo").status_code == 201
    say(Answer.OTHER_ID)

    tell()

    (message,) = receiver.messages
    assert message["type"] == "author.answered"
    attributes = message["data"]["attributes"]
    assert attributes == {
        "orcid": f"https://orcid.org/{ALICE}",
        "doi": f"https://doi.org/{DOI}",
        "answer": "other-id",
        "name": "Alvarado, A.",
        "field": "creators[1].nameIdentifiers[0]",
        "old": f"https://orcid.org/{BOB}",
        "new": f"https://orcid.org/{ALICE}",
    }


@pytest.mark.parametrize("answer", [Answer.MINE, Answer.NOT_MINE, Answer.WITHDRAWN])
def test_each_answer_is_told_once_and_the_member_of_the_repository_hears_it_too(receiver, answer):
    listening(receiver, member="demo")
    say(answer)

    tell()
    tell()

    assert [message["data"]["attributes"]["answer"] for message in receiver.messages] == [answer.value]


@pytest.mark.parametrize(
    "bound", [{"repository": "demo.other"}, {"member": "dem"}], ids=["another repository", "another member"]
)
def test_no_other_repository_hears_it(receiver, bound):
    listening(receiver, **bound)
    say()

    tell()

    assert receiver.messages == []


def test_a_repository_hears_of_no_claims_and_a_service_of_no_answers(receiver):
    assert listening(receiver, [*EVENT, "claim.failed"], repository="demo.repo").status_code == 422
    assert listening(receiver, repository="demo.repo").status_code == 201
    failed_claim()
    tell()
    assert receiver.messages == []


def test_a_service_that_is_no_repository_gets_no_answers(receiver):
    assert listening(receiver).status_code == 201
    say()

    tell()

    assert receiver.messages == []


def test_of_a_hidden_person_nothing_is_told_then_or_later(receiver):
    listening(receiver, repository="demo.repo")
    say(is_public=False)
    tell()
    Account.objects.update(is_public=True)
    say(orcid_id=BOB)
    tell()

    assert [message["data"]["attributes"]["orcid"] for message in receiver.messages] == [
        f"https://orcid.org/{BOB}"
    ]
