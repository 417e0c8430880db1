"""Single works on a record of ORCID's stand-in, written and read as an owner of the token would."""

import json
import urllib.request
from typing import Any


def call(orcid, method: str, path: str, token: str, content: Any = None) -> tuple[Any, dict[str, str]]:
    """Call the member API; return the JSON that came and the headers."""
    request = urllib.request.Request(
        f"{orcid.url}/v3.0/{path}",
        None if content is None else json.dumps(content).encode(),
        {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Content-Type": "application/json",
        },
        method=method,
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
        return (json.loads(text) if text else None), dict(answer.headers)


def added(orcid, orcid_id: str, token: str, work: Any) -> int:
    """Add a work and return its put-code."""
    _, headers = call(orcid, "POST", f"{orcid_id}/work", token, work)
    return int(headers["Location"].rpartition("/")[2])


def work_on(orcid, orcid_id: str, token: str, put_code: int) -> Any:
    """Read one whole work."""
    return call(orcid, "GET", f"{orcid_id}/work/{put_code}", token)[0]
