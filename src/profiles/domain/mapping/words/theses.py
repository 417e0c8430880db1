# ruff: noqa: E501
"""Know the words for theses in the languages of DataCite's repositories.

Most are a degree and a word for a written work, as one word or as two in either order: Doktorarbeit, masteroppgave,
diplomityö, praca magisterska, doktorski rad, дипломная работа.
"""

from typing import Final

_DEGREES: Final = (
    r"(?:do[ck]tor|daktar|promo[ct]|habilit|masters?|mast[eé]r|maistr|magist|ma[iīí]?ģist|meistar|bachelor|ba[ck]h?al|bakal|kandid|kandyd"
    r"|candid|lizentiat|rigor[oó]z|licen[csty]|lisensiaat|dipl|dyplom|graduat|undergrad|honou?rs|senior|capstone|final year|inžyn|inżyn|hoved|special|laurea"
    r"|examen|hovud|hbo|afstudeer|abschluss|staatsexamen|zulassung|yüksek lisans|lisans|phd|ph d|m ?sc|b ?sc|m ?a|b ?a|m ?s|b ?s|m ?eng|b ?eng"
    r"|доктор|кандидат|магист|магіст|диплом|бакалавр|выпускн|кваліфікац|квалификац|докторск|διδακτορ|μεταπτυχ|διπλωμ|πτυχ)"
)
_WRITTEN: Final = (
    r"(?:arbeit(?:en)?|arbete|arbejde|schrift|pr[aá]c[aei]|rozprawa|oppg[aå]ve|opg[aå]ve|uppsats|avhandling|afhandling|tutkielma|tutkimus"
    r"|työ|töö|delo|rad|munka|terv|dolgozat|értekezés|darb[sa]s?|tez[aăi]?|thes[ie]s|tes[ei]|tesis|trabal?[hj]o|treball|m[eé]moria|m[ée]moire"
    r"|proje[ck]te?|projet|paper|essay|scriptie|verhandeling|proefschrift|ritger[ðd]|ritgerð|d[iy][sz]+ert\w*|теза"
    r"|работа|робота|дисс?ертац\w*|εργασία|διατριβή)"
)
_NAMES: Final = (
    # Degrees alone.
    r"ph ?d|m ?sc|b ?sc|m ?a|m ?eng|m ?s|doctor of philosophy|doctoral work|m ?phil|d ?phil|m ?res|ed ?d|d ?sc|ll ?m|dr (?:ing|rer nat|phil|med)|t(?:fm|fg|cc|fe)|hdr|etd|dnp project|m ?ed|d ?eng|d ?min"
    # English, German, Dutch, Nordic.
    r"|doctorate|diss|lizentiat|(?:akademische|inaugural) abhandlung|(?:master|bachelor|doctoraats)proef|\w*speciale|v[aä]it[oö]s"
    r"|\w*insinöörityö|(?:master|bachelor|doctor) of (?:\w+ ){1,3}(?:thes[ie]s|dissertation|project)|thes[ie]s|\w*(?:master|bachelor|doctor|doktor|diplom|magister)\w*thes[ie]s|\w*d[iy][sz]+ert\w*|habilitation\w*|hochschulschrift"
    r"|scriptie|\w+scriptie|proefschrift|eindwerk|eindverhandeling|afstudeerwerk|väitekiri|doctoraat|\w*avhandling|\w*afhandling|\w*uppsats|speciale|examensarbete"
    r"|(?:master|bachelor|hoved)oppg[aå]ve|väitöskirja|\w*väitöskirja|pro gradu(?: \w+)*|\w*tutkielma|\w*opinnäytetyö|lopputyö"
    # Romance.
    r"|th[eè]se|m[ée]moire|ma[iî]trise|habilitation à diriger\w*|tesis|tese|tesi|tesina|teză|elaborato finale|prova finale|livre doc[eê]ncia|monografia (?:de )?(?:conclus|gradua|especiali|fim|final|licen)\w+(?: \w+)*|treball de recerca(?: \w+)*"
    r"|(?:trabajo|trabalho|proyecto|projeto|treball|travail|lucrare|memoria) (?:de |d )?(?:fi[nm]?|final|fim|conclus[aã]o|grado|grad|gradua\w+"
    r"|titulaci[oó]n|suficiencia|curso|bachelor|master|m[aà]ster|licen\w+|disert\w+|diplom\w+|t[ií]tulo|carrera)(?: \w+)*"
    # Slavic, Baltic, Hungarian, Greek, Turkish.
    r"|szakdolgozat|\w*értekezés|(?:\w+ )?\w*di[sz]+ert\w*(?: (?:pr[aá]c[aei]|arbeit))?|\w*дисс?ертац\w*|διατριβή|διπλωματική|πτυχιακή|(?:\w+ )*tezi|tez|yüksek lisans|doktora|вкр|zavr[sš]ni rad|zaklju[cč]n[oia] (?:delo|naloga)|lokaverkefni"
    # Asia and the Near East.
    r"|(?:博士|修士|硕士|碩士|学士|學士|卒業|毕业|畢業|本科)+(?:学位|學位|毕业)?(?:論文|论文|設計|设计)|(?:学位|學位)(?:論文|论文)"
    r"|(?:박사|석사|학사|졸업) ?(?:학위)? ?논문|학위 ?논문|วิทยานิพนธ์\w*|skripsi|disertasi|tugas akhir|luận (?:án|văn)(?: \w+)*|khóa luận(?: \w+)*"
    r"|(?:رسالة|أطروحة|اطروحة)(?: \w+)*|پایان ?نامه(?: \w+)*|תזה|דיסרטציה|עבודת (?:דוקטורט|מוסמך|גמר)"
)
THESIS: Final = rf"{_NAMES}|\w*{_DEGREES}\w*{_WRITTEN}|{_DEGREES}\w*(?: s)?(?: \w+)? {_WRITTEN}|{_WRITTEN} (?:de |di |do |d |af |av )?{_DEGREES}\w*(?: \w+)?"
"""A regular expression for the plain words of a thesis."""
