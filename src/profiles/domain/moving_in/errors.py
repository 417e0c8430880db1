"""Read the last error of a claim of the previous service: a list of titles, as JSON in a text."""

import re
from typing import Any, Final

import msgspec

from profiles.domain import problems
from profiles.domain.problem import Problem
from profiles.domain.problems import CATALOGUE

_TITLES: Final = {problem.title: problem for problem in CATALOGUE.values()}
# In this order: the first that is found in the title or fits the status counts.
_WORDS: Final[tuple[tuple[str, Problem], ...]] = (
    (r"no user and/or orcid token", problems.CONSENT_MISSING),
    (r"token has expired", problems.CONSENT_EXPIRED),
    (r"invalid[_ ]token|invalid access token|unauthori[sz]ed", problems.CONSENT_LOST),
    (r"too many claims|10,?000", problems.RECORD_FULL),
    (r"missing data|validation (?:failed|error)|missing (?:title|date|author)", problems.MISSING_DATA),
    (r"not the source|different source|9010", problems.WRONG_SOURCE),
    (r"already (?:on|in|exists|been)|duplicate|9021", problems.WORK_EXISTS),
    (r"deprecated|primary record|9007", problems.RECORD_MOVED),
    (r"locked|9018", problems.RECORD_LOCKED),
    (r"deactivated|9044", problems.RECORD_DEACTIVATED),
    (r"has not been claimed|9036", problems.RECORD_UNCLAIMED),
    (r"put[ -]?code.*(?:not|no)|9016", problems.WORK_GONE),
    (r"insufficient.*scope|scope", problems.SCOPE_MISSING),
    (r"resource you are looking for doesn't exist|doi not found", problems.DOI_UNKNOWN),
    (r"time[d ]?-?out|timeout|connection|gateway|unavailable", problems.ORCID_UNAVAILABLE),
    (r"too many requests|rate limit|429", problems.ORCID_BUSY),
    (r"xml|schema|invalid.*(?:element|value)", problems.CONTENT_REFUSED),
)
_COMPILED: Final = tuple((re.compile(words, re.IGNORECASE), problem) for words, problem in _WORDS)
_BY_STATUS: Final = {
    400: problems.CONTENT_REFUSED, 401: problems.CONSENT_LOST, 409: problems.WORK_EXISTS,
    429: problems.ORCID_BUSY, 500: problems.ORCID_BROKEN, 502: problems.ORCID_UNAVAILABLE,
    503: problems.ORCID_UNAVAILABLE, 504: problems.ORCID_UNAVAILABLE,
}  # fmt: skip
_MAX_DETAIL: Final = 2_000
_SECRET: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|bearer\s+\S+", re.IGNORECASE
)
"""ORCID's tokens look like UUIDs, and its answer to a wrong one repeats it."""


class MovedError(msgspec.Struct, frozen=True, gc=False):
    """The last error: its entry of the catalogue, if one fits, and its text without tokens."""

    problem: Problem | None
    detail: str
    is_list: bool = True


NO_ERROR: Final = MovedError(None, "")


def read_error(text: str) -> MovedError:
    """Read the column ``error_messages``; of several errors the last counts."""
    stripped = text.strip()
    if stripped in {"", "[]", "null", "{}"}:
        return NO_ERROR
    try:
        errors: Any = msgspec.json.decode(stripped)
    except msgspec.DecodeError:
        return MovedError(_problem(stripped, None), _without_tokens(stripped), is_list=False)
    listed = errors if isinstance(errors, list) else [errors]
    error = listed[-1]
    title = error.get("title") if isinstance(error, dict) else error
    status = error.get("status") if isinstance(error, dict) else None
    # A title may be an object: an answer of ORCID, as it came.
    words = title if isinstance(title, str) else msgspec.json.encode(title).decode()
    is_list = isinstance(errors, list)
    return MovedError(_problem(words, status), _without_tokens(words), is_list=is_list)


def _problem(title: str, status: Any) -> Problem | None:
    if title in _TITLES:
        return _TITLES[title]
    for words, problem in _COMPILED:
        if words.search(title):
            return problem
    try:
        return _BY_STATUS.get(int(status))
    except (TypeError, ValueError):
        return None


def _without_tokens(text: str) -> str:
    return _SECRET.sub("[token]", text)[:_MAX_DETAIL]
