"""One step makes a person a volunteer; the young need a guardian; what is private stays so."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.access import Actor
from domain.columns import end_of_day, new_id
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from domain.programmes import commands as programmes
from domain.programmes.states import SignupState
from domain.volunteers.access import RULES
from domain.volunteers.commands import (
    give_guardian_consent,
    name_guardian,
    register_volunteer,
    speak_language,
    update_volunteer,
    withdraw_guardian_consent,
)
from domain.volunteers.models import LanguageLevel, Sex, SpokenLanguage, Volunteer
from domain.work import compiled
from tests.conftest import NOON, Clock
from tests.programmes.neighbourhood import Neighbourhood

SIXTEEN = NOON.date().replace(year=NOON.year - 16)


async def seen(here: Neighbourhood, viewer: Actor, verb: str, volunteer: Volunteer) -> bool:
    """What the database answers, for the rows a reader would get."""
    table = Volunteer.__table__.alias()  # type: ignore[attr-defined]
    sql, args = compiled(select(table.c.id).where(RULES.sql(viewer, verb, table), table.c.id == volunteer.id))
    return bool(await here.house.lanes.run(sql, args(viewer.at(here.house.clock()).binds())))


async def test_one_step_makes_a_person_a_volunteer_with_the_role(here: Neighbourhood) -> None:
    somebody = await here.person("Li Na")
    volunteer = await here.do(
        somebody,
        register_volunteer,
        legal_name="  Li   Na ",
        birth_date=date(1990, 5, 5),
        nationality="cn",
        phone="13800138000",
        skills=["first_aid", "cooking", "first_aid"],
        sex=Sex.FEMALE,
        community_id=here.community.id,
        wishes={"language": "en", "text": "  Old people.\nEvenings. "},
    )
    assert (volunteer.display_name, volunteer.legal_name, volunteer.nationality) == ("Li Na", "Li Na", "CN")
    assert (volunteer.phone, volunteer.skills) == ("+8613800138000", ["cooking", "first_aid"])
    assert (volunteer.sex, volunteer.community_id) == (Sex.FEMALE, here.community.id)
    assert volunteer.wishes == {"language": "en", "text": "Old people.\nEvenings."}
    assert await here.roles_of(somebody) == ["volunteer"]
    with pytest.raises(Conflict) as refusal:
        await here.do(somebody, register_volunteer, legal_name="Li Na", birth_date=date(1990, 5, 5))
    assert refusal.value.code == "already_registered"


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"legal_name": " "}, "legalName"),
        ({"display_name": "a\x00b"}, "displayName"),
        ({"nationality": "XX"}, "nationality"),
        ({"phone": "12"}, "phone"),
        ({"skills": ["First Aid"]}, "skills"),
        ({"wishes": {"language": "en", "text": " "}}, "wishes"),
    ],
)
async def test_what_is_wrong_in_a_registration_is_named(here: Neighbourhood, wrong: object, path: str) -> None:
    somebody = await here.person("Li")
    form = {"legal_name": "Li", "birth_date": date(1990, 1, 1), **wrong}  # type: ignore[dict-item]
    with pytest.raises(Invalid) as refusal:
        await here.do(somebody, register_volunteer, **form)
    assert refusal.value.path == path
    assert await here.all(Volunteer) == []


async def test_nobody_registers_before_fourteen_and_the_refusal_cites_the_rule(here: Neighbourhood) -> None:
    child = await here.person("Xiao")
    young = NOON.date().replace(year=NOON.year - 14) + timedelta(days=1)
    with pytest.raises(Invalid) as refusal:
        await here.do(child, register_volunteer, legal_name="Xiao", birth_date=young)
    assert refusal.value.path == "birthDate"
    assert refusal.value.grounds is not None
    assert "unverified" in refusal.value.grounds.source
    await here.do(child, register_volunteer, legal_name="Xiao", birth_date=young - timedelta(days=1))


async def test_a_minor_serves_only_under_a_guardians_consent(here: Neighbourhood) -> None:
    minor, parent = await here.volunteer("Xiao", SIXTEEN), await here.person("Ma")
    volunteer, shift = await here.volunteer_of(minor), await here.shift()
    with pytest.raises(NotNow) as refusal:
        await here.sign_up(minor, shift)
    assert refusal.value.code == "guardian_consent_missing"
    assert refusal.value.grounds is not None
    assert "民法典" in refusal.value.grounds.source
    assert refusal.value.remedy is not None
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=parent.id)
    with pytest.raises(NotAllowed):
        await here.do(minor, give_guardian_consent, volunteer_id=volunteer.id)
    with pytest.raises(NotFound):
        await here.do(here.stranger, give_guardian_consent, volunteer_id=volunteer.id)
    await here.do(parent, give_guardian_consent, volunteer_id=volunteer.id)
    assert (await here.sign_up(minor, shift)).state == SignupState.CONFIRMED


async def test_consent_taken_back_ends_signing_up_and_checking_in(here: Neighbourhood, clock: Clock) -> None:
    minor, parent = await here.volunteer("Xiao", SIXTEEN), await here.person("Ma")
    volunteer, shift, later = await here.volunteer_of(minor), await here.shift(), await here.shift(ahead=90)
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=parent.id)
    await here.do(parent, give_guardian_consent, volunteer_id=volunteer.id)
    seat = await here.sign_up(minor, shift)
    clock.now = shift.starts_at
    await here.do(parent, withdraw_guardian_consent, volunteer_id=volunteer.id)
    with pytest.raises(NotNow):
        await here.sign_up(minor, later)
    with pytest.raises(NotNow) as refusal:
        await here.do(here.worker, programmes.check_in, signup_id=seat.id)
    assert refusal.value.code == "guardian_consent_missing"


async def test_consent_ends_after_a_year_at_midnight_in_china_and_is_given_anew(
    here: Neighbourhood, clock: Clock
) -> None:
    """pain 3: what a minor may do is asked as of the shift's day, not of the day on which they sign up."""
    minor, parent = await here.volunteer("Xiao", SIXTEEN), await here.person("Ma")
    volunteer = await here.volunteer_of(minor)
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=parent.id)
    given = await here.do(parent, give_guardian_consent, volunteer_id=volunteer.id)
    midnight = end_of_day(NOON) + timedelta(days=364)
    assert given.guardian_consent_until == midnight
    hours = int((midnight - clock.now) / timedelta(hours=1))
    last_day, day_after = await here.shift(ahead=hours - 1), await here.shift(ahead=hours)
    assert (last_day.starts_at, day_after.starts_at) == (midnight - timedelta(hours=1), midnight)
    assert (await here.sign_up(minor, last_day)).state == SignupState.CONFIRMED
    with pytest.raises(NotNow) as refusal:
        await here.sign_up(minor, day_after)
    assert refusal.value.code == "guardian_consent_missing"
    with pytest.raises(NotNow) as again:
        await here.do(parent, give_guardian_consent, volunteer_id=volunteer.id)
    assert again.value.code == "consented_already"
    clock.wait(days=1)
    await here.do(parent, give_guardian_consent, volunteer_id=volunteer.id)
    beyond = await here.shift(ahead=hours - 20)  # four hours after that midnight
    assert (await here.sign_up(minor, beyond)).state == SignupState.CONFIRMED


