"""Asking again for claims that stand still: by filters, after a look, and not against later requests."""

from threading import Thread

import pytest
from click.testing import CliRunner
from django.db import connection, connections, transaction

from profiles.claims import services
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimAction, ClaimEvent
from profiles.ops.cli import cli
from tests.support.claims import ALICE, waiting_claim
from tests.support.workers import wait_until

BOB = "0009-0001-0000-0022"


def failed(orcid_id=ALICE, doi="10.5072/one", problem="content-refused"):
    claim = waiting_claim(orcid_id, doi)
    return services.move(claim_id=claim.id, event=ClaimEvent.FAIL, problem=problem)


def try_again(*words):
    said = CliRunner().invoke(cli, ["try-again", *words])
    assert said.exit_code == 0, said.output
    return said.output


def waiting() -> set[tuple[str, str]]:
    return set(Claim.objects.filter(state="waiting").values_list("orcid_id", "doi"))


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_clear_snapshot()"
        )  # What is seen once in a transaction stays as it was.
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_without_act_it_counts_and_changes_nothing():
    failed()
    failed(BOB, problem="record-full")

    said = try_again()

    assert "2 claims have stopped" in said
    assert "1  record-full" in said
    assert f"{BOB} 10.5072/one: record-full" in said
    assert waiting() == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], {(ALICE, "10.5072/one"), (ALICE, "10.5073/two"), (BOB, "10.5072/one")}),
        (["--problem", "record-full"], {(BOB, "10.5072/one")}),
        (["--orcid", ALICE], {(ALICE, "10.5072/one"), (ALICE, "10.5073/two")}),
        (["--doi-prefix", "10.5072/"], {(ALICE, "10.5072/one"), (BOB, "10.5072/one")}),
        (["--orcid", ALICE, "--doi-prefix", "10.5073/"], {(ALICE, "10.5073/two")}),
        (["--since", "2100-01-01"], set()),
        (["--since", "2020-01-01", "--limit", "0"], set()),
    ],
)
def test_each_filter_chooses_what_is_asked_for_again(words, expected):
    failed()
    failed(doi="10.5073/two")
    failed(BOB, problem="record-full")

    try_again(*words, "--act")

    assert waiting() == expected


@pytest.mark.django_db
def test_the_history_names_who_asked():
    claim = failed()

    try_again("--act", "--actor", "dana")

    last = claim.history.order_by("-id").first()
    assert (last.event, last.actor, last.note) == ("request", "dana", "tried again by command")


@pytest.mark.django_db
@pytest.mark.parametrize("words", [["--problem", "nonsense"], ["--orcid", "0000"], ["--since", "yesterday"]])
def test_a_filter_that_means_nothing_is_named(words):
    said = CliRunner().invoke(cli, ["try-again", *words])

    assert said.exit_code == 2
    assert "Invalid value" in said.output


@pytest.mark.django_db(transaction=True)
def test_what_a_person_requests_while_support_asks_again_is_kept():
    claim = failed()

    def ask_again():
        services.replay(claim_ids=[claim.id], actor="dana")
        connections.close_all()

    support = Thread(target=ask_again)
    with transaction.atomic():
        waiting_claim(action=ClaimAction.DELETE, doi="10.5072/one")
        support.start()
        wait_until(somebody_waits_for_a_lock, seconds=20)
    support.join()

    claim.refresh_from_db()
    assert (claim.action, claim.state) == ("delete", "waiting")
