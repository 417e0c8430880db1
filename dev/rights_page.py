"""Generate ``docs/rights.md``, who may do what, from the table of rights."""

from collections.abc import Iterator
from typing import Final

from profiles.domain.access.roles import RIGHTS, SCOPES, Act, Role, Visitor, scopes_for

WHO: Final = {
    Role.STAFF_ADMIN: "DataCite staff who also act for people",
    Role.STAFF_USER: "DataCite staff who answer questions",
    Role.PROVIDER_ADMIN: "a person at a member",
    Role.PROVIDER_USER: "a person at a member",
    Role.CLIENT_ADMIN: "a person at a repository",
    Role.CLIENT_USER: "a person at a repository",
    Role.USER: "a researcher",
    Visitor.SERVICE: "a DataCite service, with a service key",
    Visitor.REPOSITORY: "a service of a repository or member, with a service key that is bound to it",
    Visitor.ANONYMOUS: "callers without a token",
}

_HIDDEN: Final = (
    "\nPeople who hide their record are visible to themselves and to callers that may read hidden people.",
    "For all others they do not exist: not in lists, not by their iD, not in `included`, not in facets.",
    "Repositories and members never see a person's claims or permission; the repository view has counts",
    "only.\n",
)
_KEYS: Final = (
    "## What keys and access tokens can be used for\n",
    "A scope limits rights and never adds any. An act without a scope needs a person on a",
    "page. A personal key of DataCite staff has the rights of any researcher's key: staff rights apply only",
    "where a second factor is required. Access tokens of the OpenID provider carry the same scopes: a",
    "person's token has the rights of a personal key, a service's token those of a service key.\n",
)


def page() -> str:
    """Return the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Who may do what\n"
    yield "*Generated from the code by `make docs`; do not edit.*\n"
    yield "An empty cell means refused: 401 without a token, 403 otherwise. The role"
    yield "is the one in our database; a role in a token never adds rights. It can take them away: staff"
    yield "rights need a token that was issued to staff after their second factor.\n"
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
