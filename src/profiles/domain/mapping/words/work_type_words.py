# ruff: noqa: E501, SIM905  one line a type is how the table is read
"""Map the words that depositors use for types, in several languages, to ORCID work types."""

import re
from functools import lru_cache
from typing import Final

from profiles.domain.mapping.words.theses import THESIS

# Matched against the normalised words (see ``plain_words``); the first line that matches and that the general
# type allows wins, so narrower words come first.
WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("data-management-plan", r"(data|output|software) management plans?|dmp|datenmanagementpl[aä]ne?|plan de gesti[oó]n de (donn[eé]es|datos)|datahåndteringsplan"),
    ("journal-article", r"data ?(paper|article|descriptor|note)s?|software paper|survey (paper|article)s?|registered reports?"),
    ("book-review", r"book review|rezension( review)?|buchbesprechung|compte rendu( de (livre|lecture|ouvrage)s?)?|reseña( de libro)?|recensione|recensie|boekbespreking|(bok|bog)(anmeldelse|recension)|recenzja|recenze|рецензия"),
    ("review", r"peer review|referee report|review report|decision letter|author response|review|gutachten"),
    ("working-paper", r"(working|discussion|staff|white|policy|briefing|occasional) paper|arbeitspapier|document de travail"),
    ("preprint", r"pre ?print|e ?print|author s? ?original|submitted version"),
    ("conference-poster", r"posters?|plakat|p[oó]ster|cartel|ポスター"),
    ("conference-abstract", r"(conference|meeting|congress|symposium|workshop|poster|talk|extended|oral) abstracts?|abstracts?"),
    ("conference-proceedings", r"(conference )?proceedings?|tagungsband|actes de (colloque|congr)"),
    ("conference-presentation", r"(conference |oral )?(presentations?|talk|slides?|slide deck)|keynote|vortrag|pr[eé]sentation|presentaci[oó]n|diapositivas|презентация|プレゼンテーション|esitelmä|foredrag"),
    ("conference-paper", r"(full |short )?(papers?|articles?|contributions?|beitrag|beiträge) (in|to|for) (the |einem )?(conference |workshop )?(proceedings|tagungsband)|(会議|会议|大会)(論文|论文)|conference (full|short|workshop) papers?|(conference|proceedings|workshop|symposium) (papers?|articles?|contributions?|items?|objects?)|in ?proceedings|konferenz\w*beitrag|tagungsbeitrag|konferen[sc]e?bidrag|ponencia|comunica\w+ (en|em|a) congres+o|communication (dans|à) un"),
    ("conference-output", r"conference|workshop|symposium|webinar|konferenz|tagung|congr[eè]s|congreso"),
    ("supervised-student-publication", r"(student|seminar|term|undergraduate) (paper|project|work|report)|seminararbeit|hausarbeit|studienarbeit"),
    ("dissertation-thesis", THESIS),
    ("encyclopedia-entry", r"encyclop\w*( entry| article)?|lexikon\w*"),
    ("dictionary-entry", r"dictionary( entry)?|glossary( entry)?|wörterbuch\w*"),
    ("book-chapter", r"(beitrag|aufsatz|kapitel|contribution|chapter|article) (in|to|à|a|zu) (an? |the |einem |un )?(sammelband|sammelwerk|buch|edited (book|volume|collection)|collected volume|book|volume|ouvrage( collectif)?)|(book )?(chapters?|sections?|parts?)|book (item|part)|in ?(book|collection)|\w*kapitel|\w*kapittel|(boek)?hoofdstuk|kapitola|fejezet|buch(beitrag|teil)|chapitre\w*|cap[ií]tulo\w*|capitolo|rozdział|глава"),
    ("edited-book", r"edited (book|volume|collection)|sammelband|herausgeberband|editorship|ouvrage collectif"),
    ("newspaper-article", r"newspaper( article| item| clipping)?|zeitungs\w*|article de (presse|journal quotidien)|dagblad\w*|avis(artikkel|artikel)"),
    ("magazine-article", r"magazine( article)?|magazin\w*"),
    ("newsletter-article", r"newsletter( article)?"),
    ("blog-post", r"(web ?log|blog) ?(post\w*|entry|article)?"),
    ("journal-issue", r"(journal|periodical|magazine|special) issue|issue|zeitschriftenheft|heft|journal volume|journal|periodical|zeitschrift|num[eé]ro de revue"),
    ("journal-article", r"\w*artikkel|\w*artikel|\w+aufsatz|článek|tanulmány|makale|記事|期刊文章|((journal|research|review|scholarly|original|scientific|peer reviewed|academic|short|case|accepted) )?(articles?|artikel|communication|editorial|case report)|(journal|research|scientific|scholarly|academic|review|original) (papers?|contributions?|publications?|items?)|articles? (in|de|for|scientifique|original) .*|articles? (scientifique|original)s?|article journal|contribution to (a )?journal|(accepted|author s?|submitted|post|published) ?(manuscript|version|print)|zeitschriften\w*|aufsatz|art[ií]culo\w*|artigo\w*|articolo\w*|artykuł\w*|(научная )?статья|стаття|(学術|学术|期刊|雑誌|紀要|原著)?(論文|论文)|(학술)? ?논문|letter to the editor|editorial material"),
    ("book", r"(e ?)?books?|monogra\w*|buch|livre|libro|livro|książka|книга|bok|bog|boek|kniha|kirja|könyv|kitap|図書|图书|textbook|sachbuch"),
    ("standards-and-policy", r"codes? of (conduct|practice|ethics)|polic(y|ies)( brief| document)?|guid(eline|ance)s?|recommendations?|best practices?|leitlinie\w*|richtlinie\w*"),
    ("technical-standard", r"(technical )?(standards?|specifications?)|xsd( code)?|(xml|metadata|json) schema|schema|rfc"),
    ("learning-object", r"(learning|teaching|training|course|educational|lesson|instructional) ?(objects?|materials?|resources?|plan|module)?|lectures? notes?|tutorials?|oer|curricul\w*|syllabus|lehr\w*|unterrichts\w*"),
    ("lecture-speech", r"lectures?|speech(es)?|vorlesung\w*|conférence"),
    ("manual", r"(user |technical |software )?(manuals?|handbooks?|documentation|readme|user guide|\w*handbuch|manuel|manual (de|del|t[eé]cnico).*|guides?)|manuel d utilisation"),
    ("report", r"(\w+ )*reports?|\w*bericht\w*|\w*rapport|raport\w*|rapporto|zpráva|správa|jelentés|отч[её]т|звіт|報告書?|报告|보고서|laporan|\w*raportti|deliverables?|milestones?|rapport\w*|informe|relat[oó]rio|relazione|white ?paper|technical (note|documentation)|project (deliverable|milestone)|отчет"),
    ("patent", r"patents? applications?|patents?"),
    ("trademark", r"trade ?marks?"),
    ("license", r"licen[cs]e( agreement)?s?"),
    ("disclosure", r"(invention )?disclosures?"),
    ("registered-copyright", r"(registered )?copyrights?( registration)?"),
    ("invention", r"inventions?"),
    ("spin-off-company", r"spin ?offs?( compan(y|ies))?"),
    ("public-speech", r"public speech(es)?"),
    ("translation", r"translations?|übersetzung|traduction|traducci[oó]n"),
    ("annotation", r"annotations?|annotation collection"),
    ("transcription", r"transcri(pts?|ptions?)|transkript\w*"),
    ("cartographic-material", r"(\w+ )?maps?|cartograph\w*|atlas|(land)?karten?|carte|mapa"),
    ("musical-composition", r"(musical? )?(scores?|composition|notation)|sheet music|partitur|music"),
    ("artistic-performance", r"(artistic |live )?performance|exhibitions?|ausstellung\w*|concert|theat(re|er)( performance)?"),
    ("test", r"(psychological |psychometric )?(tests?|scales?)|skala|inventory|questionnaires?|measurement instrument|survey instrument|fragebogen"),
    ("clinical-study", r"clinical (trials?|stud(y|ies))( registration| protocol)?|(randomi[sz]ed )?(controlled )?trials? registration|randomi[sz]ed (controlled )?trials?"),
    ("research-technique", r"(\w+ )?(protocols?|methods?|workflows?|procedures?|methodolog\w*|pipeline)|technique|standard operating procedure|sop"),
    ("research-tool", r"(\w+ )?(instruments?|tools?|models?|simulation model)|apparatus"),
    ("software", r"code source|computer program(me)?s?|logiciel|ソフトウェア|软件|программа|oprogramowanie|(docker|container|virtual machine|disk) images?|(video|computer|mobile|online|digital|serious|browser) games?|games?|(\w+ )?(software|source ?codes?|program(me)? code|library|package|app|application|plugin|notebook)|codes?|scripts?|(computer|machine|model\w*|simulation|analysis|analytical|research|replication|processing|plotting|training|statistical|data|example|python|r|matlab|julia|fortran|java|c|shell|bash|perl|stata|sas|spss|sql) (codes?|scripts?)"),
    ("data-set", r"\w*data ?(sets?|bases?|files?|sheets?|packages?|tables?|collections?|records?)|(\w+ )*(data|daten|donn[eé]es|datos|dados)|survey|\w*datensatz|collection of data ?sets|(.* )?data ?sets?|zbiór danych|datová sada|набор данных|データセット|数据集|데이터셋|aineisto|.* data (record|series|archive|product)|.*job archive|spreadsheet|table|corpus|jeux? de donn[eé]es( .*)?|conjuntos? de d[ao]dos( .*)?|bases? (de|di) (donn[eé]es|da[td][io]s?)( .*)?"),
    ("website", r"web ?(site|page)s?|homepage|portal|site web"),
    ("online-resource", r"online (resource|database|exhibit|tool)|electronic resource|web (resource|service|app\w*)|digital (edition|object|resource)"),
    ("moving-image", r"videos?( (recordings?|files?|clips?|abstracts?|lectures?|tutorials?|presentations?|interviews?|documentation|data|series|essays?|podcasts?|footage))?|films?|movies?|moving ?images?|animations?|motion picture|vid[eé]o|documentary|screencast"),
    ("sound", r"audios?( ?(recording|file|book|clip|track|lecture))?|sounds?( (recordings?|files?|clips?|tracks?|effects?|installations?|art))?|podcasts?|(sound |audio |oral )?recordings?|interview"),
    ("image", r"(still )?images?|photo(graph)?s?|fotos?|pictures?|figures?|plates?|illustrations?|drawings?|diagrams?|paintings?|engravings?|zeichnung|abbildung|fotogra\w*|infographic|plot"),
    ("physical-object", r"physical (object|sample)s?|specimens?|samples?|artefacts?|artifacts?|museum object|material sample"),
    ("design", r"designs?|architectural design|cad( model)?"),
)  # fmt: skip
_WORDS: Final = tuple((kind, re.compile(rf"(?:{pattern})", re.IGNORECASE)) for kind, pattern in WORDS)

