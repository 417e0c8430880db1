"""Walk through the pages of the Globus stand-in as a browser without a screen would."""

import re
from html import unescape
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

import requests

LIMIT = 20


def sign_in_at_globus(
    authorize_url: str, username: str, *, browser: requests.Session | None = None, decision: str = "allow"
) -> str:
    """Sign in with this username, allow (or ``deny``), and return where the browser is sent back to."""
    browser = browser or requests.Session()
    answer = browser.get(authorize_url, timeout=LIMIT, allow_redirects=False)
    if answer.status_code == 303:
        return answer.headers["Location"]
    page = _choose_person(browser, answer, username)
    if page.status_code == 303:
        return page.headers["Location"]
    fields = {name: hidden(page.text, name) for name in ("csrf", "query")}
    consent = urljoin(page.url, "/v2/web/consent")
    done = browser.post(consent, {**fields, "decision": decision}, timeout=LIMIT, allow_redirects=False)
    assert done.status_code == 303, done.text
    return done.headers["Location"]


def _choose_person(browser: requests.Session, page: requests.Response, username: str) -> requests.Response:
    login = urljoin(page.url, "/v2/web/login")
    organizations = [unescape(each) for each in re.findall(r"<option>([^<]*)</option>", page.text)]
    ways = [{"provider": "google"}, {"provider": "orcid"}]
    ways += [{"provider": "institution", "organization": each} for each in organizations]
    query = hidden(page.text, "query")
    for way in ways:
        people = browser.get(login, params={**way, "query": query}, timeout=LIMIT)
        found = re.search(rf'value="([^"]*)">[^<]*\({re.escape(username)}\)', people.text)
        if found:
            form = {"csrf": hidden(people.text, "csrf"), "query": query, "identity": unescape(found.group(1))}
            return browser.post(login, form, timeout=LIMIT, allow_redirects=False)
    raise AssertionError(f"nobody called {username} can sign in here")


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name} in {page}"
    return unescape(found.group(1))


def parameters_of(url: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def changed(url: str, **changes: str | None) -> str:
    """Return the address with other parameters; None takes one away."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query)), **changes}
    kept = {name: value for name, value in query.items() if value is not None}
    return parts._replace(query=urlencode(kept)).geturl()
