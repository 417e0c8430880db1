# ruff: noqa: E501  one line a case
import pytest

from profiles.domain.mapping import map_work
from tests.support.doi_records import doi_record, dropped_of, work_of


def title(text, kind=None, lang=None):
    return {"title": text, "titleType": kind, "lang": lang}


def titles_of(*titles, **attributes):
    found = work_of(titles=list(titles), **attributes)["title"]
    return tuple(found.get(name, {}).get("value") for name in ("title", "subtitle", "translated-title"))


def test_the_title_is_the_first_that_is_nothing_else():
    titles = [title("Sub", "Subtitle"), title("Other", "AlternativeTitle"), title("Main"), title("Second")]

    assert titles_of(*titles) == ("Main", "Sub", None)


def test_a_title_of_any_kind_is_better_than_none():
    assert titles_of(title("Sub", "Subtitle"))[0] == "Sub"
    assert titles_of(title("Sub", "Subtitle"), title("Other", "AlternativeTitle"))[0] == "Other"


def test_a_translated_title_is_sent_with_its_language_in_orcids_code():
    work = work_of(titles=[title("Titel", lang="de"), title("Title", "TranslatedTitle", "eng")])

    assert work["title"]["translated-title"] == {"value": "Title", "language-code": "en"}


def test_a_second_title_in_another_language_is_a_translation_and_english_goes_first():
    titles = [title("Titel", lang="de"), title("Titre", lang="fr"), title("Title", lang="en")]

    assert titles_of(*titles) == ("Titel", None, "Title")


def test_a_second_title_in_the_language_of_the_first_is_no_translation():
    assert titles_of(title("One", lang="en"), title("Two", lang="en-GB"))[2] is None


def test_a_translation_without_a_language_is_not_sent_and_that_is_said():
    titles = [title("Titel"), title("Title", "TranslatedTitle")]

    assert titles_of(*titles)[2] is None
    assert [(d.field, d.value) for d in dropped_of(titles=titles)] == [("titles", "Title")]


def test_a_code_for_no_title_is_no_title():
    for titles in ([title("(:unav)")], [title("<p> </p>")], [], None):
        mapped = map_work(doi_record(titles=titles))
        assert (mapped.refused.code, mapped.refused.field) == ("title-missing", "titles")


@pytest.mark.parametrize(
    "name",
    ["null", "N/A", "[No title]", "NaN", "--", "n.a.", "Title unknown", "title not available", "Kein Titel"],
)
def test_a_title_that_says_nothing_is_none_and_that_is_said(name):
    mapped = map_work(doi_record(titles=[title(name)]))

    assert mapped.refused
    assert mapped.refused.code == "title-missing"
    assert [(d.value, d.reason) for d in mapped.dropped] == [(name, "says nothing")]


@pytest.mark.parametrize(
    "name", ["Untitled", "1984", "X", "N/A in statistics", "Null results", "∞", "No title IX"]
)
def test_words_can_be_titles(name):
    assert titles_of(title(name))[0] == name


SUBTITLES = {
    "in the language of the title": ([title("Eis", lang="de"), title("at sea", "Subtitle", "en"), title("auf See", "Subtitle", "de")], "auf See"),
    "in another language only": ([title("Eis", lang="de"), title("at sea", "Subtitle", "en")], None),
    "in no language that is stated": ([title("Ice"), title("at sea", "Subtitle")], "at sea"),
    "said in the title": ([title("Ice: at sea"), title("at sea", "Subtitle")], None),
    "the title again": ([title("Snow"), title("snow", "Subtitle")], None),
    "the end of a word of the title": ([title("Snowfall"), title("fall", "Subtitle")], "fall"),
}  # fmt: skip


@pytest.mark.parametrize(("titles", "subtitle"), SUBTITLES.values(), ids=SUBTITLES.keys())
def test_the_subtitle_is_in_the_language_of_the_title_and_says_something_new(titles, subtitle):
    assert titles_of(*titles)[1] == subtitle


def test_a_long_title_is_cut_at_a_word_and_the_rest_is_said():
    titles = [title("word " * 250)]

    sent = titles_of(*titles)[0]

    assert (len(sent), sent[-6:]) == (1000, " word…") or sent.endswith("word…")
    assert len(sent) <= 1000
    assert [d.field for d in dropped_of(titles=titles)] == ["titles"]


def journal(**attributes):
    return work_of(**attributes).get("journal-title", {}).get("value")


def item(relation, name):
    return {"relationType": relation, "titles": [{"title": name}]}


def test_a_work_appeared_in_its_container_then_in_a_related_item_then_at_its_publisher():
    container = {"type": "Journal", "title": "River Studies"}
    items = [item("IsPartOf", "A series"), item("IsPublishedIn", "A book"), item("Cites", "Nothing")]

    assert journal(container=container, relatedItems=items, publisher="P") == "River Studies"
    assert journal(container={}, relatedItems=items, publisher="P") == "A book"
    assert journal(relatedItems=items[:1], publisher="P") == "A series"
    assert journal(publisher={"name": "Zenodo"}) == "Zenodo"


