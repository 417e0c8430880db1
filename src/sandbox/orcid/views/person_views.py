"""The personal part of a record, as far as the stand-in has it: iD, names, works."""

from typing import Final

from aiohttp import web

from sandbox.orcid.oauth import access
from sandbox.orcid.oauth.access import Caller, check_target, open_record
from sandbox.orcid.records import schema, works
from sandbox.orcid.records.grammar import (
    ACTIVITIES,
    COMMON,
    EMAIL,
    HISTORY,
    PERSON,
    PERSONAL_DETAILS,
    RECORD,
    Attribute,
    Document,
    Elements,
    Part,
    Text,
)
from sandbox.orcid.records.people import IDENTITY_HOST, IDENTITY_SITE, Person, RecordStatus
from sandbox.orcid.records.simple_types import any_text, date_time
from sandbox.orcid.views import work_views
from sandbox.orcid.wire import answers
from sandbox.orcid.wire.answers import STATE

routes = web.RouteTableDef()

_MOMENT: Final = Text(date_time, moment=True)
_PATH: Final = Attribute("path", any_text)
_NAME: Final = Elements(
    (
        Part(COMMON, "created-date", _MOMENT),
        Part(COMMON, "last-modified-date", _MOMENT),
        Part(PERSONAL_DETAILS, "given-names", Text(any_text)),
        Part(PERSONAL_DETAILS, "family-name", Text(any_text)),
        Part(PERSONAL_DETAILS, "credit-name", Text(any_text)),
    ),
    (Attribute("visibility", any_text), _PATH),
)
_PERSON: Final = Elements(
    (
        Part(COMMON, "last-modified-date", _MOMENT),
        Part(PERSON, "name", _NAME),
        Part(EMAIL, "emails", Elements((Part(EMAIL, "email", Elements(()), many=True),), (_PATH,))),
    ),
    (_PATH,),
)
_RECORD: Final = Elements(
    (
        Part(
            COMMON,
            "orcid-identifier",
            Elements(
                tuple(Part(COMMON, name, Text(any_text, wrapped=False)) for name in ("uri", "path", "host"))
            ),
        ),
        Part(
            HISTORY,
            "history",
            Elements(
                (
                    Part(HISTORY, "submission-date", _MOMENT),
                    Part(COMMON, "last-modified-date", _MOMENT),
                    Part(HISTORY, "claimed", Text(any_text, wrapped=False)),
                    Part(HISTORY, "verified-email", Text(any_text, wrapped=False)),
                    Part(HISTORY, "verified-primary-email", Text(any_text, wrapped=False)),
                ),
            ),
        ),
        Part(PERSON, "person", _PERSON),
        Part(
            ACTIVITIES,
            "activities-summary",
            Elements(
                (Part(COMMON, "last-modified-date", _MOMENT), Part(ACTIVITIES, "works", schema.WORKS)),
                (_PATH,),
            ),
        ),
    ),
    (_PATH,),
)


@routes.get("/v3.0/{orcid}/person")
async def read_person(request: web.Request) -> web.Response:
    """Read the names; without a token the public ones."""
    person, who = _enter(request)
    return answers.document(request, _person(person, who), space=PERSON, name="person", kind=_PERSON)


@routes.get("/v3.0/{orcid}/record")
async def read_record(request: web.Request) -> web.Response:
    """Read the record as a whole."""
    person, who = _enter(request)
    state = request.app[STATE]
    listed = work_views.grouped(state, person.orcid_id, works.readable(state, person, who))
    created = {"value": int(person.created_at * 1000)}
    content: Document = {
        "orcid-identifier": {
            "uri": f"{IDENTITY_SITE}/{person.orcid_id}",
            "path": person.orcid_id,
            "host": IDENTITY_HOST,
        },
        "history": {
            "submission-date": created,
            "last-modified-date": listed.get("last-modified-date", created),
            "claimed": person.status is not RecordStatus.UNCLAIMED,
            "verified-email": True,
            "verified-primary-email": True,
        },
        "person": _person(person, who),
        "activities-summary": {
            **(
                {"last-modified-date": listed["last-modified-date"]} if "last-modified-date" in listed else {}
            ),
            "works": listed,
            "path": f"/{person.orcid_id}/activities",
        },
        "path": f"/{person.orcid_id}",
    }
    return answers.document(request, content, space=RECORD, name="record", kind=_RECORD)


def _enter(request: web.Request) -> tuple[Person, Caller | None]:
    who = access.caller(request, request.app[STATE]) if access.bearer(request) else None
    answers.negotiate(request)
    orcid_id = request.match_info["orcid"]
    if who:
        check_target(who, orcid_id)
    return open_record(request.app[STATE], orcid_id, who=who, method="GET"), who


def _person(person: Person, who: Caller | None) -> Document:
    moment = {"value": int(person.created_at * 1000)}
    content: Document = {
        "emails": {"email": [], "path": f"/{person.orcid_id}/email"},
        "path": f"/{person.orcid_id}/person",
    }
    may_see = person.name_public or (who is not None and who.may("/person/read-limited"))
    if may_see:
        names = {
            "given-names": person.given_names,
            "family-name": person.family_name,
            "credit-name": person.credit_name,
        }
        content["name"] = {
            "created-date": moment,
            "last-modified-date": moment,
            **{key: {"value": value} for key, value in names.items() if value},
            "visibility": "public" if person.name_public else "limited",
            "path": person.orcid_id,
        }
    return content
