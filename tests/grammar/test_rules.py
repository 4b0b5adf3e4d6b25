"""The law's numbers are found by day and place, and every one says where it stands."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import domain
from domain.access import CLOCK
from domain.errors import NotNow
from domain.house import House
from domain.programmes import commands
from domain.programmes.models import Shift
from domain.programmes.requirements import REQUIREMENTS
from domain.regulations.models import Rule
from domain.rules import Book, grounds, load_pack, pack, read_book
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood


def rule(
    value: int, *, name: str = "record_due", place: str = "CN", since: str, until: str | None = None, version: int = 1
) -> Rule:
    return Rule.new(
        name=name,
        jurisdiction=place,
        jurisdiction_name={"language": "en", "text": place},
        since=date.fromisoformat(since),
        until=until and date.fromisoformat(until),
        value=Decimal(value),
        unit="working days",
        says={"language": "zh-Hans", "text": "记录", "translations": {"en": {"text": "record", "status": "checked"}}},
        source="Order 67, article 11",
        verified=True,
        version=version,
    )


BOOK = Book(
    [
        rule(15, since="2012-10-23", until="2021-02-01"),
        rule(10, since="2021-02-01"),
        rule(7, place="CN-BJ", since="2021-03-01"),
        rule(5, place="CN-BJ", since="2021-03-01", version=2),
    ]
)


@pytest.mark.parametrize(
    ("day", "place", "value"),
    [
        ("2021-01-31", "CN", 15),
        ("2021-02-01", "CN", 10),
        ("2021-02-15", "CN-BJ-CY", 10),
        ("2021-03-01", "CN-BJ-CY", 5),
        ("2026-06-01", "CN-SH", 10),
    ],
)
def test_the_rule_of_the_day_and_the_nearest_place_holds(day: str, place: str, value: int) -> None:
    assert BOOK.find("record_due", date.fromisoformat(day), place).value == value


def test_a_rule_that_nobody_wrote_is_an_error_not_a_guess() -> None:
    with pytest.raises(LookupError):
        BOOK.find("record_due", date(2000, 1, 1))


def test_what_a_decision_cited_is_found_again_after_later_versions_came() -> None:
    first = BOOK.cited("record_due@CN-BJ/2021-03-01", 1)
    assert (int(first.value), first.version) == (7, 1)
    assert BOOK.find("record_due", date(2026, 6, 1), "CN-BJ").version == 2


def test_a_refusal_cites_the_rule_in_the_readers_language() -> None:
    cited = BOOK.find("record_due", date(2026, 6, 1))
    assert grounds(cited, "en").rule == "record"
    assert grounds(cited, "zh-Hans").rule == "记录"


def test_every_shipped_rule_has_a_source_and_both_languages() -> None:
    for row in pack():
        assert row["source"].strip()
        assert row["says"]["text"].strip()
        assert row["says"]["translations"]["en"]["text"].strip()


async def test_loading_the_pack_again_changes_nothing(house: House) -> None:
    before = await house.lanes.run("SELECT count(*) AS n, max(id::text) AS last FROM rule")
    assert await load_pack(house.lanes.run) == 0
    assert await house.lanes.run("SELECT count(*) AS n, max(id::text) AS last FROM rule") == before


SHIPPED = Book([Rule.new(**row) for row in pack()])


def held(name: str, day: str, place: str) -> str | None:
    """Where the rule stands that holds there, if one does."""
    try:
        return SHIPPED.find(name, date.fromisoformat(day), place).jurisdiction
    except LookupError:
        return None


def test_beijing_asks_for_an_agreement_with_foreigners_from_the_day_its_decree_came_into_force() -> None:
    assert held("agreement_foreign", "2021-02-28", "CN-BJ-110105") is None
    assert held("agreement_foreign", "2021-03-01", "CN-BJ-110105") == "CN-BJ"
    assert held("agreement_foreign", "2026-06-01", "CN-SH-310115") is None
    assert held("agreement_high_risk", "2026-06-01", "CN-SH-310115") == "CN-SH"


def test_hangzhou_keeps_the_law_of_its_province_and_ningbo_its_own() -> None:
    assert held("minor_in_danger", "2026-06-01", "CN-ZJ-330100-330106") == "CN-ZJ"
    assert held("minor_in_danger", "2026-06-01", "CN-ZJ-330200-330203") == "CN-ZJ-330200"
    assert held("minor_in_danger", "2021-12-31", "CN-ZJ-330200-330203") == "CN-ZJ"


HOUSE = Path(domain.__file__ or "").parent
ASKED = {
    name
    for file in HOUSE.rglob("*.py")
    for name in re.findall(r"""(?:\b_?rule|rule_in_force|\.find)\(\s*"(\w+)\"""", file.read_text(encoding="utf-8"))
} | {told.rule for told in REQUIREMENTS.values() if told.rule}


