"""What browsers may do with our pages: the values of their security headers."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

PERMISSIONS: Final = ", ".join(
    [
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope",
                "magnetometer", "microphone", "midi", "payment", "usb",
            )
        ),
        *(f"publickey-credentials-{act}=(self)" for act in ("create", "get")),
    ]
)  # fmt: skip
"""No feature of the device but passkeys, and those for our own pages only."""


def content_policy(form_targets: Iterable[str] = ()) -> str:
    """Return the Content-Security-Policy: everything from ourselves, nothing inline.

    ``form_targets`` are sources beside our own to which forms may lead. Browsers look at each redirect that
    follows a form, too.
    """
    actions = " ".join(dict.fromkeys(["'self'", *form_targets]))
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action {actions}"
    )


def source_of(address: str) -> str:
    """Return the source of an address: its origin, or its scheme where it has no host."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"


def source_of_host(host: str, *, scheme: str) -> str:
    """Return the source of an allowed host; ``.datacite.org`` is a domain with all its subdomains."""
    return f"{scheme}://{'*' if host.startswith('.') else ''}{host}"
