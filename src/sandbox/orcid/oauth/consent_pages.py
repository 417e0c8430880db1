"""The pages of a researcher at ORCID: sign in, grant or deny permission, sign out."""

from typing import Final

from aiohttp import web

from sandbox.orcid.oauth import authorize, scopes
from sandbox.orcid.oauth.authorize import Asked, AuthorizeRefusedError
from sandbox.orcid.oauth.browser import form, local_path, page, redirect, session, sign_in, signed_in
from sandbox.orcid.records.people import Person, RecordStatus
from sandbox.orcid.wire.answers import STATE

routes = web.RouteTableDef()

_MOST_SHOWN: Final = 50


@routes.get("/oauth/authorize")
async def show_request(request: web.Request) -> web.Response:
    """Show the consent page of an application."""
    state = request.app[STATE]
    try:
        asked = authorize.read(state, request.query_string)
    except AuthorizeRefusedError as refusal:
        return _refused(request, refusal)
    person = signed_in(request)
    silent = "none" in asked.prompts and asked.is_openid
    if person is None or authorize.needs_sign_in(asked, session(request), state.now()):
        if silent:
            return redirect(request, authorize.silently_failed(asked, "login_required"))
        return _sign_in_page(request, asked)
    if authorize.consent_is_given(state, asked, person):
        return redirect(request, authorize.granted(state, asked, person, session(request)))
    if silent:
        return redirect(request, authorize.silently_failed(asked, "interaction_required"))
    return page(
        request,
        "consent.html",
        client=asked.client,
        wishes=_in_words(asked),
        query=asked.query,
    )


@routes.post("/oauth/authorize")
async def answer_request(request: web.Request) -> web.Response:
    """Take the person's answer to the consent page."""
    sent = await form(request)
    state = request.app[STATE]
    try:
        asked = authorize.read(state, sent.get("query", ""))
    except AuthorizeRefusedError as refusal:
        return _refused(request, refusal)
    person = signed_in(request)
    if person is None:
        return redirect(request, f"/oauth/authorize?{asked.query}")
    if sent.get("decision") == "authorize":
        return redirect(request, authorize.granted(state, asked, person, session(request)))
    return redirect(request, authorize.denied(asked))


@routes.get("/signin")
async def show_sign_in(request: web.Request) -> web.Response:
    """Show the sign-in page for the stand-in's own pages."""
    return _sign_in(request, goes_on=local_path(request.query.get("next", "/my-orcid")))


@routes.post("/signin")
async def answer_sign_in(request: web.Request) -> web.Response:
    """Sign a person in: choosing one is enough unless they have a password."""
    sent = await form(request)
    goes_on = local_path(sent.get("next", "/"))
    orcid_id = (sent.get("orcid") or sent.get("typed_orcid") or "").strip().rsplit("/", 1)[-1].upper()
    person = request.app[STATE].people.get(orcid_id)
    problem = _cannot_sign_in(person, orcid_id, sent.get("password", ""))
    if person is None or problem:
        return _sign_in(request, goes_on=goes_on, problem=problem, typed=orcid_id, status=422)
    sign_in(request, person)
    return redirect(request, goes_on)


@routes.get("/signout")
async def sign_out(request: web.Request) -> web.Response:
    """Sign out at once, as ORCID's own address does."""
    current = session(request)
    current.orcid_id = None
    current.signed_in_at = 0.0
    goes_on = request.query.get("next")
    if goes_on:
        return redirect(request, local_path(goes_on))
    return page(request, "signed_out.html")


def _cannot_sign_in(person: Person | None, orcid_id: str, password: str) -> str | None:
    if not orcid_id:
        return "Choose a person or type an ORCID iD."
    if person is None:
        return f"No person with the iD {orcid_id} is known here."
    if person.password and person.password != password:
        return "This password is not right."
    if person.status in (RecordStatus.DEACTIVATED, RecordStatus.LOCKED, RecordStatus.UNCLAIMED):
        return f"The record {orcid_id} is {person.status.value}: no one can sign in to it."
    if person.status is RecordStatus.DEPRECATED:
        return f"The record {orcid_id} was merged into {person.primary}: sign in with that one."
    return None


def _sign_in_page(request: web.Request, asked: Asked) -> web.Response:
    goes_on = f"/oauth/authorize?{authorize.without_login(asked.query)}"
    typed = asked.parameters.get("orcid", "")
    return _sign_in(request, goes_on=goes_on, typed=typed, client_name=asked.client.name)


def _sign_in(
    request: web.Request,
    *,
    goes_on: str,
    problem: str | None = None,
    typed: str = "",
    client_name: str | None = None,
    status: int = 200,
) -> web.Response:
    one_click = [
        each
        for each in request.app[STATE].people.values()
        if each.status is RecordStatus.ACTIVE and not each.password
    ]
    return page(
        request,
        "sign_in.html",
        status=status,
        people=one_click[:_MOST_SHOWN],
        next=goes_on,
        problem=problem,
        typed=typed,
        client_name=client_name,
    )


def _in_words(asked: Asked) -> list[str]:
    return sorted({scopes.IN_WORDS.get(scope, scope) for scope in asked.scopes})


def _refused(request: web.Request, refusal: AuthorizeRefusedError) -> web.Response:
    """Show the error: ORCID never redirects to an address that it has not verified."""
    return page(request, "refused.html", status=400, error=refusal.error, sentence=refusal.sentence)