@pytest.mark.parametrize(
    ("types", "sent"),
    [
        ({"resourceTypeGeneral": "JournalArticle"}, None),
        ({"resourceTypeGeneral": "Text", "resourceType": "research article"}, None),
        ({"resourceTypeGeneral": "DataPaper"}, None),
        ({"resourceTypeGeneral": "BookChapter"}, None),
        ({"resourceTypeGeneral": "Dataset"}, "Museum Press"),
        ({"resourceTypeGeneral": "Software"}, "Museum Press"),
        ({"resourceTypeGeneral": "Report"}, "Museum Press"),
    ],
)
def test_a_publisher_is_not_the_title_of_a_journal_or_book(types, sent):
    container = {"type": "Series", "identifier": "2049-3630", "identifierType": "ISSN"}

    assert journal(types=types, publisher="Museum Press", container=container) == sent
    fields = [d.field for d in dropped_of(types=types, publisher="Museum Press")]
    assert fields == ([] if sent else ["publisher"])


@pytest.mark.parametrize("publisher", [None, "", ":unav", "(:none)", "Unknown", "n/a", " ", {"name": None}])
def test_a_publisher_that_says_nothing_is_not_sent(publisher):
    assert journal(publisher=publisher) is None


def description(text, kind="Abstract", lang=None):
    return {"description": text, "descriptionType": kind, "lang": lang}


def described(*descriptions, **attributes):
    return work_of(descriptions=list(descriptions), **attributes).get("short-description")


def test_the_abstract_goes_before_other_descriptions_and_series_information_never_goes():
    others = [
        description("How", "Methods"),
        description("Series 5", "SeriesInformation"),
        description("X", "Other"),
    ]

    assert described(*others, description("What")) == "What"
    assert described(*others) == "X"
    assert described(others[1]) is None


def test_of_several_abstracts_the_one_in_the_language_of_the_record_goes():
    abstracts = [
        description("Was", lang="de"),
        description("What", lang="en"),
        description("Quoi", lang="fr"),
    ]

    assert described(*abstracts, language="fr") == "Quoi"
    assert described(*abstracts) == "What"


def test_an_empty_abstract_gives_way_to_the_next_description():
    assert described(description(" <p></p> "), description(None), description("X", "Other")) == "X"


@pytest.mark.parametrize(
    "nothing",
    [
        "Abstract not available",
        "Not available.",
        "No description available",
        "Description to follow",
        "N/A",
        "There is no abstract",
        "No description was provided for this dataset",
    ],
)
def test_words_for_no_description_give_way_to_the_next(nothing):
    assert described(description(nothing), description("We measured ice.", "Other")) == "We measured ice."


@pytest.mark.parametrize(
    "text", ["No abstract concept was needed.", "Data not available before 2010 are listed."]
)
def test_a_description_may_begin_like_words_for_none(text):
    assert described(description(text)) == text


PICTURE = "data:image/png;base64," + "pU3KGCUwux1tEyze/+" * 9000


@pytest.mark.parametrize(
    "text",
    [
        f"![]({PICTURE}) We measured ice.",
        f'<img src="{PICTURE}"> We measured ice.',
        f"{PICTURE} We measured ice.",
    ],
)
def test_pictures_in_a_description_never_become_text(text):
    assert described(description(text)) == "We measured ice."


def test_descriptions_that_are_not_sent_are_said():
    others = [
        description("How", "Methods"),
        description("Was", lang="de"),
        description("Volume 5", "SeriesInformation"),
        description("-", "Other"),
        description("New", "KindOfALaterSchema"),
    ]

    dropped = dropped_of(language="en", descriptions=[description("What"), *others])

    assert sorted((d.field, d.value) for d in dropped) == [
        ("descriptions", "-"),
        ("descriptions", "How"),
        ("descriptions", "New"),
        ("descriptions", "Volume 5"),
        ("descriptions", "Was"),
    ]


def test_a_very_long_description_with_little_but_markup_is_read_to_the_end():
    text = "<p> </p>" * 10_000 + "The end"

    assert described(description(text)) == "The end"


def test_a_long_description_is_cut():
    sent = described(description("word " * 40_000))

    assert len(sent) <= 5000
    assert sent.endswith("word…")


def test_the_language_is_that_of_the_title_which_orcid_means():
    titles = [title("Titre", lang="fr")]

    assert work_of(language="en", titles=titles)["language-code"] == "fr"
    assert [(d.field, d.value) for d in dropped_of(language="en", titles=titles)] == [("language", "en")]


def test_the_language_is_that_of_the_record_or_of_its_title():
    assert work_of(language="ger")["language-code"] == "de"
    assert work_of(titles=[title("Titre", lang="fr")])["language-code"] == "fr"
    assert "language-code" not in work_of(language="xx")
    assert [(d.field, d.value) for d in dropped_of(language="xx")] == [("language", "xx")]
