"""Read a row of the previous service's users: a person, their switches, and their permissions."""

import re
from datetime import datetime, timedelta
from typing import Final

import msgspec

from profiles.domain.access.roles import STAFF, Role, refusal_of_role
from profiles.domain.consent import Purpose
from profiles.domain.ids import parse_orcid_id
from profiles.domain.moving_in.oddities import Oddity
from profiles.domain.moving_in.values import Row, RowReader

_TOKEN: Final = re.compile(r"[!-~]{8,2000}")
_EMAIL: Final = re.compile(r"[^\s@<>,;\"()\[\]]{1,64}@[^\s@<>,;\"()\[\]]+\.[^\s@<>,;\"()\[\].]{2,}")
_MAX_EMAIL: Final = 254
_TOKEN_LIFE: Final = timedelta(seconds=631_138_518)
"""How long ORCID's tokens live: about twenty years. So the day of a permission follows from its expiry."""
_FIRST_GRANT: Final = 2012
_TOKEN_COLUMNS: Final = {
    Purpose.SEARCH_AND_LINK: "orcid_search_and_link",
    Purpose.AUTO_UPDATE: "orcid_auto_update",
}

PEOPLE_COLUMNS: Final = (
    "id", "uid", "name", "given_names", "family_name", "other_names", "email", "unconfirmed_email",
    "confirmed_at", "confirmation_sent_at", "organization", "is_public", "auto_update", "beta_tester",
    "role_id", "provider_id", "client_id", "orcid_token",
    *(f"{begin}_{end}" for begin in _TOKEN_COLUMNS.values()
      for end in ("access_token", "refresh_token", "expires_at")),
    "created_at", "updated_at",
)  # fmt: skip
"""What is read of a user. Tokens of GitHub and of sessions are not among it."""
PEOPLE_NEED: Final = ("id", "uid", "auto_update", "role_id", "created_at", "updated_at")


class MovedPermission(msgspec.Struct, frozen=True, gc=False):
    """A permission with its tokens in clear; the caller seals them before anything else.

    ``is_usable`` False: it has expired and cannot be refreshed.
    """

    purpose: Purpose
    access_token: str = ""
    refresh_token: str = ""
    granted_at: datetime | None = None
    expires_at: datetime | None = None
    is_usable: bool = True

    def __repr__(self) -> str:
        """Name the permission without its tokens: a log or a failing test shows this."""
        return f"MovedPermission({self.purpose.value})"


class MovedPerson(msgspec.Struct, frozen=True, gc=False):
    """A person as they move in.

    ``signed_in``: they have used the previous service. ``auto_update`` None: they never chose.
    """

    number: int
    orcid_id: str
    created_at: datetime
    updated_at: datetime
    name: str = ""
    given_names: str = ""
    family_name: str = ""
    other_names: tuple[str, ...] = ()
    organisation: str = ""
    email: str = ""
    email_verified_at: datetime | None = None
    role: str = Role.USER.value
    provider_id: str = ""
    client_id: str = ""
    beta_tester: bool = False
    is_public: bool = True
    auto_update: bool | None = None
    signed_in: bool = False
    permissions: tuple[MovedPermission, ...] = ()


def read_person(row: Row, *, now: datetime) -> tuple[MovedPerson | None, list[Oddity]]:
    """Return the person of a row, or None when the row is left out, and what is unusual about it."""
    reader = RowReader(row, now=now)
    number, orcid_id = row.get("id") or "", parse_orcid_id(row.get("uid") or "")
    if not number.isdecimal():
        return None, [Oddity.ROW_UNREADABLE]
    if orcid_id is None:
        return None, [Oddity.PERSON_WITHOUT_ID]
    created = reader.date("created_at") or reader.date("updated_at") or now
    updated = reader.date("updated_at") or created
    permissions = tuple(p for purpose in Purpose if (p := _permission(reader, purpose, now=now)))
    if row.get("orcid_token"):
        reader.note(Oddity.EARLIER_TOKEN)
    email, verified = _email(reader)
    role, provider_id, client_id = _role(reader)
    # A person whom an agent announced has neither; their switch was never shown to them.
    signed_in = bool(row.get("orcid_token") or permissions or email or verified)
    person = MovedPerson(
        number=int(number),
        orcid_id=orcid_id,
        created_at=created,
        updated_at=updated,
        name=reader.text("name"),
        given_names=reader.text("given_names"),
        family_name=reader.text("family_name"),
        other_names=_other_names(reader),
        organisation=reader.text("organization"),
        email=email,
        email_verified_at=verified,
        role=role,
        provider_id=provider_id,
        client_id=client_id,
        beta_tester=reader.flag("beta_tester", default=False),
        is_public=reader.flag("is_public", default=True),
        auto_update=_switch(reader, permissions, signed_in=signed_in),
        signed_in=signed_in,
        permissions=permissions,
    )
    return person, reader.oddities


