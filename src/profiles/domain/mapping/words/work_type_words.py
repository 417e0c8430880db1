# ruff: noqa: E501, SIM905  one line a type is how the table is read
"""Map the words that depositors use for types, in several languages, to ORCID work types."""

import re
from functools import lru_cache
from typing import Final

from profiles.domain.mapping.words.theses import THESIS

# Matched against the normalised words (see ``plain_words``); the first line that matches and that the general
# type allows wins, so narrower words come first.
WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("data-management-plan", r"(data|output|software) management plans?|dmp|datenmanagementpl[aä]ne?|plan de gesti[oó]n de (donn[eé]es|datos)|datahåndteringsplan|plan[oe]? (?:de|di) (?:gest[aã]o|gesti[oó]n|gestione) (?:de|dei|dos) da[td][io]s?|dataforvaltningsplan"),
    ("design", r"cad models?"),
    ("online-resource", r"(?:online|digital|virtual) (?:exhibitions?|tools?|collections?)"),
    ("design", r"architectural drawings?"),
    ("software", r"software tools?|command line tools?"),
    ("patent", r"patent specifications?"),
    ("data-set", r"(?:model|simulation) (?:output|result)s?|datenbank(?:en)?"),
    ("newspaper-article", r"news (?:articles?|items?)|art[ií]culos? de (?:peri[oó]dico|prensa)"),
    ("moving-image", r"lehrfilme?"),
    ("book", r"lehrb[uü]ch(?:er|es)?|(?:comic|picture|school|cook) ?books?"),
    ("preprint", r"submitted manuscripts?|preprint articles?"),
    ("conference-paper", r"communication dans un congrès|article de conférence|artigo em conferência|contribuci[oó]n a congres+o"),
    ("conference-proceedings", r"books? of abstracts|proceedings (?:volume|book)s?"),
    ("journal-article", r"data ?(paper|article|descriptor|note)s?|software paper|survey (paper|article)s?|registered reports?"),
    ("book-review", r"book review|rezension( review)?|buchbesprechung|compte rendu( de (livre|lecture|ouvrage)s?)?|reseña( de libro)?|recensione|recensie|boekbespreking|(bok|bog)(anmeldelse|recension)|recenzja|recenze|рецензия|buchrezension|review of (?:an? |the )?books?|resenha\w*|boekrecensie|reseña \w+|书评|書評|bokrecension|kirja-arvostelu|kritika"),
    ("review", r"peer review|referee report|review report|decision letter|author response|review|gutachten"),
    ("working-paper", r"(working|discussion|staff|white|policy|briefing|occasional) paper|arbeitspapier|document de travail|working documents?|dis[ck]ussionspapiere?|documentos? de trab\w+|documento di lavoro|arbetsrapport|рабочий документ"),
    ("preprint", r"pre ?print|e ?print|author s? ?original|submitted version|pr[ée]publica\w+|vorabdruck|preprint (?:article|paper|manuscript)s?|submitted manuscript|预印本|預印本|プレプリント|препринт"),
    ("conference-poster", r"posters?|plakat|p[oó]ster|cartel|ポスター|(?:conference |scientific )?poster (?:presentation|session)s?|poster\w*präsentation|affiches?(?: scientifique)?|plakát|постер|海报"),
    ("conference-abstract", r"(conference|meeting|congress|symposium|workshop|poster|talk|extended|oral) abstracts?|abstracts?"),
    ("conference-proceedings", r"(conference )?proceedings?|tagungsband|actes de (colloque|congr)|konferenzb[aä]nd\w*|act[ae]s de (?:congres\w*|conf\w+)|atti d[ie]l? (?:convegno|congresso|conferenza)|(?:book|collection) of abstracts|abstracts? book|anais d[eo] \w+|会议录|материалы конференции|сборник (?:трудов|тезисов)"),
    ("conference-presentation", r"(conference |oral )?(presentations?|talk|slides?|slide deck)|keynote|vortrag|pr[eé]sentation|presentaci[oó]n|diapositivas|презентация|プレゼンテーション|esitelmä|foredrag|power ?points?(?: presentations?)?|ppt|vortragsfolien|folien|diaporama|apresenta\w+|presentazion\w+|prezentac\w+|présentations? \w+|lightning talks?|prezentáció|sunum|演示文稿"),
    ("conference-paper", r"(full |short )?(papers?|articles?|contributions?|beitrag|beiträge) (in|to|for) (the |einem )?(conference |workshop )?(proceedings|tagungsband)|(会議|会议|大会)(論文|论文)|conference (full|short|workshop) papers?|(conference|proceedings|workshop|symposium) (papers?|articles?|contributions?|items?|objects?)|in ?proceedings|konferenz\w*beitrag|tagungsbeitrag|konferen[sc]e?bidrag|ponencia|comunica\w+ (en|em|a) congres+o|communication (dans|à) un|conference proceedings? (?:papers?|articles?)|konferenz(?:paper|papier)|communication (?:dans|à|en) (?:un |le )?(?:congr[eè]s|colloque|conf[eé]rence)|(?:article|papier|acte) de (?:conf[eé]rence|congr[eè]s|colloque)|(?:art[ií]culo|artigo|contribuci[oó]n|contribuição|trabajo|trabalho|comunica\w+) (?:de|a|em|en|apresentad[oa] em) (?:conf\w+|congres+o|evento|anais)|contributo in atti(?: di convegno)?|intervento a convegno|referat konferencyjny|konferansebidrag|konferensbidrag|konferencebidrag|доклад|конференционный доклад|материалы доклада|contributions? to (?:a |the )?(?:conference|congress|symposium|workshop)|papers? presented at .*|(?:extended |long )(?:papers?)(?: in .*)?|bildiri"),
    ("conference-output", r"conference|workshop|symposium|webinar|konferenz|tagung|congr[eè]s|congreso|congress(?:es)?|seminars?|(?:scientific |annual |project )?meetings?|colloque|tagungen?|convegno|конференция"),
    ("supervised-student-publication", r"(student|seminar|term|undergraduate) (paper|project|work|report)|seminararbeit|hausarbeit|studienarbeit|student essays?|(?:student|bachelor|master) (?:assignment|coursework)"),
    ("dissertation-thesis", THESIS),
    ("encyclopedia-entry", r"encyclop\w*( entry| article)?|lexikon\w*|articles? d encyclop\w+"),
    ("dictionary-entry", r"dictionary( entry)?|glossary( entry)?|wörterbuch\w*"),
    ("book-chapter", r"(beitrag|aufsatz|kapitel|contribution|chapter|article) (in|to|à|a|zu) (an? |the |einem |un )?(sammelband|sammelwerk|buch|edited (book|volume|collection)|collected volume|book|volume|ouvrage( collectif)?)|(book )?(chapters?|sections?|parts?)|book (item|part)|in ?(book|collection)|\w*kapitel|\w*kapittel|(boek)?hoofdstuk|kapitola|fejezet|buch(beitrag|teil)|chapitre\w*|cap[ií]tulo\w*|capitolo|rozdział|глава|sammel(?:band|werk)(?:s)?(?:beitrag|aufsatz)|könyvfejezet|kapitola v \w+|kitap bölümü|図書の章|章|chapters? of (?:an? |the )?\w+|parts? of (?:an? |the )?(?:book|monograph|volume)|глава (?:в|из) .*|розділ|handbook (?:chapter|article|entry)|capitol\w*|poglavlje|poglavje"),
    ("edited-book", r"edited (book|volume|collection)|sammelband|herausgeberband|editorship|ouvrage collectif|antholog\w+|herausgeberschaft|sborník|obra colectiva"),
    ("newspaper-article", r"newspaper( article| item| clipping)?|zeitungs\w*|article de (presse|journal quotidien)|dagblad\w*|avis(artikkel|artikel)|news (?:articles?|items?|stor(?:y|ies))|artigo de jornal|articolo di giornale"),
    ("magazine-article", r"magazine( article)?|magazin\w*"),
    ("newsletter-article", r"newsletter( article)?"),
    ("blog-post", r"(web ?log|blog) ?(post\w*|entry|article)?|blog ?beitr[aä]ge?|billet de blog|entrada de blog|blogg?innlegg|blogginlägg|blogindlæg"),
    ("journal-issue", r"(journal|periodical|magazine|special) issue|issue|zeitschriftenheft|heft|journal volume|journal|periodical|zeitschrift|num[eé]ro de revue"),
    ("journal-article", r"\w*artikkel|\w*artikel|\w+aufsatz|článek|tanulmány|makale|記事|期刊文章|((journal|research|review|scholarly|original|scientific|peer reviewed|academic|short|case|accepted) )?(articles?|artikel|communication|editorial|case report)|(journal|research|scientific|scholarly|academic|review|original) (papers?|contributions?|publications?|items?)|articles? (in|de|for|scientifique|original) .*|articles? (scientifique|original)s?|article journal|contribution to (a )?journal|(accepted|author s?|submitted|post|published) ?(manuscript|version|print)|zeitschriften\w*|aufsatz|art[ií]culo\w*|artigo\w*|articolo\w*|artykuł\w*|(научная )?статья|стаття|(学術|学术|期刊|雑誌|紀要|原著)?(論文|论文)|(학술)? ?논문|letter to the editor|editorial material|folyóiratcikk|cikk|člán\w+(?: v \w+)?|(?:\w+ )?član\w+|rapid communications?|letters? to (?:the )?editors?|brief communications?|научная публикация|публикация в журнале|artikel jurnal|jurnal|bài báo(?: \w+)*|مقالة?(?: \w+)*|מאמר|बिबंध|tieteellinen artikkeli|straipsnis|raksts|статия|članok|reportaje científico|original research|research letters?|short notes?|\w*(?:論文|论文|논문)"),
    ("book", r"(e ?)?books?|monogra\w*|buch|livre|libro|livro|książka|книга|bok|bog|boek|kniha|kirja|könyv|kitap|図書|图书|textbook|sachbuch|ouvrages?|монографи\w+|lehrb[uü]ch\w*|fachb[uü]ch\w*|(?:printed|old|rare|children s|scholarly|academic|reference) books?|obra|knjiga|kniga|knyha|buku|sách|كتاب|ספר|책|단행본"),
    ("standards-and-policy", r"codes? of (conduct|practice|ethics)|polic(y|ies)( brief| document)?|guid(eline|ance)s?|recommendations?|best practices?|leitlinie\w*|richtlinie\w*"),
    ("technical-standard", r"(technical )?(standards?|specifications?)|xsd( code)?|(xml|metadata|json) schema|schema|rfc|(?:din |iso |en )?norm(?:e|en|a)?|standard document"),
    ("learning-object", r"(learning|teaching|training|course|educational|lesson|instructional) ?(objects?|materials?|resources?|plan|module)?|lectures? notes?|tutorials?|oer|curricul\w*|syllabus|lehr\w*|unterrichts\w*|exercises?|worksheets?|workbooks?|moocs?|exams?|material did[aá]ctico|mat[eé]riel p[eé]dagogique|ressources? p[eé]dagogiques?|recursos? educa\w+|cours(?: en ligne)?|(?:online|e ?learning|video) courses?|übungs\w*|problem sets?|vorlesungss[ck]ript\w*"),
    ("lecture-speech", r"lectures?|speech(es)?|vorlesung\w*|conférence|antrittsvorlesung|rede|(?:guest|public|inaugural|keynote|invited|distinguished|memorial|plenary) lectures?|lecture series|discours|conferencia|discurso|föreläsning|forelesning"),
    ("manual", r"(user |technical |software )?(manuals?|handbooks?|documentation|readme|user guide|\w*handbuch|manuel|manual (de|del|t[eé]cnico).*|guides?)|manuel d utilisation|instructions?|handleiding|(?:quick start|installation|field|reference|style|study|style|practical|how to|setup) guides?|bedienungsanleitung|anleitung|leitfaden|mode d emploi|manuale|podręcznik użytkownika"),
    ("report", r"(\w+ )*reports?|\w*bericht\w*|\w*rapport|raport\w*|rapporto|zpráva|správa|jelentés|отч[её]т|звіт|報告書?|报告|보고서|laporan|\w*raportti|deliverables?|milestones?|rapport\w*|informe|relat[oó]rio|relazione|white ?paper|technical (note|documentation)|project (deliverable|milestone)|отчет|rapporto \w+|研究报告|研究報告|laporan \w+|rapor(?:u)?|relazioni?e? \w+|报告书|技术报告|skýrsla|poročilo|izvješće|ataskaita|aruanne|raportti|доклад о .*|báo cáo(?: \w+)*|تقرير(?: \w+)*|έκθεση|\w*(?:報告書?|报告)"),
    ("patent", r"patents? applications?|patents?|patent(?:schrift|anmeldung|e)|brevet(?:to|ti|s)?(?: d invention)?|patent specifications?|特許|专利|專利|патент|patentti|특허"),
    ("trademark", r"trade ?marks?( applications?| registrations?)?|registered trade ?marks?|marken?|marque(?: déposée)?|marca registrada"),
    ("license", r"licen[cs]e( agreement)?s?|licencias?|lizenz\w*|licen[cz]a"),
    ("disclosure", r"(invention )?disclosures?"),
    ("registered-copyright", r"(registered )?copyrights?( registration)?"),
    ("invention", r"inventions?|erfindung(?:en)?|invenci[oó]n|изобретение"),
    ("spin-off-company", r"spin ?offs?( compan(y|ies))?|(?:spin ?off|start ?up)s?(?: (?:firm|compan(?:y|ies)|enterprise))?"),
    ("public-speech", r"public speech(es)?"),
    ("translation", r"translations?|übersetzung|traduction|traducci[oó]n|translated (?:text|work|book|article)s?|tradu[cç]\w+|traduzion\w+|перевод|翻訳|翻译|překlad|tłumaczenie|översättning|oversettelse|vertaling"),
    ("annotation", r"annotations?|annotation collection"),
    ("transcription", r"transcri(pts?|ptions?)|transkript\w*|transcripci\w+|transcriç\w+|trascrizion\w+"),
    ("cartographic-material", r"(\w+ )?maps?|cartograph\w*|atlas|(land)?karten?|carte|mapa|cartographic materials?|nautical charts?|kaart|kart(?:a|or|y)?|carta (?:geol|topogr|n[aá]ut)\w+|carte(?:s)? \w+|карта|地図|地图|地圖|kaarten|\w+karten?"),
    ("musical-composition", r"(music(al)? )?(scores?|composition|notation)|sheet music|partitur|music|partition|partitura|composici[oó]n musical|composizione|compositions? musicales?"),
    ("artistic-performance", r"(artistic |live )?performance|exhibitions?|ausstellung\w*|concert|theat(re|er)( performance)?|(?:dance|music|theatrical|stage|performing arts?) performances?|aufführung|exposition|exposici[oó]n|exposi[cç][aã]o|mostra|wystawa|utställning|utstilling"),
    ("test", r"(psychological |psychometric )?(tests?|scales?)|skala|inventory|questionnaires?|measurement instrument|survey instrument|fragebogen|cuestionarios?|questionario|kwestionariusz|spørreskjema"),
    ("clinical-study", r"clinical (trials?|stud(y|ies))( registration| protocol)?|(randomi[sz]ed )?(controlled )?trials? registration|randomi[sz]ed (controlled )?trials?|klinische (?:studie|prüfung)|essai clinique|ensayo cl[ií]nico"),
    ("research-technique", r"(\w+ )?(protocols?|methods?|workflows?|procedures?|methodolog\w*|pipeline)|technique|standard operating procedure|sop"),
    ("research-tool", r"(\w+ )?(instruments?|tools?|models?|simulation model)|apparatus"),
    ("software", r"code source|computer program(me)?s?|logiciel|ソフトウェア|软件|программа|oprogramowanie|(docker|container|virtual machine|disk) images?|(video|computer|mobile|online|digital|serious|browser) games?|games?|(\w+ )?(software|source ?codes?|program(me)? code|library|package|app|application|plugin|notebook)|codes?|scripts?|(computer|machine|model\w*|simulation|analysis|analytical|research|replication|processing|plotting|training|statistical|data|example|python|r|matlab|julia|fortran|java|c|shell|bash|perl|stata|sas|spss|sql) (codes?|scripts?)|software ?(?:paket|anwendung|tools?|bibliothek|modul)|programas? (?:de|para) (?:computador|ordenador)|firmware|c[oó]digo fuente|c[oó]digo fonte|codice sorgente|quell(?:code|text)|исходный код|(?:command line|cli|software) (?:tools?|interface)|browser extensions?|api clients?|(?:algorithm|software|code) implementations?|implementation|do ?files?|stata do ?files?|kildekode|源代码|ソースコード|컴퓨터프로그램|소프트웨어|bilgisayar programı|oprogramowanie|програм\w+ забезпечення|szoftver|ohjelmisto|programvara|programvare"),
    ("data-set", r"\w*data ?(sets?|bases?|files?|sheets?|packages?|tables?|collections?|records?)|(\w+ )*(data|daten|donn[eé]es|datos|dados)|survey|\w*datensatz|collection of data ?sets|(.* )?data ?sets?|zbiór danych|datová sada|набор данных|データセット|数据集|데이터셋|aineisto|.* data (record|series|archive|product)|.*job archive|spreadsheet|table|corpus|jeux? de donn[eé]es( .*)?|conjuntos? de d[ao]dos( .*)?|bases? (de|di) (donn[eé]es|da[td][io]s?)( .*)?|time series|csv(?: files?)?|(?:model|simulation) (?:output|result)s?(?: data)?|(?:\w+)daten(?:s[aä]tze?)?|dati|研究データ|データ|microdata|科研数据|数据|연구데이터|dane(?: badawcze)?|данные|adatok?|adatbázis|andmed|data ?bank|datos de investigaci[oó]n|dados de pesquisa|veri seti|bộ dữ liệu|forskningsdata"),
    ("website", r"web ?(site|page)s?|homepage|portal|site web|webseiten?|s[ií]tios? web|p[aá]ginas? web|internet ?seite|siti web|sito web|сайт|网站|ウェブサイト|nettside|webbplats"),
    ("online-resource", r"online (resource|database|exhibit|tool)|electronic resource|web (resource|service|app\w*)|digital (edition|object|resource)|(?:online|digital|virtual) (?:exhibitions?|tools?|collections?|archive)|ressource en ligne|recurso (?:en l[ií]nea|electr[oó]nico)"),
    ("moving-image", r"videos?( (recordings?|files?|clips?|abstracts?|lectures?|tutorials?|presentations?|interviews?|documentation|data|series|essays?|podcasts?|footage))?|films?|movies?|moving ?images?|animations?|motion picture|vid[eé]o|documentary|screencast|v[ií]deos?|video ?(?:aufzeichnung|aufnahme|film|beitrag)|(?:lehr|dokumentar|kurz|spiel|animations)film|documentaires?|documental|动画|動画|视频|影片|видео|фильм|映像"),
    ("sound", r"audios?( ?(recording|file|book|clip|track|lecture))?|sounds?( (recordings?|files?|clips?|tracks?|effects?|installations?|art))?|podcasts?|(sound |audio |oral )?recordings?|interview|oral histor(?:y|ies)(?: (?:interview|recording)s?)?|(?:podcast|radio) ?(?:episode|broadcast|program|programme|folge)s?|tonaufnahmen?|enregistrements? (?:sonores?|audio)|grabaci[oó]n(?: sonora| de audio)?|hörspiel|hörbuch|registrazione (?:audio|sonora)|录音|録音|音声|ljudinspelning|lydopptak|аудио"),
    ("image", r"(still )?images?|photo(graph)?s?|fotos?|pictures?|figures?|plates?|illustrations?|drawings?|diagrams?|paintings?|engravings?|zeichnung|abbildung|fotogra\w*|infographic|plot|bild(?:er)?|photographies?|screenshots?|写真|画像|图片|圖片|照片|micrographs?|gemälde|postcards?|postkarten?|imagen|imagem|immagine|obraz|изображение|фотография|bilde|billede|afbeelding|kuva|radiograph|tableau"),
    ("physical-object", r"physical (object|sample)s?|specimens?|samples?|artefacts?|artifacts?|museum object|material sample|(?:rock|soil|water|ice|sediment|tissue|plant|animal|mineral|fossil|geological|core|drill ?hole) (?:samples?|specimens?)|(?:drill|sediment|ice|rock) ?cores?|sculptures?|herbarium (?:sheet|specimen)s?|probe"),
    ("design", r"designs?|architectural design|cad( model)?|cad models?|(?:product|graphic|industrial|experience|web|interior|fashion|urban) designs?|architectural drawings?|blueprints?"),
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
    abstract abstracts affiche animation app apparatus application applications atlas audio audios book books buch code
    codes communication composition conference design designs diagram diagrams documentary editorial game games
    guidance guidances guide instrument instruments interview inventory issue journal library libro livre
    newspaper notation package part parts performance periodical plate plates portal presentation program
    resource sample samples scale scales schema score scores script scripts section sections skala slide sound
    sounds standard standards symposium seminar seminars meeting meetings congress implementation instructions exercise exercises norm rede obra probe marke partition exposition csv table technique test tests theater theatre tool tools workshop
    """.split()
)
"""Words that name a type alone, but not as the last word of a phrase: a thesis abstract is no contribution to a meeting."""
_NO_TYPE: Final = re.compile(
    r"(lab|laboratory|field) notebooks?|driving licen[cs]es?|doctoral consortium .*|comptes? rendus? (de|du|des) (r[eé]unions?|s[eé]ances?|mission|conseil|d[eé]bats)|(role|business|fashion|scale) models?|thesis reviews?|(material )?safety data sheets?|work packages?|tables? of contents|code ?(lists?|books?|sheets?)"
    r"|(film|movie|screen|tv|television|theat(re|er)|radio|stage|shooting|video|interview) scripts?"
    r"|(grant|funding|job|ethics|admission|scholarship|project|planning|research) applications?"
    r"|(civil|penal|criminal|dress|zip|postal|post|building|legal|bar|qr|country|diagnosis) codes?"
    r"|(board|card|role playing|parlour) games?",
    re.IGNORECASE,
)
_PREPOSITIONS: Final = frozenset(
    """
    of in em for from on to about with by at as de des du del della di da do dos das von zu zum zur im für fur über
    uber aus à om av af til fra sur pour dans sobre para en per o w z na pro ze k о об на для по из
    """.split()
)
"""The head of a phrase is before the first of these: a report on data is a report."""
_FIRST_HEADS: Final = frozenset(
    """
    rapport rapports informe informes relatorio relatório relazione raport articulo artículo artigo articolo
    artykuł livre libro livro capitulo capítulo chapitre capitolo mapa manuel logiciel reseña resenha recensione
    póster cartel presentación ponencia tesis tese tesi thèse carte carta logiciels données reportaje mémoire memoria отчет статья книга глава
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

    The first phrase that names a type counts, by all of its words or by its head. The head is the last noun, the
    noun before "of" and "in", or the first one in languages in which adjectives follow. A word in front of the head
    or behind it decides nothing: a thesis proposal is no thesis, and a film script no software.
    """
    words = plain_words(raw)
    if not words or _NO_TYPE.fullmatch(words):
        return ()
    parts = (words,) if "://" in raw or "eu-repo" in raw else parts_of(raw)
    first = words.partition(" ")[0]
    if len(parts) == 1 and first not in _FIRST_HEADS and (whole := types_meant_by_whole(words)):
        return whole
    of_parts = next((kinds for part in parts if (kinds := _types_of_head(part))), ())
    return of_parts or types_meant_by_whole(words)


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
