"""Do: what people do with what they were told."""

from typing import Annotated
from uuid import UUID

from domain.notifications.access import RULES
from domain.notifications.models import Message
from domain.work import Work

READ_EARLIER = """
UPDATE message SET read_at = $3, version = version + 1
WHERE person_id = $1 AND read_at IS NULL AND (made_at, id) < ($4, $2)"""


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
