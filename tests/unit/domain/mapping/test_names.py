# ruff: noqa: E501  one line a case
import pytest

from profiles.domain.mapping.names import credit_name, is_same_person
from profiles.domain.records.doi_record import Person
from profiles.domain.records.salvage import salvage

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
    "an organisation and its country": ({"name": "British Ice Survey, UK"}, "British Ice Survey, UK"),
    "an organisation and its town": ({"name": "Norsk Isinstitutt, Tromsø"}, "Norsk Isinstitutt, Tromsø"),
    "an office and its acronym": ({"name": "Statistics Examplia, CBE"}, "Statistics Examplia, CBE"),
    "a person called like a country": ({"name": "France, Otto"}, "Otto France"),
    "a person called like an organisation": ({"name": "Bank, Petra"}, "Petra Bank"),
    "a particle": ({"name": "de la Cruz, María José"}, "María José de la Cruz"),
    "a degree behind the name": ({"name": "Jane Doe, PhD", "nameType": "Personal"}, "Jane Doe, PhD"),
    "initials that look like a degree": ({"name": "Yang, M.D."}, "M.D. Yang"),
    "a generation": ({"name": "Smith, John, Jr.", "nameType": "Personal"}, "John Smith, Jr."),
    "a role in brackets": ({"name": "Kimm, Dong Ho (Ed.)"}, "Dong Ho Kimm"),
    "a role in a part": ({"name": "Kimm, Dong (Ed.)", "givenName": "Dong (Ed.)", "familyName": "Kimm"}, "Dong Kimm"),
    "an institution in brackets": ({"name": "Doe, Jane (Example University)"}, "Jane Doe (Example University)"),
    "a nickname": ({"name": "Wen, Zhengxu (Darren)"}, "Zhengxu (Darren) Wen"),
    "years of life and a trade": ({"name": "Marchand, Pierre (168.?-1741). Libraire"}, "Pierre Marchand"),
    "a semicolon at the end": ({"name": "Biebrich, Carla ;"}, "Carla Biebrich"),
    "a role behind the name": ({"name": "Doe, Jane, editor"}, "Jane Doe"),
    "a generation in the given name": ({"name": "Doe, Jane III"}, "Jane Doe III"),
    "the whole name turned round as a part": ({"name": "Doe, Jane", "givenName": "Doe, Jane", "familyName": "Doe"}, "Jane Doe"),
    "one name as all parts": ({"name": "Doe", "givenName": "Doe", "familyName": "Doe"}, "Doe"),
    "a cross before the name": ({"name": "†Doe, Jane"}, "Jane Doe"),
    "braces of BibTeX": ({"name": "{Doe}, Jane"}, "Jane Doe"),
    "several footnotes": ({"name": "Doe, Jane 1,2"}, "Jane Doe"),
    "a footnote's star": ({"name": "Doe, Jane*"}, "Jane Doe"),
    "a footnote's number": ({"name": "Doe, Jane1"}, "Jane Doe"),
    "accents of LaTeX": ({"name": "Mart{\\'i}nez, Rosa"}, "Rosa Martínez"),
    "Chinese letters": ({"name": "李, 明", "nameType": "Personal"}, "李明"),
    "Korean letters": ({"name": "김, 민수", "givenName": "민수", "familyName": "김"}, "김민수"),
    "Arabic letters": ({"name": "حداد, ليلى"}, "ليلى حداد"),
    "a name in its own script behind": ({"name": "Yamada, Taro (山田太郎)"}, "Taro Yamada (山田太郎)"),
    "a word cut in two": ({"name": "Portside Records", "givenName": "Port", "familyName": "side Records"}, "Portside Records"),
    "the whole name as a part": ({"name": "Doe, Jane", "givenName": "Jane Doe", "familyName": "Doe"}, "Jane Doe"),
    "two equal parts": ({"name": "Lin, Lin", "givenName": "Lin", "familyName": "Lin"}, "Lin Lin"),
    "an empty part": ({"name": "Doe, Jane", "nameType": "Personal", "givenName": "", "familyName": "Doe"}, "Jane Doe"),
    "a sign that turns the reading": ({"name": "\u202eDoe\u202c, Jane"}, "Jane Doe"),
    "a title before the family name": ({"name": "Dr. Doe, Jane"}, "Dr. Jane Doe"),
    "a degree in brackets": ({"name": "Doe, Jane (Dr.)"}, "Jane Doe"),
    "others": ({"name": "Doe, Jane et al."}, "Jane Doe"),
    "a role behind a dash": ({"name": "Doe, Jane - Editor"}, "Jane Doe"),
    "an institution behind the name": ({"name": "Doe, Jane, University of X"}, "Jane Doe"),
    "an order behind the name": ({"name": "Doe, Jane, OSB"}, "Jane Doe, OSB"),
    "a number in brackets": ({"name": "Doe, Jane [1]"}, "Jane Doe"),
    "a full stop": ({"name": "Doe, Jane."}, "Jane Doe"),
    "quotation marks": ({"name": '"Doe, Jane"'}, "Jane Doe"),
    "markup": ({"name": "Anna <i>Berg</i> &amp; Co"}, "Anna Berg & Co"),
}  # fmt: skip


