"""A file holds what the list on the screen shows, for the same person: no row and no value more, none less."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import httpx2
import pytest

from api.app import create_app
from api.exports import endpoint
from api.oauth.tokens import issue_for
from api.settings import Settings
from domain.access import Actor
from domain.accounts.models import RoleGrant, RoleName
from domain.columns import typed
from domain.programmes.models import Shift
from tests.programmes.neighbourhood import Neighbourhood

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SETTINGS = Settings(log_format="json")
ROSTER = """
query Roster($shift: ID!, $first: Int, $after: String) {
  shift(id: $shift) {
    signups(filter: {state: {eq: CONFIRMED}}, orderBy: [SIGNED_UP_AT_DESC], first: $first, after: $after) {
      nodes { ...Seat }
      pageInfo { hasNextPage endCursor }
    }
  }
}
fragment Seat on Signup { id who: volunteer { displayName phone } late place attendance { nodes { state minutes } } }
"""
COLUMNS = ["id", "who.displayName", "who.phone", "late", "place", "attendance.nodes.state", "attendance.nodes.minutes"]


@pytest.fixture
async def client(here: Neighbourhood) -> AsyncIterator[httpx2.AsyncClient]:
    grant = {"role": RoleName.SOCIAL_WORKER, "community_id": here.community.id, "since": date(2026, 1, 1)}
    await here.put(RoleGrant.new(person_id=here.worker.id, **grant))
    transport = httpx2.ASGITransport(create_app(SETTINGS, here.house))
    async with httpx2.AsyncClient(transport=transport, base_url=SETTINGS.issuer) as client:
        yield client


async def bearer(here: Neighbourhood, who: Actor) -> dict[str, str]:
    (person,) = await here.house.lanes.run("SELECT email FROM person WHERE id = $1", (who.id,))
    return {"Authorization": f"Bearer {await issue_for(here.house, SETTINGS, person['email'])}"}


async def full(here: Neighbourhood, seats: int = 7) -> Shift:
    """A shift whose volunteers are called what a spreadsheet would calculate."""
    shift = await here.shift(capacity=seats)
    await here.seats(seats, shift)
    await here.house.lanes.run("UPDATE volunteer SET display_name = '=1+' || display_name, phone = '+8613800138000'")
    return shift


def asked(shift: Shift, **variables: Any) -> dict[str, Any]:
    return {"query": ROSTER, "variables": {"shift": typed(Shift.prefix, shift.id), **variables}}


async def exported(client: httpx2.AsyncClient, question: Any, headers: dict[str, str]) -> list[list[str]]:
    answer = await client.post("/exports?format=csv", json=question, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="list.csv"'
    assert answer.headers["cache-control"] == "no-store"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("who", ["worker", "volunteer"])
async def test_the_file_is_the_list_on_the_screen_for_whoever_asks(
    here: Neighbourhood, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """pain 30: the export is the list, page after page; pain 8: whoever leads takes it along and sees who came."""
    monkeypatch.setattr(endpoint, "PAGE", 3)
    shift = await full(here)
    somebody = here.worker if who == "worker" else await here.volunteer()
    headers = await bearer(here, somebody)
    screen = (await client.post("/graphql", json=asked(shift, first=100), headers=headers)).json()
    nodes = screen["data"]["shift"]["signups"]["nodes"]
    assert len(nodes) == (7 if who == "worker" else 0)
    names, *rows = await exported(client, asked(shift), headers)
    assert names == COLUMNS
    assert rows == [
        [
            node["id"],
            "'" + node["who"]["displayName"],
            f"'{node['who']['phone']}",
            str(node["late"]).lower(),
            "",
            "",
            "",
        ]
        for node in nodes
    ]


async def test_a_workbook_holds_the_same_cells_as_strings_and_calculates_nothing(
    here: Neighbourhood, client: httpx2.AsyncClient
) -> None:
    shift, headers = await full(here), await bearer(here, here.worker)
    rows = await exported(client, asked(shift), headers)
    answer = await client.post("/exports?format=xlsx", json=asked(shift), headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 our own
    assert not list(sheet.iter(f"{SHEET}f"))
    found = [["".join(cell.itertext()) for cell in row] for row in sheet.iter(f"{SHEET}row")]
    assert found == [[cell.removeprefix("'") for cell in row] for row in rows]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
async def test_no_cell_is_a_formula(here: Neighbourhood, client: httpx2.AsyncClient, begins: str) -> None:
    """OWASP, CSV injection: what somebody wrote about themselves runs on nobody's computer."""
    shift = await full(here, 1)
    await here.house.lanes.run("UPDATE volunteer SET display_name = $1", (f'{begins}HYPERLINK("https://x.example")',))
    _, row = await exported(client, asked(shift), await bearer(here, here.worker))
    assert row[1] == f'\'{begins}HYPERLINK("https://x.example")'


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ shifts { nodes { id } } }", "BAD_REQUEST"),
        ("{ __typename }", "BAD_REQUEST"),
        ("{ a: shifts { nodes { id } } b: shifts { nodes { id } } }", "BAD_REQUEST"),
        ("{ shifts(first: 1) { nodes { id } pageInfo { hasNextPage endCursor } } }", "BAD_REQUEST"),
        ("mutation { markRead(input: {messageId: 1}) { __typename } }", "BAD_REQUEST"),
        ("{ shifts { nodes { nothing } } }", "INVALID_DOCUMENT"),
        ("{", "SYNTAX"),
    ],
)
async def test_what_is_no_whole_list_is_refused_with_the_reason(
    here: Neighbourhood, client: httpx2.AsyncClient, query: str, code: str
) -> None:
    for _ in range(2):
        await here.shift()
    headers = await bearer(here, here.worker)
    answer = await client.post("/exports?format=csv", json={"query": query}, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, code)


async def test_a_list_that_is_too_long_is_refused_whole(
    here: Neighbourhood, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "MOST_ROWS", 6)
    shift = await full(here)
    answer = await client.post("/exports?format=csv", json=asked(shift), headers=await bearer(here, here.worker))
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "TOO_MANY_ROWS")


async def test_nobody_without_a_token_takes_a_list_and_only_by_post_as_a_known_kind_of_file(
    here: Neighbourhood, client: httpx2.AsyncClient
) -> None:
    shift, headers = await full(here, 1), await bearer(here, here.worker)
    assert (await client.post("/exports?format=csv", json=asked(shift))).status_code == 401
    assert (await client.get("/exports?format=csv", headers=headers)).status_code == 405
    for form in ("", "?format=", "?format=pdf"):
        assert (await client.post(f"/exports{form}", json=asked(shift), headers=headers)).status_code == 400, form
