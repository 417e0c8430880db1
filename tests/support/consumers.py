"""What the tests of today's consumers share: a fetch as Commons makes it, wishes, cookies, bytes."""

import base64
import json
import re

from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account
from tests.support.api_callers import ALICE, DOI
from tests.support.ruby_client import talk

BACKEND = settings.AUTHENTICATION_BACKENDS[0]
UUID = "d140d44e-af70-43ec-a90b-49878a954487"
NOBODY = b'{"errors":[{"status":"401","title":"Bad credentials."}]}'
NOT_YOURS = b'{"errors":[{"status":"403","title":"You are not authorized to access this resource."}]}'
NOT_THERE = b'{"errors":[{"status":"404","title":"The resource you are looking for doesn\'t exist."}]}'
DONE = {"state": "done", "put_code": 37669203, "owner_client": "APP-1"}
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def martin() -> Account:
    """The person of the recordings, under an iD that is nobody's."""
    return Account.objects.create(
        orcid_id=ALICE, name="Martin Fenner", given_names="Martin", family_name="Fenner"
    )


class Fetch:
    """Commons' server: JSON wanted, parameters encoded as URLSearchParams does, never redirected."""

    def __init__(self, place, token=""):
        self._place, self._token = place, token

    def __call__(self, verb, path, content=None):
        headers = {"Host": f"{self._place[0]}:{self._place[1]}", "Accept": "application/json"}
        headers |= {"Accept-Encoding": "gzip, deflate", "Sec-Fetch-Mode": "cors", "Accept-Language": "*"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        body = b"" if content is None else json.dumps(content).encode()
        if content is not None:
            headers["Content-Type"] = "application/json;charset=UTF-8"
            headers["Content-Length"] = str(len(body))
        return talk(self._place, verb, path, headers, body)


def wish(doi=DOI, orcid=ALICE, **changes):
    return {"claim": {"uuid": UUID, "orcid": orcid, "doi": doi, "claim_action": "create",
                      "source_id": "orcid_search", **changes}}  # fmt: skip


def still(raw: bytes) -> bytes:
    """Put one moment in the place of all, so that bytes can be compared."""
    return MOMENT.sub(b"2026-01-01T00:00:00.000Z", raw)


def base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def session_of(account) -> str:
    browser = Client()
    browser.force_login(account, backend=BACKEND)
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


def signed_in_cookie(place, account, path="/works") -> str:
    return shared_cookie(page(place, "GET", path, session_of(account)))


def shared_cookie(answer) -> str:
    (found,) = [one for one in answer.cookies if one.startswith("_datacite=")]
    return found


def page(place, verb, path, cookie="", **more):
    host = settings.ENVIRONMENT.PROFILES_URL.removeprefix("http://")
    headers = {"Host": host, "Accept": "text/html", **more}
    if cookie:
        headers["Cookie"] = cookie
    return talk(place, verb, path, headers)
