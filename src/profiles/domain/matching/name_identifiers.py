"""Read the ORCID iD in a person's identifier.

Matching, mapping, the reports to repositories and the doubts about a record all use this module, so that they
agree on what an iD is.
"""

from typing import Any, Final

from profiles.domain.ids import OrcidId, is_example_orcid_id, parse_orcid_id

OTHER_SCHEMES: Final = frozenset(
    {"isni", "gnd", "viaf", "ror", "grid", "researcherid", "scopus", "scopus author id", "ringgold"}
    | {"bnf", "lccn", "url", "wikidata", "raid", "orgref", "crossref funder id", "local"}
)
"""Labels that never mean ORCID, whatever the value looks like (datacite/datacite#2449)."""

HOSTS: Final = ("orcid.org",)
HOSTS_WITH_SANDBOX: Final = ("orcid.org", "sandbox.orcid.org")


def read_id(value: str, scheme: Any, scheme_uri: Any, *, sandbox: bool = False) -> OrcidId | None:
    """Read the iD in an identifier's value, label and label's address; None for examples too."""
    orcid_id = parse_orcid_id(value, hosts=HOSTS_WITH_SANDBOX if sandbox else HOSTS)
    if orcid_id is None or is_example_orcid_id(orcid_id):
        return None
    if scheme == "ORCID":
        return orcid_id
    scheme = _label(scheme)
    # ISNI has reserved ORCID's numbers: one in the usual form without a label can only be an ORCID iD.
    unlabelled = scheme.lower() not in OTHER_SCHEMES and "-" in value
    return orcid_id if unlabelled or says_orcid(scheme, _label(scheme_uri), value) else None


def says_orcid(*words: str) -> bool:
    """Tell whether the label, its address or the value itself contains "orcid"."""
    return any("orcid" in word.lower() for word in words)


def _label(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
