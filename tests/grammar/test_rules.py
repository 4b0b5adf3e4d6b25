"""The law's numbers are found by day and place, and every one says where it stands."""

from datetime import date
from decimal import Decimal

import pytest

from domain.house import House
from domain.rules import Book, Rule, grounds, load_pack, pack


def rule(value: int, *, place: str = "CN", since: str, until: str | None = None, version: int = 1) -> Rule:
    return Rule.new(
        name="record_due",
        jurisdiction=place,
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
