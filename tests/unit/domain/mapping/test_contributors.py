import pytest

from profiles.domain.mapping.contributors import MAX_CONTRIBUTORS, ROLES
from sandbox.orcid.records.vocabulary import CONTRIBUTOR_ROLES
from tests.support.doi_records import dropped_of, work_of
from tests.support.records import ANNA, BEN, name_identifier


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
            one["contributor-attributes"]["contributor-role"].rstrip("/").rpartition("/")[2],
        )
        for one in found
    ]


def names_of(*creators):
    return [name for name, *_ in people_of(creators=list(creators))]


NAMES = {
    "parts": ({"name": "Berg, A.", "givenName": "Anna", "familyName": "Berg"}, "Anna Berg"),
    "parts without a name": ({"name": "", "givenName": "Anna", "familyName": "Berg"}, "Anna Berg"),
    "turned round": ({"name": "Berg, Anna", "nameType": "Personal"}, "Anna Berg"),
    "turned round though nobody said it is a person": ({"name": "Yang, Zhi-Mei"}, "Zhi-Mei Yang"),
    "years of life": ({"name": "Krans, Horatio S., 1872-1952", "nameType": "Personal"}, "Horatio S. Krans"),
    "one name": ({"name": "Madonna", "nameType": "Personal", "familyName": "Madonna"}, "Madonna"),
    "a comma with nothing before it": ({"name": ", Ashley", "nameType": "Personal"}, "Ashley"),
    "an organisation": ({"name": "SOEST, Honolulu", "nameType": "Organizational"}, "SOEST, Honolulu"),
    "a list of places": ({"name": "Institute of Physics, Jena"}, "Institute of Physics, Jena"),
    "several people in one": ({"name": "Berg, Anna; Okoro, Ben"}, "Berg, Anna; Okoro, Ben"),
    "an e-mail address beside it": ({"name": "Anna Berg anna@example.org"}, "Anna Berg"),
    "markup": ({"name": "Anna <i>Berg</i> &amp; Co"}, "Anna Berg & Co"),
}  # fmt: skip


@pytest.mark.parametrize(("creator", "name"), NAMES.values(), ids=NAMES.keys())
def test_people_are_called_as_one_says_their_names(creator, name):
    assert names_of(creator) == [name]


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
}


@pytest.mark.parametrize("value", BAD_IDS.values(), ids=BAD_IDS.keys())
def test_an_id_that_is_nobodys_is_not_sent_and_that_is_said(value):
    creators = [with_id(value)]

    assert people_of(creators=creators) == [("Anna Berg", None, "first", "author")]
    assert [d.value for d in dropped_of(creators=creators)] == [value]


def test_organisations_have_no_id_but_people_called_organisations_do():
    organisation = with_id(ANNA, "University of Nowhere", nameType="Organizational")
    mislabelled = with_id(BEN, "Okoro, Ben", nameType="Organizational", givenName="Ben", familyName="Okoro")

    assert [orcid for _, orcid, *_ in people_of(creators=[organisation, mislabelled])] == [None, BEN]


def test_an_id_that_stands_with_two_names_is_sent_once():
    creators = [with_id(ANNA, "Berg, Anna"), with_id(ANNA, "Okoro, Ben")]

    assert [orcid for _, orcid, *_ in people_of(creators=creators)] == [ANNA, None]


def test_identifiers_of_other_schemes_are_no_ids():
    assert people_of(creators=[with_id("0000000121032683", scheme="ISNI")])[0][1] is None


def test_of_three_thousand_the_first_hundred_are_sent_and_a_person_who_carries_an_id():
    crowd = [person(f"Person, Number {n}") for n in range(3000)]
    crowd[2500] = with_id(ANNA)

    found = people_of(creators=crowd)

    assert len(found) == MAX_CONTRIBUTORS + 1
    assert found[-1][:2] == ("Anna Berg", ANNA)
    assert [d.value for d in dropped_of(creators=crowd)] == [f"{3000 - MAX_CONTRIBUTORS - 1} more names"]


def test_a_name_as_long_as_an_address_list_is_cut():
    assert len(names_of(person("Berg " * 60))[0]) <= 150
