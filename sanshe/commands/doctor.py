"""`sanshe doctor`: what is wrong with this house, and what to do about it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from api.settings import Settings, WrongSettings, load
from sanshe.trouble import Trouble

if TYPE_CHECKING:
    import asyncpg

CLOCK_SECONDS = 2
FREE_BYTES = 1_000_000_000


class Finding(NamedTuple):
    """One thing looked at; `remedy` is empty when it is well."""

    what: str
    found: str
    remedy: str = ""


def doctor() -> None:
    """Look at configuration, notice, folder, database, migrations, keys, letters, clock, disk, and say what to do."""
    findings = list(_examine())
    for finding in findings:
        print(f"{'✗' if finding.remedy else '✓'} {finding.what}: {finding.found}")
        if finding.remedy:
            print(f"    → {finding.remedy}")
    if any(finding.remedy for finding in findings):
        raise typer.Exit(1)


def _examine() -> Iterator[Finding]:
    try:
        settings = load()
    except WrongSettings as wrong:
        for sentence in wrong.sentences:
            yield Finding("configuration 配置", sentence, "Set the variable anew. 请重新设置。")
        return
    where = "embedded" if settings.database_url is None else "DATABASE_URL"
    yield Finding("configuration 配置", f"issuer {settings.issuer}, database {where}")
    yield _responsible(settings)
    yield _folder(settings.data_dir)
    yield _disk(settings.data_dir)
    yield from _database(settings)


def _responsible(settings: Settings) -> Finding:
    """The notice must say who answers for people's data, and how to reach them, before any is taken (PIPL 17)."""
    what = "privacy notice 隐私政策"
    if settings.responsible_body and settings.responsible_contact:
        return Finding(what, f"names {settings.responsible_body}")
    if settings.on_loopback:
        return Finding(what, "names nobody, which will do while the issuer is this machine")
    remedy = "Set RESPONSIBLE_BODY and RESPONSIBLE_CONTACT. 请设置 RESPONSIBLE_BODY 与 RESPONSIBLE_CONTACT。"
    return Finding(what, "does not say who answers for people's data and how to reach them (PIPL 17)", remedy)


def _folder(folder: Path) -> Finding:
    probe = folder / ".doctor"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as problem:
        remedy = "Give DATA_DIR a folder that this user may write. 请将 DATA_DIR 设为可写目录。"
        return Finding("data folder 数据目录", f"{folder}: {problem.strerror}", remedy)
    return Finding("data folder 数据目录", f"{folder} can be written")


def _disk(folder: Path) -> Finding:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(there).free
    remedy = "" if free >= FREE_BYTES else "Make room, at least 1 GB. 请清理磁盘，至少留 1 GB。"
    return Finding("disk 磁盘", f"{free / 1e9:.1f} GB free", remedy)


def _database(settings: Settings) -> Iterator[Finding]:
    from sanshe.database import database

    try:
        with database(settings) as address:
            yield from asyncio.run(_questions(address, settings))
    except Trouble as trouble:
        yield Finding("database 数据库", trouble.english, trouble.chinese)


async def _questions(address: str, settings: Settings) -> list[Finding]:
    from sanshe.database import connection

    async with connection(address) as connected:
        return [finding async for finding in _ask(connected, settings)]


async def _ask(connected: "asyncpg.Connection[asyncpg.Record]", settings: Settings) -> AsyncIterator[Finding]:
    from sanshe.migrating import pending

    yield Finding("database 数据库", f"PostgreSQL {connected.get_server_version().major} answers")
    yield await _clock(connected)
    if await pending(connected):
        yield Finding("migrations 迁移", "some are still to run", "Run `sanshe migrate`. 请运行 sanshe migrate。")
    else:
        yield Finding("migrations 迁移", "all have run")
        yield await _keys(connected, settings)
        yield await _letters(connected, settings)


async def _clock(connected: "asyncpg.Connection[asyncpg.Record]") -> Finding:
    before = datetime.now(UTC)
    theirs = await connected.fetchval("select clock_timestamp()")
    ours = before + (datetime.now(UTC) - before) / 2
    apart = abs((theirs - ours).total_seconds())
    remedy = "Set the clocks of both machines by NTP. 请用 NTP 校准时钟。" if apart > CLOCK_SECONDS else ""
    return Finding("clock 时钟", f"database and machine are {apart:.3f} s apart", remedy)


async def _keys(connected: "asyncpg.Connection[asyncpg.Record]", settings: Settings) -> Finding:
    from api.oauth.keys import LockedKeys, box, opened

    what = "signing keys 签名密钥"
    found = await connected.fetchrow("select private, encrypted from signing_key where state = 'active'")
    if found is None:
        return Finding(what, "none yet", "Start the service once, it makes them. 请启动一次服务，密钥会自动生成。")
    if found["encrypted"]:
        try:
            opened(box(settings), found["private"])
        except LockedKeys as locked:
            wrong = "SANSHE_KEY does not open them" if settings.sanshe_key else "SANSHE_KEY is not set"
            return Finding(what, f"encrypted, and {wrong}", f"{locked} {locked.zh}")
    elif settings.sanshe_key:
        return Finding(what, "an active one is there; the next start encrypts it")
    return Finding(what, "an active one is there")


async def _letters(connected: "asyncpg.Connection[asyncpg.Record]", settings: Settings) -> Finding:
    from api.letters.carriers import offered
    from domain.letters import STANDING

    what = "letters 信件"
    [letters] = await connected.fetch(STANDING)
    found = f"{letters['waiting']} to be sent, {letters['given_up']} given up this week"
    if letters["trouble"]:
        return Finding(what, f"{found}; {letters['trouble']}", "See SMTP_URL and SMS_URL. 请检查 SMTP_URL 与 SMS_URL。")
    if not offered(settings):
        remedy = "Nobody can sign up: set SMTP_URL or SMS_URL. 无法注册账号，请设置 SMTP_URL 或 SMS_URL。"
        return Finding(what, "no way to send any", remedy)
    return Finding(what, found)
