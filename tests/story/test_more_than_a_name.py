"""The study: "the system holds only data, far from the real volunteers".

Here it knows what somebody can, finds them, tells them why not, keeps their seat when things change, counts what they
gave, and what they join lasts for months.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.story.conftest import Town
from tests.story.people import CONTRACT, Manager, Refused, SocialWorker, StreetOfficer, Volunteer, both
from tests.story.test_the_main_job import (
    a_social_worker_takes_charge,
    an_organization_works_in_a_community,
    chaoyang_has_figures,
    iso,
)


@pytest.mark.slow
async def test_more_than_a_name(town: Town) -> None:
    operator, street, _ = await chaoyang_has_figures(town)
    officer, manager = await StreetOfficer(town, "Wang Fang").comes(), await Manager(town, "Chen Jing").comes()
    worker = await SocialWorker(town, "Zhao Lei").comes()
    await operator.makes_a_street_officer(officer, street)
    hemu, tongxin = await an_organization_works_in_a_community(officer, manager, street)
    zhao = await a_social_worker_takes_charge(officer, manager, worker, hemu, tongxin)
    shift = await what_is_planned_lasts_for_months(town, worker, hemu, tongxin, zhao)

    emily = await Volunteer(town, "Emily Zhou", "en").comes()
    await emily.becomes_a_volunteer(legalName="周爱美", birthDate="1991-04-05")
    await a_name_alone_opens_no_door_and_it_is_said_why(emily, shift)
    await what_somebody_can_is_proven_by_somebody_else(town, worker, emily)
    await those_who_fit_and_what_fits_them_find_each_other(worker, emily, shift)
    signup, link = await a_seat_stands_in_the_calendar(emily, shift)
    shift = await when_the_shift_moves_nobody_loses_it(town, worker, emily, shift, signup, link)
    await what_was_given_is_the_same_figure_for_everybody(town, worker, officer, emily, shift, signup, street)


# -- the chapters -----------------------------------------------------------------------------------------------------


async def what_is_planned_lasts_for_months(town: Town, worker: SocialWorker, hemu: Any, tongxin: Any, zhao: Any) -> Any:
    """ "Projects are short-lived": a reading hour every week, of which the first shifts are open."""
    plan = await worker.plans(
        communityId=hemu.id,
        organizationId=tongxin.id,
        socialWorkerId=zhao.id,
        title=both("社区英语角", "English corner"),
        aims=both("新老居民互相认识。", "Those who have come and those who were here get to know each other."),
        measures=both("每周一次。", "Once a week."),
        since=town.tomorrow.isoformat(),
        until=(town.tomorrow + timedelta(days=200)).isoformat(),
    )
    await worker.publishes_the_plan(plan)
    reading = await worker.creates_an_opportunity(
        plan,
        title=both("带领英语角", "Lead the English corner"),
        tasks=both("用英语带领一小时对话。", "An hour of talk in English."),
        risks=both("无特殊风险。", "None in particular."),
        place=both("和睦社区活动室", "Meeting room of Hemu Community"),
        languages=["en"],
        skills=["first_aid"],
    )
    await worker.publishes(reading)
    series = await worker.does(
        "OpenSeries",
        opportunityId=reading.id,
        rrule="FREQ=WEEKLY",
        startsAt=iso(town.moment(3, 19)),
        endsAt=iso(town.moment(3, 20)),
        capacity=2,
    )
    opened = [datetime.fromisoformat(shift.startsAt) for shift in series.shifts.nodes]
    assert opened[0] == town.moment(3, 19)
    assert {later - earlier for earlier, later in pairwise(opened)} == {timedelta(weeks=1)}
    assert series.until == plan.until
    return series.shifts.nodes[0]


async def a_name_alone_opens_no_door_and_it_is_said_why(emily: Volunteer, shift: Any) -> None:
    """Everything that is missing at once, with its remedy, before and when they sign up."""
    asked = await emily.is_told_what_it_takes(shift)
    missing = {code for code, requirement in asked.items() if not requirement.met}
    assert missing == {"SKILL_MISSING", "LANGUAGE_MISSING"}
    assert all(asked[code].remedy.text for code in missing)
    with pytest.raises(Refused) as refused:
        await emily.signs_up(shift)
    assert refused.value.answer.code.upper() in missing
    assert refused.value.answer.remedy


async def what_somebody_can_is_proven_by_somebody_else(town: Town, worker: SocialWorker, emily: Volunteer) -> None:
    """The volunteer shows it, whoever leads the service confirms it, and its days are known."""
    last = (town.tomorrow + timedelta(days=300)).isoformat()
    for what in ({"skill": "first_aid", "until": last}, {"language": "en"}):
        shown = await emily.shows_what_they_can(level="INDEPENDENT", source="CERTIFICATE", proof="See photo", **what)
        assert shown.state == "CLAIMED"
        with pytest.raises(Refused, match="not_allowed"):
            await emily.does("ConfirmCompetence", competenceId=shown.id)
        assert (await worker.confirms_what_they_can(shown)).state == "CURRENT"


async def those_who_fit_and_what_fits_them_find_each_other(worker: SocialWorker, emily: Volunteer, shift: Any) -> None:
    (found,) = [one for one in await worker.looks_for_people(shift) if one.eligible]
    assert (found.volunteer.displayName, found.unmet) == ("Emily Zhou", [])
    best = (await emily.is_suggested())[0]
    assert (best.shift.id, best.eligible) == (shift.id, True)


async def a_seat_stands_in_the_calendar(emily: Volunteer, shift: Any) -> tuple[Any, str]:
    signup = await emily.signs_up(shift)
    assert signup.state == "CONFIRMED"
    link = await emily.makes_a_calendar_link()
    (event,) = await emily.reads_the_calendar(link)
    assert event["SUMMARY"] == "Lead the English corner"
    assert event.decoded("DTSTART") == datetime.fromisoformat(shift.startsAt)
    return signup, link


async def when_the_shift_moves_nobody_loses_it(
    town: Town, worker: SocialWorker, emily: Volunteer, shift: Any, signup: Any, link: str
) -> Any:
    """An hour later: the seat stands, a letter in their own language says so, the calendar moves along."""
    moved = await worker.does(
        "RescheduleShift",
        shiftId=shift.id,
        startsAt=iso(town.moment(3, 20)),
        endsAt=iso(town.moment(3, 21)),
        reason="活动室七点有会议",
    )
    assert (await emily.looks_at(signup)).state == "CONFIRMED"
    letter = ""
    while "20:00" not in letter:
        letter = (await town.mail.letter_to(emily.email)).get_content()
    assert "Lead the English corner" in letter
    (event,) = await emily.reads_the_calendar(link)
    assert event.decoded("DTSTART") == town.moment(3, 20)
    return moved


async def what_was_given_is_the_same_figure_for_everybody(
    town: Town,
    worker: SocialWorker,
    officer: StreetOfficer,
    emily: Volunteer,
    shift: Any,
    signup: Any,
    street: str,
) -> None:
    await town.at(3, hour=19, minute=55)
    code = await worker.shows_the_code(shift)
    await emily.checks_in(signup, code.code)
    await town.at(3, hour=21)
    await emily.checks_out(signup)
    await emily.logs_hours(signup, 60)
    await worker.does("VerifyShiftHours", shiftId=shift.id)
    assert (await emily.asks(CONTRACT["MyVolunteer"])).myVolunteer.verifiedMinutes == 60
    (month,) = (await officer.asks(CONTRACT["HourReport"], streetId=street)).hourReport
    assert (month.minutes, month.pendingMinutes, month.entries) == (60, 0, 1)
