"""The child process that reads files. Imported there before Django is set up, so it imports none of it."""

import os
from typing import Any

from profiles.intake.dump import Unit

_state: dict[str, Any] = {}


def set_up(database: str, halt: Any) -> None:
    """Set up the process: Django, the database of its parent, and the watch."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
    import django

    django.setup()
    from django.db import connections

    from profiles.infra import gc_tuning
    from profiles.pipeline.intake.data_file import RepositoryLearner
    from profiles.pipeline.intake.enrolled import FILE_CHECK_INTERVAL, EnrolledIdsCache

    connections["default"].settings_dict["NAME"] = database
    _state["watch"] = EnrolledIdsCache(check_interval=FILE_CHECK_INTERVAL)
    _state["watch"].get()
    _state["halt"] = halt
    _state["learn"] = RepositoryLearner()
    gc_tuning.freeze_and_relax()


def ingest(unit: Unit) -> Any:
    """Take in one file and return its ``Progress``."""
    from profiles.pipeline.intake.data_file import ingest_unit

    return ingest_unit(unit, _state["watch"].get, stop=_state["halt"].is_set, learn=_state["learn"])
