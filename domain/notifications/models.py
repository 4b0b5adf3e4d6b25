"""What: a message to somebody, how they want to be told, letters that never came, and how far everybody was told."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from domain.columns import Row, Table, Text, moment, one_of, words
from domain.letters import Channel


class Mailed(StrEnum):
    """What became of the e-mail that tells the same. 邮件状态"""

    NONE = "none"
    """None is sent. 不发送"""
    GATHERED = "gathered"
    """It goes with others in the morning. 待汇总"""
    WAITING = "waiting"
    """It is on its way, or tried again. 待发送"""
    SENT = "sent"
    """The person's mail server took it. 已发送"""
    FAILED = "failed"
    """It could not be delivered. 发送失败"""


class Way(StrEnum):
    """How somebody wants to be told, from least to most. 通知方式"""

    NONE = "none"
    """Not at all. 不通知"""
    INBOX = "inbox"
    """In the inbox. 仅站内"""
    DAILY = "daily"
    """In the inbox, and in one e-mail each morning. 站内及每日汇总邮件"""
    EMAIL = "email"
    """In the inbox and by e-mail. 站内及邮件"""


class Message(Row, table=True):
    """What somebody is told of that happened to what concerns them. 通知"""

    prefix: ClassVar = "msg"

    person_id: UUID = Field(foreign_key="person.id")
    """Who is told."""
    verb: str
    """What was done, in one word, as offer_seat."""
    deed_id: UUID
    """The deed it tells of."""
    subject_id: UUID
    """The thing it was done to."""
    shift_id: UUID | None = Field(default=None, foreign_key="shift.id")
    """The shift it is about; null where it is about none."""
    volunteer_id: UUID | None = Field(default=None, foreign_key="volunteer.id", index=True)
    """Whose service it is about: the reader's own, or of whom they are the guardian; null where it is nobody's."""
    subject: Text = words()
    """What happened, in one line."""
    says: Text = words()
    """All there is to say: when, where, why, and what is to be done about it."""
    made_at: datetime = moment()
    """When it was told."""
    read_at: datetime | None = moment(default=None)
    """When it was read; null while it is new."""
    mailed: Mailed = one_of("mailed", Mailed)
    """What became of the e-mail that tells the same."""
    letter_id: UUID | None = None

    __table_args__ = (
        Index("inbox", "person_id", "made_at", "id"),
        Index("told_once", "deed_id", "person_id", unique=True),
        Index("messages_gathered", "made_at", postgresql_where=text("mailed = 'gathered'")),
        Index("messages_on_their_way", "letter_id", postgresql_where=text("letter_id IS NOT NULL")),
    )


class MessageChoice(Row, table=True):
    """How somebody wants to be told of one kind of thing; by e-mail, if they never chose. 通知偏好"""

    prefix: ClassVar = "mch"

    person_id: UUID = Field(foreign_key="person.id")
    """Whose choice it is."""
    verb: str
    """What they are told of, in one word, as offer_seat."""
    way: Way = one_of("way", Way)
    """How they want to be told."""

    __table_args__ = (
        Index(
            "one_choice_each",
            "person_id",
            "verb",
            unique=True,
            info={
                "code": "chosen_meanwhile",
                "en": "You chose this at the same moment elsewhere: try again.",
                "zh": "您刚刚在别处作了选择，请重试。",
            },
        ),
    )


class UndeliveredLetter(Row, table=True):
    """A letter of any kind that could not be delivered; its id is the letter's. 未送达的信件"""

    prefix: ClassVar = "und"

    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    """Whose address it is; null where it is nobody's yet, as when somebody signs up."""
    letter_kind: str
    """What it was about, in one word, as reset_code."""
    channel: Channel = one_of("channel", Channel)
    """How it was sent."""
    provider: str | None = None
    """Whose mail servers: what stands behind the @ of the address; null for short messages."""
    trouble: str | None = None
    """What went wrong at last, in the words of the server, without the address."""
    tries: int
    """How often it was tried."""
    written_at: datetime = moment()
    """When it was written."""
    failed_at: datetime = moment(index=True)
    """When it was given up."""
    sent_again_at: datetime | None = moment(default=None)
    """When the same was sent again; null while nobody did."""


class Told(Table, table=True):
    """Up to which link of the chain everybody was told; one row."""

    id: bool = Field(default=True, primary_key=True)
    no: int = Field(sa_type=BigInteger)
