"""Tune the garbage collector for processes that handle millions of short-lived rows."""

import gc


def freeze_and_relax() -> None:
    """Run the garbage collector rarely: loaded code stays, and rows have no reference cycles."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)
