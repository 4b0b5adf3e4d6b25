"""Who may do what with messages?"""

from domain.access import Rules, is_actor, role
from domain.notifications.models import Message, MessageChoice, UndeliveredLetter

to_whom_it_is = is_actor(Message.person_id).called("the person to whom it is", "收件人本人")
whose_address_it_is = is_actor(UndeliveredLetter.person_id).called("the person whose address it is", "收件人本人")
whose_choice_it_is = is_actor(MessageChoice.person_id).called("the person whose choice it is", "本人")

RULES = Rules(
    "notifications",
    mark_read=to_whom_it_is,
    choose_way=whose_choice_it_is,
    send_again=role("operator"),
    see_message=to_whom_it_is,
    see_message_choice=whose_choice_it_is,
    see_undelivered_letter=whose_address_it_is | role("operator"),
)
