import pytest

from profiles.domain.eligibility.researcher_rules import CONTRIBUTOR_ROLES as CHOSEN_ROLES
from profiles.domain.mapping.contributors import MAX_CONTRIBUTORS, ROLES, Audience, contributors
from profiles.domain.records.doi_record import DoiRecord
from profiles.domain.records.salvage import salvage
from sandbox.orcid.records.vocabulary import CONTRIBUTOR_ROLES
from tests.support.doi_records import dropped_of, work_of
from tests.support.records import ANNA, BEN, name_identifier, with_check_digit


def person(name="Berg, Anna", **more):
    return {"name": name, **more}


def with_id(value, name="Berg, Anna", scheme="ORCID", **more):
    return person(name, nameIdentifiers=[name_identifier(value, scheme)], **more)


def people_of(**attributes):
    found = work_of(**attributes).get("contributors", {"contributor": []})["contributor"]
    return [
        (
            one["credit-name"]["value"],
            one.get("contributor-orcid", {}).get("path"),
            one["contributor-attributes"]["contributor-sequence"],
            one["contributor-attributes"].get("contributor-role", "").rstrip("/").rpartition("/")[2],
        )
        for one in found
    ]


def names_of(*creators):
    return [name for name, *_ in people_of(creators=list(creators))]


@pytest.mark.parametrize(
    "name", [":unav", "(:Unkn)", "", None, "anna@example.org", "N.N.", "et al.", "...", "Unknown"]
)
def test_who_has_no_name_is_left_out_and_that_is_said(name):
    assert people_of(creators=[person(name)]) == []
    assert [d.field for d in dropped_of(creators=[person(name)])] == ["creators[0]"]


def test_creators_stand_in_order_and_before_contributors():
    found = people_of(
        creators=[person("Berg, Anna"), person(":unav"), person("Okoro, Ben")],
        contributors=[
            person("Núñez, Cara", contributorType="Editor"),
            person("X", contributorType="Sponsor"),
        ],
    )

    assert found == [
        ("Anna Berg", None, "first", "author"),
        ("Ben Okoro", None, "additional", "author"),
        ("Cara Núñez", None, "additional", "editor"),
    ]


def test_one_who_did_two_things_is_named_for_both_but_never_twice_for_one():
    found = people_of(
        creators=[with_id(ANNA), with_id(ANNA)],
        contributors=[with_id(ANNA, contributorType="DataCurator")],
    )

    assert [(name, orcid, role) for name, orcid, _, role in found] == [
        ("Anna Berg", ANNA, "author"),
        ("Anna Berg", ANNA, "data-curation"),
    ]


@pytest.mark.parametrize(
    "kind", ["ContactPerson", "HostingInstitution", "Sponsor", "RightsHolder", "Other", None]
)
def test_roles_without_a_counterpart_make_no_one_a_contributor(kind):
    contributors = [person(contributorType=kind)]

    assert people_of(contributors=contributors) == []
    assert [d.field for d in dropped_of(contributors=contributors)] == ["contributors[0]"]


def test_a_person_with_an_id_whose_role_orcid_lacks_is_named_without_a_role():
    contact = with_id(ANNA, contributorType="ContactPerson")

    assert people_of(contributors=[contact]) == [("Anna Berg", ANNA, "first", "")]
    assert [d.value for d in dropped_of(contributors=[contact])] == ["ContactPerson"]
    # As an author, Anna is there already.
    assert [role for *_, role in people_of(creators=[with_id(ANNA)], contributors=[contact])] == ["author"]


@pytest.mark.parametrize("role", CHOSEN_ROLES)
def test_each_role_that_a_researcher_may_choose_names_them_on_the_work(role):
    """The page of the rules says for which roles ORCID has no word."""
    found = people_of(contributors=[with_id(ANNA, contributorType=role)])

    assert [(path, bool(sent)) for _, path, _, sent in found] == [(ANNA, role in ROLES)]


def test_all_roles_are_known_to_orcid():
    assert set(ROLES.values()) <= CONTRIBUTOR_ROLES


IDS = {
    "address": f"https://orcid.org/{ANNA}",
    "bare": ANNA,
    "http": f"http://orcid.org/{ANNA}",
    "slash at the end": f"https://orcid.org/{ANNA}/",
    "blanks": f"  {ANNA}\n",
}


@pytest.mark.parametrize("value", IDS.values(), ids=IDS.keys())
def test_an_id_is_sent_in_orcids_form_however_it_was_deposited(value):
    found = work_of(creators=[with_id(value)])["contributors"]["contributor"][0]["contributor-orcid"]

    assert found == {"uri": f"https://orcid.org/{ANNA}", "path": ANNA, "host": "orcid.org"}


BAD_IDS = {
    "wrong check digit": "https://orcid.org/0000-0001-5109-3701",
    "not ORCID's numbers": "https://orcid.org/2220-0021-5000-0004",
    "of ORCID's test site": f"https://sandbox.orcid.org/{ANNA}",
    "words": "ORCID iD not provided",
    "the example of all manuals": "https://orcid.org/0000-0002-1825-0097",
    "the example of DataCite's manual": "0000-0001-5727-2427",
    "a real person's whom ORCID's manual uses as example": "https://orcid.org/0000-0001-5109-3700",
    "an example of Crossref's manual": "http://orcid.org/0000-0002-4011-3590",
}


@pytest.mark.parametrize("value", BAD_IDS.values(), ids=BAD_IDS.keys())
def test_an_id_that_is_nobodys_is_not_sent_and_that_is_said(value):
    creators = [with_id(value)]

    assert people_of(creators=creators) == [("Anna Berg", None, "first", "author")]
    assert [d.value for d in dropped_of(creators=creators)] == [value]


