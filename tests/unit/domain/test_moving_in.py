"""Rows of the previous service are read as people, permissions and claims, each oddity by name."""

from datetime import UTC, datetime

import pytest

from profiles.domain.claim import ClaimState
from profiles.domain.moving_in.claims import Presence, read_claim
from profiles.domain.moving_in.errors import read_error
from profiles.domain.moving_in.oddities import MEANING, Oddity
from profiles.domain.moving_in.people import read_person
from profiles.domain.moving_in.values import RowReader
from tests.support.previous_service.oddities import CLAIM_ODDITIES, PERSON_ODDITIES
from tests.support.previous_service.rows import NOW, claim_row, person_row


def as_text(row):
    return {
        name: f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)
        for name, value in row.items()
        if value is not None
    }


def person(**changes):
    found, oddities = read_person(as_text(person_row(7) | changes), now=NOW)
    assert found is not None
    return found, oddities


def claim(**changes):
    found, oddities = read_claim(as_text(claim_row(7, 10) | changes), now=NOW)
    assert found is not None
    return found, oddities


def test_every_oddity_has_a_meaning_and_the_generated_database_has_it():
    generated = {way.oddity for way in (*PERSON_ODDITIES, *CLAIM_ODDITIES)}

    assert set(MEANING) == set(Oddity)
    assert set(Oddity) - generated == {
        Oddity.ROW_UNREADABLE,
        Oddity.CLAIM_WITHOUT_PERSON,
        Oddity.EARLIER_TOKEN,  # of every person who signed in
    }


def test_a_usual_person_has_both_permissions_and_their_switch():
    found, oddities = person()

    assert oddities == [Oddity.EARLIER_TOKEN]
    assert [p.purpose.value for p in found.permissions] == ["search_and_link", "auto_update"]
    assert (found.auto_update, found.signed_in, found.other_names) == (True, True, ("A. Ö. Neil",))
    assert found.permissions[0].granted_at is not None
    assert found.permissions[0].granted_at.year == 2024


def test_a_person_who_was_only_announced_never_chose_a_switch():
    tokens = {name: None for name in person_row(1) if name.endswith("_token")}

    found, oddities = person(**tokens)

    assert (found.auto_update, found.signed_in, found.permissions) == (None, False, ())
    assert oddities == [Oddity.SWITCH_NEVER_CHOSEN]


def test_switched_off_stays_off_whatever_there_is():
    assert person(auto_update=0)[0].auto_update is False


def test_1970_and_zeros_are_no_date_and_an_expired_token_with_a_refresh_token_is_kept():
    for date in ("1970-01-01 00:00:00", "0000-00-00 00:00:00", None):
        found, oddities = person(orcid_auto_update_expires_at=date)
        assert (found.permissions[1].expires_at, found.permissions[1].is_usable) == (None, True)
        assert Oddity.TOKEN_WITHOUT_DATE in oddities

    found, oddities = person(orcid_auto_update_expires_at="2020-01-01 00:00:00")
    assert (found.permissions[1].is_usable, Oddity.TOKEN_EXPIRED in oddities) == (True, False)


def test_a_permission_shows_no_token():
    found, _ = person()

    assert "5ec2e7" in found.permissions[0].access_token
    assert "5ec2e7" not in repr(found)


@pytest.mark.parametrize(
    ("role", "provider", "client", "expected"),
    [
        ("client_admin", "DATACITE", "DATACITE.TEST", ("client_admin", "", "datacite.test")),
        ("provider_user", "DATACITE", None, ("provider_user", "datacite", "")),
        ("client_user", "datacite", None, ("user", "", "")),
        ("staff_user", "datacite", None, ("staff_user", "", "")),
        (None, None, None, ("user", "", "")),
    ],
)
def test_roles_come_with_the_id_that_they_need(role, provider, client, expected):
    found, _ = person(role_id=role, provider_id=provider, client_id=client)

    assert (found.role, found.provider_id, found.client_id) == expected


def test_an_address_counts_as_confirmed_unless_a_newer_one_waits():
    own = {"email": "ada@example.org", "confirmed_at": "2025-01-01 00:00:00"}
    later = {"unconfirmed_email": "b@example.org", "confirmation_sent_at": "2025-01-02 00:00:00"}
    earlier = later | {"confirmation_sent_at": "2024-01-02 00:00:00"}

    assert person(**own)[0].email_verified_at == datetime(2025, 1, 1, tzinfo=UTC)
    assert person(**own, **later)[0].email_verified_at is None
    assert person(**own, **earlier)[0].email_verified_at is not None


@pytest.mark.parametrize("put_code", [None, "0", "2147483647", "-1"])
def test_a_done_claim_without_a_usable_put_code_is_on_the_record(put_code):
    found, oddities = claim(put_code=put_code)

    assert (found.put_code, found.presence) == (None, Presence.ON_RECORD)
    assert oddities == [Oddity.PUT_CODE_UNKNOWN]


@pytest.mark.parametrize(
    ("state", "error", "presence", "problem"),
    [
        ("waiting", None, Presence.UNCLEAR, ""),
        ("working", None, Presence.UNCLEAR, ""),
        ("failed", '[{"title":"No user and/or ORCID token"}]', Presence.ABSENT, "consent-missing"),
        ("failed", '[{"status":503,"title":"Gateway"}]', Presence.UNCLEAR, "orcid-unavailable"),
        ("ignored", None, Presence.ABSENT, ""),
        ("notified", None, Presence.ABSENT, "consent-missing"),
    ],
)
def test_what_may_have_been_sent_is_read_before_it_is_sent(state, error, presence, problem):
    found, _ = claim(aasm_state=state, put_code=None, error_messages=error, claimed_at=None)

    assert (found.presence, found.problem) == (presence, problem)
    assert found.state == (ClaimState.WAITING if state == "working" else state)


def test_only_claims_that_wait_for_more_than_a_day_are_stuck():
    hour_ago = NOW.replace(hour=11)

    assert claim(aasm_state="waiting", updated_at=hour_ago)[1] == []
    assert claim(aasm_state="waiting", updated_at="2026-10-30 12:00:00")[1] == [Oddity.CLAIM_STUCK]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[{"title":"invalid_token: Invalid access token: 5ec2e7aa-0000-4000-8000-5ec2e7aa5ec2"}]',
         "consent-lost"),
        ('[{"title":{"response-code":409,"error-code":9021,"message":"duplicate"}}]', "work-exists"),
        ('[{"title":"first"},{"title":"token has expired."}]', "consent-expired"),
        ('{"title":"Missing data"}', "missing-data"),
        ("Timeout was reached", "orcid-unavailable"),
        ('[{"status":"500","title":"?"}]', "orcid-broken"),
    ],
)  # fmt: skip
def test_errors_become_entries_of_the_catalogue_without_tokens(text, problem):
    error = read_error(text)

    assert error.problem is not None
    assert error.problem.code == problem
    assert "5ec2e7" not in error.detail


def test_an_error_that_is_unknown_keeps_its_text():
    error = read_error('[{"status":418,"title":"A teapot"}]')

    assert (error.problem, error.detail) == (None, "A teapot")
    assert read_error("[]").detail == ""


def test_dates_after_the_dump_and_impossible_ones_are_noted():
    reader = RowReader({"a": "2026-02-30 00:00:00", "b": "2090-01-01", "c": "2026-10-01T10:00:00Z"}, now=NOW)

    assert [reader.date(name) for name in "abc"] == [None, None, datetime(2026, 10, 1, 10, tzinfo=UTC)]
    assert reader.oddities == [Oddity.DATE_UNUSABLE]