LOCAL = {"minor_in_danger"}
"""Asked wherever one serves, and law in some places only: where it is not written down, the rest of the law holds."""


def test_every_rule_that_is_asked_for_holds_in_the_whole_country_today() -> None:
    assert "record_due" in ASKED
    for name in ASKED - LOCAL:
        assert held(name, "2026-06-01", "CN") == "CN", name


def test_law_of_some_places_alone_is_asked_for_and_holds_in_them() -> None:
    assert LOCAL <= ASKED
    for name in LOCAL:
        assert held(name, "2026-06-01", "CN") is None, name
        assert held(name, "2026-06-01", "CN-SD-370100") == "CN-SD", name


def test_every_default_of_our_own_is_kept_by_the_house() -> None:
    """Nobody reads of a rule that is not kept; what the law says is shown whether or not the house can see to it."""
    assert {row["name"] for row in pack() if "Sanshe default" in row["source"]} <= ASKED


# -- in the house -----------------------------------------------------------------------------------------------------


async def enact(house: House, **values: Any) -> None:
    """A law that somebody else's process wrote down."""
    row = rule(values.pop("value"), **values)
    names = list(Rule.model_fields)
    places = ", ".join(f"${i}" for i in range(1, len(names) + 1))
    await house.lanes.run(f"INSERT INTO rule ({', '.join(names)}) VALUES ({places})", list(row.__dict__.values()))


async def cited(house: House, shift: Shift) -> dict[str, int]:
    found = await house.lanes.run("SELECT rules FROM deed WHERE subject_id = $1 ORDER BY id DESC LIMIT 1", (shift.id,))
    return found[0]["rules"]  # type: ignore[no-any-return]


async def test_a_shift_is_counted_by_the_law_of_its_place(here: Neighbourhood) -> None:
    await enact(here.house, value=3, place="CN-BJ", since="2026-01-01")
    await enact(here.house, value=1, place="CN-SH", since="2026-01-01")
    await here.house.refresh()
    shift = await here.shift()
    assert (shift.starts_at.date(), shift.record_due) == (date(2026, 6, 4), date(2026, 6, 9))
    assert await cited(here.house, shift) == {
        "longest_entry@CN/2026-01-01": 1,
        "record_due@CN-BJ/2026-01-01": 1,
        "shift_reminder@CN/2026-01-01": 1,
    }


async def test_a_shift_is_counted_by_the_law_of_its_day(here: Neighbourhood, clock: Clock) -> None:
    await enact(here.house, value=3, place="CN-BJ-110105", since="2026-06-04")
    await here.house.refresh()
    before, after = await here.shift(ahead=48), await here.shift(ahead=72)
    assert (before.record_due, after.record_due) == (date(2026, 6, 17), date(2026, 6, 9))
    clock.wait(hours=80)
    await here.do(CLOCK, commands.start_shift, shift_id=before.id)
    await here.do(CLOCK, commands.end_shift, shift_id=before.id)
    assert (await here.now(before)).record_due == date(2026, 6, 17)
    assert await cited(here.house, before) == {"record_due@CN/2021-02-01": 1, "record_reminder@CN/2026-01-01": 1}


async def test_whether_a_volunteer_is_of_age_is_asked_of_the_law_of_the_shifts_place_and_day(
    here: Neighbourhood,
) -> None:
    await enact(here.house, name="majority", value=20, place="CN-BJ", since="2026-06-04")
    await here.house.refresh()
    somebody = await here.volunteer(born=date(2008, 6, 2))
    before, after = await here.shift(ahead=48), await here.shift(ahead=72)
    assert (await here.sign_up(somebody, before)).shift_id == before.id
    with pytest.raises(NotNow) as refusal:
        await here.sign_up(somebody, after)
    assert refusal.value.code == "guardian_consent_missing"


async def test_a_street_that_was_registered_elsewhere_meanwhile_is_asked_about_once(house: House) -> None:
    assert not house.book.places
    here = await Neighbourhood(house).settle()
    await enact(house, value=3, place="CN-BJ", since="2026-01-01")
    shift = await here.shift()
    assert shift.record_due == date(2026, 6, 9)
    assert house.book.places == {7: "CN-BJ-110105"}
    read = house.book
    await here.shift()
    assert house.book is read


async def test_a_street_that_nobody_registered_keeps_the_nations_law(here: Neighbourhood) -> None:
    house = here.house
    house.book = await read_book(house.lanes.run)
    await house.lanes.run("UPDATE street_office SET number = 8")
    house.book = Book(house.book.rules)
    shift = await here.shift()
    names = {"longest_entry@CN/2026-01-01", "record_due@CN/2021-02-01", "shift_reminder@CN/2026-01-01"}
    assert set(await cited(house, shift)) == names
    assert house.book.places == {7: "CN", 8: "CN-BJ-110105"}