_CAMEL: Final = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_NOT_LETTERS: Final = re.compile("[^\\w\u0900-\u0eff]+|_+")
"""In the scripts of India and Thailand the signs of vowels are part of a word, and no letters to Python."""
_NO_TYPE_WORDS: Final = frozenset({
    "article", "copy", "creative", "digital", "document", "documents", "electronic", "item", "misc",
    "miscellaneous", "none", "object", "other", "others", "paper", "pdf", "publication",
    "publications", "resource", "text", "texts", "textual", "unav", "xml", "unknown", "work",
})  # fmt: skip
_GENERIC: Final = frozenset({"journal contribution", "journal contributions"})
"""Figshare's words for everything that comes with a journal: articles, supplementary files, deliverables."""
_ONLY_ALONE: Final = frozenset(
    """
    abstract abstracts animation app apparatus application applications atlas audio audios book books buch code
    codes communication composition conference design designs diagram diagrams documentary editorial game games
    guidance guidances guide instrument instruments interview inventory issue journal library libro livre
    newspaper notation package part parts performance periodical plate plates portal presentation program
    resource sample samples scale scales schema score scores script scripts section sections skala slide sound
    sounds standard standards symposium table technique test tests theater theatre tool tools workshop
    """.split()
)
"""Words that name a type alone, but not as the last word of a phrase: a thesis abstract is no contribution to a meeting."""
_NO_TYPE: Final = re.compile(
    r"(material )?safety data sheets?|work packages?|tables? of contents|code ?(lists?|books?|sheets?)"
    r"|(film|movie|screen|tv|television|theat(re|er)|radio|stage|shooting|video|interview) scripts?"
    r"|(grant|funding|job|ethics|admission|scholarship|project|planning|research) applications?"
    r"|(civil|penal|criminal|dress|zip|postal|post|building|legal|bar|qr|country|diagnosis) codes?"
    r"|(board|card|role playing|parlour) games?",
    re.IGNORECASE,
)
_PREPOSITIONS: Final = frozenset(
    """
    of in for from on to about with by at as de des du del della di da do dos das von zu zum zur im für fur über
    uber aus à om av af til fra sur pour dans sobre para en per o w z na pro ze k о об на для по из
    """.split()
)
"""The head of a phrase is before the first of these: a report on data is a report."""
_FIRST_HEADS: Final = frozenset(
    """
    rapport rapports informe informes relatorio relatório relazione raport articulo artículo artigo articolo
    artykuł livre libro livro capitulo capítulo chapitre capitolo mapa manuel logiciel reseña resenha recensione
    tesis tese tesi thèse mémoire memoria отчет статья книга глава
    """.split()
)
"""Nouns of languages in which adjectives follow: a "rapport technique" is a report."""
_NEUTRAL: Final = re.compile(
    r"v?\d+|file|files|version|draft|final|release|item|items|online|electronic|pdf|only|download|archive|series|edition|copy"
    r"|format|type|record|output|outputs|no|nr|html|xml|zip|text|published|unpublished|open|access"
)
"""Last words that leave a phrase what it is: a dataset file is a dataset."""
_PARTS: Final = re.compile(r"[,;:()/|\[\]+]| [-–—] ")
_MEMORY: Final = 4096
_MAX_READ_LENGTH: Final = 100


