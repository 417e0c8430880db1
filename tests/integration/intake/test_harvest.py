"""Polling the stand-in of the DataCite REST API, and deciding about events that only name a DOI."""

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest

from profiles.claims.models import Claim
from profiles.clients.http import MAXIMUM_BODY
from profiles.domain.eligibility.case import Source
from profiles.infra import clock
from profiles.intake.models import Decision, DoiEvent, HarvestState, Quarantine
from profiles.intake.watch import load_watch
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.harvest import SECOND_LOOK, harvest
from profiles.pipeline.intake.receive import AnnouncedDoi, decide_due_events, take_in_events
from tests.support.intake import enrol
from tests.support.records import ANNA, BEN, DOI, creator, record

pytestmark = pytest.mark.django_db

BEGIN = datetime(2026, 7, 1, 9, 59, tzinfo=UTC)


def hold(datacite, *records):
    datacite.order("dois", list(records))


def poll(**options):
    return harvest(sync_clients.datacite(), load_watch(), begin=options.pop("begin", BEGIN), **options)


def test_changed_dois_are_found_and_claimed(datacite):
    enrol()
    hold(datacite, record(), record("10.5072/strange", creators=[creator(BEN)]))

    done = poll(most_windows=3)

    assert done.records >= 2
    assert Claim.objects.get().doi == DOI
    assert Decision.objects.get().source == Source.POLL


def test_windows_overlap_and_what_is_met_twice_is_decided_once(datacite):
    enrol()
    hold(datacite, record(updated="2026-07-01T10:08:00Z"))
    poll(most_windows=1)

    again = poll(most_windows=1)

    assert again.records == 1
    assert Decision.objects.count() == 1


def test_polling_catches_up_with_now_and_then_has_nothing_to_do(datacite):
    enrol()
    begin = clock.now() - timedelta(minutes=45)
    hold(datacite, record(updated=clock.now().isoformat(), registered=clock.now().isoformat()))

    done = poll(begin=begin)

    assert done.windows in {5, 6}
    assert done.lag < 5
    assert Claim.objects.count() == 1


def test_what_datacite_shows_only_hours_later_is_found_by_the_second_look(datacite):
    enrol()
    then = clock.now() - SECOND_LOOK.behind - timedelta(minutes=30)
    poll(begin=then)
    late = (then + timedelta(minutes=5)).isoformat()
    hold(datacite, record(updated=late, registered=late))

    first = poll()
    second = poll(begin=then, look=SECOND_LOOK)
    again = poll(begin=then, look=SECOND_LOOK)

    assert (first.concerned, second.concerned, again.concerned) == (0, 1, 0)
    assert again.windows <= 1
    assert second.lag < 5
    assert Claim.objects.get().doi == DOI


def test_what_the_first_look_has_seen_is_not_decided_again_by_the_second(datacite):
    enrol()
    then = clock.now() - SECOND_LOOK.behind - timedelta(minutes=30)
    seen = (then + timedelta(minutes=5)).isoformat()
    hold(datacite, record(updated=seen, registered=seen))

    poll(begin=then)
    second = poll(begin=then, look=SECOND_LOOK)

    assert second.records >= 1
    assert (Decision.objects.count(), DoiEvent.objects.count()) == (1, 1)


def test_when_datacite_asks_for_fewer_calls_neither_look_asks(datacite):
    datacite.fail_next(path="/dois", status=429, headers={"Retry-After": "30"})
    then = clock.now() - SECOND_LOOK.behind - timedelta(minutes=30)
    poll(begin=then, look=SECOND_LOOK)
    asked = len(datacite.log())

    held = poll(begin=then)

    assert (held.windows, len(datacite.log())) == (0, asked)


