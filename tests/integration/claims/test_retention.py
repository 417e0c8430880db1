"""How long single calls are kept: half a year, and never with the history."""

from datetime import timedelta

import pytest

from profiles.claims.models import Attempt, ClaimHistory
from profiles.infra import clock
from profiles.jobs.claims import KEEP_ATTEMPTS, forget_attempts
from tests.support.claims import waiting_claim

pytestmark = pytest.mark.django_db


def test_calls_are_forgotten_after_half_a_year_and_the_history_stays():
    claim = waiting_claim()
    now = clock.now()
    for age in (timedelta(0), KEEP_ATTEMPTS - timedelta(hours=1), KEEP_ATTEMPTS + timedelta(hours=1)):
        Attempt.objects.create(claim=claim, at=now - age, verb="add", status=503)
    ClaimHistory.objects.update(at=now - 2 * KEEP_ATTEMPTS)

    forget_attempts()
    forget_attempts()

    assert Attempt.objects.filter(at__gte=now - KEEP_ATTEMPTS).count() == Attempt.objects.count() == 2
    assert ClaimHistory.objects.count() == 1
