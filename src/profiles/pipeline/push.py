"""Send what is due on one ORCID record, one call at a time, and say what came of each claim.

No transaction is open here while ORCID is called. An answer we know how to read never raises: it
becomes an outcome, recorded with the others of its batch. What does raise is our own mistake.
"""

import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from psycopg import AsyncConnection

from profiles.claims import lanes
from profiles.claims.lanes import DueClaim, Finished, TakenLane, TriedClaim
from profiles.clients.errors import ServiceError, TokenRejectedError, WorkExistsError, WorkGoneError
from profiles.clients.orcid_works import WorkSummary
from profiles.consents import batch as consents
from profiles.consents.batch import Permission
from profiles.consents.sealing import seal_purpose
from profiles.domain import problems
from profiles.domain.claim import ClaimAction, ClaimEvent, ClaimState, Origin, next_state
from profiles.domain.consent import Purpose
from profiles.domain.outcome import Outcome, after_problem
from profiles.domain.push_plan import Grant, Plan, Situation, Step, needs_content, plan_push
from profiles.infra import clock
from profiles.infra.vault import Vault, VaultError
from profiles.pipeline.content import Content, ContentError, Contents