def test_pages_are_read_one_after_the_other_and_a_refused_page_is_asked_for_again(datacite):
    enrol()
    many = [
        record(f"10.5072/many-{n}", created=f"2026-07-01T10:{n // 60:02}:{n % 60:02}Z") for n in range(1_500)
    ]
    hold(datacite, *many)
    window = harvest(
        sync_clients.datacite(), load_watch(), begin=BEGIN, most_windows=1, stop=_at_second_call()
    )
    kept = HarvestState.objects.get()
    assert kept.window_until is not None
    assert kept.cursor not in {"", "1"}
    datacite.fail_next(path="/dois", status=503)

    failed = poll(most_windows=1)
    HarvestState.objects.update(not_before=None)
    done = poll(most_windows=1)

    assert window.records == 1_000
    # The records of a page are used as they are: none is asked for by itself.
    assert not [call for call in datacite.log() if call["path"].startswith("/dois/")]
    assert failed.problem == "datacite-unavailable"
    assert done.records == 500
    assert Claim.objects.count() == 1_500


def page_of(datacite):
    """A page as the stand-in gives it, in bytes."""
    with urllib.request.urlopen(f"{datacite.url}/dois?page[cursor]=1&page[size]=1000", timeout=10) as answer:
        return answer.read()


DAMAGED = '"title":"Damaged here"'


@pytest.mark.parametrize(
    ("damage", "lost"),
    [
        ('"title":"half of a pair \\ud83d"', set()),
        ('"title":"a tab \t as it is"', set()),
        ('"title":NaN', set()),
        ('"title":"a wrong \\x escape"', {"10.5072/p1"}),
        ('"title":"no end', {"10.5072/p1"}),
        ('"title":{"title":', {"10.5072/p1"}),
        ('"title":]', {"10.5072/p1"}),
    ],
)
def test_one_damaged_record_keeps_neither_its_page_nor_later_pages_away(datacite, damage, lost):
    enrol()
    many = [record(f"10.5072/p{n}", created=f"2026-07-01T10:00:{n:02}Z") for n in range(4)]
    many[1]["attributes"]["titles"] = [{"title": "Damaged here"}]
    hold(datacite, *many)
    page = page_of(datacite).decode().replace('"title": "Damaged here"', DAMAGED)
    assert DAMAGED in page
    datacite.fail_next(path="/dois", status=200, body=page.replace(DAMAGED, damage))

    done = poll(most_windows=1)

    assert done.problem == ""
    assert set(Claim.objects.values_list("doi", flat=True)) == {f"10.5072/p{n}" for n in range(4)} - lost
    assert HarvestState.objects.get().done_until > BEGIN
    set_aside = [one.excerpt for one in Quarantine.objects.all()]
    assert len(set_aside) == len(lost)
    assert all("10.5072/p1" in excerpt for excerpt in set_aside)


def test_what_datacite_cannot_deliver_is_narrowed_down_to_its_second_and_set_aside(datacite):
    enrol()
    seconds = [0, 1, 2, 100, 101, 102, 500]
    hold(datacite, *[record(f"10.5072/s{n}", updated=moment_of(n)) for n in seconds])
    datacite.fail_next(None, path="/dois", cut_at="10.5072/s101")

    done = poll(most_windows=20)

    arrived = set(Claim.objects.values_list("doi", flat=True))
    assert arrived == {f"10.5072/s{n}" for n in seconds} - {"10.5072/s101"}
    assert done.problem == ""
    told = [one.reason for one in Quarantine.objects.order_by("id")]
    assert told
    assert all("2026-07-01 10:01:4" in reason for reason in told)


def test_a_page_that_is_too_large_is_asked_for_in_smaller_pieces(datacite):
    enrol()
    hold(datacite, record())
    datacite.fail_next(path="/dois", status=200, body="x" * (MAXIMUM_BODY + 1))

    done = poll(most_windows=2)

    assert done.problem == ""
    assert Claim.objects.get().doi == DOI
    asked = [call["query"] for call in datacite.log() if call["path"] == "/dois"]
    assert "page[size]=1000" in unquote(asked[0])
    assert "page[size]=100&" in unquote(asked[1]) + "&"


def moment_of(second):
    return f"2026-07-01T10:{second // 60:02}:{second % 60:02}Z"


