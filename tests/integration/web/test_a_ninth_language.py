"""A language more is one line and one file; what is not translated yet is in English."""

import shutil

import pytest
from babel.messages.pofile import read_po, write_po
from dev import messages

from profiles.infra.web.languages import LANGUAGES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]
TRANSLATED = {"Language": "Lingua", "Skip to content": "Vai al contenuto"}


@pytest.fixture
def italian(tmp_path, monkeypatch, settings):
    """Begin Italian as CONTRIBUTING.md says, with some texts translated; return its file and the count."""
    if not shutil.which("xgettext"):
        pytest.skip("GNU gettext is not installed, so the texts cannot be collected")
    tree = tmp_path / "profiles"
    shutil.copytree(messages.PACKAGE, tree, ignore=shutil.ignore_patterns("static", "__pycache__"))
    monkeypatch.setattr(messages, "LOCALE", tree / "locale")
    messages.collect(["it"], tree=tree)
    catalog = messages.read(messages.file_of("it"))
    for message in catalog:
        message.string = TRANSLATED.get(message.id, message.string) if message.id else message.string
    with messages.file_of("it").open("wb") as file:
        write_po(file, catalog)
    done = messages.compile_file("it")
    settings.LOCALE_PATHS = [tree / "locale"]
    settings.LANGUAGES = (*LANGUAGES, ("it", "Italiano"))
    return done


def test_a_ninth_language_is_offered_and_falls_back_to_english(client, italian):
    in_english = client.get("/", headers={"Accept-Language": "en"}).content.decode()
    in_italian = client.get("/", headers={"Accept-Language": "it-CH,en;q=0.5"}).content.decode()

    assert '<html lang="it"' in in_italian
    assert 'hreflang="it">Italiano</a>' in in_english
    for english, translated in TRANSLATED.items():
        assert f">{english}<" in in_english
        assert f">{translated}<" in in_italian
    assert f"<title>{in_english.partition('<title>')[2].partition('<')[0]}<" in in_italian


def test_the_tool_says_how_much_of_a_ninth_language_is_translated(italian):
    with messages.file_of("de").open("rb") as file:
        count = len(read_po(file))

    assert italian == (len(TRANSLATED), count)
