"""Map the many ways in which metadata name a language to ORCID's codes.

ORCID's list (the documentation of ``language-code`` in common-3.0.xsd) is that of early Java: two letters,
former codes for Hebrew, Indonesian, Yiddish and Javanese, and two kinds of Chinese. ``en-US`` and ``eng`` are
refused (ORCID contract 3.6).
"""

import re
from functools import lru_cache
from typing import Final

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
_NAMES: Final = """
    afrikaans:af albanian:sq arabic:ar العربية:ar armenian:hy basque:eu euskara:eu belarusian:be
    bengali:bn bosnian:bs bosanski:bs bulgarian:bg български:bg castellano:es catalan:ca català:ca
    chinese:zh 中文:zh croatian:hr hrvatski:hr czech:cs čeština:cs cesky:cs danish:da dansk:da dutch:nl
    nederlands:nl english:en englisch:en anglais:en inglés:en inglês:en inglese:en английский:en
    esperanto:eo estonian:et eesti:et finnish:fi suomi:fi french:fr français:fr francais:fr
    französisch:fr galician:gl galego:gl georgian:ka german:de deutsch:de allemand:de alemán:de
    alemão:de tedesco:de greek:el ελληνικά:el hebrew:he עברית:he hindi:hi hungarian:hu magyar:hu
    icelandic:is íslenska:is indonesian:id indonesia:id irish:ga gaeilge:ga italian:it italiano:it
    italienisch:it italien:it japanese:ja 日本語:ja kazakh:kk korean:ko 한국어:ko latin:la latein:la
    latvian:lv latviešu:lv lithuanian:lt lietuvių:lt luxembourgish:lb macedonian:mk malay:ms melayu:ms
    norwegian:no norsk:no persian:fa farsi:fa فارسی:fa polish:pl polski:pl portuguese:pt português:pt
    portugues:pt romanian:ro română:ro russian:ru русский:ru russisch:ru serbian:sr српски:sr srpski:sr
    slovak:sk slovenčina:sk slovenian:sl slovene:sl slovenščina:sl spanish:es español:es espanol:es
    spanisch:es espagnol:es swahili:sw swedish:sv svenska:sv tamil:ta thai:th ไทย:th turkish:tr
    türkçe:tr turkce:tr ukrainian:uk українська:uk urdu:ur vietnamese:vi welsh:cy cymraeg:cy
"""
_KNOWN: Final = dict(pair.split(":") for pair in (_THREE_LETTERS + _NAMES).split())
_RENAMED: Final = {"he": "iw", "id": "in", "yi": "ji", "jw": "jv", "zh": "zh_CN"}
_TRADITIONAL: Final = frozenset({"hant", "tw", "hk", "mo"})
_MAX_READ_LENGTH: Final = 80
_SEPARATORS: Final = re.compile(r"[,;/|]|\s+(?:and|und|et|y)\s+|\s{2,}")


@lru_cache(maxsize=1024)
def language_code(text: str) -> str | None:
    """Return ORCID's code for a language (a code of any standard, or a name); None if ORCID has none.

    Of several languages the first counts: a work on an ORCID record has one. Chinese without a script
    becomes Chinese as written in China.
    """
    for part in _SEPARATORS.split(text.strip()[:_MAX_READ_LENGTH]):
        code = _code_of(part.strip().strip("().[]").lower())
        if code is not None:
            return code
    return None


def _code_of(name: str) -> str | None:
    tag = name.replace("_", "-")
    primary, _, rest = tag.partition("-")
    # "English (United Kingdom)", "de-CH-1996": what follows the language matters only for Chinese.
    words = re.split(r"[\s(:]", primary, maxsplit=1)[0]
    code = _KNOWN.get(primary) or _KNOWN.get(words) or (words if len(words) == 2 else "")  # noqa: PLR2004
    if code == "zh" and not _TRADITIONAL.isdisjoint(rest.split("-")):
        return "zh_TW"
    code = _RENAMED.get(code, code)
    return code if code in LANGUAGES else None
