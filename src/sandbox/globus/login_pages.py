"""The sign-in pages: choose a provider, choose a person, agree to share the claims."""

import secrets
from typing import Any, Final
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.globus.browser import STATE, own_form, page, see_other, session
from sandbox.globus.identities import PROVIDERS, USED, Login
from sandbox.globus.request import RefusedError, UnansweredError, Wanted, answer_url, read
from sandbox.globus.state import CODE_LIFE, VIEW_IDENTITIES, VIEW_IDENTITY_SET, Code

routes = web.RouteTableDef()
AUTHORIZE: Final = "/v2/oauth2/authorize"
_MEANINGS: Final = {
    "openid": "Know who you are at Globus",
    "profile": "See your name, username and organisation",
    "email": "See your email address",
    VIEW_IDENTITY_SET: "See all identities you have linked, such as your ORCID iD",
    VIEW_IDENTITIES: "Look up identities by name",
}


@web.middleware
async def explained(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer a bad authorize request with a page or a redirect to the service."""
    try:
        response: web.StreamResponse = await handler(request)
    except UnansweredError as error:
        return page(request, "refused.html", status=400, reason=str(error))
    except RefusedError as error:
        return see_other(request, error.location)
    return response


@routes.get(AUTHORIZE)
async def authorize(request: web.Request) -> web.Response:
    """Start a sign-in, or redirect at once a person who is signed in and agreed before."""
    state = request.app[STATE]
    wanted = read(request.query, state)
    login = session(request).login
    too_old = login is not None and wanted.max_age is not None and state.now() - login.at > wanted.max_age
    too_weak = login is not None and wanted.with_second_factor and not login.identity.second_factor
    if login is None or wanted.login_again or too_old or too_weak:
        return page(request, "choose_login.html", wanted=wanted, organizations=_organizations(request))
    return _consent_or_go_on(request, wanted, login)


@routes.get("/v2/web/login")
async def choose_person(request: web.Request) -> web.Response:
    """Show the people of the chosen provider."""
    state = request.app[STATE]
    wanted = _carried(request, request.query.get("query", ""))
    provider = request.query.get("provider", "")
    organization = request.query.get("organization", "")
    candidates = [
        (holder, identity)
        for holder in state.holders.values()
        for identity in holder.identities
        if identity.provider == provider and identity.status == USED
        if provider != "institution" or identity.organization == organization
    ]
    if provider not in PROVIDERS:
        return page(request, "refused.html", status=400, reason="There is no such way to sign in.")
    names = {"google": "Google", "orcid": "ORCID", "institution": organization}
    return page(
        request, "choose_person.html", wanted=wanted, candidates=candidates, provider_name=names[provider]
    )


@routes.post("/v2/web/login")
async def sign_in(request: web.Request) -> web.Response:
    """Sign a person in with the chosen identity."""
    state = request.app[STATE]
    form = await own_form(request)
    if form is None:
        return page(request, "refused.html", status=403, reason="This form is not from this browser.")
    wanted = _carried(request, form.get("query", ""))
    key, _, sub = form.get("identity", "").rpartition("|")
    found = state.identity(key, sub)
    if found is None:
        return page(request, "refused.html", status=400, reason="There is no such person here.")
    holder, identity = found
    if wanted.with_second_factor and not identity.second_factor:
        reason = f"{identity.provider_name} does not say that you gave a second factor, which is required."
        return page(request, "refused.html", status=403, reason=reason)
    identity.last_authentication = state.now()
    login = session(request).login = Login(holder, identity, state.now())
    return _consent_or_go_on(request, wanted, login)


@routes.post("/v2/web/consent")
async def consent(request: web.Request) -> web.Response:
    """Take the answer to the consent page."""
    state = request.app[STATE]
    form = await own_form(request)
    login = session(request).login
    if form is None:
        return page(request, "refused.html", status=403, reason="This form is not from this browser.")
    wanted = _carried(request, form.get("query", ""))
    if form.get("decision") != "allow":
        raise RefusedError(
            "access_denied",
            "The resource owner or authorization server denied the request",
            redirect_uri=wanted.redirect_uri,
            state=wanted.state,
        )
    if login is None:
        return see_other(request, f"{AUTHORIZE}?{wanted.query}")
    pair = (login.primary.sub, wanted.client.client_id)
    state.consents[pair] = state.consents.get(pair, frozenset()) | wanted.scopes
    return _with_code(request, wanted, login)


@routes.get("/v2/web/logout")
async def logout(request: web.Request) -> web.Response:
    """End the session at Globus and show a link back, without a redirect."""
    session(request).login = None
    back = request.query.get("redirect_uri", "")
    return page(
        request,
        "signed_out.html",
        back=back if back.startswith(("https://", "http://")) else "",
        back_name=request.query.get("redirect_name") or "the service",
    )


@routes.get("/")
async def front(request: web.Request) -> web.Response:
    """Show the people who can sign in."""
    return page(request, "front.html", holders=list(request.app[STATE].holders.values()))


def _carried(request: web.Request, query: str) -> Wanted:
    return read(dict(parse_qsl(query, keep_blank_values=True)), request.app[STATE])


def _consent_or_go_on(request: web.Request, wanted: Wanted, login: Login) -> web.Response:
    agreed = request.app[STATE].consents.get((login.primary.sub, wanted.client.client_id), frozenset())
    if wanted.scopes <= agreed:
        return _with_code(request, wanted, login)
    meanings = [meaning for scope, meaning in _MEANINGS.items() if scope in wanted.scopes]
    return page(request, "consent.html", wanted=wanted, meanings=meanings)


def _with_code(request: web.Request, wanted: Wanted, login: Login) -> web.Response:
    state = request.app[STATE]
    value = secrets.token_urlsafe(22)
    state.codes[value] = Code(
        client_id=wanted.client.client_id,
        redirect_uri=wanted.redirect_uri,
        scopes=wanted.scopes,
        login=login,
        nonce=wanted.nonce,
        challenge=wanted.challenge,
        offline=wanted.offline,
        with_auth_time=wanted.max_age is not None,
        expires_at=state.now() + CODE_LIFE,
    )
    return see_other(request, answer_url(wanted.redirect_uri, code=value, state=wanted.state))


def _organizations(request: web.Request) -> list[str]:
    found = {
        identity.organization
        for holder in request.app[STATE].holders.values()
        for identity in holder.identities
        if identity.provider == "institution" and identity.organization
    }
    return sorted(found)
