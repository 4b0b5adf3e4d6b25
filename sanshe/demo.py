"""The demo town: Chaoyang's streets as imported, and a few people in Wangjing whose story is told through commands.

Every step carries an idempotency key, so that a telling that was cut short goes on where it stopped, and a second one
changes nothing. The story happens in the two weeks around the day of its first telling, by a clock of its own.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from domain.access import Actor
from domain.accounts.actors import actor_for
from domain.accounts.commands import grant_role, register_person
from domain.accounts.models import Person, RoleName
from domain.accounts.passwords import hashed
from domain.columns import Text
from domain.communities.commands import register_community, register_grid
from domain.communities.imports import OPERATOR, import_population
from domain.hours.commands import log_hours, verify_hours
from domain.house import House
from domain.organizations.commands import add_staff, appoint_manager, confirm_organization, register_organization
from domain.organizations.models import OrganizationCategory
from domain.programmes import commands as programmes
from domain.programmes.models import Shift
from domain.training import commands as training
from domain.volunteers.charter import EDITION
from domain.volunteers.commands import (
    give_guardian_consent,
    name_guardian,
    register_volunteer,
    speak_language,
)
from domain.volunteers.models import CompetenceLevel, LanguageLevel
from domain.work import Command
from domain.workers.commands import assign_supervision, register_social_worker, verify_qualification
from domain.workers.models import Qualification

TABLE = Path(__file__).parents[1] / "data" / "chaoyang-population-2010-03.csv"
CHAOYANG = "110105"


@dataclass(frozen=True)
class Character:
    """Somebody in the story."""

    name: str
    roles: str
    born: date | None = None
    locale: str = "zh-Hans"

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@town.example"


OPERATES = Character("Gao Yuan", "operator")
OFFICER = Character("Wang Fang", "street officer of Wangjing")
COMMUNITY = Character("Li Ming", "community officer of Hemu")
MANAGER = Character("Chen Jing", "organization manager of Tongxin")
STAFF = Character("Sun Yue", "organization staff of Tongxin")
WORKER = Character("Zhao Lei", "social worker of Tongxin and Hemu")
LIU = Character("Liu Yang", "volunteer", date(1988, 3, 14))
ZHOU = Character("Zhou Ting", "volunteer", date(1995, 8, 2))
ANNA = Character("Anna Schmidt", "volunteer", date(1990, 11, 30), "en")
MINOR = Character("Wu Tong", "volunteer, a minor", date(2010, 5, 20))
GUARDIAN = Character("Wu Gang", "guardian of Wu Tong")
STRANGER = Character("He Xin", "nobody in particular")
CAST = (OPERATES, OFFICER, COMMUNITY, MANAGER, STAFF, WORKER, LIU, ZHOU, ANNA, MINOR, GUARDIAN, STRANGER)


def people() -> list[str]:
    """The town's people, one a line: e-mail, roles."""
    return [f"{somebody.email}\t{somebody.roles}" for somebody in CAST]


async def load(house: House, password: str) -> None:
    """Tell the whole story; everybody signs in with this password."""
    with TABLE.open("rb") as table:
        await import_population(house, table, source_name=TABLE.stem, district=CHAOYANG, period=date(2010, 3, 1))
    telling = await Telling.begin(house, password)
    places = await found_places(telling)
    await found_people(telling, places)
    await last_weeks_service(telling, places)
    await next_weeks_service(telling, places)
    await next_weeks_training(telling, places)


# -- how a story is told ----------------------------------------------------------------------------------------------


