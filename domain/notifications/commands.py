"""Do: what people do with what they were told, how they choose to be told, and what is sent them again."""

from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.accounts.models import Person
from domain.errors import Invalid, NotNow
from domain.letters import Kind
from domain.notifications.access import RULES
from domain.notifications.kinds import KINDS
from domain.notifications.mailing import one_letter
from domain.notifications.models import Mailed, Message, MessageChoice, UndeliveredLetter, Way
from domain.work import Work

READ_EARLIER = """
UPDATE message SET read_at = $3, version = version + 1
WHERE person_id = $1 AND read_at IS NULL AND (made_at, id) < ($4, $2)"""

TOLD_BY = (
    select(Message).where(col(Message.letter_id) == bindparam("letter")).order_by(col(Message.made_at), col(Message.id))
)
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


async def send_again(work: Work, *, undelivered_letter_id: UUID) -> UndeliveredLetter:
    """Send a notification again that could not be delivered, to where the person is reached now. 重新发送"""
    undelivered = await work.get(UndeliveredLetter, undelivered_letter_id, lock=True)
    told = await work.all(Message, TOLD_BY, lock=True, letter=undelivered.id)
    work.ask(RULES, "send_again", undelivered, *told)
    if undelivered.sent_again_at:
        raise NotNow("sent_again_already", "This was sent again already.", "该信件已重新发送。")
    if undelivered.letter_kind != Kind.NOTICE:
        raise NotNow(
            "words_forgotten",
            "Only notifications can be sent again: what else a letter says is forgotten with it.",
            "仅通知可以重新发送，其他信件的内容随信销毁。",
            remedy=("Whoever waits for a code asks for a new one.", "等待验证码的人可重新获取。"),
        )
    person = await work.get(Person, told[0].person_id, lock=True) if told else None
    if person is None or not person.email or not person.email_verified_at:
        raise NotNow(
            "no_address",
            "There is no address that is known to be the person's.",
            "收件人目前没有经验证的邮箱。",
            remedy=(
                "They verify an address; what they were told is in their inbox.",
                "请其验证邮箱；通知可在站内查看。",
            ),
        )
    sql, args = one_letter([(m.verb, m.subject, m.says) for m in told], person.email, person.locale, work.now)
    work.also(sql, *args)
    for message in told:
        work.change(message, mailed=Mailed.WAITING, letter_id=args[0])
    return work.change(undelivered, sent_again_at=work.now)