def test_people_whose_ids_are_examples_in_manuals_keep_them_on_their_own_works():
    haak = with_id("0000-0001-5109-3700", "Haak, Laurel L.")
    owner = Audience("0000-0002-4011-3590")
    borrowed = salvage(DoiRecord, {"doi": "10.1/a", "creators": [with_id(owner.owner)]})

    assert people_of(creators=[haak])[0][1] == "0000-0001-5109-3700"
    assert contributors(borrowed, [], owner).contributor[0].contributor_orcid.path == owner.owner


def test_organisations_have_no_id_but_people_called_organisations_do():
    organisation = with_id(ANNA, "University of Nowhere", nameType="Organizational")
    mislabelled = with_id(BEN, "Okoro, Ben", nameType="Organizational", givenName="Ben", familyName="Okoro")

    assert [orcid for _, orcid, *_ in people_of(creators=[organisation, mislabelled])] == [None, BEN]


def test_an_id_that_stands_with_two_names_is_sent_once():
    creators = [with_id(ANNA, "Berg, Anna"), with_id(ANNA, "Okoro, Ben")]

    assert [orcid for _, orcid, *_ in people_of(creators=creators)] == [ANNA, None]


def test_identifiers_of_other_schemes_are_no_ids():
    assert people_of(creators=[with_id("0000000121032683", scheme="ISNI")])[0][1] is None


def crowd(number=3000, *, owner_at=2500):
    """Names without iDs, with Anna among them."""
    people = [person(f"Person, Number {n}") for n in range(number)]
    people[owner_at] = with_id(ANNA)
    return people


def test_of_three_thousand_the_first_hundred_the_last_and_those_with_an_id_are_sent():
    found = people_of(creators=crowd())

    assert len(found) == MAX_CONTRIBUTORS + 2
    assert found[-2][:2] == ("Anna Berg", ANNA)
    assert found[-1][0] == "Person, Number 2999"
    assert [d.value for d in dropped_of(creators=crowd())] == [f"{3000 - MAX_CONTRIBUTORS - 2} more names"]


def test_the_owner_of_the_record_is_in_the_fiftieth_place_behind_the_last_author():
    found = people_of(owner=ANNA, creators=crowd())

    assert [name for name, *_ in found[:48]] == [f"Person, Number {n}" for n in range(48)]
    assert found[48][0] == "Person, Number 2999"
    assert found[49] == ("Anna Berg", ANNA, "additional", "author")
    assert [name for name, *_ in found[50:]] == [f"Person, Number {n}" for n in range(48, 100)]


@pytest.mark.parametrize(("place", "becomes"), [(0, 0), (48, 48), (49, 49), (50, 49), (199, 49)])
def test_an_owner_among_the_first_49_keeps_the_place(place, becomes):
    found = people_of(owner=ANNA, creators=crowd(200, owner_at=place))

    assert found[becomes][:2] == ("Anna Berg", ANNA)
    assert found[48][0] == ("Person, Number 199" if becomes == 49 and place != 199 else found[48][0])
    assert len({name for name, *_ in found}) == len(found)


def test_an_owner_who_only_helped_is_on_the_work_behind_two_hundred_others_with_ids():
    others = [
        with_id(with_check_digit(f"{24_964_400 + n:015d}"), f"Person, Number {n}") for n in range(1, 261)
    ]

    found = people_of(owner=ANNA, creators=others, contributors=[with_id(ANNA, contributorType="Editor")])

    assert found[49] == ("Anna Berg", ANNA, "additional", "editor")
    assert found[48][0] == "Person, Number 260"
    assert ANNA not in [path for _, path, *_ in people_of(creators=others, contributors=[with_id(ANNA)])]


def test_an_owner_whom_the_metadata_call_an_organisation_is_named_with_the_id():
    creators = [with_id(ANNA, "Anna Berg", nameType="Organizational")]

    assert people_of(owner=ANNA, creators=creators)[0][1] == ANNA
    assert people_of(creators=creators)[0][1] is None


SAME = [
    "Berg, A.",
    "Berg, A. M.",
    "BERG, ANNA",
    "Berg-Okoro, Anna",
    "Berg, Dr. Anna",
    "Bergh, Anna Maria",
    "Berg AM",
]
OTHERS = ["Okoro, Ben", "Berg, Martin", "Berg, R.", "Okoro, Anna"]


@pytest.mark.parametrize("name", [*SAME, *OTHERS])
def test_one_id_under_two_names_is_one_person_if_the_names_may_be_one_persons(name):
    found = people_of(creators=[with_id(ANNA)], contributors=[with_id(ANNA, name, contributorType="Editor")])

    assert [path for _, path, *_ in found] == [ANNA, ANNA if name in SAME else None]


def test_one_person_under_two_names_is_named_once_for_one_role():
    assert names_of(with_id(ANNA), with_id(ANNA, "Berg, A.")) == ["Anna Berg"]


NORTH, SOUTH = {"affiliation": ["North"]}, {"affiliation": [{"name": "South"}]}


@pytest.mark.parametrize(
    ("one", "other", "number"), [(NORTH, SOUTH, 2), (NORTH, NORTH, 1), (NORTH, {}, 1), ({}, {}, 1)]
)
def test_two_people_of_one_name_at_two_places_stay_two(one, other, number):
    assert len(names_of(person("Wang, Wei", **one), person("Wang, Wei", **other))) == number


def test_a_name_as_long_as_an_address_list_is_cut():
    assert len(names_of(person("Berg " * 60))[0]) <= 150