@dataclass
class Telling:
    """The story so far: who is who, and what time it is in it."""

    house: House
    password: str
    today: datetime
    """Midnight, in China, of the day the story was first told."""
    now: datetime
    ids: dict[Character, UUID] = field(default_factory=dict)

    @classmethod
    async def begin(cls, house: House, password: str) -> "Telling":
        """Everybody opens an account, two weeks ago, if they have none."""
        hash_ = await hashed(password)
        found = await house.lanes.run("SELECT registered_at FROM person WHERE email = $1", (CAST[0].email,))
        now = house.clock()
        midnight = now.replace(hour=16, minute=0, second=0, microsecond=0) - timedelta(days=1)
        telling = cls(house, password, midnight, midnight)
        if found:
            telling.today = found[0]["registered_at"] + timedelta(days=14)
        telling.at(-14)
        for character in CAST:
            telling.ids[character] = await telling._account(character, hash_)
        return telling

    def at(self, day: int, hour: int = 0, minute: int = 0) -> datetime:
        """Move the story's clock: so many days from today, China's time."""
        self.now = self.today + timedelta(days=day, hours=hour, minutes=minute)
        return self.now

    async def _account(self, character: Character, hash_: str) -> UUID:
        found = await self.house.lanes.run("SELECT id FROM person WHERE email = $1", (character.email,))
        if found:
            return UUID(int=found[0]["id"].int)
        told = self._house()
        opened = await told.do(
            OPERATOR,
            register_person,
            name=character.name,
            email=character.email,
            password=hash_,
            locale=character.locale,
        )
        person = cast(Person, opened.row)
        if character is OPERATES:
            await told.do(OPERATOR, grant_role, person_id=person.id, role=RoleName.OPERATOR)
        return person.id

    def _house(self) -> House:
        told = House(self.house.lanes, lambda: self.now)
        told.book, told.era = self.house.book, self.house.era
        return told

    async def does(self, character: Character, step: str, command: Command[Any], **input: Any) -> Any:
        """The character does this, once however often the story is told."""
        actor = cast(Actor, await actor_for(self.house.lanes.run, self.ids[character], now=self.now))
        return (await self._house().do(actor, command, key=f"demo {step}", **input)).row


def both(zh: str, en: str) -> Text:
    return {"language": "zh-Hans", "text": zh, "translations": {"en": {"text": en, "status": "checked"}}}


# -- the story --------------------------------------------------------------------------------------------------------


@dataclass
class Places:
    wangjing: UUID
    hemu: UUID
    tongxin: UUID


async def found_places(told: Telling) -> Places:
    """The street office registers two communities and a social organization."""
    office = await told.house.lanes.run("SELECT id FROM street_office WHERE name ->> 'text' = '望京'")
    wangjing = office[0]["id"]
    told.at(-14, 9)
    await told.does(
        OPERATES,
        "officer",
        grant_role,
        person_id=told.ids[OFFICER],
        role=RoleName.STREET_OFFICER,
        street_id=wangjing,
    )
    hemu = await told.does(
        OFFICER, "hemu", register_community, street_id=wangjing, name=both("和睦社区", "Hemu Community")
    )
    await told.does(
        OFFICER, "xinzhu", register_community, street_id=wangjing, name=both("新竹社区", "Xinzhu Community")
    )
    for code in ("01", "02", "03"):
        await told.does(OFFICER, f"grid {code}", register_grid, community_id=hemu.id, code=code)
    tongxin = await told.does(
        OFFICER,
        "tongxin",
        register_organization,
        street_id=wangjing,
        name=both("同心社会工作服务中心", "Tongxin Social Work Service Centre"),
        category=OrganizationCategory.REGISTERED,
        unified_code="52110105MJ0012345B",
        registered_on=date(2012, 5, 8),
    )
    await told.does(OFFICER, "tongxin confirmed", confirm_organization, organization_id=tongxin.id)
    return Places(wangjing, hemu.id, tongxin.id)


async def found_people(told: Telling, places: Places) -> None:
    """Everybody gets their role from whoever may give it; volunteers register, a minor with a guardian's consent."""
    told.at(-13, 9)
    here, there = {"organization_id": places.tongxin}, {"community_id": places.hemu}
    await told.does(
        OFFICER,
        "community officer",
        grant_role,
        person_id=told.ids[COMMUNITY],
        role=RoleName.COMMUNITY_OFFICER,
        **there,
    )
    await told.does(
        OFFICER, "manager", appoint_manager, person_id=told.ids[MANAGER], position="中心主任 director", **here
    )
    await told.does(MANAGER, "staff", add_staff, person_id=told.ids[STAFF], position="项目助理 assistant", **here)
    worker = await told.does(
        MANAGER,
        "worker",
        register_social_worker,
        agency_id=places.tongxin,
        person_id=told.ids[WORKER],
        qualification=Qualification.INTERMEDIATE,
        certificate_number="DEMO-0042",
        issued_on=date(2019, 9, 1),
    )
    await told.does(OFFICER, "worker verified", verify_qualification, social_worker_id=worker.id)
    await told.does(OFFICER, "supervision", assign_supervision, social_worker_id=worker.id, **there)
    for character in (LIU, ZHOU, ANNA, MINOR):
        volunteer = await told.does(
            character,
            "volunteer",
            register_volunteer,
            legal_name=character.name,
            birth_date=character.born,
            nationality="DE" if character is ANNA else None,
            charter_edition=EDITION,
            charter_language="en" if character is ANNA else "zh-Hans",
        )
        if character is ANNA:
            for language, level in (("de", LanguageLevel.NATIVE), ("en", LanguageLevel.PROFICIENT)):
                await told.does(
                    character,
                    f"speaks {language}",
                    speak_language,
                    volunteer_id=volunteer.id,
                    language=language,
                    level=level,
                )
        if character is MINOR:
            named = {"volunteer_id": volunteer.id, "guardian_id": told.ids[GUARDIAN]}
            await told.does(MINOR, "guardian", name_guardian, **named)
            await told.does(GUARDIAN, "consent", give_guardian_consent, volunteer_id=volunteer.id)


