"""When somebody usually can is said in one way, however it was typed."""

import pytest

from domain.errors import Invalid
from domain.volunteers.commands import update_volunteer
from domain.volunteers.times import MOST, time_of_day, weekly_times
from tests.programmes.neighbourhood import Neighbourhood


def test_times_are_kept_once_from_monday_to_sunday() -> None:
    assert weekly_times(["sa  09:00-12:30", "MO 18:00-24:00", "SA 09:00-12:30", "MO 08:00-09:00"]) == [
        "MO 08:00-09:00",
        "MO 18:00-24:00",
        "SA 09:00-12:30",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "SA",
        "SA 9:00-12:30",
        "XX 09:00-10:00",
        "SA 12:30-09:00",
        "SA 09:00-09:00",
        "SA 24:00-24:00",
        "SA 09:00-25:00",
    ],
)
def test_what_is_no_weekday_with_times_is_refused_with_its_place(typed: str) -> None:
    with pytest.raises(Invalid) as no:
        weekly_times(["MO 08:00-09:00", typed])
    assert (no.value.code, no.value.path) == ("no_weekly_time", "available[1]")


def test_there_are_not_more_than_a_week_holds_well() -> None:
    with pytest.raises(Invalid) as no:
        weekly_times([f"MO 08:{n:02}-09:00" for n in range(MOST + 1)])
    assert no.value.code == "too_many_times"


@pytest.mark.parametrize("typed", ["", "8", "24:00", "20:60", "٢٠:٠٠"])
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as no:
        time_of_day(typed, "latest")
    assert (no.value.code, no.value.path) == ("no_time_of_day", "latest")


async def test_a_volunteer_says_them_and_takes_them_back(here: Neighbourhood) -> None:
    lin = await here.volunteer("Lin")
    volunteer = await here.volunteer_of(lin)
    said = await here.do(lin, update_volunteer, volunteer_id=volunteer.id, available=["we 19:00-21:00"])
    assert said.available == ["WE 19:00-21:00"]
    assert (await here.do(lin, update_volunteer, volunteer_id=volunteer.id, available=[])).available == []
