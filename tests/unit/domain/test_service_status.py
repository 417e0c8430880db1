"""The state of the service follows from what is observed, in one table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from profiles.domain.service_status import Observed, PartName, ProviderHealth, State, service_status

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def ago(**past) -> datetime:
    return NOW - timedelta(**past)


HEALTHY = Observed(now=NOW, polled_at=ago(seconds=40), workers=1)
FAILS_NOW = ProviderHealth(answered_at=ago(hours=1), failed_at=ago(minutes=1))
ANSWERS_AGAIN = ProviderHealth(answered_at=ago(seconds=30), failed_at=ago(minutes=1))
LONG_AGO = ProviderHealth(failed_at=ago(hours=2))

CASES = [
    ({}, PartName.WRITING, State.WORKING, "Works are sent to ORCID as they come."),
    ({"workers": 0}, PartName.WRITING, State.DOWN, "They wait; none is lost."),
    ({"orcid_refuses": True}, PartName.WRITING, State.DOWN, "ORCID does not accept works right now."),
    ({"claims_wait_since": ago(minutes=29)}, PartName.WRITING, State.WORKING, "as they come"),
    ({"claims_wait_since": ago(minutes=31)}, PartName.WRITING, State.SLOW, "some wait since"),
    ({"polled_at": None}, PartName.INTAKE, State.DOWN, "yet"),
    ({"polled_at": ago(minutes=11)}, PartName.INTAKE, State.DOWN, "were last read at"),
    ({"poll_problem": "datacite-unavailable"}, PartName.INTAKE, State.DOWN, "DataCite does not answer us."),
    (
        {
            "polled_at": ago(hours=1),
            "poll_pause_until": NOW + timedelta(minutes=5),
            "poll_problem": "datacite-busy",
        },
        PartName.INTAKE,
        State.SLOW,
        "DataCite asked us",
    ),
    ({"events_wait_since": ago(minutes=11)}, PartName.INTAKE, State.SLOW, "wait to be looked at"),
    ({"mails_wait_since": ago(minutes=21)}, PartName.MESSAGES, State.SLOW, "come late"),
    ({"mails_wait_since": ago(hours=7)}, PartName.MESSAGES, State.DOWN, "come late"),
    ({"sends_mail": False}, PartName.MESSAGES, State.OFF, "sends no e-mail"),
    ({"providers": {"ORCID": ANSWERS_AGAIN}}, PartName.SIGN_IN, State.WORKING, "People can sign in."),
    ({"providers": {"ORCID": LONG_AGO}}, PartName.SIGN_IN, State.WORKING, "People can sign in."),
    (
        {"providers": {"Globus": FAILS_NOW, "ORCID": ANSWERS_AGAIN}},
        PartName.SIGN_IN,
        State.SLOW,
        "The other ways work.",
    ),
    ({"providers": {"Globus": FAILS_NOW}}, PartName.SIGN_IN, State.DOWN, "does not work right now"),
]


@pytest.mark.parametrize(("changes", "name", "state", "words"), CASES)
def test_a_part_has_the_state_and_the_sentence_that_follow_from_what_is_observed(changes, name, state, words):
    status = service_status(replace(HEALTHY, **changes))

    part = next(part for part in status.parts if part.name is name)
    assert part.state is state
    assert words in part.sentence
    others = {other.state for other in status.parts if other.name is not name}
    assert others == {State.WORKING}
    assert status.state is (State.WORKING if state is State.OFF else state)
    assert ("%(since)s" in part.sentence) == (part.since is not None)


def test_without_a_database_sign_in_is_down_and_nothing_else_is_known():
    status = service_status(Observed(now=NOW, database_answers=False))

    assert status.state is State.DOWN
    assert {part.name: part.state for part in status.parts} == {
        PartName.SIGN_IN: State.DOWN,
        PartName.INTAKE: State.UNKNOWN,
        PartName.WRITING: State.UNKNOWN,
        PartName.MESSAGES: State.UNKNOWN,
    }
    assert "cannot reach our database" in status.sentence


def test_every_part_is_judged_and_the_worst_counts_for_the_whole():
    status = service_status(replace(HEALTHY, workers=0, events_wait_since=ago(minutes=11)))

    assert [part.name for part in status.parts] == list(PartName)
    assert status.state is State.DOWN