@pytest.mark.parametrize("body", ["<html>Down for maintenance</html>", "{}", '{"errors": []}', '{"data": ['])
def test_while_datacite_says_nothing_readable_nothing_is_left_out(datacite, body):
    enrol()
    hold(datacite, record())
    datacite.fail_next(None, path="/dois", status=200, body=body)

    for _ in range(3):
        assert poll().problem == "datacite-unclear"
        HarvestState.objects.update(not_before=None)
    assert HarvestState.objects.get().problem == "datacite-unclear"
    datacite.heal()
    done = poll(most_windows=3)

    assert done.problem == ""
    assert Claim.objects.get().doi == DOI
    assert not Quarantine.objects.exists()


def test_an_outage_that_ends_while_a_second_is_narrowed_down_leaves_nothing_out(datacite):
    enrol()
    hold(datacite, record(updated="2026-07-01T09:59:01Z"))
    # So many answers are asked for until one second of ten minutes is left; DataCite is well again then.
    datacite.fail_next(10, path="/dois", status=200, body="<html>Down for maintenance</html>")

    done = poll(most_windows=20)

    assert done.problem == ""
    assert Claim.objects.get().doi == DOI
    assert not Quarantine.objects.exists()


def _at_second_call():
    calls = iter([False, True])
    return lambda: next(calls, True)


@pytest.mark.parametrize("status", [429, 403])
def test_when_datacite_asks_for_fewer_calls_nothing_is_asked_for_a_while(datacite, status):
    enrol()
    hold(datacite, record())
    body = json.dumps({"errors": [{"status": str(status), "title": "Your request has been rate limited."}]})
    datacite.fail_next(path="/dois", status=status, body=body)

    done = poll()
    before = len(datacite.log())
    poll()

    assert done.problem == "datacite-busy"
    assert len(datacite.log()) == before
    assert HarvestState.objects.get().not_before > clock.now() + timedelta(seconds=30)
    assert HarvestState.objects.get().done_until == BEGIN


def announce(*events):
    return take_in_events([AnnouncedDoi(*event) for event in events], source=Source.AGENT)


def test_an_announced_doi_is_fetched_once_and_decided(datacite):
    enrol()
    hold(datacite, record(registered="2020-01-01T00:00:00Z"))

    new, known, refused = announce(("e1", DOI.upper()), ("e2", f"https://doi.org/{DOI}"), ("e3", "no doi"))
    decide_due_events(sync_clients.datacite())

    assert (new, known, [r.event_id for r in refused]) == (2, 0, ["e3"])
    assert len(datacite.log(path=f"/dois/{DOI}")) == 1
    assert Claim.objects.get().doi == DOI
    assert not DoiEvent.objects.filter(due_at__isnull=False).exists()


def test_many_announced_dois_are_fetched_with_few_calls(datacite):
    enrol()
    hold(datacite, *[record(f"10.5072/a{n}") for n in range(250)])
    announced = [AnnouncedDoi(f"e{n}", f"10.5072/a{n}") for n in range(250)]
    take_in_events([*announced, AnnouncedDoi("gone", "10.5072/gone")], source=Source.QUEUE)

    decide_due_events(sync_clients.datacite())

    calls = [call["path"] for call in datacite.log() if call["path"].startswith("/dois")]
    assert len(calls) <= 5
    assert "/dois/10.5072/gone" in calls, "what the list does not show is asked for by name"
    assert Claim.objects.count() == 250
    assert not DoiEvent.objects.exclude(due_at=None).exists()


def test_what_the_list_shows_in_an_older_state_is_asked_for_by_name(datacite):
    enrol()
    hold(datacite, *[record(f"10.5072/a{n}") for n in range(10)])
    newer = datetime(2026, 8, 1, tzinfo=UTC)
    announced = [AnnouncedDoi(f"e{n}", f"10.5072/a{n}", newer if n == 3 else None) for n in range(10)]
    take_in_events(announced, source=Source.QUEUE)

    decide_due_events(sync_clients.datacite())

    assert "/dois/10.5072/a3" in [call["path"] for call in datacite.log()]
    assert DoiEvent.objects.get(event_id="e3").problem == "not-yet-visible"
    assert Claim.objects.count() == 9


