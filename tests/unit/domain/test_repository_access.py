"""Whose DOIs a key or token of DataCite shows, and what gives nothing."""

import pytest

from profiles.domain.access.repository_access import (
    RepositoryAccess,
    access_of_key,
    access_of_token,
    may_be_credential,
)

KEY = "DC.DemoRepositoryDemoRepositoryDemo"


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        (KEY, True),
        (KEY[:-1], False),
        (f"{KEY} ", False),
        ("eyJhbGciOiJSUzI1NiJ9.eyJ1aWQiOiJ4In0.c2ln", True),
        (f"{'x' * 9000}.y.z", False),
        ("password", False),
    ],
)
def test_only_what_can_be_a_key_or_token_is_sent_to_datacite(text, may_be):
    assert may_be_credential(text) is may_be


def test_a_key_is_for_the_repository_that_datacite_names():
    assert access_of_key("DEMO.REPOSITORY") == RepositoryAccess(repository="demo.repository")
    assert access_of_key("demo") is None
    assert access_of_key("") is None


@pytest.mark.parametrize(
    ("claims", "holder", "access"),
    [
        (
            {"uid": "demo.repo", "role_id": "client_admin", "client_id": "demo.repo", "provider_id": "demo"},
            "demo.repo",
            RepositoryAccess(repository="demo.repo"),
        ),
        (
            {"uid": "demo", "role_id": "provider_admin", "provider_id": "demo"},
            "DEMO",
            RepositoryAccess(member="demo"),
        ),
        (
            {"uid": "0000-0001-6528-2027", "role_id": "client_user", "client_id": "demo.repo"},
            "0000-0001-6528-2027",
            RepositoryAccess(repository="demo.repo"),
        ),
        ({"uid": "admin", "role_id": "staff_admin"}, "admin", None),
        ({"uid": "x", "role_id": "user", "client_id": "demo.repo"}, "x", None),
        ({"uid": "demo.repo", "role_id": "client_admin", "client_id": "demo.repo"}, "other.repo", None),
        ({"uid": "demo.repo", "role_id": "client_admin", "client_id": "demo.repo"}, "", None),
        ({"uid": "demo", "role_id": "client_admin", "provider_id": "demo"}, "demo", None),
    ],
    ids=["repository", "member", "person", "staff", "plain person", "another holder", "anonymous", "no name"],
)  # fmt: skip
def test_a_token_is_for_its_role_and_only_when_datacite_read_the_same_holder(claims, holder, access):
    assert access_of_token(claims, holder=holder) == access


def test_a_repository_is_covered_by_its_own_name_or_by_its_member():
    assert RepositoryAccess(repository="demo.a").covers("DEMO.A")
    assert not RepositoryAccess(repository="demo.a", member="demo").covers("demo.b")
    assert RepositoryAccess(member="demo").covers("demo.b")
    assert not RepositoryAccess(member="demo").covers("demox.b")
    assert not RepositoryAccess().covers("demo.b")
