"""The job that takes in one part of a data file, by a process that reads one part after the other."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from datetime import timedelta
from typing import Final
from weakref import WeakKeyDictionary

from django.db import connections

from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.infra.jobs.row_jobs import Backoff, RetryLaterError
from profiles.pipeline.intake import data_file_child

_STOP_SECONDS: Final = 10.0
"""How long a reader may take to store its place."""
_ELSEWHERE: Final = timedelta(seconds=20)
"""After this time another host may try a file that this one does not have."""
_NOW: Final = timedelta()
_idle: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, list[Process]]] = WeakKeyDictionary()
"""The readers of an event loop that have nothing to read; a start costs as much as thousands of records."""


@app.task(name=job_names.TAKE_IN_FILE, queue=job_names.FILES_QUEUE, retry=Backoff(timedelta(hours=1)))
async def take_in_file(unit_id: int) -> None:
    """Read a file from the line where its last reader stopped. Safe to run twice: records are events."""
    idle = _idle.setdefault(asyncio.get_running_loop(), [])
    reader = next((one for one in idle if one.returncode is None), None) or await _start()
    idle[:] = [one for one in idle if one is not reader and one.returncode is None]
    assert reader.stdin is not None
    assert reader.stdout is not None
    try:
        reader.stdin.write(f"{unit_id}\n".encode())
        answer = await reader.stdout.readline()
    except asyncio.CancelledError:
        # This worker stops: another one goes on where the reader stops.
        await _stop(reader)
        raise RetryLaterError("the worker stopped", wait=_NOW) from None
    if answer:
        idle.append(reader)
    match answer:
        case data_file_child.DONE:
            return
        case data_file_child.NO_FILE:
            raise RetryLaterError("this host does not have the file", wait=_ELSEWHERE)
        case data_file_child.STOPPED:
            raise RetryLaterError("the reader was stopped", wait=_NOW)
    if (code := await reader.wait()) in {0, -15}:
        raise RetryLaterError("the reader had just ended", wait=_NOW)
    # What went wrong is on standard error, which is ours.
    raise RuntimeError(f"the reader of file {unit_id} ended with {code}")


async def _start() -> Process:
    database = str(connections["default"].settings_dict["NAME"])
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", data_file_child.__name__, database, stdin=PIPE, stdout=PIPE
    )


async def _stop(reader: Process) -> None:
    assert reader.stdin is not None
    reader.stdin.close()
    try:
        await asyncio.wait_for(reader.wait(), _STOP_SECONDS)
    except TimeoutError:
        reader.kill()
