# ruff: noqa: E501  one line a kind is how the lists are read
"""What depositors write around names: years of life, roles, degrees, titles, marks of footnotes, addresses."""

import re
from typing import Final

_YEAR: Final = r"(?:ca?\.\s?|fl\.\s?|um\s)?\d[\d.?]{2,3}\??"
# "1872-1952", "(1970-)", "(168.?-1741). Libraire": headings of library catalogues; all that follows goes, too.
LIFE: Final = re.compile(
    rf"[,\s]*[(\[]?\s*(?:{_YEAR}\s?[-–]\s?(?:{_YEAR})?|[-–]\s?{_YEAR}|(?:b|d|born|died|geb|gest|né|née|naissance|active|fl)\.?\s(?:ca\.?\s)?(?:\d{{4}}|\d\d?(?:st|nd|rd|th)\scentury)|†\s?\d{{4}})\s*[)\]]?"
    r"(?:[.,]?\s[^,;]{1,60})?$",
    re.IGNORECASE,
)
BRACKET: Final = re.compile(r"\s*[(\[（【]([^()\[\]（）【】]*)[)\]）】]\s*$")
_ROLE_BEFORE: Final = r"(?:co|main|lead|first|last|senior|chief|series|guest|managing|principal|corresponding|scientific|data|project|research|thesis|joint)[- ]?"
_ROLE: Final = (
    r"authors?|aut|eds?|[ée]ds?|editors?|edt|edits?|hrsg|hgg?|hg|herausgeber(?:in)?|trans|transl|translators?|trl|übers|übersetzer(?:in)?|trad"
    r"|traducteur|traductrice|traductore?a?|tradutora?|comp|compilers?|compilador[ae]?|photographers?|photographe|fotograf(?:in|o)?|illustrators?|illustrateur|illustrator(?:in)?|contributors?|ctb|creators?|cre|directors?|dir|directora?s?|directrice|directeur|direct\w+ de (?:thèse|tesis|la tesis)"
    r"|supervisors?|sup|ths|advisors?|advisers?|adv|speakers?|researchers?|res|contact(?: person)?|corresponding|correspondence|verfasser(?:in)?|auteure?|autora?|autore|autor(?:in)?|forfatter|författare|tekijä"
    r"|éditeur(?: scientifique| commercial)?|libraire|imprimeur(?:-libraire)?|graveur|dessinateur|préfacier|publisher|pbl|printer|interviewers?|interviewees?|narrators?|performers?|composers?|cmp|artists?"
    r"|ansprechpartner(?:in)?|betreuer(?:in)?|gutachter(?:in)?|bearb|bearbeiter(?:in)?|mitarbeiter(?:in)?|mitarb|mitwirkende[r]?|red|redaktion|redakteur(?:in)?|red\.? av|a cura di|curatore|curatrice|curador[ae]?|curators?|coord|coordinators?|coordinador[ae]?s?|coordenador[ae]?|coordinateur|coordinatrice|orientador[ae]?|relatore|correlatore|tutor[ae]?|promotor|handledare|veileder|vejleder|ohjaaja|opponent"
    r"|reviewers?|referees?|examiners?|leaders?|managers?|curators?|collectors?|members?|pi|co-?pi|investigators?|organi[sz]ers?|chairs?|presenters?|depositors?|submitter|owner|rights ?holder|programmers?|developers?|maintainers?|software|deceased|verstorben|†|ред|сост|пер|автор|научный руководитель|編者?|著者?|訳者?|编者?|译者?|저자|역자|편자|orcid.*"
)
ROLE: Final = re.compile(rf"(?:{_ROLE_BEFORE})?(?:{_ROLE})\.?", re.IGNORECASE)
_DEGREE: Final = (
    r"(?:ph\.? ?d|d\.? ?phil|m\.? ?d|d\.? ?sc|sc\.? ?d|m\.? ?sc|b\.? ?sc|m\.? ?a|b\.? ?a|m\.? ?s|b\.? ?s|m\.? ?b\.? ?a|m\.? ?p\.? ?h|m\.? ?phil|dr|prof"
    r"|r\.? ?n|j\.? ?d|ll\.? ?[mbd]|d\.? ?d\.? ?s|m\.? ?d\.? ?s|b\.? ?d\.? ?s|d\.? ?v\.? ?m|d\.? ?o|d\.? ?n\.? ?p|d\.? ?p\.? ?t|ed\.? ?[dm]|m\.? ?ed|dr\.? ?p\.? ?h|psy\.? ?d|pharm\.? ?d|m\.? ?eng|b\.? ?eng|eng|ing|dipl\.? ?-?ing"
    r"|m\.? ?b\.?,? ?b\.? ?s|m\.? ?b\.?,? ?ch\.? ?b|b\.? ?s\.? ?n|m\.? ?s\.? ?n|m\.? ?p\.? ?[ap]|m\.? ?f\.? ?a|m\.? ?l\.? ?i\.? ?s|m\.? ?s\.? ?w|m\.? ?h\.? ?s|m\.? ?res|m\.? ?tech|b\.? ?tech|b\.? ?a\.? ?sc|m\.? ?a\.? ?sc|habil|cand\.? \w+|lic|mag|doc|csc|drsc|mudr|rndr|phdr|mvdr|ing\.? phd"
    r"|esq|obe|mbe|cbe|frs|frsc|fba|frse|dr\.? ?-? ?(?:med|phil|rer\.? ?nat|rer\.? ?pol|ing|h\.? ?c|iur|sc|agr|techn)\.?(?: habil)?|mrcp|frcp|frcs|frcpc|facs|facp|facc|pe|mls|mph|rd|cpa|lcsw|np|pa-?c|otr(?:/l)?|pt|ccc-slp|pmp|ra|aia"
    r"|professor|doctor|student|ret|[ei]t al)"
)
DEGREE: Final = re.compile(rf"{_DEGREE}\.?(?:[ ,&/]+{_DEGREE}\.?)*", re.IGNORECASE)
GENERATION: Final = re.compile(
    r"(?:jr|sr|junior|senior|ii|iii|iv|v|2nd|3rd|4th|filho|neto|júnior|segundo|père|fils|d\.? ?[äy]|d\.? ?j|der [äj]\w+|den yngre|den eldre)\.?",
    re.IGNORECASE,
)
TITLE: Final = frozenset({
    "dr", "prof", "professor", "doctor", "mr", "mrs", "ms", "miss", "sir", "dame", "lord", "lady", "rev", "fr",
    "herr", "frau", "ing", "dipl", "mag", "phd", "md", "msc", "ma", "jr", "sr", "dra", "don", "doña", "mme", "mlle",
})  # fmt: skip
MARKS: Final = "*†‡§¶#⁎∗✉⁰¹²³⁴⁵⁶⁷⁸⁹ⁱªº"
FOOTNOTE: Final = re.compile(
    rf"[\s{MARKS}]*[{MARKS}](?:[\s{MARKS}]|,(?=[\d{MARKS}])|\d(?=\b))*(?=$|[,\s])|(?<=[a-zà-ÿ]{{2}})\d(?:,\d)*(?=$|,\s)|(?<=[a-zà-ÿ]{{2}})(?:\s\d(?:,\s?\d)+|\^\d(?:,\s?\d)*|\s\d[*†])$"
    rf"|\s*[(\[][\s\d,{MARKS}]*[)\]]$"
)
"""Stars, crosses and numbers behind a word, alone or in brackets."""
NUMBER: Final = re.compile(
    r"(?<=[^\W\d_])(?<!\bnumber)(?<!\bno)(?<!\bnr)(?<!\bperson)(?<!\buser)(?<!\btest)(?<!\bauthor)(?<!\bparticipant)(?<!\bmember)(?<!\bgroup)(?<!\bteam)(?<!\bunit)(?<!\bpart)(?<!\bphase)\s\d[*†]*$",
    re.IGNORECASE,
)
"""A single number behind a name is a footnote's; behind a noun it tells one from another: "Person, Number 5"."""
CODE: Final = re.compile(r"[(\[]?\s*:(?:un(?:ac|al|ap|as|av|kn)|none|null|tba|etal|at)\b", re.IGNORECASE)
BESIDE: Final = re.compile(
    r"\d+|(?:herr|frau|mr|mrs|ms|sir|dame|lord|lady|mme|mlle|sr|sra|dra?)\.?", re.IGNORECASE
)
"""Numbers and forms of address in a part of their own."""
ADDRESS: Final = re.compile(
    r"[(\[<]?\s*(?:orcid(?:\s?id)?\s*[:=]?\s*)?(?:(?:https?://|www\.)\S+|(?:orcid\.org/)?\d{4}-\d{4}-\d{4}-\d{3}[\dXx])\s*[)\]>]?",
    re.IGNORECASE,
)
"""Web addresses and ORCID iDs within a name."""
JOINED: Final = re.compile(
    r"^(?:and|by|&|und|et|von:)\s+(?=[^\W\d_]\S*,)|\s*,\s*(?:and|und|et)$|\s*&$", re.IGNORECASE
)
"""Words left of a list of names."""
NOISE: Final = re.compile(
    rf"\s*(?:\bet al\b\.?|\band others\b|\bu\. ?a\.|\^\w|\s[-–—/|:]\s*(?:{ROLE.pattern})?|\s?[|:/]\s?(?:{ROLE.pattern})|(?<=[^\W\d_]{{2}})\.\s(?:{ROLE.pattern}))\s*$",
    re.IGNORECASE,
)
"""What is written behind the last letter of a name: a footnote, a role, a dash."""
GROUP: Final = frozenset(
    {
        "consortium",
        "collaboration",
        "team",
        "group",
        "network",
        "committee",
        "project",
        "taskforce",
        "community",
    }
)
"""Nouns behind the name of a group, which DataCite takes for a given name: "GTEx, Consortium"."""
