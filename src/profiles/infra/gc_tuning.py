"""The garbage collector of processes through which millions of short-lived rows pass."""

import gc


def freeze_and_relax() -> None:
    """Let the garbage collector look rarely: what is loaded stays, and what passes through has no circles."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)
