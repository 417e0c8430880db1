"""What other services are told, how often, and what happens when they do not listen."""

from datetime import timedelta

import pytest

from profiles.accounts import keys
from profiles.accounts.models import AccessKey
from profiles.claims import services as claims
from profiles.claims.models import Claim, ClaimHistory
from profiles.claims.services import ClaimRequest
from profiles.consents.models import Receipt
from profiles.domain.claim import ClaimEvent, Origin
from profiles.domain.problems import CATALOGUE
from profiles.infra import clock
from profiles.intake.models import Decision
from profiles.pipeline.requests.many import Item, request_batch
from profiles.pipeline.webhooks.announce import announce
from profiles.webhooks import services
from profiles.webhooks.models import Delivery, DeliveryTry, Webhook
from tests.support.claims import ALICE, DOI, waiting_claim
from tests.support.receiver import receiving
from tests.support.webhooks import ALL, deliver_due, due_again, failed_claim, hook, tell

pytestmark = pytest.mark.django_db


def skipped_claim(doi=DOI):
    claim = waiting_claim(doi=doi)
    return claims.move(claim_id=claim.id, event=ClaimEvent.SKIP, detail="not-findable")


def decide(reason="not-findable", rule="findable", **fields) -> Decision:
    return Decision.objects.create(
        orcid_id=ALICE, doi=DOI, trigger=f"t-{reason}", source="poll", at=clock.now(), rule_version=1,
        result="skip", rule=rule, reason=reason, change="new", **fields,
    )  # fmt: skip


def test_a_failed_claim_is_told_with_its_problem_and_a_signature_that_others_can_check(receiver):
    hook(receiver)
    claim = failed_claim()

    tell()

    (message,) = receiver.messages
    assert receiver.unsigned == 0
    assert message["type"] == "claim.failed"
    assert message["data"]["id"] == str(claim.uuid)
    assert message["data"]["attributes"]["doi"] == f"https://doi.org/{DOI}"
    assert message["data"]["attributes"]["errorMessages"][0]["code"] == "record-locked"


def test_each_event_is_told_once_however_often_it_is_looked_for(receiver):
    hook(receiver)
    failed_claim()

    for _ in range(3):
        tell()

    assert len(receiver.messages) == 1
    assert receiver.ids == [str(Delivery.objects.get().uuid)]


def test_lines_that_were_written_late_are_told_all_the_same(receiver):
    hook(receiver)
    first, second = skipped_claim("10.5072/first"), skipped_claim("10.5072/second")
    late = ClaimHistory.objects.get(claim=first, event="skip")
    number, late.pk = late.pk, None
    ClaimHistory.objects.filter(pk=number).delete()
    tell()

    late.pk = number  # a transaction that began earlier ends only now
    late.save(force_insert=True)
    tell()

    told = [message["data"]["id"] for message in receiver.messages]
    assert told == [str(second.uuid), str(first.uuid)]


def test_of_a_batch_each_claim_is_told_automatically(receiver):
    hook(receiver)
    dois = [f"10.5072/{number}" for number in range(3)]
    wishes = [ClaimRequest(ALICE, doi, Origin.AUTO_UPDATE) for doi in dois]
    items = [Item(number, wish) for number, wish in enumerate(wishes, 1)]
    request_batch(owner="service:agent", key="k", digest=b"d", items=[*items, Item(4, code="doi-missing")])
    for claim in Claim.objects.order_by("id"):
        claims.move(claim_id=claim.id, event=ClaimEvent.FAIL, problem="record-locked")

    tell()

    told = [message["data"]["attributes"]["doi"] for message in receiver.messages]
    assert sorted(told) == [f"https://doi.org/{doi}" for doi in dois]


def test_what_happened_before_a_person_listened_is_not_told(receiver):
    failed_claim("10.5072/before")
    announce()
    hook(receiver)
    failed_claim("10.5072/after")

    tell()

    assert [m["data"]["attributes"]["doi"] for m in receiver.messages] == ["https://doi.org/10.5072/after"]


def test_only_what_was_asked_for_is_told(receiver):
    hook(receiver, events=["claim.failed"])
    skipped_claim()

    tell()

    assert receiver.messages == []


def test_a_rule_that_said_no_is_told_as_skipped_with_its_reason(receiver):
    hook(receiver)
    decide(field="state", value="registered")

    tell()

    (message,) = receiver.messages
    assert message["type"] == "claim.skipped"
    assert message["data"]["attributes"]["reason"] == "not-findable"
    assert message["data"]["attributes"]["value"] == "registered"


def test_what_a_person_chose_is_told_to_our_own_services_only(receiver):
    hook(receiver, events=["claim.skipped"])
    decide("switched-off", rule="switched-on")
    tell()
    assert receiver.messages == []

    hook(receiver, events=["claim.skipped"], is_own=True, owner="own")
    decide("blocked", rule="blocked")
    tell()

    assert [m["data"]["attributes"]["reason"] for m in receiver.messages] == ["blocked"]


def test_a_lost_permission_is_told_to_our_own_services_only(receiver):
    with pytest.raises(services.WebhookRefusedError):
        hook(receiver, events=["permission.lost"])
    hook(receiver, events=["permission.lost"], is_own=True)
    Receipt.objects.create(
        orcid_id=ALICE, purpose="auto_update", kind="lost", client_id="APP", at=clock.now()
    )

    tell()

    (message,) = receiver.messages
    assert message["type"] == "permission.lost"
    assert message["data"]["attributes"] == {"orcid": f"https://orcid.org/{ALICE}", "purpose": "auto_update"}


