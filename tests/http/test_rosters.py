"""Who serves in a shift stands on one sheet, for whoever runs it and nobody else, and in files that say the same."""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx2
import pytest

from api.app import create_app
from api.oauth.store import begin_session
from api.settings import Settings
from domain.access import Actor
from domain.accounts.models import RoleGrant, RoleName
from domain.columns import new_id, typed
from domain.programmes import commands
from domain.programmes.models import Shift
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood

SETTINGS = Settings(log_format="json")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
async def client(here: Neighbourhood) -> AsyncIterator[httpx2.AsyncClient]:
    held = {
        here.worker.id: {"role": RoleName.SOCIAL_WORKER, "community_id": here.community.id},
        here.outsider.id: {"role": RoleName.SOCIAL_WORKER, "community_id": here.other_community.id},
        here.staff.id: {"role": RoleName.ORGANIZATION_STAFF, "organization_id": here.organization.id},
    }
    for person_id, grant in held.items():
        await here.put(RoleGrant.new(person_id=person_id, since=date(2026, 1, 1), **grant))
    transport = httpx2.ASGITransport(create_app(SETTINGS, here.house))
    async with httpx2.AsyncClient(transport=transport, base_url=SETTINGS.issuer) as client:
        yield client


async def cookie(here: Neighbourhood, who: Actor) -> dict[str, str]:
    assert who.id
    session = await begin_session(here.house.lanes.run, who.id, here.house.clock(), amr=["pwd"])
    return {"Cookie": f"session={session}", "Accept-Language": "en"}


def at(shift: Shift, form: str = "") -> str:
    return f"/shifts/{typed(Shift.prefix, shift.id)}/roster{form}"


async def attended(here: Neighbourhood, clock: Clock) -> Shift:
    """Anna came, Chen is late, Dai waits; whoever writes names writes them as badly as they like."""
    shift = await here.shift(capacity=2)
    people = [await here.volunteer(name) for name in ("<b>Anna", "Chen", "Dai")]
    signups = [await here.sign_up(somebody, shift) for somebody in people]
    await here.house.lanes.run("UPDATE volunteer SET phone = '+8613800138000'")
    clock.now = shift.starts_at
    await here.do(here.worker, commands.check_in, signup_id=signups[0].id)
    return shift


def rows(page: str) -> list[list[str]]:
    """The cells of the table's body, as text."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("</tr>")[:-1]]
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in found]


async def test_whoever_runs_the_shift_reads_names_telephones_and_who_came_and_the_files_say_the_same(
    here: Neighbourhood, client: httpx2.AsyncClient, clock: Clock
) -> None:
    """pain 8: did everyone show up?"""
    shift = await attended(here, clock)
    for who in (here.worker, here.staff):
        signed_in = await cookie(here, who)
        page = await client.get(at(shift), headers=signed_in)
        assert (page.status_code, page.headers["cache-control"], page.headers["content-language"]) == (
            200,
            "no-store",
            "en",
        )
        expected = [
            ["1", "&lt;b&gt;Anna Legally", "+8613800138000", "12:00", "", ""],
            ["2", "Chen Legally", "+8613800138000", "", "", ""],
        ]
        assert rows(page.text) == expected
        assert "2 of 2 seats are taken; 1 checked in." in page.text
        answer = await client.get(at(shift, ".csv"), headers=signed_in)
        assert answer.headers["content-disposition"] == 'attachment; filename="roster.csv"'
        assert list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))) == [
            ["No.", "Name", "Telephone", "In", "Out"],
            ["1", "<b>Anna Legally", "'+8613800138000", "2026-06-04 12:00", ""],
            ["2", "Chen Legally", "'+8613800138000", "", ""],
        ]
        book = await client.get(at(shift, ".xlsx"), headers=signed_in)
        assert (book.headers["content-type"], book.content[:2]) == (XLSX, b"PK")


async def test_once_the_shift_is_over_names_stay_as_people_call_themselves_and_telephones_go(
    here: Neighbourhood, client: httpx2.AsyncClient, clock: Clock
) -> None:
    shift = await attended(here, clock)
    await here.house.lanes.run("UPDATE shift SET state = 'ended' WHERE id = $1", (shift.id,))
    page = await client.get(at(shift), headers=await cookie(here, here.worker))
    assert [row[1:3] for row in rows(page.text)] == [["&lt;b&gt;Anna", ""], ["Chen", ""]]


@pytest.mark.parametrize("form", ["", ".csv", ".xlsx"])
async def test_nobody_else_gets_it_and_what_is_no_shift_looks_the_same(
    here: Neighbourhood, client: httpx2.AsyncClient, form: str
) -> None:
    shift, volunteer = await here.shift(), await here.volunteer()
    await here.sign_up(volunteer, shift)
    for who in (volunteer, here.outsider, here.stranger):
        answer = await client.get(at(shift, form), headers=await cookie(here, who))
        assert (answer.status_code, "Li" in answer.text) == (404, False), who
    worker = await cookie(here, here.worker)
    for nothing in (f"/shifts/{typed('shf', new_id())}/roster{form}", f"/shifts/x/roster{form}"):
        assert (await client.get(nothing, headers=worker)).status_code == 404, nothing
    answer = await client.get(at(shift, form))
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login")


async def test_a_roster_longer_than_a_page_of_the_api_is_whole(here: Neighbourhood, client: httpx2.AsyncClient) -> None:
    shift = await here.shift(capacity=130)
    await here.seats(130, shift)
    found: Any = await client.get(at(shift), headers=await cookie(here, here.worker))
    assert [row[0] for row in rows(found.text)] == [str(number) for number in range(1, 131)]


async def test_an_empty_roster_says_so(here: Neighbourhood, client: httpx2.AsyncClient) -> None:
    page = await client.get(at(await here.shift()), headers=await cookie(here, here.worker))
    assert "Nobody has a seat yet." in page.text
    assert "<table>" not in page.text
