"""Which ORCID work type a DataCite resource is: one table, then a look at the depositor's own words.

Sources: DataCite schema 4.6, ``resourceTypeGeneral``; ORCID's 59 work types (contract 3.1). ``other`` stands
only where ORCID has no word for it.
"""

import re
from typing import Final

TABLE: Final[dict[str, tuple[str, str]]] = {
    "Audiovisual": ("moving-image", "a film or video; sound alone has a type of its own"),
    "Award": ("other", "ORCID keeps awards as distinctions, not as works"),
    "Book": ("book", ""),
    "BookChapter": ("book-chapter", ""),
    "Collection": ("other", "ORCID has no word for a collection; data collections say so in their own words"),
    "ComputationalNotebook": ("software", "a notebook is code that runs"),
    "ConferencePaper": ("conference-paper", ""),
    "ConferenceProceeding": ("conference-proceedings", ""),
    "DataPaper": ("journal-article", "a data paper is published in a journal"),
    "Dataset": ("data-set", ""),
    "Dissertation": ("dissertation-thesis", ""),
    "Event": ("conference-output", "events with a DOI are meetings and what comes of them"),
    "Film": ("moving-image", "schema 2"),
    "Image": ("image", ""),
    "Instrument": ("research-tool", "an instrument is a tool of research"),
    "InteractiveResource": ("online-resource", "something on the web that reacts"),
    "Journal": ("other", "ORCID knows issues and articles, not whole journals"),
    "JournalArticle": ("journal-article", ""),
    "Model": ("research-tool", "a model is made to do research with"),
    "OutputManagementPlan": ("data-management-plan", ""),
    "PeerReview": ("review", ""),
    "PhysicalObject": ("physical-object", ""),
    "Poster": ("conference-poster", "schema 4.7"),
    "Preprint": ("preprint", ""),
    "Presentation": ("conference-presentation", "schema 4.7"),
    "Project": ("other", "ORCID keeps projects as funding or research resources, not as works"),
    "Report": ("report", ""),
    "Service": ("online-resource", "a service on the web"),
    "Software": ("software", ""),
    "Sound": ("sound", ""),
    "Standard": ("technical-standard", ""),
    "StudyRegistration": ("clinical-study", "registrations come from registries of studies"),
    "Text": ("other", "says nothing by itself; the depositor's words decide"),
    "Workflow": ("research-technique", "how something is done, step by step"),
    "Other": ("other", "the depositor's words decide"),
}

# Looked at where the general type says little. The first that fits wins.
WORDS: Final[tuple[tuple[str, str], ...]] = (
    (r"data management plan|output management plan|\bdmp\b", "data-management-plan"),
    (r"data ?paper|data descriptor", "journal-article"),
    (r"book review", "book-review"),
    (r"peer review|referee report|\breview report\b", "review"),
    (r"working paper|discussion paper", "working-paper"),
    (r"pre-?print", "preprint"),
    (r"poster", "conference-poster"),
    (r"proceedings", "conference-proceedings"),
    (r"conference (paper|contribution|item|article)|in-?proceedings", "conference-paper"),
    (r"conference abstract|meeting abstract|^abstract$", "conference-abstract"),
    (r"presentation|slides|\btalk\b|keynote", "conference-presentation"),
    (r"lecture|speech", "lecture-speech"),
    (r"thes[ie]s|dissertation|habilitation", "dissertation-thesis"),
    (r"book ?(chapter|section|part)|^chapter$|in-?book|in-?collection", "book-chapter"),
    (r"edited (book|volume)", "edited-book"),
    (r"\b(e-?)?book\b|monograph", "book"),
    (r"newspaper", "newspaper-article"),
    (r"magazine", "magazine-article"),
    (r"newsletter", "newsletter-article"),
    (r"blog", "blog-post"),
    (
        r"(journal|research|review|scholarly|original)[ -]?(article|paper)|^article|^artikel$",
        "journal-article",
    ),
    (r"journal issue", "journal-issue"),
    (r"\b(technical )?report\b|deliverable|milestone|project report|white ?paper", "report"),
    (r"policy|guideline", "standards-and-policy"),
    (r"standard|specification", "technical-standard"),
    (r"learning|lesson|course|teaching|training material|\boer\b", "learning-object"),
    (r"manual|handbook|documentation|user guide", "manual"),
    (r"patent", "patent"),
    (r"translation", "translation"),
    (r"annotation", "annotation"),
    (r"transcript", "transcription"),
    (r"encyclop", "encyclopedia-entry"),
    (r"dictionary", "dictionary-entry"),
    (r"\bmap\b|cartograph", "cartographic-material"),
    (r"score|composition", "musical-composition"),
    (r"performance|exhibition", "artistic-performance"),
    (r"protocol|method|workflow|procedure", "research-technique"),
    (r"software|source code|\bscript\b", "software"),
    (r"data ?set|\bdata\b|database|survey", "data-set"),
    (r"web ?(site|page)", "website"),
    (r"video|film|movie", "moving-image"),
    (r"audio|podcast|recording", "sound"),
    (r"photo|figure|picture|illustration|drawing", "image"),
)
_WORDS: Final = tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in WORDS)
VAGUE: Final = frozenset(
    {"", "Text", "Other", "Collection", "InteractiveResource", "Image", "Sound", "Audiovisual"}
)
CROSSWALK: Final = {
    "article-journal": "journal-article",
    "paper-conference": "conference-paper",
    "chapter": "book-chapter",
    "thesis": "dissertation-thesis",
    "book": "book",
    "report": "report",
    "dataset": "data-set",
    "song": "sound",
    "motion_picture": "moving-image",
    "graphic": "image",
}
"""What DataCite itself makes of the resource for citations (``types.citeproc``), where nothing else helps."""


def work_type(general: str, words: str, citeproc: str = "") -> str:
    """Return the ORCID work type; what schema versions after ours bring is ``other`` unless words help."""
    kind = TABLE.get(general, ("other", ""))[0]
    if general in VAGUE or general not in TABLE:
        found = next((found for pattern, found in _WORDS if words and pattern.search(words)), None)
        if found:
            return found
        if kind == "other" and citeproc not in {"article", ""}:
            return CROSSWALK.get(citeproc, kind)
    return kind


def page() -> str:
    """Return the documentation of the table (``docs/work-types.md``)."""
    lines = ["# Work types", "", "*Made from the code by `make docs`; do not edit.*", ""]
    lines += ["| DataCite resourceTypeGeneral | ORCID work type | why |", "|---|---|---|"]
    lines += [f"| {general} | {kind} | {why} |" for general, (kind, why) in TABLE.items()]
    lines += ["", "Types that a later schema brings count as Other. For "]
    lines[-1] += (
        ", ".join(sorted(VAGUE - {""})) + ", and where no type is given, the depositor's own words decide;"
    )
    lines += ["the first that fits wins:", "", "| words | ORCID work type |", "|---|---|"]
    lines += [f"| `{pattern.replace('|', chr(92) + '|')}` | {kind} |" for pattern, kind in WORDS]
    return "\n".join(lines) + "\n"
