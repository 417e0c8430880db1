"""Register all background jobs with the queue: the scheduled ones and those of single rows."""

from procrastinate import App

# Importing a module registers its jobs.
from profiles.consents import revocation  # noqa: F401
from profiles.jobs import claims, files, intake, permissions, repositories, upkeep, webhooks  # noqa: F401
from profiles.jobs.retry import retry_lost_database
from profiles.pipeline.leaving import finish_at_orcid  # noqa: F401
from profiles.pipeline.permissions import invite, lost_notice  # noqa: F401
from profiles.pipeline.requests import bulk_acts  # noqa: F401


def on_app_ready(app: App) -> None:
    """Prepare the jobs when Django has started."""
    retry_lost_database(app)
