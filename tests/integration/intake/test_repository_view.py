"""What a repository may know of its DOIs, and what it may not."""

import json
from urllib.request import Request, urlopen

import pytest

from profiles.claims.models import Claim
from profiles.infra import clock
from profiles.intake.models import DoiSnapshot
from profiles.pipeline.works.repository_view import as_json, make_report, view_of
from tests.support.intake import enrol, take_in
from tests.support.records import ANNA, creator, name_identifier, record, with_check_digit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]
REPO = "demo.repo"


def people(count: int) -> list[str]:
    return [with_check_digit(f"00090000{number:07d}") for number in range(7_000_000, 7_000_000 + count)]


def deposit(datacite, doi: str, creators: list[dict]) -> None:
    attributes = {"doi": doi, "event": "publish", "creators": creators, "titles": [{"title": "T"}],
                  "publisher": "P", "publicationYear": 2026, "types": {"resourceTypeGeneral": "Dataset"},
                  "url": "https://example.org/"}  # fmt: skip
    client = {"client": {"data": {"type": "clients", "id": REPO}}}
    body = {"data": {"type": "dois", "attributes": attributes, "relationships": client}}
    kind = {"Content-Type": "application/vnd.api+json"}
    urlopen(Request(f"{datacite.url}/dois/{doi}", json.dumps(body).encode(), kind, method="PUT")).close()


def claims_of(people_named: list[str], *, state="done", problem="", doi="10.5072/view") -> None:
    now = clock.now()
    for number, orcid_id in enumerate(people_named):
        name = f"{doi}-{number}"
        DoiSnapshot.objects.get_or_create(
            doi=name,
            defaults={"repository": REPO, "trigger_digest": b"", "content_digest": b"", "payload": b"",
                      "fetched_at": now},
        )  # fmt: skip
        Claim.objects.create(
            orcid_id=orcid_id, doi=name, origin="orcid_update", state=state, problem=problem, requested_at=now
        )


def test_creators_with_valid_ids_are_counted_and_malformed_ones_named_by_doi_and_field(datacite):
    deposit(datacite, "10.5072/view-a", [creator(ANNA), creator(None)])
    deposit(
        datacite,
        "10.5072/view-b",
        [
            {**creator(None), "nameIdentifiers": [name_identifier("https://orcid.org/0000-0001-2345-6788")]},
            {"name": "An Institute", "nameType": "Organizational"},
        ],
    )

    make_report(REPO)
    found = as_json(view_of(REPO))["metadata"]

    assert (found["dois"], found["creators"], found["creatorsWithOrcidId"]) == (2, 3, 1)
    assert found["share"] == pytest.approx(1 / 3, abs=0.001)
    assert found["isComplete"]
    assert found["malformed"] == [
        {"doi": "10.5072/view-b", "field": "creators[0].nameIdentifiers[0]",
         "value": "https://orcid.org/0000-0001-2345-6788"}
    ]  # fmt: skip


def test_until_a_report_is_made_the_view_says_so_and_it_is_made_once():
    from procrastinate.contrib.django.models import ProcrastinateJob

    assert as_json(view_of(REPO))["metadata"] is None
    assert as_json(view_of(REPO))["metadata"] is None

    assert ProcrastinateJob.objects.filter(task_name="report", args__client_id=REPO).count() == 1


def test_works_on_records_are_counted_when_enough_people_have_them():
    claims_of(people(5))

    assert view_of(REPO).on_records == 5


def test_a_count_of_few_people_is_hidden_however_many_works_they_have():
    claims_of([ANNA] * 9)

    assert view_of(REPO).on_records is None


def test_metadata_that_orcid_refused_are_told_by_code_and_what_people_decided_is_not():
    named = people(6)
    claims_of(named, state="failed", problem="missing-data", doi="10.5072/bad")
    for private in ("consent-missing", "consent-lost", "record-locked", "removed-by-owner", "not-mine"):
        claims_of(named, state="failed", problem=private, doi=f"10.5072/{private}")

    view = view_of(REPO)

    assert view.refused == {"missing-data": 6}
    assert "consent" not in json.dumps(as_json(view))


def test_issue_195_skips_by_rules_about_metadata_are_told_and_those_about_people_are_not():
    for orcid_id in people(5):
        enrol(orcid_id)
    relation = {"relationType": "IsPartOf", "relatedIdentifier": "10.5072/whole",
                "relatedIdentifierType": "DOI"}  # fmt: skip
    for number, orcid_id in enumerate(people(5)):
        take_in(
            record(f"10.5072/part-{number}", creators=[creator(orcid_id)], relatedIdentifiers=[relation]),
            record(f"10.5072/old-{number}", creators=[creator(orcid_id)],
                   registered="2020-01-01T00:00:00Z", created="2020-01-01T00:00:00Z",
                   updated="2020-01-01T00:00:00Z"),
        )  # fmt: skip

    assert view_of(REPO).skipped == {"related-work": 5}