@lru_cache(maxsize=_MEMORY)
def plain_words(raw: str) -> str:
    """Return a depositor's words in lower case with single blanks: ``JournalArticle`` is two words.

    Vocabularies are written as paths (``info:eu-repo/semantics/article``); the last part names the type.
    """
    last = raw.strip().rstrip("/").rpartition("/")[2] if "://" in raw or "eu-repo" in raw else raw
    last = last[:_MAX_READ_LENGTH]
    return " ".join(_NOT_LETTERS.sub(" ", _CAMEL.sub(" ", last)).lower().split())


def name_no_type(words: str) -> bool:
    """Tell whether these words do not name a kind of text."""
    return is_generic(words) or all(word in _NO_TYPE_WORDS for word in words.split())


def is_generic(words: str) -> bool:
    """Tell whether these are words that a repository uses for files of every kind."""
    return words in _GENERIC


def parts_of(raw: str) -> tuple[str, ...]:
    """Return the phrases of a depositor's words, which commas, brackets, slashes and dashes part, as plain words."""
    return tuple(filter(None, map(plain_words, _PARTS.split(raw[:_MAX_READ_LENGTH]))))


@lru_cache(maxsize=_MEMORY)
def types_meant_by(raw: str) -> tuple[str, ...]:
    """Return the work types that a depositor's words may mean, the most likely first.

    A match of all words counts first, then the first phrase whose head names a type. The head is the last noun, the
    noun before "of" and "in", or the first one in languages in which adjectives follow. A word in front of the head
    or behind it decides nothing: a thesis proposal is no thesis, and a film script no software.
    """
    words = plain_words(raw)
    if not words or _NO_TYPE.fullmatch(words):
        return ()
    first = words.partition(" ")[0]
    if first not in _FIRST_HEADS and (whole := types_meant_by_whole(words)):
        return whole
    parts = (words,) if "://" in raw or "eu-repo" in raw else parts_of(raw)
    return next((kinds for part in parts if (kinds := _types_of_head(part))), ())


