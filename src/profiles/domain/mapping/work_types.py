"""Choose the ORCID work type of a DataCite resource: by a table, the depositor's words, and the container.

Sources: DataCite's metadata schema up to 4.7 (``resourceTypeGeneral``); ORCID's 59 work types (contract
3.1). ``other`` is used only when ORCID has no type.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from profiles.domain.mapping.words.work_type_words import (
    WORDS,
    is_generic,
    name_no_type,
    plain_words,
    types_meant_by,
    types_meant_by_whole,
)


class Row(NamedTuple):
    """The work type of a general type, why, and which narrower types the depositor's words may select."""

    kind: str
    why: str
    narrower: str = ""


_CLINICAL: Final = re.compile(r"(?<!non )\b(clinical|trials?)\b")

_MAX_READ_LENGTH: Final = 200
ANY: Final = "*"
"""The depositor's words decide freely."""

TABLE: Final[dict[str, Row]] = {
    "Audiovisual": Row("moving-image", "a film or video; sound alone has a type of its own",
                       "conference-presentation conference-poster lecture-speech learning-object sound"
                       " artistic-performance"),
    "Award": Row("other", "ORCID keeps awards and grants outside of works"),
    "Book": Row("book", "the same", "edited-book book-chapter book-review manual conference-proceedings"
                " dissertation-thesis report translation"),
    "BookChapter": Row("book-chapter", "the same", "encyclopedia-entry dictionary-entry"),
    "Collection": Row("other", "ORCID has no word for things put together; the words may say what", ANY),
    "ComputationalNotebook": Row("software", "a notebook is code that runs"),
    "ConferencePaper": Row("conference-paper", "the same",
                           "conference-poster conference-abstract conference-presentation"),
    "ConferenceProceeding": Row("conference-proceedings", "the same", "conference-paper conference-abstract"),
    "DataPaper": Row("journal-article", "a paper about data, published as an article"),
    "Dataset": Row("data-set", "the same; what kind of data is no other type"),
    "Dissertation": Row("dissertation-thesis", "the same", "supervised-student-publication"),
    "Event": Row("other", "an event may be anything from an earthquake to a concert; the words may say what",
                 "conference-output artistic-performance conference-presentation lecture-speech"
                 " conference-poster"),
    "Film": Row("moving-image", "the word of schema 2"),
    "Image": Row("image", "the same", "conference-poster cartographic-material moving-image design"),
    "Instrument": Row("research-tool", "research is done with it"),
    "InteractiveResource": Row("online-resource", "something on the web that answers",
                               "website software learning-object blog-post cartographic-material"
                               " conference-presentation conference-poster"),
    "Journal": Row("journal-issue", "ORCID's only word for a periodical"),
    "JournalArticle": Row("journal-article", "the same", "book-review magazine-article newspaper-article"
                          " newsletter-article conference-abstract review"),
    "Model": Row("research-tool", "a model is made to do research with", "software data-set design image"),
    "OutputManagementPlan": Row("data-management-plan", "plans for data are the usual ones"),
    "Other": Row("other", "the depositor's words decide", ANY),
    "PeerReview": Row("review", "a review of a work"),
    "PhysicalObject": Row("physical-object", "the same"),
    "Poster": Row("conference-poster", "since schema 4.7"),
    "Preprint": Row("preprint", "the same", "working-paper"),
    "Presentation": Row("conference-presentation", "since schema 4.7", "lecture-speech"),
    "Project": Row("other", "ORCID keeps projects outside of works"),
    "Report": Row("report", "the same", "working-paper technical-standard standards-and-policy"
                  " data-management-plan manual clinical-study conference-proceedings"),
    "Service": Row("online-resource", "what a system offers over the network", "software research-tool"),
    "Software": Row("software", "the same"),
    "Sound": Row("sound", "the same",
                 "musical-composition lecture-speech conference-presentation transcription"),
    "Standard": Row("technical-standard", "the same", "standards-and-policy"),
    "StudyRegistration": Row("other", "ORCID has a word for clinical studies only",
                             "clinical-study"),
    "Text": Row("other", "the words decide, then where it appeared", ANY),
    "Workflow": Row("research-technique", "how something is done, step by step", "software"),
}  # fmt: skip

# The type itself is among them: a "video recording" is a video before it is a recording.
_NARROWER: Final = {
    general: frozenset({row.kind, *row.narrower.split()})
    for general, row in TABLE.items()
    if row.narrower not in {"", ANY}
}
_UNKNOWN: Final = TABLE["Other"]
_IGNORING_CASE: Final = {general.lower(): general for general in TABLE}

CONTAINERS: Final = {
    "journal": "journal-article", "book": "book-chapter", "book series": "book",
    "conferenceproceeding": "conference-paper", "proceedings": "conference-paper",
    "encyclopedia": "encyclopedia-entry", "dictionary": "dictionary-entry", "report series": "report",
}  # fmt: skip
"""The work type of a text that appeared in such a container, when its own words do not name a type."""

