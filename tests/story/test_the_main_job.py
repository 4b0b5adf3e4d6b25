"""The main job, through HTTP only: from a district's figures to service that was given, verified and counted."""

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from sanshe.demo import TABLE
from tests.story.conftest import Town
from tests.story.people import (
    CONTRACT,
    Manager,
    Operator,
    Refused,
    SocialWorker,
    Somebody,
    StreetOfficer,
    Volunteer,
    both,
)

PRIVATE = {
    "legalName": "刘洋洋",
    "birthDate": "1988-03-14",
    "phone": "+8613800138000",
    "certificateNumber": "BJ-2019-0042",
}
DAY = 4
"""Of the service, counted from the story's first."""

LOOK = """
query Look($ids: [ID!]!, $volunteer: ID!, $worker: ID!, $shift: ID!, $person: ID!) {
  nodes(ids: $ids) { id }
  volunteer(id: $volunteer) { displayName legalName birthDate phone signups { nodes { id } } hours { nodes { id } } }
  socialWorker(id: $worker) { certificateNumber }
  shift(id: $shift) {
    signups { totalCount nodes { id volunteer { legalName phone } attendance { totalCount } } }
  }
  hourEntries { totalCount nodes { id } }
  hourTotals(groupBy: VOLUNTEER) { volunteer { id legalName } }
  person(id: $person) { email phone name }
}"""


@pytest.mark.slow
async def test_the_main_job(town: Town) -> None:
    operator, street, elsewhere = await chaoyang_has_figures(town)
    officer, manager = await StreetOfficer(town, "Wang Fang").comes(), await Manager(town, "Chen Jing").comes()
    worker = await SocialWorker(town, "Zhao Lei").comes()
    await operator.makes_a_street_officer(officer, street)
    hemu, tongxin = await an_organization_works_in_a_community(officer, manager, street)
    zhao = await a_social_worker_takes_charge(officer, manager, worker, hemu, tongxin)
    shift = await a_service_opens_with_one_seat(town, worker, hemu, tongxin, zhao)

    liu, zhou = await Volunteer(town, "Liu Yang").comes(), await Volunteer(town, "Zhou Ting", "en").comes()
    volunteer = await liu.becomes_a_volunteer(
        legalName=PRIVATE["legalName"], birthDate=PRIVATE["birthDate"], phone=PRIVATE["phone"]
    )
    await zhou.becomes_a_volunteer(legalName="周婷", birthDate="1995-08-02")
    signup = await the_second_in_line_gets_the_seat(town, shift, first=zhou, second=liu)
    code, attendance, entry = await service_is_given(town, worker, liu, shift, signup)

    about = {"community": hemu.id, "organization": tongxin.id, "volunteer": volunteer.id}
    await hours_count_once_they_are_verified(worker, liu, entry, about)
    await the_chain_holds_every_deed(town)

    stranger, officer_elsewhere = await Volunteer(town, "He Xin").comes(), await StreetOfficer(town, "Ma Li").comes()
    await stranger.becomes_a_volunteer(legalName="何欣", birthDate="1999-09-09")
    await operator.makes_a_street_officer(officer_elsewhere, elsewhere)
    hidden = [signup.id, attendance.id, entry.id, code.id]
    about_all = {"volunteer": volunteer.id, "worker": zhao.id, "shift": shift.id, "person": liu.id}
    for somebody in (stranger, officer_elsewhere):
        await sees_none_of_the_private_parts(somebody, hidden, about_all)
    await those_whom_it_concerns_see_them(liu, worker, hidden, about_all)
    await a_narrow_token_is_told_what_it_lacks(liu, shift, volunteer)


def iso(moment: datetime) -> str:
    """As the service writes moments."""
    return moment.isoformat().replace("+00:00", "Z")


# -- the chapters -----------------------------------------------------------------------------------------------------