def _switch(reader: RowReader, permissions: tuple[MovedPermission, ...], *, signed_in: bool) -> bool | None:
    """Return the switch: on by default in the previous service, so "on" alone is no choice."""
    if not reader.flag("auto_update", default=True):
        return False
    if any(p.purpose is Purpose.AUTO_UPDATE and p.is_usable for p in permissions):
        return True
    reader.note(Oddity.SWITCH_WITHOUT_PERMISSION if signed_in else Oddity.SWITCH_NEVER_CHOSEN)
    return True if signed_in else None


def _permission(reader: RowReader, purpose: Purpose, *, now: datetime) -> MovedPermission | None:
    begin = _TOKEN_COLUMNS[purpose]
    access, refresh = (reader.raw(f"{begin}_{end}").strip() for end in ("access_token", "refresh_token"))
    if not access:
        return None
    if not _TOKEN.fullmatch(access):
        reader.note(Oddity.TOKEN_UNREADABLE)
        return None
    if refresh and not _TOKEN.fullmatch(refresh):
        reader.note(Oddity.TOKEN_UNREADABLE)
        refresh = ""
    expires = reader.expiry(f"{begin}_expires_at")
    if expires is None:
        reader.note(Oddity.TOKEN_WITHOUT_DATE)
    granted = expires - _TOKEN_LIFE if expires else None
    if granted is not None and not (granted.year >= _FIRST_GRANT and granted <= now):
        granted = None
    if expires is not None and expires <= now and not refresh:
        reader.note(Oddity.TOKEN_EXPIRED)
        return MovedPermission(purpose, granted_at=granted, expires_at=expires, is_usable=False)
    return MovedPermission(purpose, access, refresh, granted, expires)


def _email(reader: RowReader) -> tuple[str, datetime | None]:
    """Return the address, and when it was confirmed: not while a newer address waits to be confirmed."""
    email = reader.text("email")
    if not email:
        return "", None
    if len(email) > _MAX_EMAIL or not _EMAIL.fullmatch(email):
        reader.note(Oddity.EMAIL_UNREADABLE)
        return "", None
    confirmed = reader.date("confirmed_at")
    asked = reader.date("confirmation_sent_at")
    another_waits = reader.text("unconfirmed_email") not in {"", email}
    if confirmed is None or (another_waits and (asked is None or asked > confirmed)):
        reader.note(Oddity.EMAIL_UNCONFIRMED)
        return email, None
    return email, confirmed


def _role(reader: RowReader) -> tuple[str, str, str]:
    """Return role, member and repository; the rights of a role that cannot be read are not given."""
    name = reader.text("role_id").lower() or Role.USER.value
    provider, client = reader.text("provider_id").lower(), reader.text("client_id").lower()
    try:
        role = Role(name)
    except ValueError:
        reader.note(Oddity.ROLE_UNKNOWN)
        return Role.USER.value, "", ""
    if not refusal_of_role(role, member=provider, repository=client):
        if role in STAFF:
            reader.note(Oddity.STAFF)
        return role.value, provider, client
    # Today's rows name the member of a repository too: its role needs the repository alone.
    for member, repository in ((provider, ""), ("", client)):
        if not refusal_of_role(role, member=member, repository=repository) and (member or repository):
            return role.value, member, repository
    if role is Role.USER or role in STAFF:
        reader.note(Oddity.ORGANISATION_WITHOUT_ROLE)
        if role in STAFF:
            reader.note(Oddity.STAFF)
        return role.value, "", ""
    reader.note(Oddity.ROLE_WITHOUT_ORGANISATION)
    return Role.USER.value, "", ""


def _other_names(reader: RowReader) -> tuple[str, ...]:
    names = reader.strings("other_names")
    if names is None:
        reader.note(Oddity.OTHER_NAMES_UNREADABLE)
        return ()
    return tuple(name.strip() for name in names if name.strip())