async def _plan(told: Telling, places: Places, step: str, title: Text, aims: Text, measures: Text) -> UUID:
    worker = await told.house.lanes.run("SELECT id FROM social_worker WHERE person_id = $1", (told.ids[WORKER],))
    start = told.today.date()
    plan = await told.does(
        WORKER,
        f"{step} plan",
        programmes.plan_service,
        community_id=places.hemu,
        organization_id=places.tongxin,
        social_worker_id=worker[0]["id"],
        title=title,
        aims=aims,
        measures=measures,
        since=start - timedelta(days=12),
        until=start + timedelta(days=120),
    )
    await told.does(WORKER, f"{step} plan published", programmes.publish_plan, plan_id=plan.id)
    return UUID(int=plan.id.int)


AGREED = (
    "The volunteer serves as described, is told of the risks before, and says so in time when they cannot come. "
    "The organization trains, insures and accompanies them. Either may end this at any time."
)
AGREED_ZH = (
    "志愿者按所述内容提供服务，事先知悉风险，不能参加时及时告知。"
    "社会组织提供培训、保险和陪同。任何一方可随时解除本协议。"
)
Opening = Callable[[datetime, int, int], Awaitable[Shift]]


async def _opportunity(told: Telling, step: str, plan: UUID, **texts: Text) -> Opening:
    opportunity = await told.does(WORKER, step, programmes.create_opportunity, plan_id=plan, **texts)
    await told.does(WORKER, f"{step} published", programmes.publish_opportunity, opportunity_id=opportunity.id)
    await told.does(
        WORKER,
        f"{step} agreement",
        programmes.offer_agreement,
        opportunity_id=opportunity.id,
        agreement=both(AGREED_ZH, AGREED),
    )
    volunteer = await told.house.lanes.run("SELECT id FROM volunteer WHERE person_id = $1", (told.ids[ANNA],))
    await told.does(
        ANNA,
        f"{step} signed",
        programmes.sign_agreement,
        opportunity_id=opportunity.id,
        volunteer_id=volunteer[0]["id"],
        language="en",
        wording=AGREED,
    )

    async def open_shift(starts_at: datetime, hours: int, capacity: int) -> Shift:
        shift: Shift = await told.does(
            WORKER,
            f"{step} {(starts_at - told.today).days}",
            programmes.open_shift,
            opportunity_id=opportunity.id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=hours),
            capacity=capacity,
        )
        return shift

    return open_shift


