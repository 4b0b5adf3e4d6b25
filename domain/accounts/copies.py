"""What does somebody get who asks for a copy of everything about them (PIPL 45)? One archive, as of one moment.

Which rows are theirs follows from foreign keys and the record of processing (personal.py). Rows of others that name
them come with ids, moments and states alone, and with what those ids are called, as far as the person may see it.
"""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from typing import IO, Any
from uuid import UUID

import orjson
from sqlalchemy import LargeBinary, and_, bindparam, select

from domain.access import Actor, Says
from domain.accounts import personal
from domain.accounts.actors import actor_for
from domain.accounts.called import with_names
from domain.columns import SHANGHAI
from domain.house import House
from domain.postgres import Lane
from domain.work import compiled

AT_ONCE = 500
"""So many rows are in memory."""
SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would reckon what begins like this: an apostrophe goes before."""


async def write_copy(house: House, person: UUID, file: IO[bytes]) -> None:
    """Write the archive: README.md, and for each table that knows the person a JSON and a CSV file."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        counts: dict[str, int] = {}
        async with house.lanes.hold() as lane:
            await lane.run(SNAPSHOT)
            viewer = await actor_for(lane.run, person, now=house.clock()) or Actor(person, now=house.clock())
            for name in personal.KNOWN:
                for part, columns, condition in _parts(name, viewer):
                    counts[part] = await _write(archive, lane, part, name, columns, condition, viewer)
        archive.writestr("README.md", _readme(counts, f"{house.clock().astimezone(SHANGHAI):%Y-%m-%d %H:%M %Z}"))


def _parts(name: str, viewer: Actor) -> list[tuple[str, list[Any], Any]]:
    """The files of a table: the person's own rows, and those of others that name them."""
    known, columns = personal.KNOWN[name], list(personal.table(name).c)
    shown = [c for c in columns if c.name not in known.secret and not isinstance(c.type, LargeBinary)]
    of_others = [c for c in shown if c.name not in {*known.erased, *known.kept, *known.did} or c.name in known.named]
    parts = [(name, [*with_names(shown, viewer, but=known.of)], personal.own(name))] if known.of else []
    if naming := personal.naming(name):
        named = [*with_names(of_others if known.of else shown, viewer)]
        parts.append((f"{name}_naming_you" if known.of else name, named, personal.either(naming)))
    return parts


async def _write(
    archive: zipfile.ZipFile, lane: Lane, part: str, name: str, columns: list[Any], condition: Any, viewer: Actor
) -> int:
    """How many rows there were. JSON first, then CSV, as an archive is written one file after the other."""
    names, count = [column.name for column in columns], 0
    with archive.open(f"{part}.json", "w") as json:
        json.write(b"[")
        async for rows in _rows(lane, name, columns, condition, viewer):
            for row in rows:
                json.write((b",\n" if count else b"\n") + orjson.dumps(row, default=str))
                count += 1
        json.write(b"\n]\n")
    with archive.open(f"{part}.csv", "w") as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
        table = csv.writer(text)
        table.writerow(names)
        async for rows in _rows(lane, name, columns, condition, viewer):
            table.writerows([_cell(row[name]) for name in names] for row in rows)
    return count


async def _rows(lane: Lane, name: str, columns: list[Any], condition: Any, viewer: Actor) -> AsyncIterator[list[Any]]:
    """The rows in order of their keys, some at a time."""
    key = next(iter(personal.table(name).primary_key))
    page = select(*columns, key.label("after")).order_by(key).limit(AT_ONCE)
    first, later = page.where(condition), page.where(and_(condition, key > bindparam("last", type_=key.type)))
    last: Any = None
    while True:
        sql, args = compiled(first if last is None else later)
        found = await lane.run(sql, args({**viewer.binds(), "person": viewer.id, "last": last}))
        yield [{column.name: row[column.name] for column in columns} for row in found]
        if len(found) < AT_ONCE:
            return
        last = found[-1]["after"]


def _cell(value: Any) -> Any:
    said = orjson.dumps(value).decode() if isinstance(value, dict | list) else value
    return f"'{said}" if isinstance(said, str) and said.startswith(FORMULAS) else said


# -- what the files are -----------------------------------------------------------------------------------------------

HEAD = Says(
    """# Everything about you

As of {at}, all of it at that one moment. Each kind of thing is a JSON file, exact, and a CSV file for
spreadsheets, in which an apostrophe stands before what a spreadsheet would reckon. Left out are secrets (passwords,
keys, codes), which would let in whoever finds this archive, and what is private to others: a file `…_naming_you` shows
rows of others that name you, without their own data. A column `…_called` says what the id before it is called, where
you may see that. At /account/data you can correct and erase. Keep this safe.
""",
    """# 关于您的全部信息

截至 {at}，均为同一时刻的数据。每类信息有一个 JSON 文件（原样）和一个可用电子表格打开的 CSV 文件
（可能被当作公式的内容前加一个撇号）。不含密码、密钥、验证码等（以免他人取得本压缩包后登录），也不含他人的隐私：
`…_naming_you` 是他人记录中提到您的条目，不含他人自身信息。`…_called` 列为其前一列编号所指者的名称（以您有权查看为限）。
您可在 /account/data 更正或删除。请妥善保管本压缩包。
""",
)
LABELS = {
    "what": Says("what", "内容"),
    "why": Says("why", "目的"),
    "source": Says("source: you, or whoever acted with you here", "来源：您本人，或在平台上与您共同参与者"),
    "until": Says("kept", "保存期限"),
    "after": Says("when you are erased", "注销后"),
}


def _readme(counts: dict[str, int], at: str) -> str:
    """What each file is, for what, from where and for how long, in both languages."""
    said = []
    for language in (1, 0):
        said.append(HEAD[language].format(at=at))
        for purpose in personal.purposes():
            files = [
                f"`{part}` ({count})"
                for part, count in counts.items()
                if personal.KNOWN[part.removesuffix("_naming_you")].purpose is purpose
            ]
            said.append(f"## {purpose.what[language]}\n\n{', '.join(files)}\n")
            said += [f"- {LABELS[of][language]}: {getattr(purpose, of)[language]}" for of in ("why", "until", "after")]
            said.append(f"- {LABELS['source'][language]}\n")
    return "\n".join(said)
