"""The material that is handed over beside the project and read in place."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shared_folder() -> Path:
    """Where the corpus, schemas and recordings lie: ``PROFILES_SHARED`` or ``../shared``."""
    return Path(os.environ.get("PROFILES_SHARED", ROOT.parent / "shared"))


def shared(name: str) -> Path:
    """Return the path of one handed-over file or folder, or skip the test and say why."""
    path = shared_folder() / name
    if not path.exists():
        pytest.skip(f"{path} is not here; set PROFILES_SHARED to the folder that holds {name}")
    return path