def answer_about(datacite, doi=DOI):
    with urllib.request.urlopen(f"{datacite.url}/dois/{doi}", timeout=10) as answer:
        return answer.read().decode()


def test_a_damaged_answer_about_one_doi_is_read_as_far_as_it_goes(datacite):
    enrol()
    hold(datacite, record(titles=[{"title": "Damaged here"}]))
    damaged = answer_about(datacite).replace("Damaged here", "half of a pair \\ud83d")
    datacite.fail_next(path=f"/dois/{DOI}", status=200, body=damaged)
    take_in_events([AnnouncedDoi("e1", DOI)], source=Source.QUEUE)

    decide_due_events(sync_clients.datacite())

    assert Claim.objects.get().doi == DOI


def test_an_announced_record_that_is_none_is_set_aside_and_its_event_is_over(datacite):
    enrol()
    datacite.fail_next(path=f"/dois/{DOI}", status=200, body='{"data": {"id": 7, "type": "dois"}}')
    take_in_events([AnnouncedDoi("e1", DOI)], source=Source.AGENT)

    decide_due_events(sync_clients.datacite())

    (aside,) = Quarantine.objects.all()
    assert (aside.source, aside.reason) == ("agent e1", "no DOI in id or attributes.doi: ''")
    assert DoiEvent.objects.get().due_at is None


def test_the_same_event_id_counts_once(datacite):
    enrol()
    hold(datacite, record())
    announce(("e1", DOI))
    decide_due_events(sync_clients.datacite())

    assert announce(("e1", DOI))[:2] == (0, 1)
    assert decide_due_events(sync_clients.datacite()).events == 0


def test_no_event_is_lost_while_datacite_is_down(datacite):
    enrol()
    hold(datacite, record())
    announce(("e1", DOI))
    datacite.fail_next(path="/dois", status=502)

    decide_due_events(sync_clients.datacite())
    waiting = DoiEvent.objects.get()
    assert (waiting.tries, waiting.problem) == (1, "datacite-unavailable")
    assert waiting.due_at > clock.now()
    DoiEvent.objects.update(due_at=clock.now())
    decide_due_events(sync_clients.datacite())

    assert Claim.objects.count() == 1


def test_a_record_that_is_older_than_its_event_is_asked_for_again(datacite):
    enrol()
    hold(datacite, record())
    announce(("e1", DOI, datetime(2026, 8, 1, tzinfo=UTC)))

    decide_due_events(sync_clients.datacite())
    assert DoiEvent.objects.get().problem == "not-yet-visible"
    hold(datacite, record(updated="2026-08-01T00:00:00Z"))
    DoiEvent.objects.update(due_at=clock.now())
    decide_due_events(sync_clients.datacite())

    assert Decision.objects.get().doi_updated == datetime(2026, 8, 1, tzinfo=UTC)


def test_a_doi_of_the_project_registry_is_skipped(datacite):
    enrol()
    hold(datacite, record(client="demo.raid"))
    announce(("e1", DOI))

    decide_due_events(sync_clients.datacite())

    assert Decision.objects.get(orcid_id=ANNA).reason == "raid"


def test_what_came_late_and_cannot_be_delivered_leaves_out_nothing_of_the_next_second(datacite):
    enrol()
    HarvestState.objects.create(done_until=BEGIN + timedelta(seconds=60))
    late, following = "2026-07-01T09:59:30Z", moment_of(1)
    hold(datacite, record("10.5072/late", updated=late), record("10.5072/next", updated=following))
    datacite.fail_next(None, path="/dois", cut_at="10.5072/late")
    HarvestState.objects.update(window_until=BEGIN + timedelta(seconds=61), cursor="1")

    poll(most_windows=1)

    assert Claim.objects.get().doi == "10.5072/next"
    assert not Quarantine.objects.exists()
