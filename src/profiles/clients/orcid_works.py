"""Works on ORCID records (member API v3.0), as JSON."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from profiles.clients.errors import ServiceError, UnclearAnswerError
from profiles.clients.http import Answer, HttpClient, parsed
from profiles.clients.orcid_answers import error_of, refusal
from profiles.domain.ids import doi_from_orcid

BULK: Final = 100
"""The number of works that ORCID accepts in one call."""
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class WorkSummary:
    """A work as the list of a record shows it. ``dois`` are its ``self`` DOIs, lower-case.

    ``source`` is what ORCID calls the one who put it there: a service, or the person.
    """

    put_code: int
    client_id: str
    visibility: str
    dois: tuple[str, ...]
    title: str
    source: str = ""


class OrcidWorks:
    """Reads and writes works; the token is given with each call and goes nowhere but its header."""

    def __init__(self, http: HttpClient, *, api_url: str) -> None:
        self._http = http
        self._base = f"{api_url}/v3.0"

    async def add(self, orcid_id: str, token: str, work: bytes) -> int:
        """Add a work and return its put-code.

        Raises:
            WorkExistsError: it is there already; update that one.
            TokenRejectedError: permission may be gone.
            ServiceUnavailableError: unknown whether it was added; adding it again is safe, because ORCID
                then answers with WorkExistsError.
            ServiceError: every other answer; its entry says what follows.
        """
        answer = await self._send("works/add", "POST", f"{orcid_id}/work", token, work)
        if answer.status != 201:  # noqa: PLR2004  created
            raise refusal(answer)
        return _put_code(answer, orcid_id)

    async def add_many(self, orcid_id: str, token: str, works: Sequence[bytes]) -> list[int | ServiceError]:
        """Add up to 100 works in one call and return the outcome of each, in their order.

        Raises:
            ServiceError: the call as a whole was refused; nothing is known to have been added.
        """
        body = b'{"bulk":[' + b",".join(b'{"work":' + work + b"}" for work in works) + b"]}"
        answer = await self._send("works/add-many", "POST", f"{orcid_id}/works", token, body)
        if answer.status != 200:  # noqa: PLR2004  ok
            raise refusal(answer)
        content = parsed(answer.body, msgspec.json.decode)
        items = content.get("bulk") if isinstance(content, dict) else None
        if not isinstance(items, list) or len(items) != len(works):
            raise UnclearAnswerError("bulk answer of another length", status=answer.status)
        return [_bulk_item(item) for item in items]

    async def update(self, orcid_id: str, token: str, put_code: int, work: bytes) -> bytes:
        """Replace a work and return it as ORCID has it now, which may be as before (contract 2.9.3).

        The body must name the put-code too (contract 2.1.7).

        Raises:
            WorkGoneError: the person, or another service, removed it.
            ServiceError: every other answer; its entry says what follows.
        """
        answer = await self._send("works/update", "PUT", f"{orcid_id}/work/{put_code}", token, work)
        if answer.status != 200:  # noqa: PLR2004  ok
            raise refusal(answer)
        return answer.body

    async def read(self, orcid_id: str, token: str, put_code: int) -> bytes:
        """Read a whole work, as ORCID has it.

        Raises:
            WorkGoneError: it is not on the record.
            ServiceError: every other answer; its entry says what follows.
        """
        answer = await self._send("works/read", "GET", f"{orcid_id}/work/{put_code}", token)
        if answer.status != 200:  # noqa: PLR2004  ok
            raise refusal(answer)
        return answer.body

    async def remove(self, orcid_id: str, token: str, put_code: int) -> None:
        """Remove a work.

        Raises:
            WorkGoneError: it is not on the record, so nothing is left to do.
            ServiceError: every other answer; its entry says what follows.
        """
        answer = await self._send("works/remove", "DELETE", f"{orcid_id}/work/{put_code}", token)
        if answer.status != 204:  # noqa: PLR2004  no content
            raise refusal(answer)

    async def read_all(self, orcid_id: str, token: str) -> list[WorkSummary]:
        """List all works that this token may see on the record: up to ten thousand, in one answer.

        Raises:
            ServiceError: the record could not be read; its entry says what follows.
        """
        answer = await self._send("works/list", "GET", f"{orcid_id}/works", token)
        if answer.status != 200:  # noqa: PLR2004  ok
            raise refusal(answer)
        content = parsed(answer.body, msgspec.json.decode)
        if not isinstance(content, dict) or not isinstance(content.get("group"), list):
            raise UnclearAnswerError("works without groups", status=answer.status)
        _require_record(str(content.get("path")), orcid_id)
        try:
            works = [work for group in content["group"] for work in group.get("work-summary") or ()]
            for work in works:
                _require_record(str(work.get("path")), orcid_id)
            return [_summary(work) for work in works if _is_put_code(work.get("put-code"))]
        except (AttributeError, TypeError) as error:
            # A work that was left out would be taken for one that is not on the record.
            raise UnclearAnswerError("works in an unknown form", status=answer.status) from error

    async def _send(
        self, route: str, method: str, path: str, token: str, body: bytes | None = None
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Accept": _JSON}
        if body is not None:
            headers["Content-Type"] = _JSON
        return await self._http.send(
            "orcid", route, method, f"{self._base}/{path}", headers=headers, body=body
        )


_ORCID_ID: Final = re.compile(r"\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b", re.ASCII)


def _require_record(path: str, orcid_id: str) -> None:
    """Check that an answer is about this record, as far as it says.

    Works of another one would be taken for this person's, and their own for removed.

    Raises:
        UnclearAnswerError: the path names another record.
    """
    if any(named != orcid_id for named in _ORCID_ID.findall(path)):
        raise UnclearAnswerError("an answer about another record")


def _put_code(answer: Answer, orcid_id: str) -> int:
    """Take the last segment of Location: its scheme and prefix were seen wrong (contract 2.1.5).

    Raises:
        UnclearAnswerError: there is none. The next try learns it from ORCID's 9021.
    """
    location = answer.headers.get("location", "")
    _require_record(location, orcid_id)
    last = location.rstrip("/").rpartition("/")[2]
    if not re.fullmatch(r"\d{1,19}", last, re.ASCII) or not _is_put_code(int(last)):
        raise UnclearAnswerError("created without a put-code", status=answer.status)
    return int(last)


def _is_put_code(value: Any) -> bool:
    """Return whether this is one of ORCID's numbers: 64 bits, and never 0 (contract 2.9.7)."""
    return isinstance(value, int) and 0 < value < 2**63


