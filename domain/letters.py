"""Letters to people: an outbox, written in the transaction of what causes them and carried out of the house afterwards.

A letter is written as its kind and what it says, as values; whoever carries it puts them into words. What it says may
be a secret and is forgotten as soon as the letter is sent or its time is over.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from domain.columns import Table, data, moment, new_id, one_of

LATEST = timedelta(days=3)
"""How long a letter is worth sending that tells of something done."""


class Channel(StrEnum):
    """How somebody is reached. 发送方式"""

    EMAIL = "email"
    """By e-mail. 邮件"""
    SMS = "sms"
    """By a short message. 短信"""


class Kind(StrEnum):
    """What a letter is about; each kind has its words in every language the letters speak."""

    SIGN_UP_CODE = "sign_up_code"
    HAS_ACCOUNT = "has_account"
    RESET_CODE = "reset_code"
    NO_ACCOUNT = "no_account"
    CHANGE_CODE = "change_code"
    GUARDIAN_CODE = "guardian_code"
    CARE_CODE = "care_code"
    ADDRESS_TAKEN = "address_taken"
    ADDRESS_CHANGED = "address_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 a kind of letter
    TOTP_ENABLED = "totp_enabled"
    TOTP_DISABLED = "totp_disabled"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    FACTORS_RESET = "factors_reset"
    ACCOUNT_LINKED = "account_linked"
    RIGHTS_REQUEST_RECEIVED = "rights_request_received"
    RIGHTS_REQUEST_ANSWERED = "rights_request_answered"
    NOTICE = "notice"


class Letter(Table, table=True):
    """One letter to one address. Sent, given up, or to be tried again at `next_try_at`."""

    id: UUID = Field(primary_key=True)
    kind: str
    channel: Channel = one_of("channel", Channel)
    address: str
    language: str
    says: dict[str, Any] = data()
    written_at: datetime = moment()
    expires_at: datetime = moment(index=True)
    next_try_at: datetime | None = moment()
    tries: int = 0
    trouble: str | None = None
    sent_at: datetime | None = moment(default=None)

    __table_args__ = (
        Index("letters_to_carry", "channel", "next_try_at", postgresql_where=text("next_try_at IS NOT NULL")),
    )


WRITE = """
INSERT INTO letter (id, kind, channel, address, language, says, written_at, expires_at, next_try_at, tries)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)"""


def letter(
    kind: Kind,
    channel: Channel,
    address: str,
    language: str,
    now: datetime,
    *,
    lasts: timedelta = LATEST,
    waits_until: datetime | None = None,
    **says: Any,
) -> tuple[str, tuple[Any, ...]]:
    """What writes a letter, in the transaction of what causes it: SQL and its arguments."""
    return WRITE, (new_id(), kind, channel, address, language, says, now, now + lasts, waits_until or now)


# -- carrying them ----------------------------------------------------------------------------------------------------

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)

# Counted before it is carried: whoever dies on the way has taken one try, and nobody else takes it up meanwhile.
TAKE = """
UPDATE letter SET tries = tries + 1, next_try_at = $2::timestamptz + least($4::interval * 2 ^ least(tries, 20), $5)
WHERE id IN (SELECT id FROM letter WHERE channel = $1 AND next_try_at <= $2 AND expires_at > $2
             ORDER BY next_try_at LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, address, language, says, written_at"""

# Whoever is told the same in their inbox sees there what became of the letter.
SHOWN = "UPDATE message SET mailed = '{}', version = version + 1 FROM letter_over WHERE letter_id = letter_over.id"
SENT = f"""
WITH letter_over AS (
    UPDATE letter SET sent_at = $2, next_try_at = NULL, trouble = NULL, says = '{{}}' WHERE id = $1 RETURNING id),
came_late AS (DELETE FROM undelivered_letter u USING letter_over o WHERE u.id = o.id AND u.sent_again_at IS NULL)
{SHOWN.format("sent")}"""  # noqa: S608 our own words
TROUBLE = "UPDATE letter SET trouble = $2 WHERE id = $1 AND sent_at IS NULL"

# What is given up is shown and listed in the same statement. Whose address it was is known, and not the address.
LISTED = """
INSERT INTO undelivered_letter
    (id, version, person_id, letter_kind, channel, provider, trouble, tries, written_at, failed_at)
SELECT id, 1,
       CASE channel WHEN 'email' THEN (SELECT p.id FROM person p WHERE lower(p.email) = lower(address))
                    ELSE (SELECT p.id FROM person p WHERE p.phone = address) END,
       kind, channel, CASE channel WHEN 'email' THEN split_part(address, '@', -1) END,
       replace(trouble, address, '…'), tries, written_at, $1
FROM letter_over"""


def _over(which: str, *, trouble: str = "trouble") -> str:
    return f"""
WITH letter_over AS (UPDATE letter SET next_try_at = NULL, says = '{{}}', trouble = {trouble}
                     WHERE next_try_at IS NOT NULL AND {which} RETURNING *),
     shown AS ({SHOWN.format("failed")}), listed AS ({LISTED})
SELECT id, kind, trouble FROM letter_over"""  # noqa: S608 our own words


NEVER = _over("id = $2", trouble="$3")
GIVE_UP = _over("expires_at <= $1")
STANDING = """
SELECT count(*) FILTER (WHERE next_try_at IS NOT NULL) AS waiting,
       count(*) FILTER (WHERE next_try_at IS NULL AND sent_at IS NULL) AS given_up,
       (array_agg(trouble ORDER BY written_at DESC) FILTER (WHERE trouble IS NOT NULL))[1] AS trouble
FROM letter"""
UNDELIVERED = """
SELECT letter_kind, count(*) AS number FROM undelivered_letter WHERE sent_again_at IS NULL GROUP BY letter_kind"""