def _types_of_head(part: str) -> tuple[str, ...]:
    """Return the work types of the head of a phrase."""
    if _NO_TYPE.fullmatch(part):
        return ()
    whole = types_meant_by_whole(part)
    words = part.split()
    if words[0] in _FIRST_HEADS and len(words) > 1:
        return (whole if _has_preposition(words) else ()) or types_meant_by_whole(words[0]) or whole
    if whole:
        return whole
    cut = next((n for n, word in enumerate(words) if n and word in _PREPOSITIONS), len(words))
    words = words[:cut]
    while len(words) > 1 and _NEUTRAL.fullmatch(words[-1]):
        words.pop()
    if _NO_TYPE.fullmatch(" ".join(words)):
        return ()
    is_alone = len(words) == 1
    for begin in range(len(words)):
        head = " ".join(words[begin:])
        if (is_alone or head not in _ONLY_ALONE) and (kinds := types_meant_by_whole(head)):
            return kinds
    return ()


def _has_preposition(words: list[str]) -> bool:
    return any(word in _PREPOSITIONS for word in words)


@lru_cache(maxsize=_MEMORY)
def types_meant_by_whole(words: str) -> tuple[str, ...]:
    """Return the work types that all of the words together may mean, the most likely first."""
    if not words or _NO_TYPE.fullmatch(words):
        return ()
    return tuple(dict.fromkeys(kind for kind, form in _WORDS if form.fullmatch(words)))
