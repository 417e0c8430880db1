import pytest

from tests.support.doi_records import dropped_of, work_of


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
    from profiles.domain.mapping import map_work
    from tests.support.doi_records import doi_record

    for titles in ([title("(:unav)")], [title("<p> </p>")], [], None):
        mapped = map_work(doi_record(titles=titles))
        assert (mapped.refused.code, mapped.refused.field) == ("title-missing", "titles")


@pytest.mark.parametrize("name", ["Untitled", "None", "N/A"])
def test_words_can_be_titles(name):
    assert titles_of(title(name))[0] == name


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
        ("descriptions", "How"),
        ("descriptions", "New"),
        ("descriptions", "Was"),
    ]


def test_a_very_long_description_with_little_but_markup_is_read_to_the_end():
    text = "<p> </p>" * 10_000 + "The end"

    assert described(description(text)) == "The end"


def test_a_long_description_is_cut():
    sent = described(description("word " * 40_000))

    assert len(sent) <= 5000
    assert sent.endswith("word…")


def test_the_language_is_that_of_the_record_or_of_its_title():
    assert work_of(language="ger")["language-code"] == "de"
    assert work_of(titles=[title("Titre", lang="fr")])["language-code"] == "fr"
    assert "language-code" not in work_of(language="xx")
    assert [(d.field, d.value) for d in dropped_of(language="xx")] == [("language", "xx")]
