# ruff: noqa: E501  one line a language is how the tables are read
"""Organisations with their place, acronym or parent, and people whose names look like these."""

import pytest

from profiles.domain.mapping.names import credit_name
from profiles.domain.records.doi_record import Person

CALLED_BY_A_SURE_WORD = """
University of California, Davis | Department of Physics, University of Oslo | Dept. of Geography, UCL | Natural History Museum, London
School of Medicine, Yale University | Indian Institute of Technology, Kharagpur | Scottish Environment Protection Agency, SEPA
Port Authority Department, Valletta | Ministry of Fisheries, Suva | European Commission, Joint Research Centre | GBIF Secretariat, Copenhagen
LIGO Scientific Collaboration, Virgo Collaboration | The ENIGMA Consortium, USC | Lamont-Doherty Earth Observatory, Palisades
Bundesanstalt für Gewässerkunde, Koblenz | Max-Planck-Institut für Meteorologie, Hamburg | Deutsche Forschungsgemeinschaft, Bonn
Landesamt für Umwelt, Augsburg | Ministère de l'Écologie, Paris | Agence de l'eau, Lyon | Université de Nice, Laboratoire Lagrange
Observatoire de la Côte d'Azur, Nice | Instituto Geográfico Nacional, España | Universidad Nacional Autónoma, México
Universidade de São Paulo, Brasil | Fundação Oswaldo Cruz, Rio de Janeiro | Università degli Studi, Bari | Istituto Nazionale di Geofisica, Roma
Agenzia Regionale Protezione Ambiente, Cagliari | Uniwersytet Jagielloński, Kraków | Urząd Morski, Gdynia | Politechnika Gdańska, Gdańsk
Český hydrometeorologický ústav, Praha | Országos Meteorológiai Szolgálat, Budapest | Universitatea de Vest, Timișoara
Državni hidrometeorološki zavod, Zagreb | Geološki zavod Slovenije, Ljubljana | Göteborgs universitet, Göteborg | Sveriges geologiska undersökning, Uppsala
Danmarks Meteorologiske Institut, Lyngby | Norges vassdrags- og energidirektorat, Oslo | Veðurstofa Íslands, Reykjavík | Ilmatieteen laitos, Helsinki
Eesti Keskkonnaagentuur, Tallinn | Lietuvos geologijos tarnyba, Vilnius | Vlaams Instituut voor de Zee, Oostende | Rijkswaterstaat, Lelystad
Εθνική Μετεωρολογική Υπηρεσία, Αθήνα | Πανεπιστήμιο Κρήτης, Ηράκλειο | Московский государственный университет, Москва
Управление по гидрометеорологии, Мурманск | Український гідрометеорологічний інститут, Київ | İstanbul Üniversitesi, İstanbul
جامعة القاهرة, مصر | وزارة الزراعة, الرباط | سازمان هواشناسی, تهران | רשות המים, ירושלים | भारत मौसम विज्ञान विभाग, नई दिल्ली
มหาวิทยาลัยเชียงใหม่, เชียงใหม่ | 北京大学, 北京 | 中国地质调查局, 北京 | 国立極地研究所, 立川 | 海上保安庁, 東京 | 서울대학교, 서울 | 기상청, 대전 | 국립해양조사원, 부산
Badan Meteorologi, Jakarta | Universitas Gadjah Mada, Yogyakarta | Đại học Quốc gia, Hà Nội
"""
CALLED_BY_LIKELY_WORDS = """
Coast Guard, Iceland | City of Vancouver, Canada | Parks Canada, Gatineau | Geoscience Australia, Symonston | Jodrell Bank, Macclesfield
US Geological Survey, Reston | Planck Working Group, ESA | Event Horizon Telescope Team, ESO | Bureau of Meteorology, Australia | British Library, London
Marinha do Brasil, Niterói | Armada de Chile, Valparaíso | Comune di Venezia, Centro Maree | Capitaneria di Porto, Livorno | Protezione Civile, Trentino
Conservatoire du littoral, Rochefort | Chambre de commerce, Bayonne | Parc national des Écrins, Gap | Stockholms stad, Miljöförvaltningen
Landmælingar Íslands, Akranes | Aalborg Havn, Aalborg | Suomen Merihistoria, Kotka | TU Delft, Netherlands | UC Berkeley, California
Acme Ice Ltd, Hull | Eisdaten e.V., Kiel | Mare Dati S.r.l., Genova | Statoil ASA, Stavanger | Équinoxe SARL, Nantes | ООО Ледник, Москва
Bill & Melinda Gates Foundation, Seattle | UNESCO, Paris | NIOZ, Texel | Greenpeace, Amsterdam | Zenodo, Geneva
"""
PEOPLE = """
García Márquez, Gabriel | Ortega y Gasset, José | de la Cruz, María José | Da Silva, A. | von der Leyen, Ursula | van 't Hoff, Jacobus
d'Alembert, Jean | O'Brien, Conan | Ben Ali, Leila | Al Hashimi, Omar | al-Khwarizmi, Muhammad | Abd El-Rahman, Sherif | Lloyd George, David
Conan Doyle, Arthur | Nguyen Thi, Hoa | Du Plessis, Pieter | St. John, Jill | Saint-Exupéry, Antoine de | Dell'Acqua, Sofia | Meyer zu Erpen, Walter
SMITH, JOHN | DUPONT, Jean | SMITH, J | Ng, T.H. | Li, NA | Ní Dhomhnaill, Nuala | Große Kracht, Klaus | Ferrari Bravo, Ludovica
Forest Brooks, Jean | White Smith, Tamsin | Field House, Percival | King Arthur, Lancelot | Bell Burnell, Jocelyn | North Smith, Oliver
Society, Ann | Council, Bo | Museo, Carla | Stiftung, Karl | Akademos, Plato | Officer, Thandiwe | Minister, Tendai | Company, Salvador | Project, Manny
Holland, Tom | Ireland, Kathy | Hamburg, Beatrix | Oslo, Kim | Paris, Geneviève | Smith, Austin | Smith, Florence | Novák, Milan
Bryant, Kobe | Gómez, Asunción | Bach, Bodo | Vega, Alberta | Lopez, Santiago | Church, Alonzo | Parks, Rosa | Science, Mary | Marine, Philippe
Иванов, Иван Иванович | Петрова, А. В. | Шевченко, Оксана Петрівна | Παπαδόπουλος, Γιώργος | Yılmaz, Ayşe | Żak-Kowalski, Łucja | כהן, דוד | علي, محمد | ศรีสุข, อรุณ
"""


