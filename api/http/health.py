"""Is the process alive, and is the house ready for guests?"""

import re
from functools import cache
from pathlib import Path

from asyncpg import UndefinedTableError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from domain import history
from domain.errors import Unavailable
from domain.house import House

MIGRATIONS = Path(__file__).parent.parent.parent / "migrations" / "versions"
REVISION = re.compile(r'^(down_)?revision\b.*"(\w+)"$', re.MULTILINE)


def routes(house: House) -> list[BaseRoute]:
    async def alive(_: Request) -> Response:
        return JSONResponse({"alive": True})

    async def ready(_: Request) -> Response:
        if trouble := await _trouble(house):
            return JSONResponse({"ready": False, "why": trouble}, 503, {"Retry-After": "2"})
        return JSONResponse({"ready": True})

    return [Route("/healthz", alive), Route("/readyz", ready)]


async def _trouble(house: House) -> str | None:
    """The first reason why guests should wait; none when there is none."""
    run = house.lanes.run
    try:
        there = {row["version_num"] for row in await run("SELECT version_num FROM alembic_version")}
        if there != _heads():
            return "The database has other migrations than this version of the service. 数据库迁移版本不符。"
        if await history.current_era(run) != house.era:
            return "The database has been restored from a copy: start the service anew. 数据库已恢复，请重启服务。"
    except Unavailable:
        return "The database cannot be reached. 数据库无法连接。"
    except UndefinedTableError:
        return "The database is empty: run `sanshe migrate`. 数据库尚未初始化。"
    return None


@cache
def _heads() -> set[str]:
    """The migrations that none follows; read as text, since alembic would take 7 MB of each process for it."""
    found = {True: set[str](), False: set[str]()}
    for file in MIGRATIONS.glob("*.py"):
        for before, revision in REVISION.findall(file.read_text(encoding="utf-8")):
            found[bool(before)].add(revision)
    return found[False] - found[True]
