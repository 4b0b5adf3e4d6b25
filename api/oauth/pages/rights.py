"""How people learn what is known about them, correct it, take a copy along, and are forgotten (PIPL 17, 45 to 47)."""

import os
import tempfile
from collections.abc import AsyncIterator
from typing import IO, Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.oauth import throttle
from api.oauth.known import SignedIn
from api.oauth.pages.browser import Browser
from api.oauth.pages.visit import FORM, Pages
from api.oauth.server import NO_STORE
from domain.access import Actor
from domain.accounts import personal
from domain.accounts.addresses import READ_HERE
from domain.accounts.commands import amend_person
from domain.accounts.copies import write_copy
from domain.accounts.erasure import erase_person
from domain.columns import day_of
from domain.errors import Refusal

DATA, COPY, ERASE, ERASED = "/account/data", "/account/data/copy", "/account/data/erase", "/erased"
NAMES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
CHUNK = 1 << 16
COLUMN = {"name": "name", "displayName": "display_name", "locale": "locale"}


class Rights(Pages):
    def routes(self) -> list[Route]:
        return [
            Route("/privacy", self.notice),
            Route(DATA, self.data, methods=FORM),
            Route(COPY, self.copy, methods=["POST"]),
            Route(ERASE, self.erase, methods=FORM),
            Route(ERASED, self.erased),
        ]

    async def notice(self, request: Request) -> Response:
        """What is known about people here, for whoever asks."""
        browser = await self.browser(request)
        return browser.show(
            "privacy",
            purposes=personal.purposes(),
            wanted=1 if browser.language != "en" else 0,
            processor=self.settings.responsible_body or self.settings.issuer,
            contact=self.settings.responsible_contact or self.settings.mail_from,
        )

    async def data(self, request: Request) -> Response:
        """What can be done with one's data; and a correction of it."""
        browser = await self.browser(request)
        person = await self.who(browser)
        if person is None:
            return self.to_sign_in(browser, DATA)
        if request.method != "POST":
            return self._show(browser, person)
        if not browser.sincere:
            return self._show(browser, person, 403, name=browser.say("stale"))
        given: dict[str, Any] = {name: browser.form[name] for name in COLUMN.values() if name in browser.form}
        try:
            await self.house.do(Actor(person.id), amend_person, person_id=person.id, **given)
        except Refusal as no:
            field = COLUMN.get(no.path or "", "name")
            return self._show(browser, person, 422, **{field: no.say(browser.language)})
        return browser.go(browser.link(DATA))

    def _show(self, browser: Browser, person: SignedIn, status: int = 200, **errors: str) -> Response:
        held = {"name": person.name, "display_name": person.display_name, "locale": person.locale}
        typed = {**held, **browser.form}
        languages = {tag: NAMES.get(tag, tag) for tag in dict.fromkeys((*READ_HERE, person.locale))}
        return browser.show("data", status, typed=typed, languages=languages, errors=errors)

    async def copy(self, request: Request) -> Response:
        """Everything about the person, as an archive."""
        browser = await self.browser(request)
        person = await self.who(browser)
        if person is None or not self.recently(person):
            return self.to_sign_in(browser, DATA)
        if not browser.sincere:
            return self._show(browser, person, 403, name=browser.say("stale"))
        if not await throttle.flows(self.run, browser.address, self.house.clock()):
            return self._show(browser, person, 429, name=browser.say("too_often"))
        file = tempfile.TemporaryFile(prefix="sanshe")  # noqa: SIM115 the answer closes it
        try:
            await write_copy(self.house, person.id, file)
            size = file.seek(0, os.SEEK_END)
        except BaseException:
            file.close()
            raise
        headers = {
            **NO_STORE,
            "X-Content-Type-Options": "nosniff",
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="sanshe-{day_of(self.house.clock())}.zip"',
        }
        return StreamingResponse(_chunks(file), media_type="application/zip", headers=headers)

    async def erase(self, request: Request) -> Response:
        """What erasure does and what is kept, before it is done; and the end of the account."""
        browser = await self.browser(request)
        person = await self.who(browser)
        if person is None or not self.recently(person):
            return self.to_sign_in(browser, ERASE)
        if request.method != "POST":
            return self._ask(browser)
        if not browser.sincere:
            return self._ask(browser, 403, erase=browser.say("stale"))
        try:
            await self.house.do(Actor(person.id), erase_person, person_id=person.id)
        except Refusal as no:
            said = (no.say(browser.language), no.advise(browser.language))
            return self._ask(browser, 409, erase=" ".join(filter(None, said)))
        return browser.go(browser.link(ERASED, next=None), session="")

    def _ask(self, browser: Browser, status: int = 200, **errors: str) -> Response:
        kept = [purpose for purpose in personal.purposes() if purpose.after is not personal.NOTHING]
        wanted = 1 if browser.language != "en" else 0
        return browser.show("erase", status, kept=kept, wanted=wanted, errors=errors)

    async def erased(self, request: Request) -> Response:
        """There is nobody to speak to any more."""
        return (await self.browser(request)).show("erased")


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    """What was written, which has no name in any folder and is gone when it is closed, whoever hangs up."""
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk
