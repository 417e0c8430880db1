"""Every text of the pages is translated, in every language, with all that it contains."""

import gettext
import re
import shutil
from collections import Counter

import pytest
from dev import languages_page, messages

from profiles.infra.web.languages import LANGUAGES

CODES = [code for code, _name in LANGUAGES[1:]]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|%%")
MARKUP = re.compile(r"</?[a-z][^>]*>")
NAMES = {"Auto-Update", "DOI", "Passkey"}
each_language = pytest.mark.parametrize("code", CODES)


COUNTS = {
    "%(hours)s",
    "%(works)s",
    "%(seconds)s",
    "%(minutes)s",
    "%(count)s",
    "%(counter)s",
    "%(n)d",
    "%(n)s",
    "%(number)s",
    "%(number)d",
    "%(count)d",
}


@pytest.fixture
def catalog(code):
    return messages.read(messages.file_of(code))


def texts(catalog):
    """Pairs of each English text and each of its translated forms."""
    for message in catalog:
        if not message.id:
            continue
        if not message.pluralizable:
            yield message, str(message.id), str(message.string)
            continue
        singular, plural = message.id
        for number, form in enumerate(message.string):
            yield message, singular if number == 0 < catalog.num_plurals - 1 else plural, form


@each_language
def test_nothing_is_missing_or_unsure(catalog, code):
    assert [text for message, text, form in texts(catalog) if not form.strip() or message.fuzzy] == []


@each_language
def test_placeholders_and_markup_are_those_of_the_english_text(catalog, code):
    wrong = []
    for message, text, form in texts(catalog):
        wanted, found = Counter(PLACEHOLDER.findall(text)), Counter(PLACEHOLDER.findall(form))
        if message.pluralizable:  # "one work" may do without its number
            wanted, found = Counter(set(wanted)), Counter(set(found) | (set(wanted) & COUNTS))
        if wanted != found or Counter(MARKUP.findall(text)) != Counter(MARKUP.findall(form)):
            wrong.append((text, form))

    assert wrong == []


@each_language
def test_lines_and_spaces_at_the_ends_are_those_of_the_english_text(catalog, code):
    ends = re.compile(r"^(\s*).*?(\s*)$", re.DOTALL)

    assert [(a, b) for _, a, b in texts(catalog) if ends.match(a).groups() != ends.match(b).groups()] == []


@each_language
def test_what_is_compiled_is_what_is_written(catalog, code):
    with messages.file_of(code).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    for message in catalog:
        if message.id and not message.pluralizable:
            found = (
                compiled.pgettext(message.context, message.id)
                if message.context
                else compiled.gettext(message.id)
            )
            assert found == message.string


def test_each_text_of_the_code_is_in_every_file_and_none_that_is_no_longer_used(tmp_path):
    if not shutil.which("xgettext"):
        pytest.skip("GNU gettext is not installed, so the texts cannot be collected")
    tree = tmp_path / "profiles"
    shutil.copytree(messages.PACKAGE, tree, ignore=shutil.ignore_patterns("locale", "static", "__pycache__"))
    messages.collect(["de"], tree=tree)
    collected = {(m.context, m.id) for m in messages.read(tree / "locale/de/LC_MESSAGES/django.po") if m.id}

    for code in CODES:
        known = {(m.context, m.id) for m in messages.read(messages.file_of(code)) if m.id}
        assert (code, collected - known, known - collected) == (code, set(), set())


def is_ambiguous(message) -> bool:
    """Whether a text says too little to be translated alone: one word, or two between placeholders."""
    text = messages.english(message)
    words = re.findall(r"[^\W\d_][\w'’-]*", PLACEHOLDER.sub(" ", text))
    return len(words) <= (2 if PLACEHOLDER.search(text) else 1) and text not in NAMES


def test_each_text_that_could_be_read_in_two_ways_has_a_note_for_translators():
    notes = messages.notes()
    known = [message for message in messages.read(messages.file_of("de")) if message.id]
    bare = [messages.english(message) for message in known if not message.context]

    assert [text for text in notes if text not in bare] == [], "a note about no text"
    assert [
        messages.english(message)
        for message in known
        if not message.context and is_ambiguous(message) and messages.english(message) not in notes
    ] == []


@each_language
def test_notes_are_above_their_texts_in_each_file(catalog, code):
    notes = messages.notes()

    shown = {messages.english(m): " ".join(m.auto_comments) for m in catalog if m.id and m.auto_comments}
    assert shown == notes


def test_the_page_of_languages_shows_that_each_is_complete():
    rows = [row for row in languages_page.page().splitlines() if row.startswith("| ") and "`" in row]

    assert len(rows) == len(LANGUAGES)
    assert [row for row in rows if not row.endswith(" 100 % |")] == []
