"""How is a server elsewhere asked? Over https, for a small JSON document, for seconds, never led elsewhere."""

import asyncio
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx2

from api.settings import Settings, is_loopback

SECONDS = 5.0
"""For the whole answer, however slowly it comes."""
MOST_BYTES = 64 * 1024


class Away(Exception):
    """The server elsewhere gives no answer that can be used; the sentence says why and holds no secret."""


class Outside:
    """What asks. Connections are not kept: an issuer is asked rarely."""

    def __init__(self, settings: Settings) -> None:
        self.on_loopback = settings.on_loopback

    @cached_property
    def _client(self) -> httpx2.AsyncClient:
        limits = httpx2.Limits(max_connections=20, max_keepalive_connections=0)
        return httpx2.AsyncClient(timeout=SECONDS, limits=limits, follow_redirects=False)

    def may_be_asked(self, url: object) -> bool:
        """https, and http on this machine while the service itself is there."""
        if not isinstance(url, str):
            return False
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        local = self.on_loopback and parts.scheme == "http" and is_loopback(parts.hostname or "")
        return bool(parts.hostname) and "@" not in parts.netloc and (parts.scheme == "https" or local)

    async def get(self, url: str) -> dict[str, Any]:
        """The JSON object at this address. Raises Away."""
        return await self._ask("GET", url)

    async def post(
        self, url: str, form: Mapping[str, str], authorization: tuple[str, str] | None = None
    ) -> dict[str, Any]:
        """The JSON object that a form is answered with. Raises Away."""
        return await self._ask("POST", url, data=dict(form), auth=authorization)

    async def _ask(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        if not self.may_be_asked(url):
            raise Away("its address is not https")
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        body = bytearray()
        try:
            async with asyncio.timeout(SECONDS), self._client.stream(method, url, headers=headers, **options) as answer:
                if answer.status_code != 200:
                    raise Away(f"it answered {answer.status_code}")
                if "content-encoding" in answer.headers:  # a little could become much
                    raise Away("its answer is packed")
                async for part in answer.aiter_raw():
                    body += part
                    if len(body) > MOST_BYTES:
                        raise Away("its answer is too long")
            said = json.loads(body)
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, OSError, ValueError, RecursionError) as trouble:
            raise Away(type(trouble).__name__) from trouble
        if not isinstance(said, dict):
            raise Away("its answer is no object")
        return said
