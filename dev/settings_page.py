"""Generate ``docs/ops/settings.md``, every setting, from the settings' code."""

from collections.abc import Iterator
from pathlib import Path

from profiles.config.env import Environment
from profiles.ops.doctor_command import SECRET_WORDS


def page() -> str:
    """Return the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Every setting\n"
    yield "*Generated from the code by `make docs`; do not edit.*\n"
    yield "Settings are environment variables. Each may also come from a file: set `NAME_FILE` to its path."
    yield "Lists are separated by commas. `profiles doctor` prints what is set, and what is missing. What a"
    yield "new installation has to decide is in the [first deployment](first-deployment.md).\n"
    yield "| setting | default | meaning |\n|---|---|---|"
    for name, about in Environment.model_fields.items():
        secret = " Secret." if any(word in name for word in SECRET_WORDS) else ""
        yield f"| `{name}` | {_default(about.default)} | {_sentence(about.description or '')}{secret} |"


def _default(value: object) -> str:
    if isinstance(value, Path):
        return "`var`, in the clone or the working folder"
    if isinstance(value, list):
        return f"`{','.join(value)}`" if value else ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if value not in {"", None} else ""


def _sentence(words: str) -> str:
    text = words.replace("|", "\\|")
    return text[:1].upper() + text[1:] + "."
