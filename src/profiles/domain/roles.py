"""Who may do what: the roles of the outer contract."""

from enum import StrEnum


class Role(StrEnum):
    """A person's role; the values are the outer contract's ``role_id``."""

    STAFF_ADMIN = "staff_admin"
    STAFF_USER = "staff_user"
    PROVIDER_ADMIN = "provider_admin"
    PROVIDER_USER = "provider_user"
    CLIENT_ADMIN = "client_admin"
    CLIENT_USER = "client_user"
    USER = "user"
