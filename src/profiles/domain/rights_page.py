"""``docs/rights.md``: who may do what, made from the table itself."""

from collections.abc import Iterator
from typing import Final

from profiles.domain.access.roles import RIGHTS, SCOPES, Act, Role, Visitor, scopes_for

WHO: Final = {
    Role.STAFF_ADMIN: "DataCite's staff who also act for people",
    Role.STAFF_USER: "DataCite's staff who answer questions",
    Role.PROVIDER_ADMIN: "a person of a member",
    Role.PROVIDER_USER: "a person of a member",
    Role.CLIENT_ADMIN: "a person of a repository",
    Role.CLIENT_USER: "a person of a repository",
    Role.USER: "a researcher",
    Visitor.SERVICE: "a machine of DataCite, with a service key",
    Visitor.REPOSITORY: "a machine of a repository or member, with a service key that is bound to it",
    Visitor.ANONYMOUS: "callers without a token",
}

_HIDDEN: Final = (
    "\nPeople who hide their record are visible to themselves and to callers that may read hidden people. To",
    "all others they do not exist: not in lists, not by their iD, not in `included`, not in facets.",
    "Repositories and members never see a person's claims or permission; the repository view has counts",
    "only.\n",
)
_KEYS: Final = (
    "## What keys and access tokens can be given for\n",
    "A scope narrows rights and never gives any. An act under no scope needs a person on a",
    "page. A personal key of DataCite's staff does what every researcher's does: staff's rights stay",
    "where a second factor was asked for. Access tokens of the OpenID provider carry the same scopes: a",
    "person's token does what a personal key does, a machine's what a service key does.\n",
)


def page() -> str:
    """Return the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Who may do what\n"
    yield "*Made from the code by `make docs`; do not edit.*\n"
    yield "What a cell leaves empty is refused: 401 without a token, 403 otherwise. The role"
    yield "is the one in our database; what a token says about roles gives nothing. It takes away: staff's"
    yield "rights need a token that was made for staff, after their second factor.\n"
    yield "| | " + " | ".join(f"`{who.value}`" for who in RIGHTS) + " |"
    yield "|---|" + "---|" * len(RIGHTS)
    for act in Act:
        yield (
            f"| {act.value} | " + " | ".join("yes" if act in mine else "" for mine in RIGHTS.values()) + " |"
        )
    yield "\n| who | is |\n|---|---|"
    yield from (f"| `{who.value}` | {words} |" for who, words in WHO.items())
    yield from _HIDDEN
    yield from _KEYS
    yield "| scope | for | personal keys | service keys |\n|---|---|---|---|"
    for scope, acts in SCOPES.items():
        personal = "yes" if scope in scopes_for(Role.USER) else ""
        personal = personal or ("members, repositories" if scope in scopes_for(Role.CLIENT_USER) else "")
        whose = [kind.value for kind in (Visitor.SERVICE, Visitor.REPOSITORY) if scope in scopes_for(kind)]
        yield f"| `{scope.value}` | {', '.join(sorted(acts))} | {personal} | {', '.join(whose)} |"
