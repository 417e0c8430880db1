"""What tests of finding works need: entries of other services on a record, jobs done at once."""

import json
import urllib.request

from procrastinate.contrib.django.models import ProcrastinateJob

from profiles.accounts.models import Account
from profiles.domain.doi_lists.reading import read_pasted
from profiles.infra.jobs import job_names
from profiles.jobs import claims as jobs
from profiles.pipeline.requests import choose_works
from tests.support.pushing import ALICE

CROSSREF = {"client_id": "APP-CROSSREFWORKS001", "client_secret": "x", "name": "Crossref"}


def added_by_crossref(orcid, doi, orcid_id=ALICE) -> None:
    """Let another service put a work on the record."""
    orcid.order("clients", {**CROSSREF, "redirect_uris": ["https://crossref.example/"]})
    token = orcid.order(
        "tokens", {"client_id": CROSSREF["client_id"], "orcid": orcid_id, "scopes": ["/activities/update"]}
    )
    link = {
        "external-id-type": "doi",
        "external-id-value": doi,
        "external-id-url": {"value": f"https://doi.org/{doi}"},
        "external-id-relationship": "self",
    }
    work = {
        "title": {"title": {"value": "From somewhere else"}},
        "type": "data-set",
        "external-ids": {"external-id": [link]},
    }
    request = urllib.request.Request(
        f"{orcid.url}/v3.0/{orcid_id}/work",
        json.dumps(work).encode(),
        {"Authorization": f"Bearer {token['access_token']}", "Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=10).close()


def waiting_look_ups() -> list[dict]:
    """Return the arguments of the look-ups that wait in the queue, and take them out of it."""
    found = ProcrastinateJob.objects.filter(task_name=job_names.LOOK_UP, status="todo")
    arguments = [job.args for job in found]
    found.delete()
    return arguments


def look_up_all() -> None:
    """Do the look-ups that wait, as the worker would."""
    for arguments in waiting_look_ups():
        jobs.look_up(**arguments)


def paste(browser, text="", file=None):
    """Paste a list of DOIs on Find works, or choose a file with them, and have them looked up."""
    return browser.post("/find", {"do": "look-up", "text": text, **({"file": file} if file else {})})


def own_list(browser, text="") -> str:
    """Return the person's own list as a page, after pasting and looking up ``text``."""
    if text:
        paste(browser, text)
        look_up_all()
    return browser.get("/find", {"by": "list"}).content.decode()


def add_pasted(orcid_id: str, text: str) -> None:
    """Paste DOIs for a person, have them looked up, and add those that can be added."""
    selection = choose_works.choose_pasted(Account.objects.get(orcid_id=orcid_id), read_pasted(text))
    look_up_all()
    choose_works.request_all(selection)
