"""One running ORCID stand-in for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.orcid_stand_in import StandIn, running


@pytest_asyncio.fixture
async def orcid() -> AsyncIterator[StandIn]:
    async with running() as stand_in:
        yield stand_in
