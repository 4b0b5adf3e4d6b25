"""The study: social workers lead volunteers, volunteers serve people, and people become volunteers.

社工引领志愿者，志愿者服务群众，群众参加志愿者. Here the third of these is a step of one form, what is lacking is learnt
around the corner, and whether a community wakes the wish to serve is a figure.
"""

from typing import Any

import pytest

from tests.story.conftest import Town
from tests.story.people import CONTRACT, Manager, Refused, SocialWorker, Somebody, StreetOfficer, Volunteer, both
from tests.story.test_the_main_job import (
    DAY,
    a_service_opens_with_one_seat,
    a_social_worker_takes_charge,
    an_organization_works_in_a_community,
    chaoyang_has_figures,
    iso,
)

OTHERS = ("Sun Li", "Hu Jie", "Luo Min", "Gao Ning")


@pytest.mark.slow
async def test_those_who_are_served(town: Town) -> None:
    operator, street, _ = await chaoyang_has_figures(town)
    officer, manager = await StreetOfficer(town, "Wang Fang").comes(), await Manager(town, "Chen Jing").comes()
    worker = await SocialWorker(town, "Zhao Lei").comes()
    await operator.makes_a_street_officer(officer, street)
    hemu, tongxin = await an_organization_works_in_a_community(officer, manager, street)
    zhao = await a_social_worker_takes_charge(officer, manager, worker, hemu, tongxin)
    shift = await a_service_opens_with_one_seat(town, worker, hemu, tongxin, zhao)

    minji = await Volunteer(town, "Kim Minji", "en").comes()
    await who_is_served_says_whether_it_is_noted(town, worker, minji, shift)
    await who_was_served_serves_others_by_one_form(minji)
    lesson = await what_is_lacking_is_learnt_around_the_corner(town, manager, worker, minji, street, tongxin, shift)
    await who_has_learnt_it_is_invited_and_comes(worker, minji, lesson)
    await it_is_a_figure_and_nobody_is_recognized_in_it(worker, officer, minji)


# -- the chapters -----------------------------------------------------------------------------------------------------


async def who_is_served_says_whether_it_is_noted(
    town: Town, worker: SocialWorker, minji: Volunteer, shift: Any
) -> None:
    """Five are served; each shows their own code, or nothing is noted of them. One takes it back."""
    await town.at(DAY, hour=10)
    served = []
    for resident in [minji, *[await Somebody(town, name).comes() for name in OTHERS]]:
        code = await resident.shows_their_code()
        served.append((resident, await worker.does("RecordServed", shiftId=shift.id, code=code)))
    await minji.reads_in_a_letter("register as a volunteer: you need nothing but this account")
    resident, noted = served[-1]
    assert (await resident.does("WithdrawServed", servedResidentId=noted.id)).state == "WITHDRAWN"
    assert (await worker.asks(CONTRACT["Conversions"])).conversions[0].served is None, "of four nothing is told apart"
    again = await resident.shows_their_code()
    assert (await worker.does("RecordServed", shiftId=shift.id, code=again)).state == "NOTED"


async def who_was_served_serves_others_by_one_form(minji: Volunteer) -> None:
    """With the account they have; their rights and duties are read in their language, and accepted with it."""
    me = await minji.becomes_a_volunteer(legalName="김민지", birthDate="1985-08-15", available=["SA 09:00-18:00"])
    assert me.displayName == "Kim Minji"


async def what_is_lacking_is_learnt_around_the_corner(
    town: Town, manager: Manager, worker: SocialWorker, minji: Volunteer, street: str, tongxin: Any, shift: Any
) -> Any:
    """She reads which skill is missing and where it is learnt; she learns it, and somebody else says so."""
    found = (await worker.asks("{ opportunities { nodes { id } } }")).opportunities.nodes
    await worker.does("ChangeOpportunity", opportunityId=found[0].id, skills=["first_aid"], reason="多一双会急救的手")
    later = await worker.does(
        "OpenShift",
        opportunityId=found[0].id,
        startsAt=iso(town.moment(DAY + 9, 10)),
        endsAt=iso(town.moment(DAY + 9, 12)),
        capacity=2,
    )
    held = await manager.holds_a_course(
        street,
        tongxin,
        {"startsAt": iso(town.moment(DAY + 3, 14)), "endsAt": iso(town.moment(DAY + 3, 16))},
        title=both("急救入门", "First aid for everybody"),
        content=both("心肺复苏。", "Reanimation."),
        minutes=120,
        skill="first_aid",
        level="BASIC",
        assessed=True,
        validMonths=24,
    )
    lacks = (await minji.is_told_what_it_takes(later))["SKILL_MISSING"]
    assert (lacks.missing, lacks.training.id) == (["first_aid"], held.id)
    place = await minji.does("Enrol", trainingId=held.id)
    await town.at(DAY + 3, hour=14)
    await town.at(DAY + 3, hour=16)
    with pytest.raises(Refused, match="not_allowed"):
        await minji.does("CompleteTraining", enrolmentId=place.id)
    await manager.does("CompleteTraining", enrolmentId=place.id)
    assert (await manager.does("PassAssessment", enrolmentId=place.id)).state == "PASSED"
    assert (await minji.is_told_what_it_takes(later))["SKILL_MISSING"].met
    return later


async def who_has_learnt_it_is_invited_and_comes(worker: SocialWorker, minji: Volunteer, lesson: Any) -> None:
    """The worker sees who can and would; no seat is held for her, and accepting is signing up."""
    (found,) = [one for one in await worker.looks_for_people(lesson) if one.eligible]
    invited = await worker.does("InviteVolunteer", shiftId=lesson.id, volunteerId=found.volunteer.id)
    letter = await minji.reads_in_a_letter("You are invited to serve")
    assert "Risks:" in letter
    assert (await minji.does("AcceptInvitation", invitationId=invited.id)).state == "ACCEPTED"
    (seat,) = (await minji.asks(CONTRACT["MySignups"])).myVolunteer.signups.nodes
    assert (seat.shift.id, seat.state) == (lesson.id, "CONFIRMED")


async def it_is_a_figure_and_nobody_is_recognized_in_it(
    worker: SocialWorker, officer: StreetOfficer, minji: Volunteer
) -> None:
    for who in (worker, officer):
        (hemu,) = (await who.asks(CONTRACT["Conversions"])).conversions
        assert (hemu.served, hemu.volunteers, hemu.medianDays) == (5, 1, 0)
    assert (await minji.asks(CONTRACT["Conversions"])).conversions == []
    assert [r.person.id for r in (await minji.asks(CONTRACT["ServedResidents"])).servedResidents.nodes] == [minji.id]
