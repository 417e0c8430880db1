# ruff: noqa: E501
"""Tell the name of an organisation and its place from a person's: ``Norsk Isinstitutt, Tromsø``."""

import re
from typing import Final

_STEMS: Final = r"""
    academ\w* accademia akadem\w* administra[ct]\w* agen[cç]\w* agentur\w* alliance\w* allianz ambassad\w* amt
    anstalt\w* archiv\w* arquivo arkiv\w* asoci\w* associa\w* associação assembl\w* authorit\w* autori\w* bank
    banque banco board bibliot\w* \w*bibliothek\w* biobank\w* bureau burea\w* cent(?:er|re|ro|rum|rum)s?
    \w*zentrum chamber clinic\w* klini\w* collaborati\w* collections? colle(?:ge|gio) coleg\w* comit[éeê]\w* commission\w*
    comisi[oó]n comiss\w* committee\w* compan(?:y|ies) company compañía conse(?:il|jo|jería) consiglio consorti\w*
    cooperat\w* corporation\w* corp council county dep(?:artment|artamento|artement|artement|t) département
    delegation dirección direction director(?:ate|ia) division \w*dienst\w* district ecole école escola escuela
    enterprise\w* etablissement établissement facult\w* fakult\w* facoltà federa[tc]\w* föderation fondation fondazione
    forum foundation\w* fund fundaci[oó]n fundação gesellschaft\w* \w+gesellschaft gmbh government gobierno governo
    gouvernement group gruppe grupo groupe hospital\w* hôpital h[oø]gskol\w* \w*hochschule\w* hub inc initiative\w*
    inspectorate \w*institut\w* \w*instituut\w* istituto instytut\w* \w*institutt\w* konsorti\w* \w*labor
    laborator\w* lab librar\w* ltd limited llc llp ligue league ministr\w* minist[eè]r\w* mission municip\w*
    mus[ée]\w* museum\w* museo museu network\w* netzwerk observator\w* \w*observatori\w* office\w* oficina organi[sz]a\w*
    parliament partner(?:s|ship)\w* press prefecture program(?:me|a|m)? projec?t\w* projet proyecto province plc
    publish\w* verlag records registry registro republic\w* repositor\w* research royal school schule science\w*
    secretariat\w* section service\w* servi[cç][ioe]\w* servizio servizi societ\w* sociedad\w* société sociedade
    state station\w* statisti\w* stiftung\w* studio survey\w* system\w* team technolog\w* trust unesco union\w* unit
    universi\w* univerzit\w* uniwersytet\w* universit\w* university \w*universität\w* \w*universitet\w* verband\w*
    verein\w* \w*verket \w*styrelsen \w*myndighet\w* werk working workshop zoo department und for the of and für
"""
_ORGANISATION: Final = re.compile(rf"\d|&|\b(?:{'|'.join(_STEMS.split())})\b", re.IGNORECASE)
_SURELY: Final = re.compile(
    r"\d|&|\b(?:academ\w*|akadem\w*|agency|association|bibliot\w*|\w{3,}gesellschaft|gmbh|\w*hochschule\w*|\w*institut\w*|inc"
    r"|laborator\w*|ltd|ministr\w*|mus[ée]um|museo|\w*universi\w*|\w*verket|consortium|commission|council|department|dept"
    r"|ministry|foundation|observator\w*|statisti\w*|societ\w*|college|government)\b",
    re.IGNORECASE,
)
"""Words that name an organisation even when they are alone; Bank, School and Royal are family names as well."""
_PLACES: Final = frozenset({
    "argentina", "australia", "austria", "belgium", "bolivia", "brasil", "brazil", "canada", "chile", "china", "colombia",
    "croatia", "cuba", "czechia", "denmark", "deutschland", "ecuador", "egypt", "england", "españa", "estonia",
    "ethiopia", "europe", "finland", "france", "germany", "greece", "hungary", "iceland", "indonesia", "iran", "iraq",
    "ireland", "italia", "italy", "japan", "korea", "latvia", "lithuania", "luxembourg", "malaysia", "mexico", "méxico",
    "morocco", "nepal", "netherlands", "nederland", "new zealand", "nigeria", "norge", "norway", "pakistan", "peru",
    "perú", "philippines", "poland", "polska", "portugal", "romania", "russia", "scotland", "serbia", "singapore",
    "slovakia", "slovenia", "south africa", "spain", "sverige", "sweden", "switzerland", "schweiz", "suisse", "taiwan",
    "thailand", "the netherlands", "tunisia", "turkey", "türkiye", "ukraine", "united kingdom", "united states",
    "uruguay", "venezuela", "vietnam", "wales", "österreich",
})  # fmt: skip
_SHORT_PLACES: Final = frozenset({"EU", "UK", "US", "UN", "UAE", "USA"})
_PARTICLES: Final = frozenset(
    {
        "da",
        "dal",
        "de",
        "del",
        "della",
        "den",
        "der",
        "di",
        "do",
        "dos",
        "du",
        "el",
        "la",
        "le",
        "les",
        "ten",
        "ter",
        "van",
        "von",
        "y",
        "zu",
        "zum",
        "zur",
        "af",
        "av",
        "bin",
        "al",
    }
)
_MIN_ACRONYM: Final = 3


def is_organisation_and_place(before: str, after: str) -> bool:
    """Tell whether ``before, after`` is an organisation with its place or acronym, not a person."""
    if _SURELY.search(before) or _SURELY.search(after):
        return True
    words = [word for word in before.split() if word.lower() not in _PARTICLES]
    if len(words) < 2:  # noqa: PLR2004  one word may be a family name, whatever it means
        return False
    is_acronym = after.isupper() and after.isalpha() and after.isascii() and len(after) >= _MIN_ACRONYM
    is_place = after.casefold() in _PLACES or after in _SHORT_PLACES
    return is_acronym or is_place or _ORGANISATION.search(before) is not None
