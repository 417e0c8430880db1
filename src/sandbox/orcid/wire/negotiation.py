"""Negotiate the format of answers and bodies.

ORCID's own weights come before the client's: an Accept as browsers send it, JSON and ``*/*``, gets XML.
"""

from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from sandbox.orcid.wire.errors import unmatched

ANYTHING: Final = "*/*"


@dataclass(frozen=True, slots=True)
class Form:
    """One of the six media types of the member API."""

    name: str
    weight: int

    @property
    def is_json(self) -> bool:
        """Tell whether this is JSON."""
        return self.name.endswith("json")

    @property
    def is_pretty(self) -> bool:
        """Tell whether ORCID writes it over several lines."""
        return self.name != "application/json"

    @property
    def content_type(self) -> str:
        """The header value as ORCID sends it, its weight included."""
        weight = f"; qs={self.weight}" if self.weight > 1 else ""
        return f"{self.name}{weight};charset=UTF-8"


VND_XML: Final = Form("application/vnd.orcid+xml", 5)
FORMS: Final = (
    VND_XML,
    Form("application/vnd.orcid+json", 4),
    Form("application/orcid+xml", 3),
    Form("application/orcid+json", 2),
    Form("application/xml", 1),
    Form("application/json", 1),
)
_BY_NAME: Final = {form.name: form for form in FORMS}


@lru_cache(maxsize=512)
def sent_form(content_type: str) -> Form | None:
    """Return the format of a Content-Type, or None for an unknown one."""
    return _BY_NAME.get(content_type.split(";", 1)[0].strip().lower())


@lru_cache(maxsize=512)
def accepted_form(accept: str, content_type: str) -> Form | None:
    """Return the format of the answer, or None when none is acceptable."""
    ranges = [_range(each) for each in accept.split(",") if each.strip()]
    if not ranges or (len(ranges) == 1 and ranges[0][0] == ANYTHING):
        return sent_form(content_type) or VND_XML
    fitting = [
        (form.weight, quality, -place, form)
        for place, (name, quality) in enumerate(ranges)
        for form in FORMS
        if quality > 0 and _fits(name, form.name)
    ]
    return max(fitting, key=lambda each: each[:3])[3] if fitting else None


def _range(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip() for part in text.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return name.lower(), float(value)
            except ValueError:
                return name.lower(), 1.0
    return name.lower(), 1.0


def _fits(name: str, form: str) -> bool:
    return name in (ANYTHING, form) or (name.endswith("/*") and form.startswith(name[:-1]))


def require_accepted_form(accept: str, content_type: str) -> Form:
    """Return the format of the answer.

    Raises:
        OrcidError: 9001 with 406, none of ours is acceptable.
    """
    form = accepted_form(accept, content_type)
    if form is None:
        raise unmatched(HTTPStatus.NOT_ACCEPTABLE, "Not Acceptable")
    return form


def require_sent(content_type: str) -> Form:
    """Return the format of the body.

    Raises:
        OrcidError: 9001 with 415, it is not one of ours.
    """
    form = sent_form(content_type)
    if form is None:
        raise unmatched(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type")
    return form