async def chaoyang_has_figures(town: Town) -> tuple[Operator, str, str]:
    """Somebody opens the first account and is made operator; the district's table is imported and answers."""
    gao = Operator(town, "Gao Yuan")
    await gao.opens_an_account()
    await town.sanshe("operator", gao.email)
    await town.sanshe("import", "population", str(TABLE))
    await gao.signs_in()
    told = await gao.asks(CONTRACT["PopulationSummary"])
    (chaoyang,) = told.populationSummary
    assert (chaoyang.streets, chaoyang.foreignShare) == (23, "0.0174")
    assert len(told.populationInconsistencies) == 10
    (wangjing,) = (await gao.asks(CONTRACT["Streets"], name="望京")).streetOffices.nodes
    figures = (await gao.asks(CONTRACT["PopulationFigures"], first=30)).populationFigures.nodes
    assert sum(figure.total for figure in figures) == chaoyang.total
    shares = {figure.street.id: figure.foreignShare for figure in figures}
    assert (len(shares), shares.pop(wangjing.id)) == (23, "0.0489")
    return gao, wangjing.id, next(iter(shares))


async def an_organization_works_in_a_community(officer: StreetOfficer, manager: Manager, street: str) -> Any:
    hemu = await officer.registers_a_community(street, "和睦社区", "Hemu Community")
    tongxin = await officer.registers_an_organization(
        street,
        "同心社会工作服务中心",
        "Tongxin Social Work Service Centre",
        category="REGISTERED",
        unifiedCode="52110105MJ0012345B",
        registeredOn="2012-05-08",
    )
    assert tongxin.state == "PENDING"
    assert (await officer.confirms(tongxin)).state == "ACTIVE"
    await officer.appoints_a_manager(tongxin, manager)
    return hemu, tongxin


async def a_social_worker_takes_charge(
    officer: StreetOfficer, manager: Manager, worker: SocialWorker, hemu: Any, tongxin: Any
) -> Any:
    zhao = await manager.registers_a_social_worker(
        tongxin,
        worker,
        qualification="INTERMEDIATE",
        certificateNumber=PRIVATE["certificateNumber"],
        issuedOn="2019-09-01",
    )
    assert zhao.state == "REGISTERED"
    assert (await officer.verifies(zhao)).state == "QUALIFIED"
    await officer.puts_in_charge(zhao, hemu)
    return zhao


async def a_service_opens_with_one_seat(town: Town, worker: SocialWorker, hemu: Any, tongxin: Any, zhao: Any) -> Any:
    plan = await worker.plans(
        communityId=hemu.id,
        organizationId=tongxin.id,
        socialWorkerId=zhao.id,
        title=both("长者助餐", "Meals for elders"),
        aims=both("独居长者吃上热饭、有人说话。", "Elders who live alone get a warm meal and company."),
        measures=both("每月走访记录。", "Visits on record each month."),
        since=town.tomorrow.isoformat(),
        until=(town.tomorrow + timedelta(days=200)).isoformat(),
    )
    assert (await worker.publishes_the_plan(plan)).state == "PUBLISHED"
    meals = await worker.creates_an_opportunity(
        plan,
        title=both("为独居长者送餐", "Bring meals to elders who live alone"),
        tasks=both("送餐到家，陪聊十分钟。", "Bring meals home, stay ten minutes."),
        risks=both("上下楼梯。", "Stairs."),
        place=both("和睦社区食堂", "Canteen of Hemu Community"),
    )
    assert (await worker.publishes(meals)).state == "PUBLISHED"
    shift = await worker.opens_a_shift(
        meals, startsAt=iso(town.moment(DAY, 9)), endsAt=iso(town.moment(DAY, 11)), capacity=1
    )
    assert (shift.state, shift.seatsLeft) == ("SCHEDULED", 1)
    return shift


async def the_second_in_line_gets_the_seat(town: Town, shift: Any, first: Volunteer, second: Volunteer) -> Any:
    """One is confirmed, one waits; when the first withdraws, the second is offered the seat and accepts."""
    confirmed, waiting = await first.signs_up(shift), await second.signs_up(shift)
    assert (confirmed.state, waiting.state, waiting.waitingAhead) == ("CONFIRMED", "WAITLISTED", 0)
    await town.at(day=1, hour=9)
    assert (await first.withdraws(confirmed)).state == "WITHDRAWN"
    offered = await second.looks_at(waiting)
    assert (offered.state, offered.offerExpiresAt) == ("OFFERED", iso(town.moment(day=2, hour=9)))
    assert "accept_offer" in offered.viewerCan
    await town.at(day=1, hour=20)
    assert (await second.accepts(waiting)).state == "CONFIRMED"
    return waiting


