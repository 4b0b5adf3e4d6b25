"""Which role opens which mutation, type and field, with which scope? The whole matrix, printed from the rules.

`python -m api.roles` prints frontend-contract/roles.md anew; a test fails while it is stale, others try all it says.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from api.engine.declare import Do, Rule
from api.schema import ROOMS, schema
from domain.access import ROLES, Who
from domain.columns import Row
from domain.ways import ALWAYS, Way

PAPER = Path(__file__).parents[1] / "frontend-contract" / "roles.md"
#: What people make for themselves alone: whoever cannot, is told so by this code; there is nothing yet to be seen.
ONES_OWN = {
    "book_group": "not_a_volunteer",
    "check_in_at_kiosk": "not_allowed",
    "declare_kinship": "not_signed_in",
    "enrol": "not_a_volunteer",
    "file_rights_request": "not_signed_in",
    "join_group": "not_a_volunteer",
    "register_device": "not_signed_in",
    "register_volunteer": "not_signed_in",
    "replay_event": "not_your_device",
    "sign_up": "not_a_volunteer",
}
PLACES = {"street": "street 街道", "community": "community 社区", "organization": "organization 社会组织"}
HEAD = """# Roles 角色矩阵

<!-- Printed by `python -m api.roles` from the rules: change those, not this. -->

Who opens what: every mutation, every type and every guarded field, by role and by scope. A token never gives more than
its person's roles and its scopes both allow; tokens of trusted issuers elsewhere give no more than ours.
每个操作、类型和受限字段由谁、凭何种授权范围使用。令牌的权限不超出其本人角色与授权范围的交集；受信任的外部签发方亦然。

- ● the role held anywhere is enough; street, community, organization: it must be held in the one concerned; \\* only
  under what the sentence says besides. Nothing: the role by itself opens nothing.
  ● 任何地方持有该角色即可；街道、社区、社会组织：须在所涉地点持有；\\* 另须满足规则所述条件；空白：仅凭该角色无权。
- A token without the scope is refused before anything else, with NOT_ALLOWED and the code `missing_scope`; no other
  scope is needed. Whoever may not do it is refused next, as "else" says: with NOT_ALLOWED; where it names a type, with
  NOT_FOUND if they may not even see that, by the type's row. Only then states and what was written are looked at.
  令牌缺少授权范围时首先被拒绝（NOT_ALLOWED，代码 `missing_scope`），不需要其他授权范围；其后无权者按“否则”列被拒绝：
  收到 NOT_ALLOWED，该列写明类型且连查看也无权者收到 NOT_FOUND；最后才检查状态与内容。
- An application that acts on its own behalf (client credentials) holds the roles that operators gave it. It is no
  person: it has not signed in, and is never oneself.
  以自身名义操作的应用（client credentials）持有运维人员授予的角色；它不是人：不算已登录用户，也不是“本人”。
- A type's row says who sees its objects and all their fields that have no row of their own. What may not be seen is
  null or absent without a word; what the token lacks a scope for is null, with an error MISSING_SCOPE at its path.
  类型行说明谁可查看其对象及未单列的字段。无权查看者得到 null 或不出现；
  缺少授权范围则为 null，并在该路径报 MISSING_SCOPE。
