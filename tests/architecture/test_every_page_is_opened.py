"""A page that is added is opened by the walk through every page (``tests/support/every_page.py``)."""

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from tests.support.shared import ROOT

OPENED = "".join((ROOT / "tests" / "support" / "every_page.py").read_text().split()) + "".join(
    (ROOT / "tests" / "e2e" / "test_access.py").read_text().split()
)
PAGES_OF = ("profiles.web.", "profiles.staff.", "profiles.sign_in.", "profiles.sso.")
NO_PAGES = {
    "answers to forms, which lead on": (
        "make_repository_key revoke_repository_key ask_repository_mail remove_repository_mail"
        " act_on_work act_on_works cancel_sign_in choose_mails confirm_end_session disconnect_service"
        " home_read leave_repository new_recovery_codes remove_email remove_second_factor revoke_key"
        " staff_party_secret"
        " staff_party_switch suite_sign_in switch_auto_update withdraw_permission"
    ),
    "files, parts of pages, and what programs ask": (
        "corrections_download goodbye_file own_file party_logo passkey_endpoints receipts_download"
        " robots_txt favicon security_txt works_download find_count staff_audit_export status_json"
        " heartbeat readyz"
        " openid_configuration key_set token userinfo revoke introspect push_request device_authorization"
    ),
    "lead to a page that is opened": "forward go_on_sign_in start_sign_in sign_in_callback",
    "opened where a form or a service leads": "give_second_factor resume_sign_in signed_out goodbye",
}


def pages(patterns: Any, before: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from pages(pattern.url_patterns, route)
        elif getattr(pattern.callback, "__module__", "").startswith(PAGES_OF) and pattern.name:
            yield pattern.name, f"/{route.partition('<')[0]}"


def test_every_page_is_opened_by_the_walk_through_every_page():
    named = {name for names in NO_PAGES.values() for name in names.split()}
    found = dict(pages(get_resolver().url_patterns))

    missing = [name for name, path in found.items() if name not in named and path not in OPENED]
    assert missing == []
    assert named <= set(found)