async def test_when_consent_has_lapsed_the_minor_names_a_guardian_as_at_first(
    here: Neighbourhood, clock: Clock
) -> None:
    minor, parent, aunt = await here.volunteer("Xiao", SIXTEEN), await here.person("Ma"), await here.person("Aunt")
    volunteer = await here.volunteer_of(minor)
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=parent.id)
    given = await here.do(parent, give_guardian_consent, volunteer_id=volunteer.id)
    assert given.guardian_consent_until is not None
    clock.now = given.guardian_consent_until - timedelta(seconds=1)
    with pytest.raises(NotAllowed):
        await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=aunt.id)
    clock.wait(seconds=1)
    changed = await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=aunt.id)
    assert (changed.guardian_id, changed.guardian_consent_until) == (aunt.id, None)


async def test_consent_never_outlasts_the_eighteenth_birthday(here: Neighbourhood) -> None:
    birthday = NOON.date().replace(year=NOON.year - 18) + timedelta(days=30)
    minor, parent = await here.volunteer("Xiao", birthday), await here.person("Ma")
    volunteer = await here.volunteer_of(minor)
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=parent.id)
    given = await here.do(parent, give_guardian_consent, volunteer_id=volunteer.id)
    assert given.guardian_consent_until == volunteer.comes_of(18)


