"""Where do other platforms read what there is to do? At one public address, without a token, in Chinese or English."""

import asyncio
from hashlib import sha256

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.calendars.feed import has
from api.context import language_of
from api.exports.volunteering_data import Dataset
from api.settings import Settings
from domain.house import House
from domain.programmes.on_offer import on_offer

AGAIN = 300
"""Seconds after which it is worth asking again."""


def routes(house: House, settings: Settings) -> list[Route]:
    async def opportunities(request: Request) -> Response:
        """The document (200), or nothing new (304, RFC 9110, 13.1.2)."""
        now = house.clock()
        language = "en" if language_of(request.headers.get("accept-language", "")) == "en" else "zh-Hans"
        shifts = await on_offer(house.lanes.run, now)
        dataset = Dataset(house.book, settings.issuer, language)
        body = await asyncio.to_thread(lambda: orjson.dumps(dataset.written(shifts, now)))
        etag = f'"{sha256(body).hexdigest()}"'
        headers = {
            "ETag": etag,
            "Cache-Control": f"public, max-age={AGAIN}",
            "Vary": "Accept-Language",
            "Content-Language": language,
            "Access-Control-Allow-Origin": "*",
        }
        if has(etag, request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="application/ld+json")

    return [Route("/opportunities.json", opportunities)]
