"""A campaign of staff corrects works after our mapping has changed: preview, pace, stop, and the way back."""

import json

import pytest
from click.testing import CliRunner

from profiles.claims import campaigns
from profiles.claims.models import Campaign
from profiles.domain.mapping import work_types
from profiles.ops.cli import cli
from profiles.pipeline.works import correct
from tests.support.pushing import bulk, permitted, run_lanes, settle, works_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]


@pytest.fixture
def claims(orcid, datacite, monkeypatch):
    """Three works on a record, which today's mapping would write with another type."""
    permitted(orcid)
    found = bulk(datacite, 3)
    run_lanes()
    monkeypatch.setitem(work_types.TABLE, "Dataset", work_types.Row("other", "a test"))
    return [settle(claim) for claim in found]


def types(orcid):
    return sorted(work["type"] for work in works_of(orcid))


def started(per_hour=60):
    return campaigns.start(claim_ids=correct.preview().differing, per_hour=per_hour, by="Dana").pk


def test_a_preview_counts_what_would_change_and_sends_nothing(orcid, claims):
    said = CliRunner().invoke(cli, ["campaign", "preview", "--per-hour", "60"]).output

    assert "3 works are on records. 3 would be written otherwise today." in said
    assert f"  {claims[0].doi} on {claims[0].orcid_id}" in said
    assert types(orcid) == ["data-set"] * 3


def test_a_campaign_corrects_works_at_its_pace_and_keeps_what_was_there(orcid, claims):
    campaign = started()

    for number in (1, 2, 3):
        assert campaigns.advance() == 1
        run_lanes()
        assert types(orcid).count("other") == number
    campaigns.advance()
    campaigns.advance()

    assert Campaign.objects.get().state == "over"
    lines = CliRunner().invoke(cli, ["campaign", "works", str(campaign)]).output.splitlines()
    assert [(json.loads(line)["before"]["type"], json.loads(line)["after"]["type"]) for line in lines] == [
        ("data-set", "other")
    ] * 3
    assert correct.preview().differing == []


def test_a_stopped_campaign_writes_nothing_more(orcid, claims):
    campaign = started()
    campaigns.advance()
    run_lanes()

    campaigns.stop(campaign_id=campaign)
    campaigns.advance()
    run_lanes()

    assert types(orcid) == ["data-set", "data-set", "other"]
    assert campaigns.states(campaign_id=campaign) == {"sent": 1, "planned": 2}


def test_a_campaign_is_undone_work_by_work(orcid, claims):
    campaign = started(per_hour=600)
    campaigns.advance()
    run_lanes()
    assert types(orcid) == ["other"] * 3

    assert campaigns.undo(campaign_id=campaign) == 3
    campaigns.advance()
    run_lanes()
    campaigns.advance()
    campaigns.advance()

    assert types(orcid) == ["data-set"] * 3
    assert (Campaign.objects.get().state, campaigns.states(campaign_id=campaign)) == ("undone", {"undone": 3})


def test_only_one_campaign_is_active(claims):
    started()

    with pytest.raises(campaigns.CampaignRunningError):
        started()
