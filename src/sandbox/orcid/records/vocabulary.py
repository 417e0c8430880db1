"""The closed lists of ORCID's member API 3.0.

The XML schemas leave most of these as plain strings; ORCID decides them in its own code and data tables.
"""

import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORK_TYPES: Final = _words(
    """
    annotation artistic-performance blog-post book book-chapter book-review cartographic-material
    clinical-study conference-abstract conference-output conference-paper conference-poster
    conference-presentation conference-proceedings data-management-plan data-set design dictionary-entry
    disclosure dissertation-thesis edited-book encyclopedia-entry image invention journal-article
    journal-issue learning-object lecture-speech license magazine-article manual moving-image
    musical-composition newsletter-article newspaper-article online-resource other patent physical-object
    preprint public-speech registered-copyright report research-technique research-tool review software
    sound spin-off-company standards-and-policy supervised-student-publication technical-standard test
    trademark transcription translation undefined website working-paper
    """,
)

# Taken on the way in, never given out again: what is read back may differ from what was sent.
WORK_TYPE_ALIASES: Final = {
    "article-journal": "journal-article",
    "chapter": "book-chapter",
    "dataset": "data-set",
    "standard": "standards-and-policy",
}
ACCEPTED_WORK_TYPES: Final = WORK_TYPES | frozenset(WORK_TYPE_ALIASES)

# The names as the API spells them. There is no "url" (it is "uri") and no "other" (it is "other-id").
EXTERNAL_ID_TYPES: Final = _words(
    """
    agr ark arxiv asin asin-tld authenticusid bibcode cba cgn cienciaiul cit cstr ctx dnb doi eid emdb
    empiar ethos grant_number hal handle hir isbn ismn issn jfm jstor k10plus kuid lccn lensid mr oclc ol
    osti other-id pat pdb pmc pmid ppr proposal-id raid rfc rrid source-work-id ssrn uri urn wosuid zbl
    """,
)
CASE_SENSITIVE_ID_TYPES: Final = _words("cgn ethos rrid ark empiar emdb bibcode k10plus ol uri")
FUNDED_BY_ID_TYPES: Final = _words("grant_number proposal-id uri doi")

RELATIONSHIPS: Final = _words("self version-of part-of funded-by")
GROUPING_RELATIONSHIPS: Final = _words("self version-of")
CITATION_TYPES: Final = _words(
    """
    formatted-unspecified formatted-apa formatted-harvard formatted-ieee formatted-mla formatted-vancouver
    formatted-chicago bibtex ris
    """,
)
SEQUENCES: Final = _words("first additional")
VISIBILITIES: Final = _words("public limited private registered-only")

LEGACY_ROLES: Final = _words(
    """
    author assignee editor chair-or-translator co-investigator co-inventor graduate-student other-inventor
    principal-investigator postdoctoral-researcher support-staff
    """,
)
CREDIT_ROLES: Final = frozenset(
    f"http://credit.niso.org/contributor-roles/{role}/"
    for role in _words(
        """
        conceptualization data-curation formal-analysis funding-acquisition investigation methodology
        project-administration resources software supervision validation visualization
        writing-original-draft writing-review-editing
        """,
    )
)
CONTRIBUTOR_ROLES: Final = LEGACY_ROLES | CREDIT_ROLES

# Java's spelling: old codes (iw, in, ji), underscores for regions. "en-US" and "eng" are unknown here.
LANGUAGES: Final = _words(
    """
    ab aa af ak sq am ar an hy as av ae ay az bm ba eu be bn bh bi bs br bg my ca ch ce zh_CN zh_TW cu cv
    kw co cr hr cs da dv nl dz en eo et ee fo fj fi fr fy ff gl lg ka de el kl gn gu ht ha iw hz hi ho hu
    is io ig in ia ie iu ik ga it ja jv kn kr ks kk km ki rw ky kv kg ko ku kj lo la lv li ln lt lu lb mk
    mg ms ml mt gv mi mr mh mo mn na nv ng ne nd se no nb nn ny oc oj or om os pi pa fa pl pt ps qu rm ro
    rn ru sm sg sa sc gd sr sn ii sd si sk sl so nr st es su sw ss sv tl ty tg ta tt te th bo ti to ts tn
    tr tk tw ug uk ur uz ve vi vo wa cy wo xh ji yo za zu
    """,
)

COUNTRIES: Final = _words(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV
    BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES
    ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE
    IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY
    MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU
    NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM
    SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE
    VG VI VN VU WF WS XK YE YT ZA ZM ZW
    """,
)

# ORCID checks the shape only: neither the check digit nor that the iD exists.
ORCID_PATH: Final = re.compile(r"(\d{4}-){3,}\d{3}[\dX]")
ORCID_URI: Final = re.compile(r"https://([^/]*orcid\.org|localhost.*/orcid-web)/(\d{4}-){3,}\d{3}[\dX]")
CLIENT_PATH: Final = re.compile(r"(APP-[\da-zA-Z]{16}|(\d{4}-){3,}\d{3}[\dX])")
CLIENT_URI: Final = re.compile(
    rf"https://([^/]*orcid\.org|localhost.*/orcid-web)/client/{CLIENT_PATH.pattern}",
)
RECORD_ID: Final = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
