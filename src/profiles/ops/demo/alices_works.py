"""Alice's works in the demo: a repository registers them, and her ORCID record shows what arrived."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from profiles.ops.demo.visitor import ask

ALICE: Final = "0009-0001-0000-0014"
TIMEOUT_SECONDS: Final = 60.0
Work = dict[str, Any]
"""One work of a record, as ORCID summarises it."""


class AlicesWorks:
    """Her works at the stand-ins for DataCite and ORCID."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        """Take the variables of the demo's processes."""
        self._orcid = variables["ORCID_URL"]
        self._datacite = variables["API_URL"]
        self._client = variables["ORCID_AUTO_UPDATE_CLIENT_ID"]

    def register(self, doi: str, title: str) -> None:
        """Register a DOI that names her, or correct its title."""
        attributes = {
            "doi": doi,
            "event": "publish",
            "url": "https://example.org/ice-cores",
            "titles": [{"title": title}],
            "publisher": "Example Polar Archive",
            "publicationYear": 2026,
            "types": {"resourceTypeGeneral": "Dataset"},
            "creators": [
                {
                    "name": "Alvarado, Alice",
                    "givenName": "Alice",
                    "familyName": "Alvarado",
                    "nameType": "Personal",
                    "nameIdentifiers": [
                        {
                            "nameIdentifier": f"https://orcid.org/{ALICE}",
                            "nameIdentifierScheme": "ORCID",
                            "schemeUri": "https://orcid.org",
                        }
                    ],
                }
            ],
        }
        body = {"data": {"type": "dois", "attributes": attributes}}
        ask(f"{self._datacite}/dois/{doi}", body, method="PUT")

    def on_record(self) -> list[Work]:
        """Read the record as ORCID shows it to a client with permission."""
        request = {"client_id": self._client, "orcid": ALICE}
        token = ask(f"{self._orcid}/__sandbox__/tokens", request)["access_token"]
        record = ask(f"{self._orcid}/v3.0/{ALICE}/works", token=token)
        return [work for group in record["group"] for work in group["work-summary"]]

    def wait_for(self, doi: str, title: str) -> Work | None:
        """Return the work when it is on the record with this title; None when it does not arrive."""
        started = time.monotonic()
        while time.monotonic() - started < TIMEOUT_SECONDS:
            for work in self.on_record():
                if doi_of(work) == doi and title_of(work) == title:
                    return work
            time.sleep(0.2)
        return None

    def remove(self, work: Work) -> None:
        """Remove a work at ORCID, as she would."""
        ask(f"{self._orcid}/__sandbox__/remove-work", {"orcid": ALICE, "put_code": work["put-code"]})

    def writes(self) -> list[str]:
        """Return all calls that changed her record or tried to, oldest first."""
        requests = ask(f"{self._orcid}/__sandbox__/log?path=/{ALICE}/")["requests"]
        return [f"{call['method']} {call['path']}" for call in requests if call["method"] != "GET"]


def title_of(work: Work) -> str:
    """Return the title of a work."""
    return str(work["title"]["title"]["value"])


def doi_of(work: Work) -> str:
    """Return the DOI of a work."""
    ids = work["external-ids"]["external-id"]
    return next((str(i["external-id-value"]) for i in ids if i["external-id-relationship"] == "self"), "")


def listed(works: Sequence[Work]) -> str:
    """Return works as text."""
    return "; ".join(f"'{title_of(work)}' ({doi_of(work)})" for work in works) or "no works"