def _bulk_item(item: Any) -> int | ServiceError:
    if isinstance(item, dict):
        work, error = item.get("work"), item.get("error")
        if isinstance(work, dict) and _is_put_code(work.get("put-code")):
            return int(work["put-code"])
        if isinstance(error, dict) and isinstance(error.get("error-code"), int):
            status = str(error.get("response-code"))
            return error_of(error, int(status) if re.fullmatch(r"[1-5]\d\d", status, re.ASCII) else 0)
    return UnclearAnswerError("bulk item in an unknown form")


def _summary(summary: dict[str, Any]) -> WorkSummary:
    source = summary.get("source") or {}
    client = source.get("source-client-id") or {}
    ids = (summary.get("external-ids") or {}).get("external-id") or ()
    title = ((summary.get("title") or {}).get("title") or {}).get("value")
    return WorkSummary(
        put_code=summary["put-code"],
        client_id=_text(client.get("path")),
        visibility=str(summary.get("visibility") or "").lower(),
        dois=tuple(_doi(one) for one in ids if _is_own_doi(one)),
        title=_text(title),
        source=_text((source.get("source-name") or {}).get("value")),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _is_own_doi(one: dict[str, Any]) -> bool:
    return one.get("external-id-type") == "doi" and str(one.get("external-id-relationship")).lower() == "self"


def _doi(one: dict[str, Any]) -> str:
    value = str(one.get("external-id-value") or "")
    # The value, not its normalised form: ORCID's reading of a DOI ends at an ampersand.
    return (
        doi_from_orcid(value) or str((one.get("external-id-normalized") or {}).get("value") or value).lower()
    )
