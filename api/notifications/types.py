"""What can be read about what people are told?"""

from datetime import datetime
from typing import TYPE_CHECKING

from api.engine.declare import Connection, Node, by_id, every, filters, graph, one, orders
from domain.columns import Text
from domain.notifications import models
from domain.notifications.access import RULES
from domain.notifications.models import Mailed

if TYPE_CHECKING:
    from api.programmes.types import Shift

MessageOrder = orders(models.Message, "-made_at")
MessageFilter = filters(models.Message, "verb", "made_at", "read_at", "mailed")


@graph(models.Message, see=(RULES, "see_message"))
class Message(Node):
    """What somebody is told of that happened to what concerns them. 通知"""

    verb: str
    subject: Text
    says: Text
    shift: "Shift | None" = one(models.Message.shift_id)
    made_at: datetime
    read_at: datetime | None
    mailed: Mailed


class Query:
    message: Message | None = by_id(models.Message)
    """A message to you."""
    messages: Connection[Message] = every(models.Message, order=MessageOrder, filter=MessageFilter)
    """Your inbox, the newest first; unread are those with no readAt."""
