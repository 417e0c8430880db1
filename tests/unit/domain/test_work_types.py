import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.mapping import work_types
from profiles.domain.mapping.work_types import TABLE, work_type
from sandbox.orcid.records.vocabulary import WORK_TYPES

SCHEMA_4_6 = """
    Audiovisual Award Book BookChapter Collection ComputationalNotebook ConferencePaper ConferenceProceeding
    DataPaper Dataset Dissertation Event Image Instrument InteractiveResource Journal JournalArticle Model
    OutputManagementPlan PeerReview PhysicalObject Preprint Project Report Service Software Sound Standard
    StudyRegistration Text Workflow Other
""".split()  # noqa: SIM905  a list to be read against the schema

CASES = {
    "an article by its words": ("Text", "Journal Article", "journal-article"),
    "an article in one word": ("Text", "JournalArticle", "journal-article"),
    "a thesis": ("Text", "PhD Thesis", "dissertation-thesis"),
    "a thesis in German": ("Text", "Masterarbeit", "dissertation-thesis"),
    "a thesis in French": ("Text", "Thèse", "dissertation-thesis"),
    "a technical report": ("Text", "Technical Report", "report"),
    "a report in one word": ("Text", "Forschungsbericht", "report"),
    "a working paper": ("Text", "Staff Working Paper", "working-paper"),
    "a working paper among reports": ("Report", "Working paper", "working-paper"),
    "a poster among images": ("Image", "Poster", "conference-poster"),
    "slides": ("Text", "Presentation", "conference-presentation"),
    "a talk on video": ("Audiovisual", "Conference talk", "conference-presentation"),
    "a video recording": ("Audiovisual", "Video recording", "moving-image"),
    "a recording of sound only": ("Audiovisual", "Audio recording", "sound"),
    "a review article is an article": ("JournalArticle", "Review Article", "journal-article"),
    "a map": ("Image", "Map", "cartographic-material"),
    "a path of a vocabulary": ("Text", "info:eu-repo/semantics/bookPart", "book-chapter"),
    "words that the general type does not allow": ("Software", "Journal article", "software"),
    "data are data, whatever they are of": ("Dataset", "Image", "data-set"),
    "a collection of data": ("Collection", "Collection of Datasets", "data-set"),
    "a collection of who knows what": ("Collection", "Collection", "other"),
    "a type of a later schema": ("Hologram", "", "other"),
    "a type of a later schema with words": ("Hologram", "Conference poster", "conference-poster"),
    "a type in other letters": ("journalarticle", "", "journal-article"),
    "nothing": ("", "", "other"),
    "words that only contain a word": ("Text", "Reproachable", "other"),
    "a review of a book": ("Text", "Rezension", "book-review"),
    "a study that is announced": ("StudyRegistration", "", "other"),
    "a registration at OSF": ("StudyRegistration", "Pre-registration", "other"),
    "a registration under another general type": ("Text", "Pre-registration", "other"),
    "a registration of a study": ("Other", "Study registration", "other"),
    "a clinical study that is announced": ("StudyRegistration", "Clinical Trial", "clinical-study"),
    "a trial that is announced": ("StudyRegistration", "Randomised controlled trial", "clinical-study"),
    "a study that is not clinical": ("StudyRegistration", "Non-clinical study", "other"),
    "a trial among texts": ("Text", "Trial registration", "clinical-study"),
    "a supplementary file at figshare": ("Text", "Journal contribution", "other"),
    "a systematic review is an article": ("JournalArticle", "Systematic review", "journal-article"),
    "an event in nature": ("Event", "Earthquake", "other"),
    "an event": ("Event", "", "other"),
    "a meeting": ("Event", "Workshop", "conference-output"),
    "a patent that is applied for": ("Other", "Patent application", "patent"),
    "a part of a project": ("Text", "Work package", "other"),
    "rules for people": ("Text", "Code of conduct", "standards-and-policy"),
    "a paper in proceedings": ("Text", "Paper in proceedings", "conference-paper"),
    "a part of a book in German": ("Text", "Beitrag in Sammelband", "book-chapter"),
    "a part of a book in French": ("Text", "Contribution à un ouvrage collectif", "book-chapter"),
    "an article of a special issue": ("Text", "Special issue article", "journal-article"),
    "a plan for a thesis": ("Text", "Thesis proposal", "other"),
    "a thesis by its degree": ("Text", "PhD", "dissertation-thesis"),
    "a thesis by its degree with full stops": ("Text", "M.Sc.", "dissertation-thesis"),
    "a thesis by a Spanish abbreviation": ("Text", "TFM", "dissertation-thesis"),
    "a thesis in Swedish": ("Text", "Examensarbete", "dissertation-thesis"),
    "a thesis in Japanese": ("Text", "学位論文", "dissertation-thesis"),
    "an image of a machine": ("Other", "Docker image", "software"),
    "a game": ("Other", "Video game", "software"),
    "a list of chapters": ("Text", "Table of contents", "other"),
    "a trademark": ("Other", "Trademark", "trademark"),
    "a licence": ("Other", "Licence", "license"),
    "a disclosure": ("Other", "Invention disclosure", "disclosure"),
    "a copyright": ("Other", "Registered copyright", "registered-copyright"),
    "a company": ("Other", "Spin-off company", "spin-off-company"),
    "a review of a book in two languages": ("Text", "RezensionReview", "book-review"),
    "a review of something else": ("Text", "Review of software", "review"),
    "a management plan": ("Text", "Data Management Plan", "data-management-plan"),
}


