"""How passwords are kept and tried: argon2id, in a few threads of its own, so that many sign-ins stop nothing else."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import Invalid

SHORTEST = 8
LONGEST = 200

# OWASP's second choice: 19 MiB, two passes, one lane; one lane leaves the other cores to the rest of the service.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
AT_ONCE = 2


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")


def _plain(password: str) -> str:
    """The same letters whatever keyboard they were typed on."""
    return unicodedata.normalize("NFKC", password)


async def hashed(password: str) -> str:
    """The hash to keep. Refuses what is too short to be one, or too long to be honest."""
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise Invalid(
            "wrong_password_length",
            f"A password has {SHORTEST} to {LONGEST} characters.",
            f"密码须为 {SHORTEST} 至 {LONGEST} 个字符。",
            path="password",
        )
    return await asyncio.get_running_loop().run_in_executor(_threads(), HASHER.hash, plain)


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
