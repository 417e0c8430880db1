"""One entry for one work: 4 entries become 1, later versions follow, and the way back."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims.bulk_acts.models import BulkAct, SingleEntry
from profiles.claims.models import Claim
from profiles.claims.services import ClaimRequest, request_claims
from profiles.domain.claim import Origin
from profiles.domain.consent import Purpose
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.records.sighting import read_sighting
from profiles.infra import clock
from profiles.intake.snapshots import save_baseline
from profiles.jobs.claims import keep_single_entries
from profiles.pipeline import sync_clients
from profiles.pipeline.works.explain import personal_verdict
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, permitted, registered, run_lanes, works_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
ALL = "10.5072/all"
ALONE = "10.5072/alone"


def version_of(doi):
    related = {"relatedIdentifier": doi, "relatedIdentifierType": "DOI", "relationType": "IsVersionOf"}
    return {"relatedIdentifiers": [related]}


def sighting(datacite, doi):
    from profiles.clients import blocking

    return read_sighting(blocking.call(sync_clients.datacite().doi(doi)))


def on_record(datacite, *dois):
    """Register versions of one work, and let Auto-Update have added them."""
    for doi in dois:
        registered(datacite, doi, title=f"Ice {doi[-2:]}", **(version_of(ALL) if "/v" in doi else {}))
        waiting_claim(ALICE, doi, origin=Origin.AUTO_UPDATE)
    run_lanes()
    save_baseline([sighting(datacite, doi) for doi in dois])


@pytest.fixture
def alice(client, orcid, datacite):
    permitted(orcid, ALICE, purposes=tuple(Purpose))
    on_record(datacite, "10.5072/v1", "10.5072/v2", "10.5072/v3", ALONE)
    account = Account.objects.get(orcid_id=ALICE)
    client.force_login(account)
    return account


def press(client, do="combine", **form):
    address = reverse("act_on_works" if do == "undo" else "one_entry")
    page = client.post(address, {"do": do, **form}, follow=True).content.decode()
    run_lanes()
    return words(page)


def words(page):
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def shown(client):
    return words(client.get(reverse("one_entry")).content.decode())


def entries():
    rows = Claim.objects.filter(orcid_id=ALICE, put_code__isnull=False, action="create").order_by("doi")
    return [doi.removeprefix("10.5072/") for doi in rows.values_list("doi", flat=True)]


def test_three_entries_become_one_and_come_back_by_undo(client, alice, orcid):
    assert "3 entries of 1 work become 1" in shown(client)

    page = press(client, work=ALL, keep="newest")

    assert "2 entries are being taken off your ORCID record." in page
    assert entries() == ["alone", "v3"]
    assert len(works_of(orcid)) == 2
    assert "Each of your works is on your ORCID record once." in shown(client)

    press(client, "undo", act=BulkAct.objects.get().uuid)

    assert entries() == ["alone", "v1", "v2", "v3"]
    keep_single_entries()
    run_lanes()
    assert entries() == ["alone", "v1", "v2", "v3"]


def test_the_doi_of_all_versions_is_added_before_the_others_go(client, alice, datacite):
    registered(datacite, ALL, title="Ice")
    page = client.post(reverse("one_entry"), {"do": "combine", "work": ALL, "keep": "concept"}, follow=True)
    assert "The other entries are taken off when the one that stays is on your record." in words(
        page.content.decode()
    )
    keep_single_entries()
    assert entries() == ["alone", "v1", "v2", "v3"]

    run_lanes()
    keep_single_entries()
    run_lanes()

    assert entries() == ["all", "alone"]


def test_a_later_version_replaces_the_one_before(client, alice, datacite):
    press(client, work=ALL, keep="newest")
    on_record(datacite, "10.5072/v4")

    keep_single_entries()
    run_lanes()

    assert entries() == ["alone", "v4"]


def test_a_version_that_its_owner_brings_back_stays(client, alice):
    press(client, work=ALL, keep="newest")
    claim = Claim.objects.get(doi="10.5072/v1")
    client.post(reverse("act_on_work", args=[claim.uuid, "restore"]))
    run_lanes()

    keep_single_entries()
    run_lanes()

    assert entries() == ["alone", "v1", "v3"]


def test_a_version_that_its_owner_adds_through_another_service_stays(client, alice, datacite):
    press(client, work=ALL, keep="newest")
    registered(datacite, "10.5072/v0", **version_of(ALL))
    asked = ClaimRequest(ALICE, "10.5072/v0", Origin.SEARCH_AND_LINK, by_owner=True, actor="service:commons")
    request_claims([asked])
    run_lanes()
    save_baseline([sighting(datacite, "10.5072/v0")])
    on_record(datacite, "10.5072/v4")

    keep_single_entries()
    run_lanes()

    assert entries() == ["alone", "v0", "v4"]


def test_auto_update_follows_the_choice_for_one_work_alone(client, alice, datacite):
    Account.objects.update(auto_update_since=clock.now() - timedelta(days=3650))
    SingleEntry.objects.create(orcid_id=ALICE, work=ALL, keep="concept", chosen_at=clock.now())
    registered(datacite, "10.5072/v5", **version_of(ALL))
    registered(datacite, "10.5072/w5", **version_of("10.5072/other"))

    def reason(doi):
        return personal_verdict(Doi(doi), OrcidId(ALICE), sighting(datacite, doi)).reason

    assert reason("10.5072/v5") == "not-the-concept"
    assert reason("10.5072/w5") == "new"


def test_a_choice_for_all_works_is_a_rule_and_ends_with_it(client, alice):
    press(client, work="", keep="newest")
    alice.refresh_from_db()
    assert (entries(), alice.rules["versions"]) == (["alone", "v3"], "newest")

    press(client, "stop", work="")

    alice.refresh_from_db()
    assert alice.rules["versions"] == "all"
    assert not SingleEntry.objects.exists()
    assert entries() == ["alone", "v3"]


def test_nobody_makes_one_entry_of_another_persons_works(client, alice):
    from tests.support.intake import enrol
    from tests.support.records import BEN

    client.force_login(enrol(BEN))

    press(client, work=ALL, keep="newest")

    assert entries() == ["alone", "v1", "v2", "v3"]
