"""Do: what people do with what they were told, and how they choose to be told."""

from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.accounts.models import Person
from domain.errors import Invalid
from domain.notifications.access import RULES
from domain.notifications.kinds import KINDS
from domain.notifications.models import Message, MessageChoice, Way
from domain.work import Work

READ_EARLIER = """
UPDATE message SET read_at = $3, version = version + 1
WHERE person_id = $1 AND read_at IS NULL AND (made_at, id) < ($4, $2)"""

CHOSEN = select(MessageChoice).where(
    col(MessageChoice.person_id) == bindparam("person"), col(MessageChoice.verb) == bindparam("verb")
)


async def mark_read(
    work: Work,
    *,
    message_id: UUID,
    and_earlier: Annotated[bool, "Also all that came before it, and nothing that came since."] = False,
) -> Message:
    """Note that one has read it; the first time counts. 标为已读"""
    message = await work.get(Message, message_id, lock=True)
    work.ask(RULES, "mark_read", message)
    if and_earlier:
        work.also(READ_EARLIER, message.person_id, message.id, work.now, message.made_at)
    return work.change(message, read_at=message.read_at or work.now)


async def choose_way(
    work: Work,
    *,
    person_id: UUID,
    verb: Annotated[str, f"What you are told of: {', '.join(KINDS)}."],
    way: Annotated[Way, "How you want to be told of it."],
) -> MessageChoice:
    """Choose how one is told of a kind of thing; what safety or one's record demands is told anyhow. 设置通知方式"""
    person = await work.get(Person, person_id)
    choice = await work.first(MessageChoice, CHOSEN, lock=True, person=person.id, verb=verb)
    choice = choice or work.insert(MessageChoice.new(person_id=person.id, verb=verb, way=way))
    work.ask(RULES, "choose_way", choice)
    if verb not in KINDS:
        raise Invalid("unknown_verb", "Nobody is told of this.", "没有此类通知。", path="verb")
    if way != KINDS[verb].no_less_than(way):
        raise Invalid(
            "told_anyhow",
            f"You are told of this anyhow, as safety or your record demands: choose {KINDS[verb].least} or more.",
            f"此类通知涉及安全或您的服务记录，至少须为{KINDS[verb].least}，不能关闭。",
            path="way",
        )
    return work.change(choice, way=way)