@pytest.mark.parametrize("problem", ["consent-lost", "consent-missing", "not-mine", "auto-update-off"])
def test_a_claim_that_stands_for_a_persons_permission_or_choice_is_told_to_our_own_services_only(
    receiver, problem
):
    assert CATALOGUE[problem]
    with receiving() as ours:
        hook(receiver)
        _webhook, ours.secret = services.register(
            owner="own", name="O", url=ours.url, events=ALL, is_own=True
        )
        claims.move(claim_id=waiting_claim().id, event=ClaimEvent.FAIL, problem=problem)

        tell()

        assert [m["data"]["attributes"]["errorMessages"][0]["code"] for m in ours.messages] == [problem]
    assert receiver.ids == []


@pytest.mark.parametrize("over", ["revoked", "expired", "without the scope"])
def test_while_no_key_of_a_service_is_for_webhooks_its_messages_wait(receiver, over):
    key = keys.give_service_key(name="agent", scopes=["webhooks"], days=30, by="a test").key
    hook(receiver)
    failed_claim()
    changed = {
        "revoked": {"revoked_at": clock.now()},
        "expired": {"expires_at": clock.now()},
        "without the scope": {"scopes": ["claims:read"]},
    }
    AccessKey.objects.filter(pk=key.pk).update(**changed[over])

    tell()
    assert (receiver.ids, receiver.unsigned) == ([], 0)

    AccessKey.objects.update(revoked_at=clock.now())
    keys.give_service_key(name="agent", scopes=["webhooks"], days=30, by="a test")
    tell()
    assert len(receiver.messages) == 1


def test_what_waited_too_long_is_forgotten_too(receiver):
    hook(receiver)
    failed_claim()
    announce()

    services.delete_old_messages(older_than=clock.now() - timedelta(days=1))
    assert Delivery.objects.count() == 1
    services.delete_old_messages(older_than=clock.now())
    assert Delivery.objects.count() == 0


def test_a_service_that_is_down_is_told_later_with_the_same_id(receiver):
    hook(receiver)
    failed_claim()
    receiver.answers = [503]
    tell()
    assert receiver.messages == []
    assert Delivery.objects.get().due_at > clock.now()

    due_again()
    deliver_due()

    assert len(receiver.messages) == 1
    assert len(set(receiver.ids)) == 1
    assert [one.status for one in DeliveryTry.objects.order_by("id")] == [503, 200]
    assert Webhook.objects.get().failing_since is None


def test_while_a_service_is_down_one_message_at_a_time_tries_it(receiver):
    hook(receiver)
    for number in range(5):
        failed_claim(f"10.5072/{number}")
    receiver.answers = [503] * 5
    tell()
    receiver.answers = [503]
    due_again()

    tried = deliver_due()

    assert tried == 1


def test_a_service_that_is_down_does_not_hold_up_others(receiver):
    with receiving() as other:
        hook(receiver)
        _webhook, other.secret = services.register(owner="b", name="B", url=other.url, events=ALL)
        receiver.answers = [500]
        failed_claim()

        tell()

        assert len(other.messages) == 1


def test_a_redirect_is_not_followed_and_counts_as_not_taken(receiver):
    hook(receiver)
    failed_claim()
    receiver.answers = [302]

    tell()

    assert len(receiver.ids) == 1
    assert Delivery.objects.get().state == "waiting"


def test_a_message_that_no_one_takes_ends_failed_and_can_be_replayed(receiver):
    webhook = hook(receiver)
    failed_claim()
    receiver.answers = [500] * 20
    announce()
    for _ in range(9):
        due_again()
        deliver_due()
    assert Delivery.objects.get().state == "failed"
    receiver.answers = []

    again = services.replay(webhook_id=webhook.pk, only_failed=True)
    due_again()
    deliver_due()

    assert again == 1
    assert len(receiver.messages) == 1


def test_a_service_that_says_it_is_gone_is_left_alone(receiver):
    hook(receiver)
    failed_claim()
    receiver.answers = [410]

    tell()

    webhook = Webhook.objects.get()
    assert not webhook.is_active
    assert "410" in webhook.stopped_because


def test_a_service_that_took_nothing_for_a_week_is_left_alone(receiver):
    hook(receiver)
    failed_claim()
    receiver.answers = [500, 500]
    tell()
    Webhook.objects.update(failing_since=clock.now() - timedelta(days=8))

    due_again()
    deliver_due()

    assert not Webhook.objects.get().is_active


def test_messages_about_a_person_who_left_are_dropped(receiver):
    hook(receiver)
    failed_claim()
    announce()

    services.forget_person(orcid_id=ALICE)

    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("url", "ftp://example.org/"), ("url", "http://user:word@127.0.0.1/"), ("url", "nonsense"),
     ("events", []), ("events", ["claim.born"]), ("events", "claim.done"), ("name", " ")],
)  # fmt: skip
def test_a_webhook_that_cannot_be_is_refused_by_the_field_at_fault(receiver, field, value):
    given = {"owner": "agent", "name": "A", "url": receiver.url, "events": ALL, field: value}

    with pytest.raises(services.WebhookRefusedError) as refused:
        services.register(**given)

    assert refused.value.field == field