async def test_a_guardian_may_withdraw_the_minor_from_a_shift(here: Neighbourhood) -> None:
    minor, parent = await here.volunteer("Xiao", SIXTEEN), await here.person("Ma")
    volunteer, shift = await here.volunteer_of(minor), await here.shift()
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=parent.id)
    await here.do(parent, give_guardian_consent, volunteer_id=volunteer.id)
    seat = await here.sign_up(minor, shift)
    assert (await here.do(parent, programmes.withdraw, signup_id=seat.id)).state == SignupState.WITHDRAWN


async def test_under_consent_only_the_guardian_names_another(here: Neighbourhood) -> None:
    minor, parent, friend = await here.volunteer("Xiao", SIXTEEN), await here.person("Ma"), await here.person("Pal")
    volunteer = await here.volunteer_of(minor)
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=parent.id)
    await here.do(parent, give_guardian_consent, volunteer_id=volunteer.id)
    with pytest.raises(NotAllowed):
        await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=friend.id)
    changed = await here.do(parent, name_guardian, volunteer_id=volunteer.id, guardian_id=friend.id)
    assert (changed.guardian_id, changed.guardian_consented_at) == (friend.id, None)


async def test_nobody_is_their_own_guardian_and_an_adult_has_none(here: Neighbourhood) -> None:
    minor, adult = await here.volunteer("Xiao", SIXTEEN), await here.volunteer("Li")
    with pytest.raises(Invalid) as refusal:
        await here.do(minor, name_guardian, volunteer_id=(await here.volunteer_of(minor)).id, guardian_id=minor.id)
    assert refusal.value.code == "own_guardian"
    with pytest.raises(NotNow):
        await here.do(adult, name_guardian, volunteer_id=(await here.volunteer_of(adult)).id, guardian_id=minor.id)


async def test_who_comes_of_age_before_the_shift_needs_nobody(here: Neighbourhood) -> None:
    shift = await here.shift(ahead=72)
    birthday = shift.starts_at.date().replace(year=shift.starts_at.year - 18)
    almost, not_yet = await here.volunteer("A", birthday), await here.volunteer("B", birthday + timedelta(days=1))
    assert (await here.sign_up(almost, shift)).state == SignupState.CONFIRMED
    with pytest.raises(NotNow):
        await here.sign_up(not_yet, shift)


async def test_a_guardian_has_no_say_and_no_sight_once_the_volunteer_is_of_age(
    here: Neighbourhood, clock: Clock
) -> None:
    minor, parent = await here.volunteer("Xiao", SIXTEEN), await here.person("Ma")
    volunteer = await here.volunteer_of(minor)
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=parent.id)
    assert await seen(here, parent, "see_private", volunteer)
    clock.now = volunteer.comes_of(18) - timedelta(seconds=1)
    assert await seen(here, parent, "see_private", volunteer)
    clock.wait(seconds=1)
    assert not await seen(here, parent, "see_private", volunteer)
    with pytest.raises(NotFound):
        await here.do(parent, give_guardian_consent, volunteer_id=volunteer.id)


