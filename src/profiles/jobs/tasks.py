"""All background jobs, found here by the queue. Each module holds the jobs of one subject."""

from procrastinate import App

# Their jobs register themselves.
from profiles.jobs import claims, intake, permissions, repositories, upkeep, webhooks  # noqa: F401


def on_app_ready(app: App) -> None:
    """Take in the jobs when Django has started."""
    del app
