"""Whose DOIs a repository's manager may look at: what DataCite's keys and tokens say, and ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from profiles.domain.access.roles import Role

_REPOSITORY: Final = re.compile(r"[a-z0-9]+\.[a-z0-9._-]{1,80}", re.ASCII)
_MEMBER: Final = re.compile(r"[a-z0-9]{1,40}", re.ASCII)
_DATACITE_KEY: Final = re.compile(r"DC\.[A-Za-z0-9]{32}", re.ASCII)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_MAX_LENGTH: Final = 8000
_OF_REPOSITORY: Final = frozenset({Role.CLIENT_ADMIN.value, Role.CLIENT_USER.value})
_OF_MEMBER: Final = frozenset({Role.PROVIDER_ADMIN.value, Role.PROVIDER_USER.value})


@dataclass(frozen=True, slots=True)
class RepositoryAccess:
    """One repository, or all repositories of a member; ``is_staff``: any repository."""

    repository: str = ""
    member: str = ""
    is_staff: bool = False

    def covers(self, repository: str) -> bool:
        """Tell whether a repository is theirs: by its own id, or by its member's id before the dot."""
        if self.is_staff:
            return True
        name = repository.lower()
        if self.repository:
            return self.repository.lower() == name
        return bool(self.member) and name.partition(".")[0] == self.member.lower()


def is_repository_id(text: str) -> bool:
    """Tell whether this can be the id of a repository, such as ``datacite.test``."""
    return bool(_REPOSITORY.fullmatch(text))


def is_datacite_key(text: str) -> bool:
    """Tell whether this is written like an API key of DataCite."""
    return bool(_DATACITE_KEY.fullmatch(text))


def may_be_credential(text: str) -> bool:
    """Tell whether this can be an API key or a token of DataCite, so that asking DataCite makes sense."""
    return is_datacite_key(text) or (len(text) <= _MAX_LENGTH and bool(_TOKEN.fullmatch(text)))


def access_of_role(role: str, *, repository: str, member: str) -> RepositoryAccess | None:
    """Return what a role is for; None for a role without repositories, or without the name of one.

    A repository's role never gives its member's other repositories, though it may come with both names.
    """
    repository, member = repository.lower(), member.lower()
    if role in _OF_REPOSITORY and is_repository_id(repository):
        return RepositoryAccess(repository=repository)
    if role in _OF_MEMBER and _MEMBER.fullmatch(member):
        return RepositoryAccess(member=member)
    return None


def access_of_key(holder: str) -> RepositoryAccess | None:
    """Return what a DataCite API key is for; DataCite named its holder, which is always a repository."""
    holder = holder.lower()
    return RepositoryAccess(repository=holder) if is_repository_id(holder) else None


def access_of_token(claims: Mapping[str, Any], *, holder: str) -> RepositoryAccess | None:
    """Return what a token is for that DataCite accepted and whose holder it named.

    The claims count only where DataCite read the same person in them.
    """
    if not holder or str(claims.get("uid") or "").lower() != holder.lower():
        return None
    names = {name: str(claims.get(f"{name}_id") or "") for name in ("client", "provider")}
    return access_of_role(
        str(claims.get("role_id") or ""), repository=names["client"], member=names["provider"]
    )