CROSSWALK: Final = {
    "article-newspaper": "newspaper-article", "article-magazine": "magazine-article", "book": "book",
    "chapter": "book-chapter", "dataset": "data-set", "entry-dictionary": "dictionary-entry",
    "entry-encyclopedia": "encyclopedia-entry", "graphic": "image", "map": "cartographic-material",
    "motion_picture": "moving-image",
    "musical_score": "musical-composition", "paper-conference": "conference-paper", "patent": "patent",
    "periodical": "journal-issue", "post-weblog": "blog-post", "report": "report", "review": "review",
    "review-book": "book-review", "software": "software", "song": "sound", "speech": "lecture-speech",
    "thesis": "dissertation-thesis", "webpage": "website",
}  # fmt: skip
"""Work types for DataCite's own crosswalk (``types.citeproc``), used when nothing better is known. DataCite
writes ``article`` and ``article-journal`` for every text, so these two are not in the table."""

PREPRINT_SERVERS: Final = frozenset({"arxiv", "biorxiv", "medrxiv", "chemrxiv", "psyarxiv", "socarxiv"})
"""Publishers of preprints whose metadata call them articles."""


def work_type(
    general: str, words: str = "", *, citeproc: str = "", containers: Iterable[str] = (), publisher: str = ""
) -> str:
    """Return the ORCID work type.

    ``words`` are the depositor's (``resourceType``), ``containers`` the kinds of the containers. Types
    of later schemas count as Other, so the depositor's words decide.
    """
    name = general if general in TABLE else _IGNORING_CASE.get(general.lower(), "Other")
    row = TABLE.get(name, _UNKNOWN)
    if not row.narrower:
        return row.kind
    words = words[:_MAX_READ_LENGTH]
    plain = plain_words(words) if words else ""
    if name == "StudyRegistration":
        return "clinical-study" if _CLINICAL.search(plain) else row.kind
    if row.narrower != ANY:
        # Only words that match as a whole overrule what was chosen from a list.
        return next((kind for kind in types_meant_by_whole(plain) if kind in _NARROWER[name]), row.kind)
    return _free(words, plain, citeproc, containers, publisher) or row.kind


def _free(raw: str, plain: str, citeproc: str, containers: Iterable[str], publisher: str) -> str | None:
    if not name_no_type(plain):
        kinds = types_meant_by(raw)
        return kinds[0] if kinds else CROSSWALK.get(citeproc)
    if publisher.lower() in PREPRINT_SERVERS:
        return "preprint"
    by_place = next((found for c in containers if (found := CONTAINERS.get(c.lower()))), None)
    if by_place:
        return by_place
    # "Article" alone is a weak hint, but a hint; "journal contribution" is used for supplementary files too.
    kinds = () if is_generic(plain) else types_meant_by(raw)
    return kinds[0] if kinds else CROSSWALK.get(citeproc)


def page() -> str:
    """Return the generated page about the table (``docs/work-types.md``)."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Work types\n"
    yield "*Generated from the code by `make docs`; do not edit.*\n"
    yield "The ORCID work type of each DataCite resource type. A general type that is not in the table"
    yield "(a later schema, a misspelling) counts as Other.\n"
    yield "| DataCite `resourceTypeGeneral` | ORCID work type | why | narrower, if the words say so |"
    yield "|---|---|---|---|"
    for general, row in TABLE.items():
        narrower = "any" if row.narrower == ANY else ", ".join(row.narrower.split())
        yield f"| {general} | `{row.kind}` | {row.why} | {narrower} |"
    yield "\n## The depositor's words\n"
    yield "`resourceType` is read in lower case with single spaces, `JournalArticle` as two words. If all"
    yield "of the words match no row, the head of the phrase decides: its last noun, the noun before `of`"
    yield "and `in`, or the first noun in languages in which adjectives follow. Then the first row that the"
    yield "general type allows wins.\n"
    yield "| ORCID work type | words (regular expressions) |\n|---|---|"
    for kind, pattern in WORDS:
        yield f"| `{kind}` | `{pattern.replace('|', chr(92) + '|')}` |"
    yield "\n## Where it appeared\n"
    yield "For texts without a specific word (none, `Text`, `Article`, `Paper`) the place decides:"
    yield f"texts of {', '.join(sorted(PREPRINT_SERVERS))} are preprints; then the container decides:\n"
    yield "| container | ORCID work type |\n|---|---|"
    yield from (f"| {container} | `{kind}` |" for container, kind in CONTAINERS.items())
    yield "\nLast comes DataCite's own value, `types.citeproc`, where it is more specific than `article`:\n"
    yield "| citeproc | ORCID work type |\n|---|---|"
    yield from (f"| {name} | `{kind}` |" for name, kind in CROSSWALK.items())
