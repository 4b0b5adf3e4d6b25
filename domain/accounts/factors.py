"""What people do with what they show besides a password. The owner is told of each change."""

from typing import Annotated
from uuid import UUID

from domain.accounts.access import RULES
from domain.accounts.authenticators import TOTP
from domain.accounts.commands import tell
from domain.accounts.credentials import end_access
from domain.accounts.models import Person
from domain.columns import new_id
from domain.errors import Conflict, Invalid, NotNow
from domain.letters import Kind
from domain.wording import line
from domain.work import Work

MOST_PASSKEYS = 20

ENABLE = "INSERT INTO totp (person_id, secret, encrypted, last_step, enabled_at) VALUES ($1, $2, $3, $4, $5)"
FORGET_TOTP = "DELETE FROM totp WHERE person_id = $1"
FORGET_CODES = "DELETE FROM recovery_code WHERE person_id = $1"
KEEP_CODES = "INSERT INTO recovery_code (digest, person_id) SELECT unnest($1::bytea[]), $2"
ADD_PASSKEY = """
INSERT INTO passkey (id, person_id, name, credential, public_key, sign_count, synced, transports, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
HELD = "SELECT count(*) AS held, bool_or(credential = $2) AS this FROM passkey WHERE person_id = $1 OR credential = $2"
PASSKEY_OF = "SELECT id FROM passkey WHERE id = $1 AND person_id = $2"
REMOVE_PASSKEY = "DELETE FROM passkey WHERE id = $1 AND person_id = $2"
FORGET_PASSKEYS = "DELETE FROM passkey WHERE person_id = $1"


async def enable_totp(
    work: Work,
    *,
    person_id: UUID,
    secret: Annotated[str, "The secret as it is kept."],
    encrypted: Annotated[bool, "Whether it is encrypted."],
    step: Annotated[int, "The time step of the code that showed the app has it."],
    codes: Annotated[list[bytes], "What is kept of the recovery codes."],
) -> Person:
    """Ask for a code of an app at each sign-in by password from now on."""
    person = await _oneself(work, "enable_totp", person_id)
    if await work.run(TOTP, (person.id,)):
        raise NotNow("totp_enabled", "Codes of an app are asked for already.", "已启用动态验证码。")
    work.also(ENABLE, person.id, secret, encrypted, step, work.now)
    _renew(work, person, codes)
    return _told(work, person, Kind.TOTP_ENABLED)


async def disable_totp(work: Work, *, person_id: UUID) -> Person:
    """Ask for no more codes of an app. The recovery codes end with it."""
    person = await _oneself(work, "disable_totp", person_id)
    await _demand_totp(work, person)
    work.also(FORGET_TOTP, person.id)
    work.also(FORGET_CODES, person.id)
    return _told(work, person, Kind.TOTP_DISABLED)


async def renew_recovery_codes(
    work: Work, *, person_id: UUID, codes: Annotated[list[bytes], "What is kept of them."]
) -> Person:
    """Replace all recovery codes by new ones."""
    person = await _oneself(work, "renew_recovery_codes", person_id)
    await _demand_totp(work, person)
    _renew(work, person, codes)
    return _told(work, person, Kind.RECOVERY_CODES_RENEWED)


async def add_passkey(
    work: Work,
    *,
    person_id: UUID,
    name: Annotated[str, "What the person calls it."],
    credential: Annotated[bytes, "What the device calls it."],
    public_key: Annotated[bytes, "COSE."],
    sign_count: int,
    synced: Annotated[bool, "Whether it may be copied to other devices."],
    transports: list[str],
) -> Person:
    """Sign in with this passkey, too."""
    person = await _oneself(work, "add_passkey", person_id)
    name = line(name, "passkey_name")
    found = (await work.run(HELD, (person.id, credential)))[0]
    if found["this"]:
        raise Conflict("passkey_known", "This passkey was added already.", "该通行密钥已添加。")
    if found["held"] >= MOST_PASSKEYS:
        raise Invalid("too_many_passkeys", f"At most {MOST_PASSKEYS} passkeys.", f"最多 {MOST_PASSKEYS} 个通行密钥。")
    work.also(ADD_PASSKEY, new_id(), person.id, name, credential, public_key, sign_count, synced, transports, work.now)
    return _told(work, person, Kind.PASSKEY_ADDED)


async def remove_passkey(work: Work, *, person_id: UUID, passkey_id: UUID) -> Person:
    """Sign in with this passkey no more."""
    person = await _oneself(work, "remove_passkey", person_id)
    if not await work.run(PASSKEY_OF, (passkey_id, person.id)):
        raise NotNow("no_passkey", "This passkey was removed already.", "该通行密钥已移除。")
    work.also(REMOVE_PASSKEY, passkey_id, person.id)
    return _told(work, person, Kind.PASSKEY_REMOVED)


async def reset_factors(work: Work, *, person_id: UUID, reason: Annotated[str, "Why; kept with the deed."]) -> Person:
    """Forget app, recovery codes and passkeys of somebody who lost them. All access ends. 重置登录验证方式"""
    person = await work.get(Person, person_id, lock=True)
    work.ask(RULES, "reset_factors", person, reason=reason)
    forget_factors(work, person)
    end_access(work, "factors_reset", person=person.id)
    return _told(work, person, Kind.FACTORS_RESET)


def forget_factors(work: Work, person: Person) -> None:
    """Nothing of what the person could show besides a password is kept."""
    for sql in (FORGET_TOTP, FORGET_CODES, FORGET_PASSKEYS):
        work.also(sql, person.id)


async def _oneself(work: Work, verb: str, person_id: UUID) -> Person:
    person = await work.get(Person, person_id, lock=True)
    work.ask(RULES, verb, person)
    return person


async def _demand_totp(work: Work, person: Person) -> None:
    if not await work.run(TOTP, (person.id,)):
        raise NotNow("no_totp", "No codes of an app are asked for.", "未启用动态验证码。")


def _renew(work: Work, person: Person, codes: list[bytes]) -> None:
    work.also(FORGET_CODES, person.id)
    work.also(KEEP_CODES, codes, person.id)


def _told(work: Work, person: Person, kind: Kind) -> Person:
    """The owner hears of it; and of two changes at once one is made first, as each writes the person."""
    tell(work, person, kind)
    return work.change(person)
