"""What tests of many orders share."""

import logging

import pytest
import structlog


@pytest.fixture
def quiet_logs() -> None:
    """Log errors only: hundreds of runs log what one does."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
