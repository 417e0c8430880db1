# ruff: noqa: E501  one line a kind is how the lists are read
"""What depositors write around names: years of life, roles, degrees, titles, marks of footnotes."""

import re
from typing import Final

_YEAR: Final = r"(?:ca?\.\s?|fl\.\s?|um\s)?\d[\d.?]{2,3}\??"
# "1872-1952", "(1970-)", "(168.?-1741). Libraire": headings of library catalogues; all that follows goes, too.
LIFE: Final = re.compile(
    rf"[,\s]*[(\[]?\s*(?:{_YEAR}\s?[-–]\s?(?:{_YEAR})?|[-–]\s?{_YEAR}|(?:b|d|born|died|geb|gest|né|née)\.?\s\d{{4}})\s*[)\]]?"
    r"(?:[.,]?\s[^,;]{1,60})?$"
)
BRACKET: Final = re.compile(r"\s*[(\[（【]([^()\[\]（）【】]*)[)\]）】]\s*$")
ROLE: Final = re.compile(
    r"(?:co-?)?(?:authors?|aut|eds?|[ée]ds?|editors?|hrsg|hg|herausgeber(?:in)?|trans|transl|translators?|übers|übersetzer(?:in)?|trad"
    r"|traducteur|comp|compilers?|photographers?|illustrators?|contributors?|ctb|creators?|directors?"
    r"|supervisors?|advisors?|speakers?|researchers?|contact|corresponding author|verfasser(?:in)?|auteur|autor(?:a|in)?"
    r"|ansprechpartner(?:in)?|betreuer(?:in)?|orcid.*)\.?",
    re.IGNORECASE,
)
DEGREE: Final = re.compile(
    r"(?:ph\.? ?d|d\.? ?phil|m\.? ?d|d\.? ?sc|m\.? ?sc|b\.? ?sc|m\.? ?a|b\.? ?a|m\.? ?b\.? ?a|m\.? ?p\.? ?h|m\.? ?phil|dr|prof"
    r"|r\.? ?n|j\.? ?d|ll\.? ?[mbd]|d\.? ?d\.? ?s|d\.? ?v\.? ?m|d\.? ?o|ed\.? ?d|dr\.? ?p\.? ?h|psy\.? ?d|pharm\.? ?d|eng|ing|dipl\.? ?-?ing"
    r"|esq|obe|frs|dr\.? (?:med|phil|rer\.? ?nat|ing|h\.? ?c)|mrcp|frcp|facs|pe|msw|mls|mph|rd|cpa"
    r"|professor|doctor|student|[ei]t al)\.?(?:[ ,&/]+(?:ph\.? ?d|m\.? ?d|m\.? ?sc|m\.? ?p\.? ?h|m\.? ?b\.? ?a|frs|frcp)\.?)*",
    re.IGNORECASE,
)
GENERATION: Final = re.compile(r"(?:jr|sr|junior|senior|ii|iii|iv|filho|neto|júnior)\.?", re.IGNORECASE)
TITLE: Final = frozenset({
    "dr", "prof", "professor", "doctor", "mr", "mrs", "ms", "miss", "sir", "dame", "lord", "lady", "rev", "fr",
    "herr", "frau", "ing", "dipl", "mag", "phd", "md", "msc", "ma", "jr", "sr", "dra", "don", "doña", "mme", "mlle",
})  # fmt: skip
MARKS: Final = "*†‡§¶#⁎∗✉⁰¹²³⁴⁵⁶⁷⁸⁹"
FOOTNOTE: Final = re.compile(
    rf"[\s{MARKS}]*[{MARKS}](?:[\s,{MARKS}]|\d(?=\b))*(?=$|[,\s])|(?<=[a-zà-ÿ]{{2}})\d(?:,\d)*(?=$|,\s)|(?<=[a-zà-ÿ]{{2}})(?:\s\d(?:,\s?\d)+|\^\d(?:,\s?\d)*)$"
)
CODE: Final = re.compile(r"[(\[]?\s*:(?:un(?:ac|al|ap|as|av|kn)|none|null|tba|etal|at)\b", re.IGNORECASE)
BESIDE: Final = re.compile(
    r"\d+|(?:herr|frau|mr|mrs|ms|sir|dame|lord|lady|mme|mlle|sr|sra|dra?)\.?", re.IGNORECASE
)
"""Numbers and forms of address in a part of their own."""
NOISE: Final = re.compile(
    rf"\s*(?:\bet al\b\.?|\band others\b|\^\w|\s[-–—/|:]\s*(?:{ROLE.pattern})?|\s?[|:/]\s?(?:{ROLE.pattern}))\s*$",
    re.IGNORECASE,
)
"""What is written behind the last letter of a name: a footnote, a role, a dash."""