async def service_is_given(
    town: Town, worker: SocialWorker, volunteer: Volunteer, shift: Any, signup: Any
) -> tuple[Any, Any, Any]:
    """The volunteer shows by the code on the spot that they came, leaves, and writes down two hours."""
    await town.at(DAY, hour=8, minute=50)
    code = await worker.shows_the_code(shift)
    attendance = await volunteer.checks_in(signup, code.code)
    assert (attendance.state, attendance.source) == ("CHECKED_IN", "CODE")
    await town.at(DAY, hour=11, minute=5)
    left = await volunteer.checks_out(signup)
    assert (left.state, left.checkedOutAt) == ("CHECKED_OUT", iso(town.moment(DAY, 11, 5)))
    entry = await volunteer.logs_hours(signup, 120)
    assert entry.state == "LOGGED"
    return code, attendance, entry


async def hours_count_once_they_are_verified(
    worker: SocialWorker, volunteer: Volunteer, entry: Any, about: dict[str, str]
) -> None:
    with pytest.raises(Refused, match="not_allowed"):  # nobody verifies their own
        await volunteer.does("VerifyHours", hourEntryId=entry.id)
    for verified, pending in ((0, 120), (120, 0)):
        if verified:
            assert (await worker.verifies_hours(entry)).state == "VERIFIED"
        for kind, id in about.items():
            asked = {"groupBy": kind.upper(), f"{kind}Id": id}
            (total,) = (await volunteer.asks(CONTRACT["HourTotals"], **asked)).hourTotals
            assert getattr(total, kind).id == id
            assert (total.minutes, total.pendingMinutes) == (verified, pending)
            assert (total.entries, total.volunteers) == (1, 1)


async def the_chain_holds_every_deed(town: Town) -> None:
    """Every deed has its link soon after; the operator's command proves it."""
    (deeds,) = await town.house.lanes.run("SELECT count(*) AS n FROM deed")
    proof = ""
    for _ in range(10):
        proof = await town.sanshe("deeds", "verify")
        if ", 0 deeds wait" in proof:
            break
        await asyncio.sleep(0.5)
    assert re.match(rf"{deeds['n']} links hold, 0 deeds wait", proof), proof


async def sees_none_of_the_private_parts(somebody: Somebody, hidden: list[str], about: dict[str, str]) -> None:
    """With every scope there is, and every way to ask that there is."""
    answer = (await somebody.answer(LOOK, ids=hidden, **about)).text
    for private in (*PRIVATE.values(), "liu.yang@example.org", *hidden):
        assert private not in answer
    seen = await somebody.asks(LOOK, ids=hidden, **about)
    assert seen.nodes == [None] * len(hidden)
    assert seen.shift.signups.totalCount == 0
    assert seen.hourEntries.totalCount == 0
    assert seen.hourTotals == []
    for id in hidden:
        told = (await somebody.answer("query One($id: ID!) { node(id: $id) { __typename id } }", id=id)).json()
        assert "errors" not in told
        assert told["data"] == {"node": None}


async def those_whom_it_concerns_see_them(
    volunteer: Volunteer, worker: SocialWorker, hidden: list[str], about: dict[str, str]
) -> None:
    """The same question does bring the private parts to light, for those who may see them."""
    theirs = (await volunteer.answer(LOOK, ids=hidden, **about)).text
    for private in ("legalName", "birthDate", "phone"):
        assert PRIVATE[private] in theirs
    assert all(id in theirs for id in hidden[:3])
    the_workers = (await worker.answer(LOOK, ids=hidden, **about)).text
    assert PRIVATE["certificateNumber"] in the_workers
    assert all(id in the_workers for id in hidden)


async def a_narrow_token_is_told_what_it_lacks(volunteer: Volunteer, shift: Any, profile: Any) -> None:
    await volunteer.signs_in("openid programmes:read volunteers:read")
    with pytest.raises(Refused) as refused:
        await volunteer.signs_up(shift)
    assert "programmes:write" in str(refused.value)
    with pytest.raises(Refused) as refused:
        await volunteer.asks("{ hourEntries { totalCount } }")
    (error,) = refused.value.answer.errors
    assert (error.extensions.code, error.extensions.requires) == ("MISSING_SCOPE", ["hours:read"])
    mine = await volunteer.asks("query Me($id: ID!) { volunteer(id: $id) { displayName } }", id=profile.id)
    assert mine.volunteer.displayName
    with pytest.raises(Refused, match=re.escape("volunteers.private:read")):
        await volunteer.asks("query Me($id: ID!) { volunteer(id: $id) { birthDate } }", id=profile.id)
