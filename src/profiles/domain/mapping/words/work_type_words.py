# ruff: noqa: E501  one line a type is how the table is read
"""Map the words that depositors use for types, in several languages, to ORCID work types."""

import re
from functools import lru_cache
from typing import Final

# Matched against the normalised words (see ``plain_words``); the first line that matches and that the general
# type allows wins, so narrower words come first.
WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("data-management-plan", r"(data|output|software) management plan|dmp|plan de gestion de donn"),
    ("journal-article", r"data ?(paper|article|descriptor|note)s?|software paper|survey (paper|article)s?|registered reports?"),
    ("book-review", r"book review|rezension( review)?|buchbesprechung|compte rendu|reseña|recensione|recensie"),
    ("review", r"peer review|referee report|review report|decision letter|author response|review|gutachten"),
    ("working-paper", r"(working|discussion|staff|white|policy|briefing|occasional) paper|arbeitspapier|document de travail"),
    ("preprint", r"pre ?print|e ?print|author s? ?original|submitted version"),
    ("conference-poster", r"posters?|plakat"),
    ("conference-abstract", r"(conference|meeting|congress) abstracts?|abstracts?"),
    ("conference-proceedings", r"(conference )?proceedings?|tagungsband|actes de (colloque|congr)"),
    ("conference-presentation", r"(conference |oral )?(presentations?|talk|slides?|slide deck)|keynote|vortrag|pr[eé]sentation|presentaci[oó]n|diapositivas"),
    ("conference-paper", r"(full |short )?(papers?|articles?|contributions?|beitrag|beiträge) (in|to|for) (the |einem )?(conference |workshop )?(proceedings|tagungsband)|conference (full|short|workshop) papers?|(conference|proceedings|workshop|symposium) (papers?|articles?|contributions?|items?|objects?)|in ?proceedings|konferenz\w*beitrag|tagungsbeitrag|communication (dans|à) un"),
    ("conference-output", r"conference|workshop|symposium|webinar|konferenz|tagung|congr[eè]s|congreso"),
    ("supervised-student-publication", r"(student|seminar|term|undergraduate) (paper|project|work|report)|seminararbeit|hausarbeit|studienarbeit"),
    ("dissertation-thesis", r"ph ?d|m ?sc|b ?sc|m ?phil|d ?phil|tf[mg]|trabajo (de )?fin de (m[aá]ster|grado|carrera)|trabalho de conclus[aã]o( de curso)?|tcc|examensarbete|(kandidat|magister|master)uppsats|speciale|pro gradu\w*|opinnäytetyö|(master|bachelor|hoved)oppgave|(博士|修士|硕士|碩士)?(学位)?(論文|论文)|(doktori értekezés|szakdolgozat)|(diplomov|disertačn|bakalářsk)\w+ práce|(doktora|yüksek lisans) tezi|skripsi|disertasi|\w*thes[ie]s|\w*dissert\w*|habilitation\w*|\w*(diplom|master|magister|bachelor|doktor|promotions)\w*arbeit|(masters?|bachelors?) paper|hochschulschrift|th[eè]se|m[ée]moire|tesis|tese|tesi|proefschrift|avhandling|väitöskirja|pracy? (dyplomowa|magisterska|doktorska)|диссертац\w*"),
    ("encyclopedia-entry", r"encyclop\w*( entry| article)?|lexikon\w*"),
    ("dictionary-entry", r"dictionary( entry)?|glossary( entry)?|wörterbuch\w*"),
    ("book-chapter", r"(beitrag|aufsatz|kapitel|contribution|chapter|article) (in|to|à|a|zu) (an? |the |einem |un )?(sammelband|sammelwerk|buch|edited (book|volume|collection)|collected volume|book|volume|ouvrage( collectif)?)|(book )?(chapters?|sections?|parts?)|book (item|part)|in ?(book|collection)|\w*kapitel|buch(beitrag|teil)|chapitre\w*|cap[ií]tulo\w*|capitolo|rozdział|глава"),
    ("edited-book", r"edited (book|volume|collection)|sammelband|herausgeberband|editorship|ouvrage collectif"),
    ("newspaper-article", r"newspaper( article| item| clipping)?|zeitungs\w*"),
    ("magazine-article", r"magazine( article)?|magazin\w*"),
    ("newsletter-article", r"newsletter( article)?"),
    ("blog-post", r"(web ?log|blog) ?(post\w*|entry|article)?"),
    ("journal-issue", r"(journal|periodical|magazine|special) issue|issue|zeitschriftenheft|heft|journal volume|journal|periodical|zeitschrift|num[eé]ro de revue"),
    ("journal-article", r"((journal|research|review|scholarly|original|scientific|peer reviewed|academic|short|case|accepted) )?(articles?|artikel|communication|editorial|case report)|(journal|research|scientific|scholarly|academic|review|original) (papers?|contributions?|publications?|items?)|articles? (in|de|for) .*|article journal|contribution to (a )?journal|(accepted|author s?|submitted|post|published) ?(manuscript|version|print)|zeitschriften\w*|aufsatz|art[ií]culo\w*|artigo\w*|articolo\w*|artykuł\w*|статья|научная статья|letter to the editor|editorial material"),
    ("book", r"(e ?)?books?|monogra\w*|buch|livre|libro|livro|książka|книга|textbook|sachbuch"),
    ("standards-and-policy", r"codes? of conduct|polic(y|ies)( brief| document)?|guid(eline|ance)s?|recommendations?|best practices?|leitlinie\w*|richtlinie\w*"),
    ("technical-standard", r"(technical )?(standards?|specifications?)|xsd( code)?|(xml|metadata|json) schema|schema|rfc"),
    ("learning-object", r"(learning|teaching|training|course|educational|lesson|instructional) ?(objects?|materials?|resources?|plan|module)?|lectures? notes?|tutorials?|oer|curricul\w*|syllabus|lehr\w*|unterrichts\w*"),
    ("lecture-speech", r"lectures?|speech(es)?|vorlesung\w*|conférence"),
    ("manual", r"(user |technical |software )?(manuals?|handbooks?|documentation|readme|user guide|handbuch|manuel|guide)"),
    ("report", r"\w*( |^)reports?|\w*bericht\w*|deliverables?|milestones?|rapport\w*|informe|relat[oó]rio|relazione|white ?paper|technical (note|documentation)|project (deliverable|milestone)|отчет"),
    ("patent", r"patents? applications?|patents?"),
    ("trademark", r"trade ?marks?"),
    ("license", r"licen[cs]e( agreement)?s?"),
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
    ("research-technique", r"(\w+ )?(protocols?|methods?|workflows?|procedures?|methodolog\w*|pipeline|technique)|standard operating procedure|sop"),
    ("research-tool", r"(\w+ )?(instruments?|tools?|models?|simulation model)|apparatus"),
    ("software", r"(docker|container|virtual machine|disk) images?|(video |computer )?games?|(\w+ )?(software|source ?code|code|scripts?|program(me)? code|library|package|app|application|plugin|notebook)"),
    ("data-set", r"\w*data ?(sets?|bases?|files?|sheets?|packages?|tables?|collections?|records?)|(\w+ )*(data|daten|donn[eé]es|datos|dados)|survey|\w*datensatz|collection of data ?sets|(.* )?data ?sets?( .*)?|.* data (record|series|archive|product)|.*job archive|spreadsheet|table|corpus"),
    ("website", r"web ?(site|page)s?|homepage|portal|site web"),
    ("online-resource", r"online (resource|database|exhibit|tool)|electronic resource|web (resource|service|app\w*)|digital (edition|object|resource)"),
    ("moving-image", r"videos?( \w+)?|films?|movies?|moving ?images?|animations?|motion picture|vid[eé]o|documentary|screencast"),
    ("sound", r"audios?( ?(recording|file|book|clip|track|lecture))?|sounds?( \w+)?|podcasts?|(sound |audio |oral )?recordings?|interview"),
    ("image", r"(still )?images?|photo(graph)?s?|fotos?|pictures?|figures?|plates?|illustrations?|drawings?|diagrams?|paintings?|engravings?|zeichnung|abbildung|fotogra\w*|infographic|plot"),
    ("physical-object", r"physical (object|sample)s?|specimens?|samples?|artefacts?|artifacts?|museum object|material sample"),
    ("design", r"designs?|architectural design|cad( model)?"),
)  # fmt: skip
_WORDS: Final = tuple((kind, re.compile(rf"(?:{pattern})", re.IGNORECASE)) for kind, pattern in WORDS)

