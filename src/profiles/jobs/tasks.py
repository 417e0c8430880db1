"""All background jobs, found here by the queue: those of the clock, and those of single rows."""

from procrastinate import App

# Their jobs register themselves.
from profiles.consents import revocation  # noqa: F401
from profiles.jobs import claims, intake, permissions, repositories, upkeep, webhooks  # noqa: F401
from profiles.jobs.retry import outlive_database
from profiles.pipeline.leaving import finish_at_orcid  # noqa: F401
from profiles.pipeline.permissions import invite, lost_notice  # noqa: F401


def on_app_ready(app: App) -> None:
    """Take in the jobs when Django has started."""
    outlive_database(app)
