# ruff: noqa: E501  one line a kind is how the tables are read
"""What depositors write around the names of people: degrees, roles, years, footnotes, marks, addresses."""

import unicodedata

import pytest

from profiles.domain.mapping.names import credit_name
from profiles.domain.records.doi_record import Person

JANE_DOE = """
Doe, Jane (Editor) | Doe, Jane [Supervisor] | Doe, Jane (Betreuerin) | Doe, Jane (dir.) | Doe, Jane (directrice de thèse) | Doe, Jane (coord.) | Doe, Jane (Hrsg.)
Doe, Jane (red.) | Doe, Jane (a cura di) | Doe, Jane (PI) | Doe, Jane (Principal Investigator) | Doe, Jane (Project leader) | Doe, Jane (data collector) | Doe, Jane (first author)
Doe, Jane (corresponding) | Doe, Jane (deceased) | Doe, Jane (†) | Doe, Jane (*) | Doe, Jane (1) | Doe, Jane (author) (editor) | Jane Doe [Author] | Jane Doe - Author
Doe, Jane, translator | Doe, Jane, ed. | Doe, Jane, editors | Doe, Jane, et al. | Doe, Jane and others | Doe, Jane - Example University | Doe, Jane, Example University
Doe, Jane (1950-2010) | Doe, Jane, 1950- | Doe, Jane, active 16th century | Doe, Jane, b. 1950 | Doe, Jane (born 1950) | Doe, Jane, 1950-2010, author
Doe, Jane (1871-1943). Éditeur scientifique | Doe, Jane. Éditeur scientifique | Doe, Jane. Imprimeur | Doe, Jane; | Doe, Jane, | Doe, Jane, and | and Doe, Jane | & Doe, Jane | Doe, Jane & | by Doe, Jane
Doe, Jane (0000-0002-1825-0097) | Doe, Jane (ORCID: 0000-0002-1825-0097) | Doe, Jane https://orcid.org/0000-0002-1825-0097 | Doe, Jane <jane@mail.example> | Doe, Jane; jane@mail.example | Doe, Jane [jane@mail.example]
Doe, Jane¹ | Doe, Jane^1 | Doe, Jane <sup>1</sup> | Doe, Jane 1* | Doe, Jane † | Doe†, Jane | Doe*, Jane | Doe1, Jane | Doe, Jane**
Doe,Jane | Doe ,Jane | Doe,, Jane | Doe，Jane | \u200eDoe, Jane | Do\u200be, Ja\u200bne | Doe\ufeff, Jane | Do\u00ade, Jane | \u2066Doe\u2069, Jane | Do\u200ce, Jane
"Doe", Jane | 'Doe, Jane' | [Doe, Jane] | (Doe, Jane) | <b>Doe</b>, Jane | Doe, Jane<br/> | {Doe}, {Jane}
"""
BEHIND = """
Doe, Jane, PhD = Jane Doe, PhD
Doe, Jane, MD, MPH = Jane Doe, MD, MPH
Doe, Jane MD, MPH = Jane Doe, MD, MPH
Doe, Jane, M.D., Ph.D. = Jane Doe, M.D., Ph.D.
Jane Doe, MBBS = Jane Doe, MBBS
Jane Doe, MDS = Jane Doe, MDS
Jane Doe, RN, BSN = Jane Doe, RN, BSN
Doe, Jane, Dr.-Ing. = Jane Doe, Dr.-Ing.
Smith, John Q., Sr. = John Q. Smith, Sr.
Smith, Jr., John = John Smith, Jr.
Smith III, John = John Smith III
Silva, João Filho = João Silva Filho
Doe, Prof. Dr. Jane = Prof. Dr. Jane Doe
Berg, J. van den = J. van den Berg
de' Medici, Lorenzo = Lorenzo de' Medici
’t Hooft, Gerard = Gerard ’t Hooft
OʼNeill, Seán = Seán OʼNeill
O&apos;Neil, Sean = Sean O'Neil
Garc&amp;iacute;a, Jos&amp;eacute; = José García
Müller, Jörg = Jörg Müller
Erd{\\H o}s, P. = P. Erdős
{\\O}stergaard, S{\\o}ren = Søren Østergaard
Doe, Jane (Janie) = Jane (Janie) Doe
Kim, Min-su (김민수) = Min-su Kim (김민수)
حداد، ليلى = ليلى حداد
\u200fحداد, ليلى = ليلى حداد
王，小明 = 王小明
Person, Number 5 = Person, Number 5
P ² Hoole = P Hoole
Pierce, C.C. (Charles C.), 1861-1946 = C.C. Pierce (Charles C.)
"""
NO_ONE = """
Unknown | Unknown, Unknown | n/a | N/A, N/A | null null | None, None | (:unas) | (:unkn) Unknown | [s.n.] | - | https://ror.org/04frnva71 | 0000-0002-1825-0097
"""


def table(text):
    return [name.strip(" ") for name in text.replace("\n", "|").split("|") if name.strip(" ")]


@pytest.mark.parametrize("name", table(JANE_DOE))
def test_what_is_written_around_a_name_is_no_part_of_it(name):
    assert credit_name(Person(name)) == "Jane Doe"
    assert credit_name(Person(name, "Personal")) == "Jane Doe"


@pytest.mark.parametrize("line", BEHIND.strip().split("\n"))
def test_degrees_and_generations_stay_behind_a_name(line):
    name, sent = line.split(" = ")

    assert credit_name(Person(name)) == unicodedata.normalize("NFC", sent)


@pytest.mark.parametrize("name", table(NO_ONE))
def test_fillers_and_addresses_name_no_one(name):
    assert credit_name(Person(name)) is None
    assert credit_name(Person(name, "Personal")) is None


@pytest.mark.parametrize(
    ("family", "given", "sent"),
    [
        ("Alex H. Wagner", "PhD", "Alex H. Wagner, PhD"),
        ("Vogel", "Franz Adam. Libraire", "Franz Adam Vogel"),
        ("Doe", "Jane (Dir.)", "Jane Doe"),
        ("Doe", "N/A", "Doe"),
        ("Doe", "Jane Jr.", "Jane Doe Jr."),
        ("Li", "Na", "Na Li"),
    ],
)
def test_the_parts_of_a_name_are_read_as_the_whole_is(family, given, sent):
    assert credit_name(Person(f"{family}, {given}", "Personal", given, family)) == sent
