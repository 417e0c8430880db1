"""What reads bytes of others, as functions of bytes: any exception that leaves one of them is a bug.

``make proof fuzz`` lets atheris search for inputs that reach new code; ``make test`` repeats the inputs that
once failed, and some hundred changed ones.
"""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from django.test import RequestFactory
from joserfc import jwt

from profiles.accounts import bearer
from profiles.api.claims.claim_requests import ClaimRequestError, read_claim_request
from profiles.api.http import request_parsing
from profiles.api.http.errors import ApiError
from profiles.api.people import users
from profiles.clients.datacite import DataCite
from profiles.clients.errors import ServiceError
from profiles.clients.http import Answer
from profiles.clients.openid import OpenIdClient
from profiles.clients.orcid_inbox import OrcidInbox
from profiles.clients.orcid_oauth import OrcidClient, OrcidOAuth
from profiles.clients.orcid_works import OrcidWorks
from profiles.domain.access.return_to import safe_return
from profiles.domain.doi_lists.files import UnreadableFileError, read_file
from profiles.domain.doi_lists.reading import read_pasted
from profiles.domain.dois.mentions import find_dois, find_mended, read_doi
from profiles.domain.ids import is_orcid_id, parse_orcid_id
from profiles.domain.mapping.works import map_work
from profiles.domain.matching.named_ids import namings, unreadable
from profiles.domain.records.change_detection import digests
from profiles.domain.records.doi_record import BrokenRecordError, read_doi_record
from profiles.domain.records.sighting import UnreadableRecordError, glance, read_sighting
from profiles.sso.cookie import shared_cookie
from profiles.web.views.works.works_query import WorksQuery

Target = Callable[[bytes], None]
ALICE: Final = "0009-0001-0000-0014"
TOKEN: Final = "11111111-2222-3333-4444-555555555555"
STATUSES: Final = (200, 201, 207, 204, 400, 401, 403, 404, 409, 429, 500, 503, 302, 418)
KEPT: Final = Path(__file__).parent / "fuzzing_kept"
"""Inputs that once failed, one folder for each target."""


class FixedAnswer:
    """An HTTP client whose every answer is the same."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    async def send(self, *_words: Any, **_more: Any) -> Answer:
        """Return the answer."""
        return self.answer


def answer_of(data: bytes) -> Answer:
    """Read an answer: a byte for the status, a line for headers, then the body."""
    head, _, body = data[1:].partition(b"\n")
    value = head.decode("latin-1")
    headers = dict.fromkeys(("location", "retry-after", "x-credential-username"), value)
    return Answer(STATUSES[data[0] % len(STATUSES)] if data else 200, headers, body)


def finished(coroutine: Any) -> Any:
    """Run what never really waits, and return its result; a service's error is a good end."""
    with suppress(ServiceError):
        try:
            coroutine.send(None)
        except StopIteration as end:
            return end.value
    return None


def orcid_answers(data: bytes) -> None:
    http: Any = FixedAnswer(answer_of(data))
    works, oauth = OrcidWorks(http, api_url="https://api"), OrcidOAuth(http, orcid_url="https://orcid")
    client, now = OrcidClient("APP-1", "secret"), datetime(2026, 1, 1, tzinfo=UTC)
    added = finished(works.add(ALICE, TOKEN, b"{}"))
    assert added is None or 0 < added < 2**63
    finished(works.add_many(ALICE, TOKEN, [b"{}", b"{}"]))
    finished(works.update(ALICE, TOKEN, 7, b"{}"))
    finished(works.read(ALICE, TOKEN, 7))
    finished(works.remove(ALICE, TOKEN, 7))
    for summary in finished(works.read_all(ALICE, TOKEN)) or ():
        hash(
            (
                summary.put_code,
                summary.client_id,
                summary.visibility,
                summary.dois,
                summary.title,
                summary.source,
            )
        )
    finished(oauth.exchange_code(client, code="c", redirect_uri="https://a", now=now))
    finished(oauth.refresh(client, refresh_token="r", now=now))
    finished(oauth.revoke(client, token=TOKEN))
    inbox = OrcidInbox(http, api_url="https://api", token=TOKEN)
    finished(inbox.find(ALICE, address="https://a", since_ms=0))


def provider_answers(data: bytes) -> None:
    http: Any = FixedAnswer(answer_of(data))
    client = OpenIdClient(http, name="globus")
    finished(client.discover("https://auth"))
    finished(client.userinfo("https://auth/userinfo", access_token=TOKEN))


def datacite_answers(data: bytes) -> None:
    http: Any = FixedAnswer(answer_of(data))
    datacite = DataCite(http, api_url="https://api")
    finished(datacite.doi("10.5072/a"))
    finished(datacite.repository("a.b"))
    finished(datacite.holder_of(TOKEN))
    page = finished(datacite.search(query="a", facets=True))
    for record in page.records if page else ():
        doi_records(record)


def doi_records(data: bytes) -> None:
    with suppress(UnreadableRecordError):
        glance(data)
    with suppress(UnreadableRecordError):
        sighting = read_sighting(data)
        namings(sighting)
        unreadable(sighting)
        digests(sighting)
    with suppress(BrokenRecordError):
        record = read_doi_record(data)
        sent = msgspec.json.encode(map_work(record, owner=ALICE).work)
        assert b"\\u0000" not in sent


