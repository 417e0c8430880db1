# ruff: noqa: E501  one line a case
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.records.fillers import is_placeholder
from profiles.domain.records.texts import clean, cut, length_at_orcid, without_email
from tests.support.orcid_second_layer import FORBIDDEN_IN_XML

CASES = {
    "markup": ("<p>Growth of <i>Arabidopsis</i></p>", "Growth of Arabidopsis"),
    "paragraphs do not grow together": ("<p>One.</p><p>Two.</p>", "One. Two."),
    "a line break": ("One<br/>Two", "One Two"),
    "markup with attributes": ('<a href="https://x.org?a=1&b=2" target=_blank>here</a>', "here"),
    "markup of JATS": ("<jats:title>Abstract</jats:title><jats:p>Text</jats:p>", "Abstract Text"),
    "formulas of MathML": (
        "<mml:math><mml:mi>x</mml:mi><mml:mo>=</mml:mo><mml:mn>2</mml:mn></mml:math>",
        "x=2",
    ),
    "numbers below": ("CO<sub>2</sub>", "CO2"),
    "powers keep their meaning": ("10<sup>-3</sup> mol", "10^-3 mol"),
    "whole powers": ("5 × 10<sup>3</sup> cells", "5 × 10^3 cells"),
    "powers of units": ("9 W m<sup>-2</sup>", "9 W m^-2"),
    "powers of letters": ("E=mc<sup>2</sup>", "E=mc^2"),
    "powers that are letters": ("O(2<sup>n</sup>)", "O(2^n)"),
    "powers of MathML": ("<math><msup><mn>10</mn><mn>18</mn></msup></math> eV", "10^18 eV"),
    "powers of several terms": (
        "<math><msup><mi>x</mi><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></msup></math>",
        "x^(n+1)",
    ),
    "fractions of MathML": (
        "<mml:math><mml:mfrac><mml:mn>1</mml:mn><mml:mn>2</mml:mn></mml:mfrac></mml:math>-filled",
        "1/2-filled",
    ),
    "fractions of HTML": ("2<sup>1</sup>/<sub>2</sub> years", "2 1/2 years"),
    "roots": ("<math><msqrt><mi>s</mi></msqrt></math>=13 TeV", "√s=13 TeV"),
    "ordinals are no powers": ("The 2<sup>nd</sup> and 10<sup>th</sup>", "The 2nd and 10th"),
    "ions are no powers": ("Ca<sup>2+</sup> in H<sub>2</sub>O", "Ca2+ in H2O"),
    "the number of a footnote is no power": ("On tides<sup>1</sup>", "On tides1"),
    "a formula is said once": (
        'with <math><semantics><mi>β</mi><annotation encoding="TeX">\\beta</annotation></semantics></math> waves',
        "with β waves",
    ),
    "a formula in two notations is said once": (
        "<alternatives><tex-math>x_1</tex-math><mml:math><mml:mi>x</mml:mi></mml:math></alternatives>",
        "x",
    ),
    "a formula in TeX only is said": ("<alternatives><tex-math>x_1</tex-math></alternatives>", "x_1"),
    "a footnote is no text": ('Snow<fn id="f"><label>*</label><p>A talk</p></fn> falls', "Snow falls"),
    "reading aids are no text": ("<ruby>氷<rp>(</rp><rt>こおり</rt><rp>)</rp></ruby>の海", "氷の海"),
    "signs that turn the reading": ("Tides \u202eslm.exe \u2067x", "Tides slm.exe x"),
    "less and more are no markup": ("if p < 0.05 and x > 3", "if p < 0.05 and x > 3"),
    "mathematics that looks like markup": ("a <b and c> d", "a <b and c> d"),
    "a name in angle brackets": ("Universität <Marburg>", "Universität <Marburg>"),
    "comments": ("a<!-- b -->c", "a c"),
    "scripts": ("a<script>alert(1)</script>b", "a b"),
    "CDATA": ("<![CDATA[a & b]]>", "a & b"),
    "entities": ("Smith &amp; Sons &#8211; &eacute;", "Smith & Sons – é"),
    "escaped twice": ("&amp;lt;p&amp;gt;a&amp;lt;/p&amp;gt;", "a"),
    "an address is no entity": ("https://x.org/?a=1&copy=2", "https://x.org/?a=1&copy=2"),
    "formulas of LaTeX stay": (r"hard small $x$ \alpha", r"hard small $x$ \alpha"),
    "blanks": (" a \n\t b\u00a0 c ", "a b c"),
    "control characters": ("a\x08b\x00c", "abc"),
    "letters of Windows": ("a \x96 b\x92s", "a – b’s"),
    "invisible characters": ("a\u00adb\u200bc\ufeff", "abc"),
    "half a character": ("a\ud800b", "ab"),
    "composed letters": ("e\u0301", "é"),
    "characters beyond the basic plane": ("𝕋 🧬", "𝕋 🧬"),
    "nothing": (None, ""),
}


@pytest.mark.parametrize(("given_text", "text"), CASES.values(), ids=CASES.keys())
def test_a_text_is_cleaned_without_loss(given_text, text):
    assert clean(given_text) == text


@given(st.text(alphabet=st.characters(), max_size=200))
def test_no_text_brings_what_xml_forbids_or_superfluous_blanks(text):
    cleaned = clean(text)

    assert not FORBIDDEN_IN_XML.search(cleaned)
    assert cleaned == " ".join(cleaned.split())


PRINTABLE = st.characters(
    blacklist_characters="<&", blacklist_categories=("Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Cn")
)


@given(st.text(alphabet=PRINTABLE))
def test_a_text_without_markup_loses_no_character(text):
    import unicodedata

    assert clean(text) == unicodedata.normalize("NFC", text)


def test_a_long_text_ends_at_a_word_and_shows_that_it_goes_on():
    text = "word " * 300

    shorter = cut(text.strip(), 1000)

    assert shorter.endswith("word…")
    assert len(shorter) <= 1000


def test_a_long_text_without_blanks_is_cut_where_it_must_be():
    assert cut("x" * 1001, 1000) == "x" * 999 + "…"


def test_characters_beyond_the_basic_plane_count_twice_as_they_do_in_java():
    shorter = cut("𝕋" * 600, 1000)

    assert length_at_orcid("𝕋") == 2
    assert length_at_orcid(shorter) <= 1000
    assert len(shorter) > 490


@given(st.text(min_size=0, max_size=400), st.integers(20, 200))
def test_a_cut_text_fits_and_begins_like_the_whole(text, length):
    shorter = cut(text, length)

    assert length_at_orcid(shorter) <= length
    assert text.startswith(shorter.removesuffix("…"))


@pytest.mark.parametrize(
    "code",
    ["(:unav)", ":unav", ":(unav)", "(:Unkn)", ":tba", "(:none)", ":null", "(:Unap)", "(:etal)", ":{unav)"],
)
def test_datacites_codes_for_nothing_are_known(code):
    assert is_placeholder(code)


@pytest.mark.parametrize("text", ["None", "Untitled", "The Unav", "tba", "A: none of the above", "At"])
def test_words_are_no_codes(text):
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("Anna Berg <anna.berg@example.org>", "Anna Berg"),
        ("anna@example.org", ""),
        ("Berg, Anna (e-mail: anna@example.org)", "Berg, Anna"),
        ("Anna @ Home", "Anna @ Home"),
    ],
)
def test_names_carry_no_addresses(name, sent):
    assert without_email(name) == sent
