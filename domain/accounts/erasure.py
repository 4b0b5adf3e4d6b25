"""What is done when a person asks to be forgotten (PIPL 47), or a child's guardian does: they leave, and nothing that
leads to them stays.

The ledger stays true without them: rows that the law keeps keep their ids, so sums and the chain of deeds are as
before. It is one command, hence all or nothing.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, delete, exists, or_, select
from sqlmodel import col

from domain.accounts import personal
from domain.accounts.access import RULES
from domain.accounts.credentials import end_access
from domain.accounts.guarded import in_care_of
from domain.accounts.models import Person, RoleGrant, RoleName
from domain.accounts.rights_requests import RightsRequest
from domain.accounts.states import OPEN, PersonState
from domain.answers import forget_about
from domain.columns import Row
from domain.errors import NotNow
from domain.organizations.models import Organization, Staff
from domain.programmes.commands.signups import withdraw_from_all
from domain.programmes.groups import give_up_bookings
from domain.programmes.invitations import decline_all_invitations
from domain.programmes.models import Opportunity, ServicePlan, Shift, Signup
from domain.programmes.states import LIVE, ShiftState, SignupState
from domain.states import is_in
from domain.training.commands.enrolments import leave_all_trainings
from domain.volunteers.models import Volunteer
from domain.wording import reasoned
from domain.work import Work, compiled
from domain.workers.commands import release_everywhere
from domain.workers.models import SocialWorker
from domain.writing import model_named

Model = TypeVar("Model", bound=Row)

VOLUNTEER = select(Volunteer).where(col(Volunteer.person_id) == bindparam("person"))
POSTS = select(Staff).where(col(Staff.person_id) == bindparam("person"), col(Staff.until).is_(None))
ROLES = select(RoleGrant).where(
    col(RoleGrant.person_id) == bindparam("person"),
    or_(col(RoleGrant.until).is_(None), col(RoleGrant.until) > bindparam("today")),
)
REQUESTS = select(RightsRequest).where(
    col(RightsRequest.person_id) == bindparam("person"), is_in(RightsRequest.state, *OPEN)
)


async def erase_person(
    work: Work,
    *,
    person_id: UUID,
    reason: Annotated[str | None, "Who asked for it, and how; kept with the deed. Do not name the person."] = None,
) -> Person:
    """Forget a person who asks for it. The ledger stays, without them. 注销并删除个人信息"""
    person = await work.get(Person, person_id, lock=True)
    work.ask(RULES, "erase_person", person, reason=reason)
    if person.state == PersonState.ERASED:
        return person
    if person.id != work.actor.id:
        reasoned(reason)
    await _demand_nobody_depends(work, person)
    return await _erase(work, person)


async def withdraw_account_consent(
    work: Work, *, person_id: UUID, address: Annotated[str, "The guardian's, as they have just shown by a code."]
) -> Person:
    """Forget a child whose guardian takes back the consent that the account rests on (PIPL 15, 31). 撤回账号同意"""
    person = await work.get(Person, person_id, lock=True)
    work.ask(RULES, "withdraw_account_consent", person)
    if person.id not in {account["id"] for account in await in_care_of(work.run, address, work.now)}:
        raise NotNow("no_consent", "There is no consent to take back.", "目前没有可撤回的同意。")
    return await _erase(work, person)  # whoever depends on it: without consent there is no ground to go on


async def _erase(work: Work, person: Person) -> Person:
    await _leave(work, person)
    end_access(work, "erased", person=person.id)
    work.move(person, "erase_person")
    await _forget(work, person)
    return person


# -- nobody is left alone ---------------------------------------------------------------------------------------------


def _in_force(grant: Any) -> Any:
    return grant.c.role == RoleName.ORGANIZATION_MANAGER.value, or_(
        grant.c.until.is_(None), grant.c.until > bindparam("today")
    )


own, others = RoleGrant.__table__.alias(), RoleGrant.__table__.alias()  # type: ignore[attr-defined]
LAST_MANAGER = (
    select(Organization)
    .join(own, own.c.organization_id == col(Organization.id))
    .where(own.c.person_id == bindparam("person"), *_in_force(own))
    .where(col(Organization.state) != "deregistered")
    .where(
        ~exists().where(
            others.c.organization_id == own.c.organization_id, others.c.person_id != own.c.person_id, *_in_force(others)
        )
    )
)
#: Shifts that are still to be served, or being served, whether the clock has been by or not.
NOT_OVER = is_in(Shift.state, ShiftState.SCHEDULED, ShiftState.RUNNING) & (col(Shift.ends_at) > bindparam("now"))
LEADS = (
    select(Shift)
    .join(Opportunity, col(Opportunity.id) == col(Shift.opportunity_id))
    .join(ServicePlan, col(ServicePlan.id) == col(Opportunity.plan_id))
    .join(SocialWorker, col(SocialWorker.id) == col(ServicePlan.social_worker_id))
    .where(col(SocialWorker.person_id) == bindparam("person"), NOT_OVER)
)
GUARDS = (
    select(Signup)
    .join(Volunteer, col(Volunteer.id) == col(Signup.volunteer_id))
    .join(Shift, col(Shift.id) == col(Signup.shift_id))
    .where(col(Volunteer.guardian_id) == bindparam("person"), col(Volunteer.guardian_until) > bindparam("now"))
    .where(col(Volunteer.guardian_consented_at).is_not(None), is_in(Signup.state, *LIVE), NOT_OVER)
)
SERVES_NOW = (
    select(Signup)
    .join(Volunteer, col(Volunteer.id) == col(Signup.volunteer_id))
    .join(Shift, col(Shift.id) == col(Signup.shift_id))
    .where(col(Volunteer.person_id) == bindparam("person"), is_in(Signup.state, SignupState.CONFIRMED))
    .where(NOT_OVER, col(Shift.starts_at) <= bindparam("now"))
)

#: Who would be left alone, how that is said, and what can be done first.
DEPEND: tuple[tuple[type[Row], Any, str, tuple[str, str], tuple[str, str]], ...] = (
    (
        Organization,
        LAST_MANAGER,
        "last_manager",
        ("An organization would have no manager.", "注销后将有社会组织无负责人。"),
        ("Have another manager appointed first.", "请先由他人任命新的负责人。"),
    ),
    (
        Shift,
        LEADS,
        "leads_shifts",
        ("Shifts of a service plan are still led by this person.", "仍有由其负责的服务方案的班次未结束。"),
        ("Wait until they are over, or call them off.", "请待其结束，或先取消这些班次。"),
    ),
    (
        Signup,
        GUARDS,
        "guards_minors",
        ("A minor serves with this person's consent.", "有未成年人正凭其监护同意参加服务。"),
        ("Withdraw the consent, or name another guardian first.", "请先撤回同意，或指定其他监护人。"),
    ),
    (
        Signup,
        SERVES_NOW,
        "serves_now",
        ("A shift is under way in which this person has a seat.", "其正在参加的班次尚未结束。"),
        ("Wait until it is over.", "请待班次结束后再试。"),
    ),
)


async def _demand_nobody_depends(work: Work, person: Person) -> None:
    for model, statement, code, (en, zh), remedy in DEPEND:
        if await work.first(model, statement.limit(1), person=person.id, today=work.today, now=work.now):
            raise NotNow(code, en, zh, remedy=remedy)


# -- leaving ----------------------------------------------------------------------------------------------------------


async def _leave(work: Work, person: Person) -> None:
    """Seats go to the next in line; posts, supervisions, roles and what was asked end."""
    if volunteer := await work.first(Volunteer, VOLUNTEER, lock=True, person=person.id):
        await withdraw_from_all(work, volunteer)
        await give_up_bookings(work, volunteer)
        await decline_all_invitations(work, volunteer)
        await leave_all_trainings(work, volunteer)
    await release_everywhere(work, person)
    for post in await work.all(Staff, POSTS, person=person.id):
        work.follow("remove_staff", post)
        work.change(post, until=max(post.since, work.today))
    for grant in await _all(work, RoleGrant, ROLES, person=person.id, today=work.today):
        end = max(grant.since, work.today)
        if grant.until is None or grant.until > end:
            work.follow("revoke_role", grant)
            work.change(grant, until=end)
    for request in await _all(work, RightsRequest, REQUESTS, person=person.id):
        if request.state in OPEN:
            work.follow("withdraw_rights_request", request)
            work.move(request, "withdraw_rights_request")


# -- forgetting -------------------------------------------------------------------------------------------------------


async def _forget(work: Work, person: Person) -> None:
    """As the record of processing says of each table."""
    words: set[str] = set()
    for name, known in personal.KNOWN.items():
        if known.erased:
            for row in await _change(work, person, name, personal.own(name), known.erased):
                words |= {said for column in known.erased for said in _words(row[column])}
        if known.said:
            table = personal.table(name)
            sql, args = compiled(select(*(table.c[column] for column in sorted(known.said))).where(personal.own(name)))
            for found in await work.run(sql, args({"person": person.id})):
                words |= {said for value in found.values() for said in _words(value)}
        for column, after in known.named.items():
            await _change(work, person, name, personal.naming(name)[column], after)
    for name in _children_first():
        sql, args = compiled(delete(personal.table(name)).where(personal.own(name)))
        work.also(sql, *args({"person": person.id}))
    words -= {personal.NOBODY, person.locale}
    await forget_about(work, person.id, words)


async def _change(
    work: Work, person: Person, name: str, condition: Any, after: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The rows of a table, as they were."""
    model: Any = model_named(name)
    before = []
    for found in await _all(work, model, select(model).where(condition), person=person.id):
        row = person if found.id == person.id else found
        before.append(dict(row.__dict__))
        if row is not person:
            work.follow("erase_person", row)
        work.change(row, **after)
    return before


def _words(value: Any) -> list[str]:
    """What a column says, in each language if it is in several; codes say nothing."""
    if isinstance(value, dict) and "text" in value:
        return [value["text"], *(said["text"] for said in value.get("translations", {}).values())]
    return [value] if isinstance(value, str) and not isinstance(value, Enum) else []


def _children_first() -> list[str]:
    """The tables whose rows are deleted."""
    tables = [t.name for t in reversed(personal.table("person").metadata.sorted_tables)]
    return [name for name in tables if name in personal.KNOWN and personal.KNOWN[name].gone]


async def _all(work: Work, model: type[Model], statement: Any, **binds: Any) -> list[Model]:
    """The rows, each as this work knows it already if it has changed it."""
    met = {known.row.id: known.row for known in work.known.values() if type(known.row) is model and known.changes}
    rows = await work.all(model, statement, lock=True, **binds)
    return [met.get(row.id, row) for row in rows]
