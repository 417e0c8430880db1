"""The gateway from pages to outside services: ceilings, time budget and circuit."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from profiles.clients.errors import RefusedError, ServiceUnavailableError, TooManyCallsError
from profiles.infra.web import page_calls
from profiles.infra.web.page_calls import Gateway


async def answer() -> str:
    return "answer"


async def silence() -> str:
    raise ServiceUnavailableError


async def refusal() -> str:
    raise RefusedError


def fail(gateway: Gateway, times: int, work=silence, service: str = "orcid") -> None:
    for _ in range(times):
        with pytest.raises((ServiceUnavailableError, RefusedError)):
            gateway.call(service, work)


class Held:
    """Calls that last until they are let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.may_end = threading.Event()

    async def work(self) -> str:
        self.begun.release()
        await asyncio.to_thread(self.may_end.wait, 30)
        return "late"


@pytest.fixture
def no_line(monkeypatch):
    monkeypatch.setattr(page_calls, "QUEUE_SECONDS", 0.01)


def test_a_slow_service_gets_half_of_the_threads_and_leaves_places_for_others(no_line):
    gateway, held = Gateway(threads=4), Held()

    with ThreadPoolExecutor(2) as people:
        slow = [people.submit(gateway.call, "orcid", held.work, seconds=30) for _ in range(2)]
        for _ in slow:
            assert held.begun.acquire(timeout=30)
        with pytest.raises(ServiceUnavailableError):
            gateway.call("orcid", answer)
        assert gateway.call("globus", answer) == "answer"
        held.may_end.set()

    assert [each.result() for each in slow] == ["late", "late"]
    assert gateway.call("orcid", answer) == "answer"


def test_one_thread_stays_free_however_many_services_are_slow(no_line):
    gateway, held = Gateway(threads=4), Held()

    with ThreadPoolExecutor(3) as people:
        for service in ("orcid", "orcid", "globus"):
            people.submit(gateway.call, service, held.work, seconds=30)
            assert held.begun.acquire(timeout=30)
        with pytest.raises(ServiceUnavailableError):
            gateway.call("datacite", answer)
        held.may_end.set()


def test_a_call_is_given_up_after_its_seconds():
    held = Held()

    with pytest.raises(ServiceUnavailableError):
        Gateway(threads=4).call("orcid", held.work, seconds=0.05)

    held.may_end.set()


def test_four_silent_calls_close_the_service_for_pages_and_no_other():
    gateway = Gateway(threads=4)
    fail(gateway, page_calls.MAX_FAILURES)

    with pytest.raises(ServiceUnavailableError) as refused:
        gateway.call("orcid", answer)

    assert 0 < refused.value.retry_after <= page_calls.PAUSE_SECONDS
    assert gateway.call("globus", answer) == "answer"


def test_refusals_and_answers_between_keep_the_service_open():
    gateway = Gateway(threads=4)
    fail(gateway, page_calls.MAX_FAILURES - 1)
    fail(gateway, 1, refusal)
    fail(gateway, page_calls.MAX_FAILURES - 1)

    assert gateway.call("orcid", answer) == "answer"


def test_too_many_calls_are_an_answer_and_close_nothing():
    async def busy() -> str:
        raise TooManyCallsError

    gateway = Gateway(threads=4)
    fail(gateway, page_calls.MAX_FAILURES, busy)

    assert gateway.call("orcid", answer) == "answer"


def test_after_the_pause_one_call_finds_out_whether_it_is_over(monkeypatch):
    gateway, now = Gateway(threads=4), [1000.0]
    monkeypatch.setattr(page_calls.time, "monotonic", lambda: now[0])
    fail(gateway, page_calls.MAX_FAILURES)
    now[0] += page_calls.PAUSE_SECONDS + 1

    fail(gateway, 1)
    with pytest.raises(ServiceUnavailableError) as refused:
        gateway.call("orcid", answer)
    assert refused.value.retry_after

    now[0] += page_calls.PAUSE_SECONDS + 1
    assert gateway.call("orcid", answer) == "answer"
    assert gateway.call("orcid", answer) == "answer"
