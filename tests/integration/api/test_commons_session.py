"""A whole session of DataCite Commons, in the order in which its pages make the requests.

A researcher arrives signed in, opens a work, presses "Add to ORCID Record", sees it arrive, takes it back.
Between two requests only the worker runs, against the stand-ins of ORCID and DataCite.
"""

import json
from urllib.parse import quote, unquote, urlencode

import pytest

from profiles.accounts.models import Account
from tests.support.api_callers import ALICE, DOI
from tests.support.consumers import Fetch, base64url, signed_in_cookie, wish
from tests.support.pushing import permitted, registered, run_lanes, works_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def commons(place, orcid, datacite):
    """Commons' server, with the token that it reads from our cookie; Alice has given permission."""
    registered(datacite, DOI)
    permitted(orcid)
    account = Account.objects.get(orcid_id=ALICE)
    account.name = "Zoë Müller"
    account.save()
    cookie = signed_in_cookie(place, account).split("; ")[0].removeprefix("_datacite=")
    token = json.loads(unquote(cookie))["authenticated"]["access_token"]
    said = json.loads(base64url(token.split(".")[1]))
    assert (said["uid"], said["name"]) == (ALICE, "Zoë Müller")
    return Fetch(place, token)


def shown(commons) -> dict | None:
    """What the page of the work shows: the first claim that is found, if any."""
    answer = commons("GET", f"/claims?{urlencode({'user-id': ALICE, 'dois': DOI.lower()})}")
    assert answer.status == 200
    found = answer.json()["data"]
    return {"id": found[0]["id"], **found[0]["attributes"]} if found else None


def polled(commons) -> list[str]:
    """Ask as long as the page asks: until nothing is waiting; return every state that was seen."""
    seen = [shown(commons)["state"]]
    while seen[-1] in {"waiting", "working"} and len(seen) < 20:
        run_lanes()
        seen.append(shown(commons)["state"])
    return seen


def test_a_session_of_commons_adds_a_work_sees_it_arrive_and_takes_it_back(commons, orcid):
    assert shown(commons) is None

    added = commons("POST", "/claims", wish())
    made = added.json()["data"]
    assert (added.status, made["attributes"]["state"]) == (202, "waiting")
    assert (made["attributes"]["claimAction"], made["attributes"]["errorMessages"]) == ("create", [])
    assert shown(commons)["id"] == made["id"]
    assert polled(commons) == ["waiting", "done"]
    there = shown(commons)
    (work,) = works_of(orcid)
    assert (there["sourceId"], there["putCode"]) == ("orcid_search", work["put-code"])
    assert there["claimed"]
    assert there["errorMessages"] == []

    removed = commons("DELETE", f"/claims/{quote(made['id'], safe='')}")
    told = removed.json()["data"]
    assert (removed.status, told["id"]) == (202, made["id"])
    assert (told["attributes"]["state"], told["attributes"]["claimAction"]) == ("waiting", "delete")
    assert polled(commons) == ["waiting", "deleted"]
    assert shown(commons)["claimAction"] == "delete"
    assert works_of(orcid) == []

    again = commons("POST", "/claims", wish())
    assert (again.status, again.json()["data"]["id"]) == (202, made["id"])
    assert polled(commons) == ["waiting", "done"]
    assert len(works_of(orcid)) == 1
