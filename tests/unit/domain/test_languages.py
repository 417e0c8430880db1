import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.mapping.languages import LANGUAGES, language_code

CASES = {
    "two letters": ("de", "de"),
    "two letters and a region": ("en-US", "en"),
    "with an underscore": ("pt_BR", "pt"),
    "in capitals": ("EN", "en"),
    "three letters": ("eng", "en"),
    "three letters of libraries": ("ger", "de"),
    "three letters of a kind of the language": ("arb", "ar"),
    "by name": ("English", "en"),
    "by its own name": ("Français", "fr"),
    "by name with a remark": ("English (United Kingdom)", "en"),
    "Hebrew, whose code ORCID has from of old": ("he", "iw"),
    "Indonesian": ("ind", "in"),
    "Yiddish": ("yi", "ji"),
    "Chinese": ("zh", "zh_CN"),
    "Chinese of China": ("zh-CN", "zh_CN"),
    "Chinese of Taiwan": ("zh-TW", "zh_TW"),
    "Chinese in old letters": ("zh-Hant-HK", "zh_TW"),
    "the first of several": ("ger; lat", "de"),
    "several by name": ("English and German", "en"),
    "blanks": (" fr ", "fr"),
    "several at once, which is none": ("mul", None),
    "no language": ("zxx", None),
    "undetermined": ("und", None),
    "one that ORCID does not have": ("gsg", None),
    "no code of any list": ("ge", None),
    "an address of Lexvo": ("http://www.lexvo.org/id/iso639-1/fr", "fr"),
    "an address of a library": ("http://id.loc.gov/vocabulary/iso639-2/fre", "fr"),
    "no language is not Norwegian": ("No language", None),
    "a sentence that begins like a code": ("It is not stated", None),
    "a preposition before the name": ("In English", "en"),
    "an article before the name": ("La langue française", "fr"),
    "traditional letters": ("Chinese (Traditional)", "zh_TW"),
    "traditional letters in their own": ("中文(繁體)", "zh_TW"),
    "simplified letters": ("简体中文", "zh_CN"),
    "a comma and what it was": ("Chinese, Traditional", "zh_TW"),
    "in a language of neither": ("Französisch", "fr"),
    "a language of the past": ("Old English", None),
    "a country behind a dash": ("French - Canada", "fr"),
    "nothing": ("", None),
    "nonsense": ("?!", None),
}


@pytest.mark.parametrize(("written", "code"), CASES.values(), ids=CASES.keys())
def test_a_language_is_known_however_it_is_written(written, code):
    assert language_code(written) == code


@pytest.mark.parametrize("code", sorted(LANGUAGES - {"iw", "in", "ji"}))
def test_what_orcid_knows_stays_as_it_is(code):
    assert language_code(code) == code


@given(st.text(max_size=30))
def test_nothing_else_than_orcids_codes_comes_out(written):
    assert language_code(written) in LANGUAGES | {None}