def table(text):
    return [name.strip() for name in text.replace("\n", "|").split("|") if name.strip()]


@pytest.mark.parametrize("name", table(CALLED_BY_A_SURE_WORD))
def test_an_organisation_with_a_sure_word_keeps_its_order_whatever_the_metadata_call_it(name):
    before, _, after = name.partition(", ")

    assert credit_name(Person(name)) == name
    assert credit_name(Person(name, None, after, before)) == name
    assert credit_name(Person(name, "Personal", after, before)) == name
    assert credit_name(Person(name, "Organizational")) == name


@pytest.mark.parametrize("name", table(CALLED_BY_LIKELY_WORDS))
def test_an_organisation_with_likely_words_keeps_its_order_unless_called_a_person(name):
    before, _, after = name.partition(", ")

    assert credit_name(Person(name)) == name
    assert credit_name(Person(name, None, after, before)) == name


@pytest.mark.parametrize("name", table(PEOPLE))
def test_a_person_is_turned_round_whatever_the_family_name_means(name):
    family, _, given = name.partition(", ")

    assert credit_name(Person(name)) == f"{given} {family}"
    assert credit_name(Person(name, "Personal")) == f"{given} {family}"
    assert credit_name(Person(name, "Personal", given, family)) == f"{given} {family}"


@pytest.mark.parametrize("name", ["諸葛, 亮", "小笠原, 美咲", "佐々木, 花子", "남궁, 민수", "박, 지성"])
def test_a_long_family_name_in_its_own_script_is_no_organisation(name):
    assert credit_name(Person(name)) == name.replace(", ", "")


@pytest.mark.parametrize(
    ("family", "given", "sent"),
    [
        ("Library", "Royal Danish", "Royal Danish Library"),
        ("University", "The Australian National", "The Australian National University"),
        ("GTEx", "Consortium", "GTEx Consortium"),
        ("T2D-GENES", "Consortium", "T2D-GENES Consortium"),
        ("Station North", "Caucasus HMS", "Station North, Caucasus HMS"),
    ],
)
def test_an_organisation_that_datacite_parted_like_a_person_is_whole_again(family, given, sent):
    assert credit_name(Person(f"{family}, {given}", "Personal", given, family)) == sent


def test_a_person_whom_the_metadata_call_an_organisation_is_known_by_the_parts_of_the_name():
    assert credit_name(Person("Doe, Jane", "Organizational", "Jane", "Doe")) == "Jane Doe"
    assert credit_name(Person("Doe, Jane", "Organizational")) == "Doe, Jane"


@pytest.mark.parametrize("name", ["Studio2", "Text+", "Group C#", "Team: Editor", "Springer, Ed."])
def test_nothing_is_taken_from_the_name_of_an_organisation(name):
    assert credit_name(Person(name, "Organizational")) == name
