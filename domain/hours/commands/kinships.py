"""Do: declaring that somebody is a relative, about whose hours one decides nothing then."""

from typing import Annotated
from uuid import UUID

from domain.accounts.commands import introduced
from domain.errors import Invalid, NotAllowed
from domain.hours.access import RULES
from domain.hours.models import Kinship, Relation
from domain.wording import reasoned
from domain.work import Work


async def declare_kinship(
    work: Work,
    *,
    code: Annotated[str, "The code that the relative shows, from their account page."],
    relation: Annotated[Relation, "How you are related."],
) -> Kinship:
    """Say that somebody is a relative: neither decides anything about the other's hours. 申报亲属关系"""
    if work.actor.person_id is None:
        raise NotAllowed("not_signed_in", "Sign in to declare a relative.", "请先登录再申报亲属关系。")
    kinship = Kinship.new(person_id=work.actor.person_id, relation=relation, declared_at=work.now)
    work.ask(RULES, "declare_kinship", kinship)
    relative = await introduced(work, code)
    if relative.id == kinship.person_id:
        raise Invalid("yourself", "This is your own code.", "这是您本人的代码。", path="code")
    return work.change(work.insert(kinship), relative_id=relative.id)


async def end_kinship(work: Work, *, kinship_id: UUID, reason: Annotated[str, "Why; kept with the deed."]) -> Kinship:
    """Say that somebody is a relative no longer, or never was. 终止亲属关系申报"""
    kinship = await work.get(Kinship, kinship_id, lock=True)
    work.ask(RULES, "end_kinship", kinship, reason=reasoned(reason))
    return work.move(kinship, "end_kinship", ended_at=work.now)
