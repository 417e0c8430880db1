"""Complaints about the old rules that stand open in public, each as the case its author described."""

import pytest

from profiles.domain.eligibility.case import Candidate, ClaimStatus, Facts, PermissionState, Settings
from profiles.domain.eligibility.researcher_rules import ResearcherRules, Versions
from profiles.domain.eligibility.rules import decide
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.matching.named_ids import namings
from profiles.domain.records.change_detection import Change, ChangeKind
from profiles.domain.records.sighting import moment, read_sighting
from tests.support.records import (
    ANNA,
    BEN,
    contributor,
    creator,
    name_identifier,
    record,
    related,
    with_check_digit,
)


def decided(raw, orcid_id=ANNA, *, deployment=None, **facts):
    seen = read_sighting(raw)
    named = tuple(n for n in namings(seen) if n.orcid_id == orcid_id)
    person = Facts(
        switched_on=moment("2026-01-01T00:00:00Z"),
        permission=PermissionState.GIVEN,
        names=("Anna Berg",),
        **facts,
    )
    candidate = Candidate(Doi(seen.doi), OrcidId(orcid_id), seen, named)
    verdict = decide(candidate, person, deployment or Settings())
    return verdict.result.value, verdict.reason


def test_suggestion_261_a_link_to_a_community_does_not_keep_a_work_away():
    community = related("IsPartOf", "https://zenodo.org/communities/eu", "URL")

    assert decided(record(relatedIdentifiers=[community])) == ("claim", "new")


def test_issue_2533_a_concept_that_is_a_version_of_itself_is_added():
    strict = Settings(skip_relations=frozenset({"IsPartOf", "IsVersionOf", "IsIdenticalTo"}))
    concept = record(
        "10.5281/zenodo.8265216", relatedIdentifiers=[related("IsVersionOf", "10.5281/ZENODO.8265216")]
    )

    assert decided(concept, deployment=strict) == ("claim", "new")


def test_suggestion_190_past_works_are_added_when_their_owner_chooses_them():
    from profiles.domain.eligibility.case import Source

    old = record(registered="2015-01-01T00:00:00Z", updated="2015-01-01T00:00:00Z")

    assert decided(old) == ("skip", "before-switch-on")
    assert decided(old, source=Source.BACK_FILL) == ("claim", "asked-for")


@pytest.mark.parametrize(
    ("choice", "concept", "version"),
    [(Versions.ALL_GROUPED, "claim", "claim"), (Versions.CONCEPT_ONLY, "claim", "skip")],
)
def test_issue_998_versions_flood_nobodys_record_who_wants_the_concept(choice, concept, version):
    rules = ResearcherRules(versions=choice)
    whole = record("10.5072/all", relatedIdentifiers=[related("HasVersion", "10.5072/v1")])
    single = record("10.5072/v1", relatedIdentifiers=[related("IsVersionOf", "10.5072/all")])

    assert decided(whole, rules=rules)[0] == concept
    assert decided(single, rules=rules)[0] == version


@pytest.mark.parametrize(
    ("choice", "there"),
    [(Versions.CONCEPT_ONLY, ["10.5072/all"]), (Versions.NEWEST_ONLY, ["10.5072/v2"])],
)
def test_issue_711_of_a_concept_and_its_versions_one_entry_is_left(choice, there):
    rules = ResearcherRules(versions=choice)
    concept = [related("HasVersion", "10.5072/v1"), related("HasVersion", "10.5072/v2")]
    version = [related("IsVersionOf", "10.5072/all")]
    deposit = [
        (record("10.5072/all", relatedIdentifiers=concept), ""),
        (record("10.5072/v1", relatedIdentifiers=version), "10.5072/v2"),
        (record("10.5072/v2", relatedIdentifiers=version), ""),
    ]

    added = [
        raw["id"] for raw, newer in deposit if decided(raw, rules=rules, superseded_by=newer)[0] == "claim"
    ]

    assert added == there


def test_issue_2254_the_kind_of_the_relation_counts_and_not_the_kind_of_its_target():
    """The old code compared the wrong field for seven years, so that its rule never acted."""
    strict = Settings(skip_relations=frozenset({"IsVersionOf"}))
    version = record(relatedIdentifiers=[related("IsVersionOf", "10.5072/all", "DOI")])
    mistaken = record(relatedIdentifiers=[related("Cites", "10.5072/all", "IsVersionOf")])

    assert decided(version, deployment=strict) == ("skip", "related-work")
    assert decided(mistaken, deployment=strict) == ("claim", "new")


