"""Names of jobs, queues and channels: here and nowhere else."""

from typing import Final

LANES_CHANNEL: Final = "profiles_lanes"
"""NOTIFY here wakes the lane workers: a claim became due."""

QUEUE: Final = "default"
SLOW_QUEUE: Final = "slow"

RESUME: Final = "resume"
HARVEST: Final = "harvest"
DECIDE: Final = "decide"
BACKFILL: Final = "backfill"
REVOKE: Final = "revoke"
TELL: Final = "tell"
CHECK: Final = "check"
REFRESH: Final = "refresh"
MAIL: Final = "mail"
FORGET_PERMISSIONS: Final = "forget_permissions"
RECONCILE: Final = "reconcile"
FORGET_ATTEMPTS: Final = "forget_attempts"
LOOK_UP: Final = "look_up"
COMPARE: Final = "compare"
CLEAN_UP: Final = "clean_up"
TIDY_UP: Final = "tidy_up"
ANNOUNCE: Final = "announce"
DELIVER: Final = "deliver"
FORGET_MESSAGES: Final = "forget_messages"