def test_who_is_born_on_a_leap_day_comes_of_age_on_the_first_of_march() -> None:
    born = Volunteer.new(
        person_id=UUID(int=1), display_name="Li", legal_name="Li", birth_date=date(2008, 2, 29), registered_at=NOON
    )
    assert [born.age_on(day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [17, 18]
    assert born.comes_of(18).isoformat() == "2026-03-01T00:00:00+08:00"
    assert born.comes_of(20).isoformat() == "2028-02-29T00:00:00+08:00"


async def test_a_stranger_never_sees_a_volunteer_and_only_hosts_see_private_things(
    here: Neighbourhood, clock: Clock
) -> None:
    somebody, rival = await here.volunteer("Li"), await here.volunteer("Rival")
    volunteer, shift = await here.volunteer_of(somebody), await here.shift()

    async def who_sees(verb: str) -> list[str]:
        people = {
            "volunteer": somebody,
            "worker": here.worker,
            "manager": here.manager,
            "staff": here.staff,
            "outsider": here.outsider,
            "rival": rival,
            "stranger": here.stranger,
            "nobody": Actor(),
        }
        return [name for name, actor in people.items() if await seen(here, actor, verb, volunteer)]

    assert await who_sees("see_volunteer") == ["volunteer", "worker", "manager", "staff", "outsider"]
    assert await who_sees("see_private") == ["volunteer"]
    seat = await here.sign_up(somebody, shift)
    assert await who_sees("see_private") == ["volunteer", "worker", "manager", "staff"]
    await here.do(somebody, programmes.withdraw, signup_id=seat.id)
    assert await who_sees("see_private") == ["volunteer"]
    await here.sign_up(somebody, shift)
    clock.now = shift.ends_at
    for verb in ("start_shift", "end_shift"):
        await here.do(Actor(roles={"clock": frozenset()}), getattr(programmes, verb), shift_id=shift.id)
    assert await who_sees("see_private") == ["volunteer"]


async def test_private_things_need_a_scope_of_their_own(here: Neighbourhood) -> None:
    somebody = await here.volunteer("Li")
    volunteer = await here.volunteer_of(somebody)
    narrow = Actor(somebody.id, scopes=frozenset({"volunteers:read"}))
    wide = Actor(somebody.id, scopes=frozenset({"volunteers:read", "volunteers.private:read"}))
    assert await seen(here, narrow, "see_volunteer", volunteer)
    assert not await seen(here, narrow, "see_private", volunteer)
    assert await seen(here, wide, "see_private", volunteer)


async def test_what_is_left_out_of_an_update_stays(here: Neighbourhood) -> None:
    somebody = await here.volunteer("Li")
    volunteer = await here.volunteer_of(somebody)
    await here.do(somebody, update_volunteer, volunteer_id=volunteer.id, phone="13800138000", skills=["cooking"])
    changed = await here.do(somebody, update_volunteer, volunteer_id=volunteer.id, phone=None)
    assert (changed.phone, changed.skills, changed.display_name) == (None, ["cooking"], "Li")
    told = {"sex": Sex.MALE, "community_id": here.community.id, "wishes": {"language": "en", "text": "Evenings."}}
    told_more = await here.do(somebody, update_volunteer, volunteer_id=volunteer.id, **told)
    assert {name: getattr(told_more, name) for name in told} == told
    taken_back = await here.do(somebody, update_volunteer, volunteer_id=volunteer.id, **dict.fromkeys(told))
    assert {name: getattr(taken_back, name) for name in told} == dict.fromkeys(told)
    with pytest.raises(NotFound):
        await here.do(somebody, update_volunteer, volunteer_id=volunteer.id, community_id=new_id(7))
    with pytest.raises(NotAllowed):
        await here.do(here.worker, update_volunteer, volunteer_id=volunteer.id, skills=[])
    with pytest.raises(NotFound):
        await here.do(here.stranger, update_volunteer, volunteer_id=volunteer.id, skills=[])


async def test_a_language_has_one_level_and_is_written_one_way(here: Neighbourhood) -> None:
    somebody = await here.volunteer("Li")
    volunteer = await here.volunteer_of(somebody)
    native, basic, proficient = LanguageLevel.NATIVE, LanguageLevel.BASIC, LanguageLevel.PROFICIENT
    for tag, level in (("zh-hans", native), ("EN", basic), ("en", proficient)):
        await here.do(somebody, speak_language, volunteer_id=volunteer.id, language=tag, level=level)
    spoken = await here.all(SpokenLanguage)
    assert [(s.language, s.level) for s in spoken] == [
        ("zh-Hans", native),
        ("en", proficient),
    ]
    with pytest.raises(Invalid) as refusal:
        await here.do(
            somebody, speak_language, volunteer_id=volunteer.id, language="no language", level=LanguageLevel.BASIC
        )
    assert refusal.value.path == "language"
