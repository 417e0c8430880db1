"""Map the many ways in which metadata name a language to ORCID's codes.

ORCID's list (the documentation of ``language-code`` in common-3.0.xsd) is that of early Java: two letters,
former codes for Hebrew, Indonesian, Yiddish and Javanese, and two kinds of Chinese. ``en-US`` and ``eng`` are
refused (ORCID contract 3.6).
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from profiles.domain.mapping.words.language_names import BESIDE_NAMES, NAMES
from profiles.domain.records.display import DisplayRecord
from profiles.domain.records.texts import clean

_CODES: Final = """
    ab aa af ak sq am ar an hy as av ae ay az bm ba eu be bn bh bi bs br bg my ca ch ce zh_CN zh_TW cu
    cv kw co cr hr cs da dv nl dz en eo et ee fo fj fi fr fy ff gl lg ka de el kl gn gu ht ha iw hz hi
    ho hu is io ig in ia ie iu ik ga it ja jv kn kr ks kk km ki rw ky kv kg ko ku kj lo la lv li ln lt
    lu lb mk mg ms ml mt gv mi mr mh mo mn na nv ng ne nd se no nb nn ny oc oj or om os pi pa fa pl pt
    ps qu rm ro rn ru sm sg sa sc gd sr sn ii sd si sk sl so nr st es su sw ss sv tl ty tg ta tt te th
    bo ti to ts tn tr tk tw ug uk ur uz ve vi vo wa cy wo xh ji yo za zu
"""
LANGUAGES: Final = frozenset(_CODES.split())

# ISO 639-2 (both kinds), and those of ISO 639-3 that name the usual form of a language listed above.
_THREE_LETTERS: Final = """
    aar:aa abk:ab afr:af aka:ak alb:sq amh:am ara:ar arb:ar arg:an arm:hy asm:as ava:av ave:ae aym:ay
    aze:az azj:az bak:ba bam:bm baq:eu bel:be ben:bn bih:bh bis:bi bod:bo bos:bs bre:br bul:bg bur:my
    cat:ca ces:cs cha:ch che:ce chi:zh chu:cu chv:cv ckb:ku cmn:zh cor:kw cos:co cre:cr cym:cy cze:cs
    dan:da deu:de div:dv dut:nl dzo:dz ekk:et ell:el eng:en epo:eo est:et eus:eu ewe:ee fao:fo fas:fa
    fij:fj fil:tl fin:fi fra:fr fre:fr fry:fy ful:ff geo:ka ger:de gla:gd gle:ga glg:gl glv:gv gre:el
    grn:gn guj:gu hat:ht hau:ha heb:he her:hz hin:hi hmo:ho hrv:hr hun:hu hye:hy ibo:ig ice:is ido:io
    iii:ii iku:iu ile:ie ina:ia ind:id ipk:ik isl:is ita:it jav:jv jpn:ja kal:kl kan:kn kas:ks kat:ka
    kau:kr kaz:kk khk:mn khm:km kik:ki kin:rw kir:ky kom:kv kon:kg kor:ko kua:kj kur:ku lao:lo lat:la
    lav:lv lim:li lin:ln lit:lt ltz:lb lub:lu lug:lg lvs:lv mac:mk mah:mh mal:ml mao:mi mar:mr may:ms
    mkd:mk mlg:mg mlt:mt mol:mo mon:mn mri:mi msa:ms mya:my nau:na nav:nv nbl:nr nde:nd ndo:ng nep:ne
    nld:nl nno:nn nob:nb nor:no npi:ne nya:ny oci:oc oji:oj ori:or orm:om ory:or oss:os pan:pa per:fa
    pes:fa pli:pi pol:pl por:pt prs:fa pus:ps que:qu roh:rm ron:ro rum:ro run:rn rus:ru sag:sg san:sa
    scc:sr scr:hr sin:si slk:sk slo:sk slv:sl sme:se smo:sm sna:sn snd:sd som:so sot:st spa:es sqi:sq
    srd:sc srp:sr ssw:ss sun:su swa:sw swe:sv swh:sw tah:ty tam:ta tat:tt tel:te tgk:tg tgl:tl tha:th
    tib:bo tir:ti ton:to tsn:tn tso:ts tuk:tk tur:tr twi:tw uig:ug ukr:uk urd:ur uzb:uz uzn:uz ven:ve
    vie:vi vol:vo wel:cy wln:wa wol:wo xho:xh yid:yi yor:yo zha:za zho:zh zsm:ms zul:zu