def cookies(data: bytes) -> None:
    request = RequestFactory().get("/works", HTTP_COOKIE=data.decode("latin-1"))
    request.session = {}  # type: ignore[assignment]
    shared_cookie.is_left_over(request)
    WorksQuery.of(request.GET)


def tokens(data: bytes) -> None:
    """A token as it is, and the same bytes as the content of a token that we signed."""
    assert bearer._shared_token(data.decode("latin-1")) is None
    key = bearer._shared_key()
    assert key is not None
    with suppress(ValueError, TypeError):
        claims = msgspec.json.decode(data)
        if isinstance(claims, dict):
            claims["exp"] = claims.get("exp") if isinstance(claims.get("exp"), str) else 1
            signed = jwt.encode({"alg": "RS256"}, claims, _private_key(), algorithms=["RS256"])
            assert bearer._shared_token(signed) is None


def _private_key() -> Any:
    key = shared_cookie._key()
    assert key is not None
    return key


def return_addresses(data: bytes) -> None:
    target = data.decode(errors="replace")
    allowed = safe_return(target, hosts=["a.example", ".datacite.org"], own="https://profiles.example")
    if allowed:
        # As browsers read it: they drop tabs and line breaks, and take a backslash for a slash.
        seen = urlsplit("".join(c for c in target if c not in "\t\r\n").replace("\\", "/").strip())
        host = seen.hostname or ""
        is_ours = not seen.scheme and not seen.netloc and target.startswith("/")
        assert (
            is_ours
            or host in {"a.example", "profiles.example", "datacite.org"}
            or host.endswith(".datacite.org")
        )


def dois(data: bytes) -> None:
    text = data.decode(errors="replace")
    for mention in [read_doi(text), *find_dois(text), *find_mended(text)]:
        assert mention is None or "\0" not in mention.doi
    request_parsing.doi_of(text)


def ids(data: bytes) -> None:
    found = parse_orcid_id(data.decode(errors="replace"))
    assert found is None or is_orcid_id(found)


def pasted_files(data: bytes) -> None:
    with suppress(UnreadableFileError):
        reading = read_pasted(read_file(data))
        assert len(reading.unused) <= len(data)


def api_bodies(data: bytes) -> None:
    request = RequestFactory().post("/claims", data, content_type="application/json")
    with suppress(ApiError):
        body = request_parsing.body(request)
        users._names(body)
        for given in [body.get("claim"), *(body["claims"] if isinstance(body.get("claims"), list) else ())]:
            with suppress(ClaimRequestError):
                read_claim_request(given)


TARGETS: Final[dict[str, Target]] = {
    target.__name__: target
    for target in (
        orcid_answers, provider_answers, datacite_answers, doi_records, cookies, tokens, return_addresses,
        dois, ids, pasted_files, api_bodies,
    )
}  # fmt: skip


def kept_inputs(name: str) -> list[bytes]:
    """Return the inputs that once failed, and those from which a search begins."""
    return [path.read_bytes() for path in sorted((KEPT / name).glob("*"))]


def changed_inputs(name: str, count: int) -> Iterator[bytes]:
    """Yield changed inputs, the same ones every time: values of JSON replaced, or pieces of bytes."""
    chance, inputs = random.Random(name), kept_inputs(name)
    for _ in range(count):
        yield changed(chance.choice(inputs), chance)


def changed(data: bytes, chance: random.Random) -> bytes:
    """Return one input, changed."""
    start = min((place for place in (data.find(b"{"), data.find(b"[")) if place >= 0), default=-1)
    if start >= 0 and chance.random() < 0.7:
        with suppress(ValueError, RecursionError):
            content = json.loads(data[start:])
            for _ in range(chance.randint(1, 3)):
                _replace_one(content, chance)
            return data[:start] + json.dumps(content).encode()
    piecewise = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        start = chance.randint(0, len(piecewise))
        end = min(len(piecewise), start + chance.randint(0, 12))
        doubled = bytes(piecewise[start:end]) * 2
        piecewise[start:end] = chance.choice((b"", doubled, bytes([chance.randrange(256)]), *PIECES))
    return bytes(piecewise)


def _replace_one(content: Any, chance: random.Random) -> None:
    """Replace one value somewhere inside, or take it away."""
    while isinstance(content, dict | list) and content:
        key = chance.choice(list(content) if isinstance(content, dict) else range(len(content)))
        if not isinstance(content[key], dict | list) or not content[key] or chance.random() < 0.3:
            if chance.random() < 0.15:
                del content[key]
            else:
                content[key] = chance.choice(VALUES)
            return
        content = content[key]


VALUES: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 10**20, 10**400, 1.5, [], {}, [None], [[]], [{}], {"": None}, {"value": 1},
    "", "x", "\0", "\ud800", "\u202e", "9" * 5000, "\u0661", " ", "10.5072/a", "0009-0001-0000-0014",
    "https://a.example", "<b>", "&#0;", "%00",
)  # fmt: skip
PIECES: Final = (
    b"null", b"[]", b"{}", b"1e400", b"-1", b"9" * 400, b'"\\u0000"', b'"\\ud800"', b"\xff\xfe", b"[[", b"]",
    "\u202e".encode(), b'{"a":', b"true", b"\xd9\xa1", b"https://", b"10.5072/", b"\r\n", b"%00", b"&amp;",
)  # fmt: skip
