"""Show stored works: complete, as summaries, in groups."""

from collections.abc import Iterable

from sandbox.orcid.records import schema
from sandbox.orcid.records import vocabulary as v
from sandbox.orcid.records.grammar import Document
from sandbox.orcid.records.identifiers import compared, with_normalised
from sandbox.orcid.records.people import IDENTITY_HOST, IDENTITY_SITE
from sandbox.orcid.records.records import Work
from sandbox.orcid.state import OrcidState
from sandbox.orcid.wire import wire_json

_IN_SUMMARY = ("title", "url", "type", "publication-date", "journal-title")


def source(state: OrcidState, source_id: str) -> Document:
    """Return the source of an item: a client, or the owner of the record."""
    if source_id in state.clients:
        return {
            "source-client-id": {
                "uri": f"{IDENTITY_SITE}/client/{source_id}",
                "path": source_id,
                "host": IDENTITY_HOST,
            },
            "source-name": {"value": state.source_name(source_id)},
        }
    key = "source-orcid" if v.RECORD_ID.fullmatch(source_id) else "source-client-id"
    middle = "" if key == "source-orcid" else "client/"
    return {
        key: {"uri": f"{IDENTITY_SITE}/{middle}{source_id}", "path": source_id, "host": IDENTITY_HOST},
        "source-name": {"value": state.source_name(source_id)},
    }


def whole(state: OrcidState, work: Work) -> Document:
    """Return a work with all its elements."""
    return {
        **_frame(state, work),
        "path": f"/{work.orcid_id}/work/{work.put_code}",
        "contributors": {"contributor": []},
        **work.content,
        "external-ids": {"external-id": [with_normalised(each) for each in work.identifiers]},
    }


def summary(state: OrcidState, work: Work) -> Document:
    """Return a work as in lists: no contributors, no description, no citation."""
    name = state.source_name(work.source)
    if name not in work.shown:
        work.shown[name] = wire_json.complete(_summary(state, work), schema.WORK_SUMMARY)
    return work.shown[name]


def _summary(state: OrcidState, work: Work) -> Document:
    return {
        **_frame(state, work),
        "path": f"/{work.orcid_id}/work/{work.put_code}",
        "display-index": work.display_index,
        **{name: work.content[name] for name in _IN_SUMMARY if name in work.content},
        "external-ids": {"external-id": [with_normalised(each) for each in work.identifiers]},
    }


def _frame(state: OrcidState, work: Work) -> Document:
    return {
        "created-date": {"value": work.created},
        "last-modified-date": {"value": work.modified},
        "source": source(state, work.source),
        "put-code": work.put_code,
        "visibility": work.visibility,
    }


def grouped(state: OrcidState, orcid_id: str, works: Iterable[Work]) -> Document:
    """Return the list of works: works that share a ``self`` or ``version-of`` identifier form a group."""
    groups = [_group(state, members) for members in groups_of(works)]
    groups.sort(key=_order)
    content: Document = {"group": groups, "path": f"/{orcid_id}/works"}
    if groups:
        latest = max(group["last-modified-date"]["value"] for group in groups)
        content["last-modified-date"] = {"value": latest}
    return content


def groups_of(works: Iterable[Work]) -> list[list[Work]]:
    """Group works that share an identifier, directly or through other works."""
    parent: dict[int, int] = {}
    by_put_code: dict[int, Work] = {}
    first_with: dict[tuple[str, str], int] = {}

    def root(put_code: int) -> int:
        while parent[put_code] != put_code:
            parent[put_code] = parent[parent[put_code]]
            put_code = parent[put_code]
        return put_code

    for work in works:
        by_put_code[work.put_code] = work
        parent[work.put_code] = work.put_code
        for key in _grouping_keys(work):
            other = first_with.setdefault(key, work.put_code)
            parent[root(work.put_code)] = root(other)
    members: dict[int, list[Work]] = {}
    for put_code, work in by_put_code.items():
        members.setdefault(root(put_code), []).append(work)
    return list(members.values())


def _grouping_keys(work: Work) -> list[tuple[str, str]]:
    return [
        compared(each["external-id-type"], each["external-id-value"])
        for each in work.identifiers
        if each["external-id-relationship"] in v.GROUPING_RELATIONSHIPS
    ]


def _group(state: OrcidState, members: list[Work]) -> Document:
    # A higher display index comes first, then the older work.
    members = sorted(members, key=lambda work: (-int(work.display_index), work.created, work.put_code))
    identifiers: dict[tuple[str, str, str], Document] = {}
    summaries = [summary(state, work) for work in members]
    for each in (each for shown in summaries for each in shown["external-ids"]["external-id"]):
        relationship = each["external-id-relationship"]
        if relationship in v.GROUPING_RELATIONSHIPS:
            key = (*compared(each["external-id-type"], each["external-id-value"]), relationship)
            identifiers.setdefault(key, each)
    return {
        "last-modified-date": {"value": max(work.modified for work in members)},
        "external-ids": {"external-id": list(identifiers.values())},
        "work-summary": summaries,
    }


def _order(group: Document) -> tuple[tuple[int, ...], str, str]:
    first = group["work-summary"][0]
    date = first.get("publication-date") or {}
    parts = tuple(-int(date[name]["value"]) if date.get(name) else 1 for name in ("year", "month", "day"))
    return parts, first["title"]["title"]["value"].lower(), first["type"]