ORGANISATIONS = (
    "Alfred-Wegener-Institut, Bremerhaven",
    "Česká geologická služba, Praha",
    "CSIRO, Australia",
    "Elsevier B.V., Amsterdam",
    "Google, Inc.",
    "Havneforvaltningen, Aarhus",
    "Hydro-Québec, Montréal",
    "Ice Patrol, Halifax",
    "Kew Gardens, Richmond",
    "Landratsamt Garmisch, Bayern",
    "Magyar Tudományos Akadémia, Budapest",
    "Norsk romsenter, Skøyen",
    "OECD, Paris",
    "Polar Data, Longyearbyen",
    "Rijkswaterstaat, Lelystad",
    "Siemens AG, München",
    "Smith & Sons, London",
    "Suomen ympäristökeskus, Helsinki",
    "The Ice Core Project Members, EPICA",
    "Türkiye İstatistik Kurumu, Ankara",
    "Ufficio Maree, Chioggia",
    "Ville de Lyon, Archives municipales",
    "Институт океанологии, Москва",
    "Εθνικό Κέντρο Ερευνών, Αθήνα",
    "東京大学, 地震研究所",
    "한국해양연구원, 부산",
)
PEOPLE_LIKE_ORGANISATIONS = {
    "Banks Taylor, Iain": "Iain Banks Taylor",
    "Berlin, Isaiah": "Isaiah Berlin",
    "Churchill Smith, A.": "A. Churchill Smith",
    "Dienst, Karl": "Karl Dienst",
    "Fischer, Paris": "Paris Fischer",
    "Huber Meier, Kurt": "Kurt Huber Meier",
    "LI, WEI": "WEI LI",
    "Parker Bowles, Camilla": "Camilla Parker Bowles",
    "Schulz Meier, Anna": "Anna Schulz Meier",
    "Service, Robert": "Robert Service",
    "Villanueva García, Ana": "Ana Villanueva García",
    "Washington, Denzel": "Denzel Washington",
    "Yang, U.K.": "U.K. Yang",
}


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_an_organisation_without_a_type_is_not_turned_round(name):
    before, _, after = name.partition(", ")

    assert credit_name(Person(name=name)) == name
    assert credit_name(Person(name=name, given_name=after, family_name=before)) == name


@pytest.mark.parametrize(
    "name", ["Geophysical Institute, University of Bergen", "Hamburger Sternwarte, Germany"]
)
def test_what_is_surely_an_organisation_is_one_though_datacite_took_it_for_a_person(name):
    before, _, after = name.partition(", ")

    assert credit_name(Person(name=name, name_type="Personal")) == name
    assert credit_name(Person(name, "Personal", after, before)) == name
    assert credit_name(Person(name="Institoris, Germany", name_type="Personal")) == "Germany Institoris"


@pytest.mark.parametrize(("name", "sent"), PEOPLE_LIKE_ORGANISATIONS.items())
def test_a_person_called_like_an_organisation_or_a_town_is_turned_round(name, sent):
    assert credit_name(Person(name=name)) == sent


@pytest.mark.parametrize(("creator", "name"), NAMES.values(), ids=NAMES.keys())
def test_people_are_called_as_one_says_their_names(creator, name):
    assert credit_name(salvage(Person, creator)) == name


@pytest.mark.parametrize(
    "name", ["(:unav) Unavailable", "(:unkn) Unknown", "[Unknown]", "Not available", "*"]
)
def test_a_name_that_names_no_one_is_none(name):
    assert credit_name(Person(name=name)) is None


def test_names_in_different_scripts_may_be_one_persons():
    assert is_same_person("Taro Yamada", "山田太郎")
    assert is_same_person("Jörg Müller", "Joerg Mueller")