def test_fatcat_122_a_version_is_not_added_beside_its_concept_for_who_wants_one_entry():
    rules = ResearcherRules(versions=Versions.CONCEPT_ONLY)
    version = record(relatedIdentifiers=[related("IsVersionOf", "10.5281/zenodo.1")])

    assert decided(version, rules=rules) == ("skip", "not-the-concept")


def test_vantage6_2259_of_two_hundred_releases_only_the_newest_comes():
    rules = ResearcherRules(versions=Versions.NEWEST_ONLY)
    releases = [
        record(
            f"10.5072/r{n}",
            relatedIdentifiers=[related("IsVersionOf", "10.5072/all")],
        )
        for n in range(200)
    ]

    results = [
        decided(release, rules=rules, superseded_by="10.5072/r199" if n < 199 else "")[0]
        for n, release in enumerate(releases)
    ]

    assert results.count("claim") == 1


def test_dataverse_3490_files_of_a_dataset_stay_away_unless_wanted():
    file = record(relatedIdentifiers=[related("IsPartOf", "10.5072/dataset")])

    assert decided(file) == ("skip", "related-work")
    assert decided(file, rules=ResearcherRules(parts=True)) == ("claim", "new")


def test_issue_1507_contributors_get_their_works_when_they_want_them():
    edited = record(creators=[creator(BEN)], contributors=[contributor(ANNA, "Editor")])

    assert decided(edited) == ("skip", "contributor-only")
    assert decided(edited, rules=ResearcherRules(roles=frozenset({"Editor"}))) == ("claim", "new")


@pytest.mark.parametrize(
    "sloppy",
    [
        f"https://orcid.org/{ANNA}/",
        f"  {ANNA} ",
        f"orcid.org/{ANNA}",
        f"http://www.orcid.org/{ANNA}",
        ANNA.replace("-", " "),
        ANNA.replace("-", ""),
    ],
)
def test_issues_1355_1989_2320_2485_sloppy_ids_count(sloppy):
    person = creator(nameIdentifiers=[name_identifier(sloppy, "ORCID", None)])

    assert decided(record(creators=[person])) == ("claim", "new")


def test_bracco_569_a_lower_case_check_digit_counts():
    dora = next(one for n in range(99) if (one := with_check_digit(f"0000000249643{n:02}")).endswith("X"))
    person = creator(nameIdentifiers=[name_identifier(f"https://orcid.org/{dora.lower()}")])

    assert decided(record(creators=[person]), dora) == ("claim", "new")


@pytest.mark.parametrize("scheme", ["ISNI", "GND", "VIAF", "ROR"])
def test_issues_2449_2424_other_schemes_are_not_taken_for_orcid(scheme):
    person = creator(nameIdentifiers=[name_identifier(ANNA, scheme, None)])

    assert decided(record(creators=[person]))[0] == "skip"


def test_joss_1036_an_example_id_from_documentation_reaches_no_one():
    person = creator("0000-0002-1825-0097", name="Petrov, Ivan")

    assert decided(record(creators=[person]), "0000-0002-1825-0097") == ("skip", "example-id")


def test_joss_986_a_wrong_id_asks_before_a_strangers_work_arrives():
    stranger = creator(name="Petrov, Ivan", givenName="Ivan", familyName="Petrov")

    assert decided(record(creators=[stranger])) == ("ask", "name-differs")


def test_openneuro_3192_a_corrected_title_reaches_the_record():
    there = {"standing": ClaimStatus.ON_RECORD, "named_before": True, "change": Change(ChangeKind.CONTENT)}

    assert decided(record(), **there) == ("update", "content-changed")


def test_issue_353_what_the_person_removed_does_not_come_back():
    changed = Change(ChangeKind.TRIGGER_FIELD, ("creators",))

    assert decided(record(), standing=ClaimStatus.REMOVED_IN_ORCID, change=changed) == (
        "skip",
        "removed-in-orcid",
    )


def test_zenodo_2608_a_withdrawn_authorship_is_offered_for_removal():
    gone = record(creators=[creator(BEN)])
    facts = {"standing": ClaimStatus.ON_RECORD, "named_before": True}

    assert decided(gone, change=Change(ChangeKind.TRIGGER_FIELD, ("creators",)), **facts) == (
        "offer-removal",
        "not-named",
    )
