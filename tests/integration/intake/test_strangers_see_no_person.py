"""What anybody may see about a DOI and an iD is the same whatever the person decided, has and lost."""

import pytest

from profiles.claims.models import Claim
from profiles.consents.models import Consent
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.records.sighting import read_sighting
from profiles.pipeline.works.explain import personal_verdict, public_verdict
from tests.support.intake import enrol, take_in
from tests.support.records import ANNA, BEN, DOI, contributor, creator, record, related

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]

RECORDS = {
    "authors": record(creators=[creator(), creator(BEN)]),
    "editors": record(creators=[], contributors=[contributor(ANNA, "Editor"), contributor(BEN, "Editor")]),
    "a data set": record(creators=[creator(), creator(BEN)], types={"resourceTypeGeneral": "Dataset"}),
    "a part": record(
        creators=[creator(), creator(BEN)], relatedIdentifiers=[related("IsPartOf", "10.5072/whole")]
    ),
    "not findable": record(creators=[creator(), creator(BEN)], state="registered"),
}
CHOICES = {
    "roles": {"rules": {"roles": ["Editor"]}},
    "types": {"rules": {"skip_types": ["Dataset"]}},
    "off": {"auto_update_since": None},
    "no permission": {"permission": False},
}


def seen_of(orcid_id, raw, *, of=public_verdict):
    verdict = of(Doi(DOI), OrcidId(orcid_id), read_sighting(raw))
    answers = [(a.rule, a.reason, a.counts) for a in verdict.answers]
    return verdict.result, verdict.rule, verdict.reason, answers


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_two_people_with_different_choices_and_works_look_the_same_to_others(choice):
    enrol(ANNA)
    take_in(record(creators=[creator()]))
    Claim.objects.update(state="done", put_code=17, owner_client="APP-PROFILESDEMO0003", due_at=None)
    enrol(BEN, **choice)

    for raw in RECORDS.values():
        assert seen_of(ANNA, raw) == seen_of(BEN, raw)


def test_the_two_people_do_differ_for_themselves():
    enrol(ANNA)
    enrol(BEN, auto_update_since=None)

    own = [seen_of(orcid_id, RECORDS["authors"], of=personal_verdict) for orcid_id in (ANNA, BEN)]

    assert own[0] != own[1]
    assert Consent.objects.count() == 2