- A field that leads to another type, also of Query or in a mutation's answer, is under that type's row.
  指向其他类型的字段（含 Query 的字段与操作的返回）适用所指类型的规则。"""


@dataclass(frozen=True)
class Line:
    """A mutation, a type, or the fields of a type that are guarded alike."""

    owner: str
    """Mutation, or the type."""
    names: tuple[str, ...]
    """Fields of it; none for the type itself."""
    rule: Rule

    @property
    def who(self) -> Who:
        rules, verb = self.rule
        return rules[verb]

    @property
    def scope(self) -> str:
        rules, verb = self.rule
        return rules.scope(verb)

    @property
    def about(self) -> type[Row]:
        """What a mutation is about: a row of this kind."""
        return cast(type[Row], schema().fields["Mutation", self.names[0]].kind.graphs[0].model)

    @property
    def seen(self) -> Who:
        """Who may see what a mutation is about."""
        rules, verb = self._seeing
        return rules[verb]

    @property
    def scope_to_see(self) -> str:
        """What shows more of a mutation's answer than that it was done."""
        rules, verb = self._seeing
        return rules.scope(verb)

    @property
    def _seeing(self) -> Rule:
        return cast(Rule, schema().fields["Mutation", self.names[0]].kind.graphs[0].see)

    @property
    def otherwise(self) -> str:
        """What they get who may not do, or see, it."""
        if self.owner != "Mutation":
            return "null"
        if code := ONES_OWN.get(self.rule[1]):
            return f"NOT_ALLOWED, `{code}`"
        if self.seen.ways == ALWAYS:
            return "NOT_ALLOWED"
        if all(any(way <= seen for way in self.who.ways) for seen in self.seen.ways):
            return "NOT_FOUND"
        return f"NOT_ALLOWED, or 或 NOT_FOUND: `{self.about.__name__}`"

    @property
    def title(self) -> str:
        if self.owner == "Mutation":
            return self.names[0]
        return f"{self.owner}: {', '.join(self.names)}" if self.names else self.owner


def lines(room: str) -> list[Line]:
    """The room's mutations in the order of its rules, then its types, each followed by its guarded fields."""
    given = schema()
    done = [
        Line("Mutation", (field.name,), (field.source.rules, field.source.command.__name__))
        for field in given.fields.values()
        if isinstance(field.source, Do) and field.source.rules.room == room
    ]
    done.sort(key=lambda line: list(line.rule[0]).index(line.rule[1]))
    for graph in given.graphs.values():
        if graph.see and graph.cls.__module__ == f"api.{room}.types":
            done.append(Line(graph.name, (), graph.see))
            guarded: dict[str, list[str]] = {}
            for field in given.fields.values():
                if field.owner == graph.name and (guard := getattr(field.source, "guard", None)):
                    guarded.setdefault(guard[1], []).append(field.name)
            done += [Line(graph.name, tuple(names), (graph.see[0], verb)) for verb, names in guarded.items()]
    return done


def print_roles() -> str:
    return "\n\n".join([HEAD, *(part for room in ROOMS for part in (f"## {room}", _table(lines(room))))]) + "\n"


def _table(of_room: list[Line]) -> str:
    named = {ground.role for line in of_room for way in line.who.ways for ground in way}
    roles = [role for role in ROLES if role in named]
    head = ["what 内容", "scope 授权范围", "who may", "谁可以", "else 否则", "everybody 任何人", "oneself 本人"]
    head += [f"{role} {ROLES[role]}" for role in roles]
    rows = [head, ["---"] * len(head), *(_row(line, roles) for line in of_room)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _row(line: Line, roles: Iterable[str]) -> list[str]:
    ways = line.who.ways
    alone = [way for way in ways if not any(ground.role and ground.so for ground in way)]
    everybody = _cell(("●", way == frozenset()) for way in alone if not _person(way))
    oneself = _cell((f"`{who}`", len(way) == 1) for way in alone if (who := _person(way)))
    held = [_cell(_where(ways, role)) for role in roles]
    return [
        f"`{line.title}`",
        f"`{line.scope}`",
        line.who.says.en,
        line.who.says.zh,
        line.otherwise,
        everybody,
        oneself,
        *held,
    ]


def _person(way: Way) -> str:
    """Whom one must be."""
    named = (ground.person for ground in way if ground.person and ground.so)
    return " ".join(sorted(person.removesuffix("_id").removesuffix(".id") for person in named))


def _where(ways: Iterable[Way], role: str) -> Iterator[tuple[str, bool]]:
    """The places in which the role opens it, and whether that is enough."""
    for way in ways:
        for ground in way:
            if ground.role == role and ground.so:
                yield PLACES[ground.place] if ground.place else "●", len(way) == 1


def _cell(found: Iterable[tuple[str, bool]]) -> str:
    """Each once; with a star, if it is never enough."""
    enough: dict[str, bool] = {}
    for said, alone in found:
        enough[said] = enough.get(said, False) or alone
    return "<br>".join(sorted(said if alone else f"{said} \\*" for said, alone in enough.items()))


if __name__ == "__main__":
    PAPER.write_text(print_roles(), encoding="utf-8")