HEADS = {
    "Applications for grants are no software": ("Grant application", "other"),
    "Article / Review": ("Article / Review", "journal-article"),
    "Article scientifique": ("Article scientifique", "journal-article"),
    "Code of practice": ("Code of practice", "standards-and-policy"),
    "Genetic code": ("Genetic code", "other"),
    "Lecture script": ("Lecture script", "other"),
    "Music video": ("Music video", "moving-image"),
    "Code list": ("Code list", "other"),
    "Data availability statement": ("Data availability statement", "other"),
    "Dataset description": ("Dataset description", "other"),
    "Exhibition catalogue": ("Exhibition catalogue", "other"),
    "Film script": ("Film script", "other"),
    "Forskningsrapport": ("Forskningsrapport", "report"),
    "Guide to software": ("Guide to software", "manual"),
    "Hypothesis": ("Hypothesis", "other"),
    "Image caption": ("Image caption", "other"),
    "Journal article, accepted version": ("Journal article (accepted version)", "journal-article"),
    "Map legend": ("Map legend", "other"),
    "Note technique": ("Note technique", "other"),
    "Photo essay": ("Photo essay", "other"),
    "Rapport technique": ("Rapport technique", "report"),
    "Report on data quality": ("Report on data quality", "report"),
    "Softwarehandbuch": ("Softwarehandbuch", "manual"),
    "Synthesis": ("Synthesis", "other"),
    "Thesis abstract": ("Thesis abstract", "other"),
    "Thesis defence": ("Thesis defence", "other"),
    "Video transcript": ("Video transcript", "transcription"),
}


@pytest.mark.parametrize(("words", "kind"), HEADS.values(), ids=HEADS.keys())
def test_the_head_of_a_phrase_names_the_type(words, kind):
    assert work_type("Text", words) == kind


THESES = """
    Afstudeerscriptie|B.A. Thesis|Bachelorprojekt|Bacheloropgave|Bakalářská práce|
    Capstone project|Dipl.-Arbeit|Diplomamunka|Diplomityö|Diplomsko delo|
    Dissertation (Dr. rer. nat.)|Dizertačná práca|Doctor of Philosophy thesis|Doktora tezi|
    Doktorgradsavhandling|Doktorski rad|Doktoritöö|Habilitationsschrift|HDR|Kandidaatintyö|
    Licentiatavhandling|Lizentiatsarbeit|Luận án tiến sĩ|Magistro baigiamasis darbas|
    Magistrsko delo|Master's project|Masterscriptie|Meistararitgerð|Mémoire de fin d'études|
    MRes|Ph.D. dissertation, University of X|Ph.d.-afhandling|Praca magisterska|
    Pro gradu -tutkielma|Proyecto Fin de Carrera|Rozprawa doktorska|Skripsi|Specialeopgave|
    Tese de livre-docência|Maîtrise|Masterproef|Магистърска теза|วิทยานิพนธ์|
    Teză de doctorat|Thesis (Ph.D.)|Thèse d'exercice|
    Treball final de màster|Väitöskirja (artikkeli)|Yüksek Lisans|Διδακτορική διατριβή|
    Πτυχιακή εργασία|Выпускная квалификационная работа|Дисертація|卒業論文|博士學位論文|硕士学位论文|
    박사 학위논문|رسالة دكتوراه
"""


@pytest.mark.parametrize("words", [" ".join(word.split()) for word in THESES.split("|")])
def test_a_thesis_is_known_in_the_languages_of_repositories(words):
    assert work_type("Text", words) == "dissertation-thesis"


@pytest.mark.parametrize(("general", "words", "kind"), CASES.values(), ids=CASES.keys())
def test_a_resource_is_what_its_types_say(general, words, kind):
    assert work_type(general, words) == kind


@pytest.mark.parametrize("general", SCHEMA_4_6)
def test_every_type_of_the_schema_has_its_row_and_a_reason(general):
    row = TABLE[general]

    assert row.kind in WORK_TYPES
    assert row.why


def test_other_is_left_to_what_orcid_has_no_word_for():
    assert {g for g, row in TABLE.items() if row.kind == "other"} == {
        "Award",
        "Event",
        "Project",
        "StudyRegistration",
        "Collection",
        "Text",
        "Other",
    }


def test_a_text_without_words_is_what_its_place_makes_it():
    assert work_type("Text", "", containers=["Journal"]) == "journal-article"
    assert work_type("Text", "Text", containers=["", "Book"]) == "book-chapter"
    assert work_type("Text", "Article", publisher="arXiv") == "preprint"
    assert work_type("Text", "Article") == "journal-article"
    assert work_type("Text", "Journal contribution", containers=["Journal"]) == "journal-article"
    assert work_type("Text", "Journal contribution", citeproc="article-journal") == "other"
    assert work_type("Text", "Poster", containers=["Journal"]) == "conference-poster"


def test_datacites_own_reading_comes_last_and_its_article_says_nothing():
    assert work_type("", "", citeproc="book") == "book"
    assert work_type("", "", citeproc="article") == "other"
    assert work_type("Text", "", citeproc="article-journal") == "other"


@given(st.sampled_from([*TABLE, "", "New"]), st.text(max_size=60), st.text(max_size=10))
def test_nothing_else_than_orcids_types_comes_out(general, words, citeproc):
    assert work_type(general, words, citeproc=citeproc) in WORK_TYPES


def test_the_page_names_every_type():
    page = work_types.page()

    assert all(f"| {general} |" in page for general in TABLE)
