"""Who may do what with messages?"""

from domain.access import Rules, is_actor
from domain.notifications.models import Message

to_whom_it_is = is_actor(Message.person_id).called("the person to whom it is", "收件人本人")

RULES = Rules(
    "notifications",
    mark_read=to_whom_it_is,
    see_message=to_whom_it_is,
)
