"""Walk through ORCID's stand-in as a browser without a screen would."""

from urllib.parse import urljoin

import requests

from tests.support.globus_browser import LIMIT, hidden


def sign_in_at_orcid(
    authorize_url: str,
    orcid_id: str,
    *,
    browser: requests.Session | None = None,
    decision: str = "authorize",
) -> str:
    """Sign in as this person where asked, give (or ``deny``) permission, and return where one is sent to."""
    browser = browser or requests.Session()
    answer = browser.get(authorize_url, timeout=LIMIT, allow_redirects=False)
    if answer.status_code == 200 and 'name="orcid"' in answer.text:
        form = {"csrf": hidden(answer.text, "csrf"), "next": hidden(answer.text, "next"), "orcid": orcid_id}
        signed = browser.post(urljoin(answer.url, "/signin"), form, timeout=LIMIT, allow_redirects=False)
        assert signed.status_code == 303, signed.text
        goes_on = urljoin(answer.url, signed.headers["Location"])
        answer = browser.get(goes_on, timeout=LIMIT, allow_redirects=False)
    if answer.status_code == 303:
        return answer.headers["Location"]
    fields = {name: hidden(answer.text, name) for name in ("csrf", "query")}
    done = browser.post(
        urljoin(answer.url, "/oauth/authorize"),
        {**fields, "decision": decision},
        timeout=LIMIT,
        allow_redirects=False,
    )
    assert done.status_code == 303, done.text
    return done.headers["Location"]
