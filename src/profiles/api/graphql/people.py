"""People in the federated graph of DataCite's services: those who show their record, and public fields only.

The shape is that of today's subgraph (Apollo Federation, first version).
"""

import base64
import binascii
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet
from graphql import GraphQLError, GraphQLSchema, build_schema

from profiles.accounts import selectors
from profiles.accounts.models import Account
from profiles.domain.ids import parse_orcid_id

MAX_PEOPLE: Final = 1000
_BASES: Final = ("https://orcid.org/", "http://orcid.org/")

_TYPES: Final = '''
"""A researcher who shows their record."""
type Person @key(fields: "id") {
  "The ORCID iD as an address."
  id: ID
  type: String!
  name: String
  givenName: String
  familyName: String
}

"""Where a page of people begins and ends."""
type PageInfo {
  endCursor: String
  hasNextPage: Boolean!
  hasPreviousPage: Boolean!
  startCursor: String
}

type PersonEdge {
  cursor: String!
  node: Person
}

type PersonConnectionWithMeta {
  edges: [PersonEdge]
  nodes: [Person]
  pageInfo: PageInfo!
  "How many there are in all; counted no further than ten thousand."
  totalCount: Int!
}
'''
_QUERIES: Final = """
  "One person, by the ORCID iD as an address."
  person(id: ID!): Person
  "People by words in their names, or by an ORCID iD."
  people(query: String, first: Int = 25, after: String): PersonConnectionWithMeta!
"""
SDL: Final = f"type Query {{{_QUERIES}}}\n{_TYPES}"
"""The schema that the gateway composes; it adds the federation's own types."""
_SCHEMA: Final = f"""
scalar _Any
scalar _FieldSet
directive @key(fields: _FieldSet!) repeatable on OBJECT | INTERFACE
union _Entity = Person
type _Service {{ sdl: String }}
type Query {{{_QUERIES}
  _entities(representations: [_Any!]!): [_Entity]!
  _service: _Service!
}}
{_TYPES}
"""
_MAX_COUNT: Final = 10_000


@dataclass(frozen=True)
class Person:
    """One person, as the graph shows them."""

    account: Account

    type = "Person"

    @property
    def id(self) -> str:
        """The iD as an address."""
        return f"https://orcid.org/{self.account.orcid_id}"

    @property
    def name(self) -> str | None:
        """The name that people see, where there is one."""
        return self.account.name or None

    @property
    def givenName(self) -> str | None:  # noqa: N802  the graph's own name
        """Given names."""
        return self.account.given_names or None

    @property
    def familyName(self) -> str | None:  # noqa: N802  the graph's own name
        """Family name."""
        return self.account.family_name or None


class People:
    """One page of people; fields that are not requested are not fetched."""

    def __init__(self, query: str, *, first: int, after: int) -> None:
        self._query = query
        self._first = first
        self._after = after

    @cached_property
    def _rows(self) -> list[Account]:
        people = _matching_people(self._query)
        is_short = bool(self._query.strip()) and self.totalCount < _MAX_COUNT
        if is_short:
            people = selectors.matched_first(people, most=_MAX_COUNT)
        return list(selectors.after_row(people, self._after, found=is_short)[: self._first + 1])

    @property
    def nodes(self) -> list[Person]:
        """The people themselves."""
        return [Person(account) for account in self._rows[: self._first]]

    @property
    def edges(self) -> list[dict[str, Any]]:
        """The people, each with the place from which to go on."""
        return [{"cursor": _cursor(node.account.pk), "node": node} for node in self.nodes]

    @property
    def pageInfo(self) -> dict[str, Any]:  # noqa: N802  the graph's own name
        """Where the page begins and ends."""
        page = self._rows[: self._first]
        return {
            "startCursor": _cursor(page[0].pk) if page else None,
            "endCursor": _cursor(page[-1].pk) if page else None,
            "hasNextPage": len(self._rows) > self._first,
            "hasPreviousPage": self._after > 0,
        }

    @cached_property
    def totalCount(self) -> int:  # noqa: N802  the graph's own name
        """How many there are, counted no further than pages go."""
        return _matching_people(self._query).order_by()[:_MAX_COUNT].count()


def _matching_people(query: str) -> QuerySet[Account]:
    people = selectors.public_people()
    if not query.strip():
        return people
    orcid_id = parse_orcid_id(query)
    return people.filter(orcid_id=orcid_id) if orcid_id else selectors.named_like(people, query)


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def _number_after(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        number = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        number = -1
    if not 0 <= number < 2**63:
        raise GraphQLError("after takes a cursor of an earlier answer.")
    return number


def _id_of(address: object) -> str | None:
    """Read an iD from its address; anything else finds no one, as in today's service."""
    return parse_orcid_id(address) if isinstance(address, str) and address.startswith(_BASES) else None


def _person(_root: Any, _info: Any, **arguments: Any) -> Person | None:
    orcid_id = _id_of(arguments["id"])
    account = selectors.public_people().filter(orcid_id=orcid_id).first() if orcid_id else None
    return Person(account) if account else None


def _people(
    _root: Any, _info: Any, *, query: str | None = None, first: int | None = 25, after: str | None = None
) -> People:
    count = 25 if first is None else first
    if not 0 <= count <= MAX_PEOPLE:
        raise GraphQLError(f"first takes 0 to {MAX_PEOPLE}.")
    return People((query or "").replace("\0", ""), first=count, after=_number_after(after))


def _entities(_root: Any, _info: Any, *, representations: list[Any]) -> list[Person | None]:
    """Answer the gateway, in one query and in its order."""
    orcid_ids = [
        _id_of(item.get("id")) if isinstance(item, dict) and item.get("__typename") == "Person" else None
        for item in representations
    ]
    people = selectors.public_people().filter(orcid_id__in={item for item in orcid_ids if item})
    by_orcid_id = {account.orcid_id: Person(account) for account in people}
    return [by_orcid_id.get(item) if item else None for item in orcid_ids]


def _service(_root: Any, _info: Any) -> dict[str, str]:
    return {"sdl": SDL}


def make_schema() -> GraphQLSchema:
    """Build the schema with its resolvers."""
    schema = build_schema(_SCHEMA)
    assert schema.query_type is not None
    fields = schema.query_type.fields
    fields["person"].resolve = _person
    fields["people"].resolve = _people
    fields["_entities"].resolve = _entities
    fields["_service"].resolve = _service
    schema.type_map["_Entity"].resolve_type = lambda *_: "Person"  # type: ignore[attr-defined]
    return schema
