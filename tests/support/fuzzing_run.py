"""Let atheris search one target for inputs that fail, for so many seconds: TARGET FOLDER SECONDS."""

import logging
import random
import sys
from pathlib import Path

import atheris
import django
import structlog

with atheris.instrument_imports(include=["profiles", "joserfc"], enable_loader_override=False):
    django.setup()
    from tests.support import fuzzing

_chance = random.Random()


def _changed(data: bytes, max_size: int, _seed: int) -> bytes:
    """Replace values of JSON as often as bytes: few changes of bytes leave it readable."""
    if _chance.random() < 0.5:
        return fuzzing.changed(data, _chance)[:max_size]
    changed: bytes = atheris.Mutate(data, max_size)
    return changed


def main(name: str, folder: str, seconds: str) -> None:
    """Search for so long; new inputs that reach new code go into the folder, and one that fails beside it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    place = f"-artifact_prefix={Path(folder).parent}/{name}-"
    limits = [f"-max_total_time={seconds}", "-timeout=20", "-max_len=30000", "-rss_limit_mb=1500"]
    words = [sys.argv[0], folder, place, *limits]
    atheris.Setup(words, fuzzing.TARGETS[name], custom_mutator=_changed)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
