"""Small and rare transfers: pages and static files are compressed, and a browser loads each static file once.

The address of a static file contains the version of all of them: it may be kept for a year, and a style sheet
finds its fonts beside it.
"""

import hashlib
import re
from importlib.metadata import version
from pathlib import Path
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

YEAR_SECONDS: Final = 31_536_000
_OTHERS: Final = ("django", "django-allauth", "django-htmx")
"""Packages whose static files pages use."""
_OF_ANY_VERSION: Final = re.compile(r"/static/[0-9a-f]{12}/(.+)")
_COMPRESSED: Final = {"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"}


def static_version(package: Path) -> str:
    """Return a digest of all static files of ours, and of the versions of the packages that bring others."""
    digest = hashlib.sha256(" ".join(version(name) for name in _OTHERS).encode())
    for path in sorted(package.glob("*/static/**/*")):
        if path.is_file():
            digest.update(str(path.relative_to(package)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def keep(headers: dict[str, str], _path: str, _url: str) -> None:
    """Let browsers keep a static file without asking again."""
    headers["Cache-Control"] += ", immutable"


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves static files; also under the versions that other hosts name while they are being replaced."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a file, or pass the request on."""
        path = request.path_info
        if path not in self.files and (other := _OF_ANY_VERSION.fullmatch(path)):
            file = self.files.get(f"{self.static_prefix}{other[1]}")
            if file is not None:
                response: HttpResponseBase = self.serve(file, request)
                response.headers["Cache-Control"] = "no-store"
                return response
        answered: HttpResponseBase = super().__call__(request)
        return answered


class Compression(GZipMiddleware):
    """Compresses pages, style sheets, scripts and pictures of lines.

    Against BREACH, Django adds random bytes and masks the token of forms differently in each page. The API is
    left to the proxy: its answers are small, and their time counts.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress what is worth it."""
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        compressed: HttpResponseBase = response
        if kind in _COMPRESSED:
            compressed = super().process_response(request, response)
        return compressed
