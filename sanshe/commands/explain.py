"""`sanshe explain`: what the service does with a query in somebody's name, down to PostgreSQL's plan."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.settings import load
from sanshe.layout import laid_out
from sanshe.trouble import Trouble

if TYPE_CHECKING:
    from api.engine.run import Explanation
    from domain.access import Actor
    from domain.house import House

WHO = "SELECT id, locale FROM person WHERE lower(email) = lower($1)"


def explain(
    file: Annotated[typer.FileText, typer.Argument(encoding="utf-8", help="A GraphQL document; - for standard input.")],
    email: Annotated[str, typer.Option("--as", help="The person's e-mail; `sanshe demo --list` names some.")],
    variables: Annotated[str, typer.Option(metavar="JSON", help="The document's variables.")] = "{}",
    operation: Annotated[str | None, typer.Option(help="Which one, if the document has several.")] = None,
    scope: Annotated[str | None, typer.Option(help="Narrow it to these scopes, separated by spaces.")] = None,
    analyze: Annotated[bool, typer.Option("--analyze", help="Run the query too, and show what took how long.")] = False,
) -> None:
    """Show what a document runs for a person: plan key, cost, SQL, arguments, PostgreSQL's plan. Nothing is written."""
    from api.engine.limits import COST
    from api.engine.plan import Refused
    from api.engine.run import Engine
    from api.schema import schema
    from domain.errors import TooSlow
    from sanshe.commands.house import in_house

    document, given, scopes = file.read(), _variables(variables), _scopes(scope)

    async def explained(house: "House") -> str:
        engine, actor = Engine(schema(), house), await _actor(house, email, scopes)
        told = engine.explain(document, given, operation, actor)
        reads = await engine.kind_of(document, operation, actor) == "query"
        cost = _section("Cost 成本", f"{told.cost} of at most {COST}")
        parts = [_key(told), cost, *await _statements(house, told, analyze=analyze and reads)]
        return "\n\n".join(parts if reads else [*parts, ONLY_SHOWN])

    try:
        print(in_house(load(), explained))
    except Refused as refused:
        raise Trouble("\n\n".join(map(str, refused.errors)), "该文档被拒绝，原因如上。") from refused
    except TooSlow as slow:
        raise Trouble(f"{slow} Leave out --analyze.", "查询超时，请去掉 --analyze。") from slow


ONLY_SHOWN = """\
Nothing was carried out: a statement above reads what an act or event is about, here one with the nil id.
以上未执行任何操作；语句仅读取操作或事件的结果，此处以空 ID 代替。"""


def _variables(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as wrong:
        raise Trouble(f"--variables is no JSON: {wrong}.", "--variables 不是有效的 JSON。", exit_code=2) from wrong
    if not isinstance(found, dict):
        raise Trouble("--variables must be an object of JSON.", "--variables 须为 JSON 对象。", exit_code=2)
    return found


def _scopes(text: str | None) -> frozenset[str] | None:
    from api.oauth.scopes import CATALOGUE

    if text is None:
        return None
    if unknown := ", ".join(sorted(set(text.split()) - set(CATALOGUE))):
        raise Trouble(f"There is no scope {unknown}.", f"没有授权范围 {unknown}。", exit_code=2)
    return frozenset(text.split())


async def _actor(house: "House", email: str, scopes: frozenset[str] | None) -> "Actor":
    """The person as they would come through the door with a token for these scopes."""
    from domain.accounts.actors import actor_for
    from domain.accounts.addresses import READ_HERE, spoken

    for person in await house.lanes.run(WHO, (email,)):
        language = spoken(person["locale"]) or READ_HERE[0]
        actor = await actor_for(house.lanes.run, person["id"], now=house.clock(), scopes=scopes, language=language)
        if actor:
            return actor
    raise Trouble(f"Nobody has an account in force with {email}.", "没有使用该邮箱的有效账号。")


def _key(told: "Explanation") -> str:
    roles, scopes, _ = told.key["viewer"]
    held = ", ".join(sorted(roles)) or "no role"
    lines = [f"viewer  {held}; {'all scopes' if scopes is None else ' '.join(sorted(scopes))}"]
    lines += [f"{name.replace('#', 'literal #')}  {shape}" for name, shape in told.key["variables"].items()]
    return _section("Plan key 计划键", "\n".join(lines))


async def _statements(house: "House", told: "Explanation", *, analyze: bool) -> list[str]:
    parts = []
    for sql, arguments in told.statements:
        shown = laid_out(sql)
        bound = [f"${n}  {type(value).__name__}  {value}" for n, value in enumerate(arguments, 1)]
        parts.append(_section("SQL", shown))
        parts.append(_section("Arguments 参数", "\n".join(bound) or "none 无"))
        parts.append(_section("PostgreSQL's plan 执行计划", await _plan(house, shown, arguments, analyze=analyze)))
    return parts or ["No SQL: the schema alone answers. 无需 SQL，由模式直接回答。"]


async def _plan(house: "House", sql: str, arguments: list[Any], *, analyze: bool) -> str:
    how = "EXPLAIN (ANALYZE, BUFFERS)" if analyze else "EXPLAIN"
    async with house.lanes.lend() as lane, lane.connection.transaction(readonly=True):
        return "\n".join(line[0] for line in await lane.run(f"{how} {sql}", arguments))


def _section(title: str, text: str) -> str:
    return "\n".join([title, *(f"  {line}" for line in text.splitlines())])
