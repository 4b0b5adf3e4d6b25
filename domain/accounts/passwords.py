"""How passwords are chosen, kept and tried: in a thread of their own, so that many sign-ins stop nothing else."""

import asyncio
import re
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import Invalid

SHORTEST = 8
LONGEST = 200
GUESSES = 10**8
"""A password is weak that is found in fewer. zxcvbn's score 3 begins five guesses later, beyond all of 8 characters."""
LOOKED_AT = 40
"""Characters that zxcvbn looks at, which takes ever longer: whatever follows makes a password no weaker."""

# OWASP's second choice: 19 MiB, two passes, one lane; one lane leaves the other cores to the rest of the service.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
AT_ONCE = 1
"""Hashes of one process: two at once sign in hardly more people, and others wait a third longer meanwhile."""


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")


def _plain(password: str) -> str:
    """The same letters whatever keyboard they were typed on."""
    return unicodedata.normalize("NFKC", password)


async def chosen(password: str, about: Iterable[str | None]) -> str:
    """The hash of a new password. Refuses what is too short, too long, or soon guessed by whoever knows its owner.

    `about`: the owner's name and addresses.
    """
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise Invalid(
            "wrong_password_length",
            f"A password has {SHORTEST} to {LONGEST} characters.",
            f"密码须为 {SHORTEST} 至 {LONGEST} 个字符。",
            path="password",
        )
    known = [word for said in about if said for word in (said, *re.split(r"[\W_]+|\+86", said)) if len(word) > 1]
    if await asyncio.get_running_loop().run_in_executor(_threads(), _weak, plain, known):
        raise Invalid(
            "weak_password",
            "This password would soon be guessed. Take a longer one, such as a sentence, without your name or address.",
            "此密码容易被猜到。请换一个更长的密码，例如一句话，且不含姓名、邮箱或手机号。",
            path="password",
        )
    return await hashed(password)


def _weak(password: str, known: list[str]) -> bool:
    from zxcvbn import zxcvbn  # 12 MB of words, for those processes alone in which passwords are chosen

    return bool(zxcvbn(password[:LOOKED_AT], [*known, "sanshe", "三社"])["guesses"] < GUESSES)


async def hashed(password: str) -> str:
    """The hash to keep."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), HASHER.hash, _plain(password))


async def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password. It takes as long when there is none, so that nobody learns who has an account."""
    tried = await asyncio.get_running_loop().run_in_executor(_threads(), _try, kept or nobodys(), _plain(password))
    return tried and kept is not None


def _try(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def nobodys() -> str:
    return HASHER.hash("nobody's")


def outdated(kept: str) -> bool:
    """Whether the hash was made with other costs than today's."""
    return HASHER.check_needs_rehash(kept)
