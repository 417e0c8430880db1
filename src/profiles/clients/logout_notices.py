"""Telling relying parties that a session ended (OpenID Connect Back-Channel Logout)."""

from typing import Final
from urllib.parse import urlencode

from profiles.clients.errors import ServiceError
from profiles.clients.ssrf_safe_http import SsrfSafeHttpClient

_DONE: Final = frozenset({200, 204})


class LogoutNotices:
    """Sends logout tokens; follows no redirect, waits a few seconds at most."""

    def __init__(self, http: SsrfSafeHttpClient) -> None:
        self._http = http

    async def tell(self, url: str, *, logout_token: str) -> bool:
        """Send a logout token and say whether it was taken."""
        if self._http.refusal_of(url):
            return False
        try:
            answer = await self._http.send(
                "relying-party",
                "logout",
                "POST",
                url,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                body=urlencode({"logout_token": logout_token}).encode(),
            )
        except ServiceError:
            return False
        return answer.status in _DONE
