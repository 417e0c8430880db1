"""A child process that reads files. It is imported before Django is set up there, and imports none of it."""

import os
from typing import Any

from profiles.intake.dump import Unit

_mine: dict[str, Any] = {}


def begin(database: str, halt: Any) -> None:
    """Make the process ready: Django, the same database as its parent's, the watch."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
    import django

    django.setup()
    from django.db import connections

    from profiles.infra import gc_tuning
    from profiles.pipeline.intake.data_file import AskDataCite
    from profiles.pipeline.intake.enrolled import CALM, EnrolledIdsCache

    connections["default"].settings_dict["NAME"] = database
    _mine["watch"] = EnrolledIdsCache(rest=CALM)
    _mine["watch"].get()
    _mine["halt"] = halt
    _mine["learn"] = AskDataCite()
    gc_tuning.freeze_and_relax()


def work(unit: Unit) -> Any:
    """Take in one file; returns its ``Progress``."""
    from profiles.pipeline.intake.data_file import ingest_unit

    return ingest_unit(unit, _mine["watch"].get, stop=_mine["halt"].is_set, learn=_mine["learn"])
