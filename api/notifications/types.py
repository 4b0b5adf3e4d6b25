"""What can be read about what people are told?"""

from datetime import datetime
from typing import TYPE_CHECKING

from api.engine.declare import Connection, Node, by_id, every, filters, graph, one, orders
from domain.columns import Text
from domain.letters import Channel
from domain.notifications import models
from domain.notifications.access import RULES
from domain.notifications.models import Mailed, Way

if TYPE_CHECKING:
    from api.accounts.types import Person
    from api.programmes.types import Shift
    from api.volunteers.types import Volunteer

MessageOrder = orders(models.Message, "-made_at")
MessageFilter = filters(models.Message, "verb", "made_at", "read_at", "mailed")

MessageChoiceOrder = orders(models.MessageChoice, "verb")

UndeliveredLetterOrder = orders(models.UndeliveredLetter, "-failed_at")
UndeliveredLetterFilter = filters(
    models.UndeliveredLetter, "person_id", "letter_kind", "channel", "failed_at", "sent_again_at"
)


@graph(models.Message, see=(RULES, "see_message"))
class Message(Node):
    """What somebody is told of that happened to what concerns them. 通知"""

    verb: str
    subject: Text
    says: Text
    shift: "Shift | None" = one(models.Message.shift_id)
    volunteer: "Volunteer | None" = one(models.Message.volunteer_id)
    """Whose service it is about: your own, or of whom you are the guardian."""
    made_at: datetime
    read_at: datetime | None
    mailed: Mailed


@graph(models.MessageChoice, see=(RULES, "see_message_choice"))
class MessageChoice(Node):
    """How somebody wants to be told of one kind of thing; by e-mail, if they never chose. 通知偏好"""

    verb: str
    way: Way


@graph(models.UndeliveredLetter, see=(RULES, "see_undelivered_letter"))
class UndeliveredLetter(Node):
    """A letter of any kind that could not be delivered. 未送达的信件"""

    person: "Person | None" = one(models.UndeliveredLetter.person_id)
    letter_kind: str
    channel: Channel
    provider: str | None
    trouble: str | None
    tries: int
    written_at: datetime
    failed_at: datetime
    sent_again_at: datetime | None


class Query:
    message: Message | None = by_id(models.Message)
    """A message to you."""
    messages: Connection[Message] = every(models.Message, order=MessageOrder, filter=MessageFilter)
    """Your inbox, the newest first; unread are those with no readAt."""
    message_choices: Connection[MessageChoice] = every(models.MessageChoice, order=MessageChoiceOrder)
    """How you chose to be told; of what is not here you are told by e-mail."""
    undelivered_letter: UndeliveredLetter | None = by_id(models.UndeliveredLetter)
    """A letter that did not come."""
    undelivered_letters: Connection[UndeliveredLetter] = every(
        models.UndeliveredLetter, order=UndeliveredLetterOrder, filter=UndeliveredLetterFilter
    )
    """Letters that did not come, the latest first: your own; an operator sees everybody's. Those with no sentAgainAt
    wait for somebody."""