"""
_KNOWN: Final = dict(pair.split(":") for pair in _THREE_LETTERS.split())
_RENAMED: Final = {"he": "iw", "id": "in", "yi": "ji", "jw": "jv", "zh": "zh_CN"}
_IN_HTML: Final = {"iw": "he", "in": "id", "ji": "yi"}
_TRADITIONAL: Final = re.compile(
    r"hant|tw|hk|mo|mac|trad\w*|taiwan\w*|hong|kong|maca[uo]|繁體?|繁体|正體|臺灣|台灣|台湾|香港"
)
_MAX_READ_LENGTH: Final = 120
_SEPARATORS: Final = re.compile(r"[,;/|+&\n]|\s+(?:and|und|et|y|e|en|och|og|with)\s+|\s{2,}")
_BRACKET: Final = re.compile(r"\s*[(\[（]([^)\]）]*)[)\]）]\s*|\s+[-–—]\s+(\w+)$")
_LABEL: Final = re.compile(r"(?:lang(?:uage)?|langue|sprache|idioma)\s*[:=]\s*")
# Language, script, region and variants as in BCP 47; a locale's encoding may follow.
_TAG: Final = re.compile(
    r"([a-z]{2,3})((?:[-_](?:[a-z]{3}|[a-z]{4}|[a-z]{2}|\d{3}|\d[a-z0-9]{3}|[a-z]{1,7}\d[a-z0-9]*|x-\w+))*)(?:\.[\w-]+)?(?:@\w+)?"
)


@lru_cache(maxsize=1024)
def language_code(text: str) -> str | None:
    """Return ORCID's code for a language (a code of any standard, or a name); None if ORCID has none.

    Of several languages the first counts: a work on an ORCID record has one. Chinese without a script
    becomes Chinese as written in China. A phrase counts only if it is the name of a language as a whole:
    "No language" is not Norwegian.
    """
    plain = unicodedata.normalize("NFC", text.strip()[:_MAX_READ_LENGTH]).casefold()
    if "://" in plain or plain.startswith("urn:"):
        # Lexvo, the Library of Congress, the EU: the last part of the address is the code.
        plain = re.split(r"[/#:=]", plain.rstrip("/# "))[-1]
    plain = _LABEL.sub("", plain)
    for part in [plain, *_SEPARATORS.split(plain)]:
        code = _code_of(part.strip(" .:\"'*"))
        if code is not None:
            return code
    return None


def title_language(record: DisplayRecord) -> str:
    """Return the language of the title that pages show, as HTML names it (BCP 47); empty if not known.

    What the title says of itself counts before the language of the resource.
    """
    shown = next((one for one in record.titles or () if clean(one.title)), None)
    own = language_code(shown.lang or "") if shown else None
    code = own or language_code(record.language or "") or ""
    return _IN_HTML.get(code, code).replace("_", "-")


def _code_of(name: str) -> str | None:
    found = _BRACKET.search(name)
    beside = (found[1] or found[2] or "") if found else ""
    name = _BRACKET.sub(" ", name).strip() or beside if found else name
    tag = _TAG.fullmatch(name)
    code: str | None = None
    if tag is not None:
        code = _KNOWN.get(tag[1]) or (tag[1] if len(tag[1]) == 2 else None)  # noqa: PLR2004
        beside = f"{beside} {tag[2]}"
    if code is None:
        code = NAMES.get(name) or _named_in(name)
        beside = f"{beside} {name}"
    if code is None and found is not None and not tag:
        # "Other (Quechua)", "Farsi (Persian)": what is in brackets is the better known name.
        return NAMES.get(beside.replace(name, "").strip())
    if code == "zh" and any(_TRADITIONAL.fullmatch(word) for word in re.split(r"[\s\-_,]+", beside)):
        return "zh_TW"
    code = _RENAMED.get(code or "", code)
    return code if code in LANGUAGES else None


def _named_in(phrase: str) -> str | None:
    """Return the code of the one language that a phrase of a few words names."""
    if phrase.startswith(("繁", "正", "簡", "简")):
        return NAMES.get(phrase.lstrip("繁體体正簡简"))
    words = [word for word in re.split(r"[\s\-'’.:,]+", phrase) if word]
    rest = [word for word in words if word not in BESIDE_NAMES]
    codes = {NAMES.get(word) for word in rest}
    return NAMES.get(" ".join(rest)) or (codes.pop() if len(codes) == 1 else None)