_CAMEL: Final = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_NOT_LETTERS: Final = re.compile(r"[^\w]+|_+")
_NO_TYPE_WORDS: Final = frozenset({
    "article", "copy", "creative", "digital", "document", "documents", "electronic", "item", "misc",
    "miscellaneous", "none", "object", "other", "others", "paper", "pdf", "publication",
    "publications", "resource", "text", "texts", "textual", "unav", "xml", "unknown", "work",
})  # fmt: skip
_GENERIC: Final = frozenset({"journal contribution", "journal contributions"})
"""Figshare's words for everything that comes with a journal: articles, supplementary files, deliverables."""
_OTHER_HEADS: Final = frozenset(
    {"agenda", "agreement", "announcement", "contents", "form", "minutes", "programme", "program", "proposal"}
    | {"template", "call"}
)
"""Last words that change what a phrase means: a thesis proposal is not a thesis."""
_NO_TYPE: Final = re.compile(
    r"(material )?safety data sheets?|work packages?|tables? of contents", re.IGNORECASE
)
_PREPOSITION: Final = re.compile(
    r"\w (of|in|for|from|on|de|des|du|del|di|da|von|zu|zum|zur|im|für|à|om|av) \w"
)
_MEMORY: Final = 4096
_MAX_READ_LENGTH: Final = 100


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


@lru_cache(maxsize=_MEMORY)
def types_meant_by(words: str) -> tuple[str, ...]:
    """Return the work types that the words may mean, the most likely first.

    A match of the whole phrase counts more than a match of a part: first the types that match the whole, then
    those that match its head, then the rest, the longest first.
    """
    if not words or _NO_TYPE.fullmatch(words):
        return ()
    whole = types_meant_by_whole(words)
    if words.rpartition(" ")[2] in _OTHER_HEADS:
        return whole
    head_is_first = _PREPOSITION.search(words) is not None
    inside: list[tuple[bool, int, int, str]] = []
    padded = f" {words} "
    for place, (kind, form) in enumerate(_WORDS):
        for found in form.finditer(padded, 1, len(padded) - 1):
            if padded[found.start() - 1] == " " and padded[found.end()] == " ":
                at_head = found.start() == 1 if head_is_first else found.end() == len(padded) - 1
                inside.append((not at_head, found.start() - found.end(), place, kind))
    # The head of a phrase names the type: its last noun, or the noun before "of" and "in".
    return tuple(dict.fromkeys([*whole, *(kind for *_, kind in sorted(inside))]))


@lru_cache(maxsize=_MEMORY)
def types_meant_by_whole(words: str) -> tuple[str, ...]:
    """Return the work types that all of the words together may mean, the most likely first."""
    return tuple(kind for kind, form in _WORDS if words and form.fullmatch(words))