async def last_weeks_service(told: Telling, places: Places) -> None:
    """A service that was given: planned, opened, signed up for, attended, logged and verified."""
    told.at(-12, 10)
    plan = await _plan(
        told,
        places,
        "meals",
        both("长者助餐", "Meals for elders"),
        both(
            "独居长者每周至少三次吃上热饭、有人说话。",
            "Elders who live alone get a warm meal and company thrice a week.",
        ),
        both("每月走访记录与满意度回访。", "Monthly visits on record, and calls to ask how it went."),
    )
    open_shift = await _opportunity(
        told,
        "deliver meals",
        plan,
        title=both("为独居长者送餐", "Bring meals to elders who live alone"),
        tasks=both(
            "从社区食堂取餐，送到家中，陪聊十分钟。", "Fetch meals at the canteen, bring them home, stay ten minutes."
        ),
        risks=both(
            "上下楼梯、提重约五公斤；雨天路滑。", "Stairs, about five kilograms to carry; slippery when it rains."
        ),
        place=both("和睦社区食堂", "Canteen of Hemu Community"),
    )
    starts = told.today + timedelta(days=-5, hours=10)
    shift = await open_shift(starts, 2, 3)
    told.at(-8, 20)
    signups: dict[Character, Any] = {}
    for character in (LIU, ANNA):
        signups[character] = await told.does(character, "meals signup", programmes.sign_up, shift_id=shift.id)
    told.at(-5, 9, 55)
    code = await told.does(WORKER, "meals code", programmes.show_check_in_code, shift_id=shift.id)
    for character, signup in signups.items():
        await told.does(character, "meals check-in", programmes.check_in, signup_id=signup.id, code=code.code)
    told.at(-5, 12, 5)
    for character, signup in signups.items():
        await told.does(character, "meals check-out", programmes.check_out, signup_id=signup.id)
        entry = await told.does(character, "meals hours", log_hours, signup_id=signup.id, minutes=120)
        if character is LIU:
            told.at(-4, 9)
            await told.does(WORKER, "meals verified", verify_hours, hour_entry_id=entry.id)
            told.at(-5, 12, 5)


async def next_weeks_service(told: Telling, places: Places) -> None:
    """A service to come: an English corner with one seat taken, and a shift where somebody waits."""
    told.at(-2, 10)
    plan = await _plan(
        told,
        places,
        "neighbours",
        both("国际邻里", "Neighbours from everywhere"),
        both(
            "让说不同语言的邻居互相认识、互相帮助。",
            "Neighbours who speak different languages meet and help each other.",
        ),
        both("每季参加人数与互助次数。", "People who come, and help given, each quarter."),
    )
    open_shift = await _opportunity(
        told,
        "language corner",
        plan,
        title=both("社区语言角", "Language corner"),
        tasks=both("主持一小时的双语交谈。", "Host an hour of talk in two languages."),
        risks=both("室内活动，无特殊风险。", "Indoors; no particular risk."),
        place=both("和睦社区活动室", "Activity room of Hemu Community"),
    )
    corner = await open_shift(told.today + timedelta(days=5, hours=19), 1, 8)
    interpreter = await told.does(
        WORKER,
        "interpreter",
        programmes.add_position,
        opportunity_id=corner.opportunity_id,
        title=both("韩语口译", "Korean interpreter"),
        tasks=both("陪同韩语居民，现场口译。", "Sit with neighbours who speak Korean, and interpret."),
        languages=["ko"],
    )
    await told.does(
        WORKER,
        "interpreter wanted",
        programmes.open_shift,
        opportunity_id=corner.opportunity_id,
        position_id=interpreter.id,
        starts_at=corner.starts_at,
        ends_at=corner.ends_at,
        capacity=1,
    )
    small = await open_shift(told.today + timedelta(days=6, hours=10), 2, 1)
    told.at(-1, 20)
    for character in (ANNA, MINOR):
        await told.does(character, "corner signup", programmes.sign_up, shift_id=corner.id)
    for character in (LIU, ZHOU):
        await told.does(character, "small signup", programmes.sign_up, shift_id=small.id)


async def next_weeks_training(told: Telling, places: Places) -> None:
    """First aid, to be learnt in an afternoon: two volunteers have a place."""
    told.at(-2, 14)
    course = await told.does(
        MANAGER,
        "first aid",
        training.create_course,
        street_id=places.wangjing,
        organization_id=places.tongxin,
        title=both("急救入门", "First aid for everybody"),
        content=both("心肺复苏、止血包扎、呼救流程。", "Reanimation, bandages, and how to call for help."),
        minutes=180,
        skill="first_aid",
        level=CompetenceLevel.BASIC,
        valid_months=24,
        assessed=True,
    )
    await told.does(MANAGER, "first aid published", training.publish_course, course_id=course.id)
    starts = told.today + timedelta(days=4, hours=14)
    held = await told.does(
        MANAGER,
        "first aid held",
        training.open_training,
        course_id=course.id,
        starts_at=starts,
        ends_at=starts + timedelta(hours=3),
        place=both("和睦社区活动室", "Activity room of Hemu Community"),
        capacity=12,
    )
    told.at(-1, 20)
    for character in (LIU, ANNA):
        await told.does(character, "first aid place", training.enrol, training_id=held.id)
