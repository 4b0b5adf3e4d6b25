"""Do: what organizations and volunteers do to agree in writing on a service, and to end that."""

from typing import Annotated, Any
from uuid import UUID

from domain.accounts.addresses import language as language_tag
from domain.columns import Text
from domain.errors import Conflict, Invalid, NotNow
from domain.programmes.access import RULES
from domain.programmes.commands.needs import recheck_seats
from domain.programmes.models import Agreement, Opportunity, ServicePlan
from domain.volunteers.consent import is_minor
from domain.volunteers.models import Volunteer
from domain.wording import binding, paragraphs, prose
from domain.work import Work


async def offer_agreement(
    work: Work,
    *,
    opportunity_id: UUID,
    agreement: Annotated[Text, "What is agreed on: tasks, times, place, risks, rights and duties of both."],
) -> Opportunity:
    """Offer what is agreed on in writing with whoever serves; what was signed stays as it is. 提供书面协议文本"""
    opportunity = await work.get(Opportunity, opportunity_id, lock=True)
    work.ask(RULES, "offer_agreement", opportunity)
    return work.change(opportunity, agreement=prose(agreement, "agreement"))


async def sign_agreement(
    work: Work,
    *,
    opportunity_id: Annotated[UUID, Opportunity, "The opportunity in which they serve."],
    volunteer_id: Annotated[UUID, Volunteer, "Who serves; for a minor their guardian signs."],
    language: Annotated[str, "The language in which it was read (BCP 47)."],
    wording: Annotated[str, "What was read, word for word."],
) -> Agreement:
    """Sign what the organization offers, as it was read in one's own language. 签署书面协议"""
    volunteer = await work.get(Volunteer, volunteer_id, lock=True)
    opportunity = await work.get(Opportunity, opportunity_id, lock=True)
    plan = await work.get(ServicePlan, opportunity.plan_id)
    agreement = Agreement.new(
        street_id=opportunity.street_id,
        community_id=opportunity.community_id,
        organization_id=opportunity.organization_id,
        opportunity_id=opportunity.id,
        volunteer_id=volunteer.id,
        wording=wording,
        language=language_tag(language, "language"),
        since=work.today,
        until=max(plan.until, work.today),
        signed_by_id=work.actor.person_id,
        signed_at=work.now,
    )
    work.ask(RULES, "sign_agreement", agreement, volunteer)
    if is_minor(work, volunteer) and work.actor.person_id == volunteer.person_id:
        raise NotNow(
            "guardian_signs",
            "For a minor, their guardian signs.",
            "未成年人的书面协议由监护人签署。",
            remedy=("Ask your guardian to read and sign it here.", "请您的监护人在此平台阅读并签署。"),
        )
    _require_as_offered(opportunity, agreement)
    work.insert(agreement)
    await recheck_seats(work, volunteer, newly=agreement)
    return agreement


async def end_agreement(
    work: Work, *, agreement_id: UUID, reason: Annotated[str, "Why, for the other one to read."]
) -> Agreement:
    """End an agreement before its last day, as either of the two. 解除书面协议"""
    return await _end(work, "end_agreement", agreement_id, reason=paragraphs(reason, "reason"))


async def expire_agreement(work: Work, *, agreement_id: UUID) -> Agreement:
    """The last day of an agreement is over. By the clock. 书面协议期满"""
    return await _end(work, "expire_agreement", agreement_id)


async def _end(work: Work, verb: str, agreement_id: UUID, **why: Any) -> Agreement:
    """It holds no longer, and seats that rested on it are held for a while."""
    agreement = await work.get(Agreement, agreement_id, lock=True)
    volunteer = await work.get(Volunteer, agreement.volunteer_id, lock=True)
    work.ask(RULES, verb, agreement, volunteer)
    work.move(agreement, verb, **why)
    await recheck_seats(work, volunteer, without=agreement.id)
    return agreement


def _require_as_offered(opportunity: Opportunity, agreement: Agreement) -> None:
    """Refuses what is not offered, or not in a language whose words somebody answers for, or no longer so."""
    if opportunity.agreement is None:
        raise NotNow(
            "nothing_offered",
            "The organization offers no written agreement yet.",
            "该社会组织尚未提供书面协议。",
            remedy=("Ask the organization to offer one.", "请联系该社会组织提供书面协议。"),
        )
    offered = binding(opportunity.agreement)
    if agreement.language not in offered:
        known = ", ".join(offered)
        raise Invalid(
            "not_in_this_language",
            f"It is offered in these languages: {known}.",
            f"该协议提供以下语言文本：{known}。",
            path="language",
            remedy=(
                "Choose one that you read, or ask the organization for a checked translation.",
                "请选择您能阅读的语言，或请该社会组织提供经核对的译文。",
            ),
        )
    if agreement.wording != offered[agreement.language]:
        raise Conflict(
            "text_changed",
            "What is offered reads otherwise by now.",
            "协议文本已变更。",
            path="wording",
            remedy=("Read it anew, and sign that.", "请重新阅读后签署。"),
        )
