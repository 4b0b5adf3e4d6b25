"""Who: one rule, four readings: a sentence, a test on rows, a condition in SQL, the ways in which it holds.

The SQL text depends on nothing of the viewer but `Actor.shape`, the names of roles and scopes: all else is bound.
Test and SQL are two-valued: what is not known to hold does not hold, also under `~`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    and_,
    any_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy import Uuid as UuidType

from domain.columns import Row, Table, snake
from domain.errors import NotAllowed, NotFound
from domain.ways import ALWAYS, NEVER, Ground, Ways, both, either, neither, only

Tables = tuple[Any, ...]

#: Roles as people call them. A role that a room needs appears with the room.
ROLES: dict[str, str] = {
    "operator": "系统运维",
    "street officer": "街道办事处工作人员",
    "community officer": "社区工作人员",
    "social worker": "社会工作者",
    "organization manager": "社会组织负责人",
    "organization staff": "社会组织工作人员",
    "volunteer": "志愿者",
    "guardian": "监护人",
    "auditor": "审计人员",
    "clock": "时钟",
}


@dataclass(frozen=True)
class Actor:
    """Somebody in their roles, at a moment, through a client. A role is held in streets, communities, organizations.

    `scopes` is what the token allows; None allows all that the roles allow (the command line, the clock, tests).
    """

    id: UUID | None = None
    roles: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    scopes: frozenset[str] | None = None
    client_id: str | None = None
    language: str = "zh-Hans"
    now: datetime | None = None
    is_client: bool = False
    """An application that acts on its own behalf (RFC 6749, 4.4): `id` is its own."""

    @property
    def person_id(self) -> UUID | None:
        return None if self.is_client else self.id

    @cached_property
    def shape(self) -> tuple[frozenset[str], frozenset[str] | None, bool]:
        """All that the SQL text of any rule may depend on."""
        return frozenset(self.roles), self.scopes, self.person_id is None

    @property
    def asker(self) -> tuple[str | None, UUID | None]:
        """The person in the application, or the application itself: whoever is given a share of what is scarce."""
        return self.client_id, self.id

    def may_use(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes

    def at(self, now: datetime) -> "Actor":
        """The same at another moment. What is made of them once does not depend on it and goes along."""
        later = object.__new__(Actor)
        later.__dict__.update(self.__dict__, now=now, shape=self.shape, _lasting=self._lasting)
        return later

    def binds(self) -> dict[str, Any]:
        """Values for the parameters of compiled rules, by name."""
        return {**self._lasting, "now": self.now}

    @cached_property
    def _lasting(self) -> dict[str, Any]:
        places = {place_bind(role): list(where) for role, where in self.roles.items()}
        main = self.language.partition("-")[0]
        return {"viewer_id": self.id, "viewer_language": self.language, "viewer_main_language": main, **places}


def place_bind(role: str) -> str:
    return f"viewer_at_{role}".replace(" ", "_")


CLOCK = Actor(roles={"clock": frozenset()})


class Says(NamedTuple):
    en: str
    zh: str


@dataclass(frozen=True)
class Who:
    """`test(actor, *rows)` and `sql(viewer, *tables)`: each column is looked up among what follows the person."""

    says: Says
    test: Callable[..., bool] = field(repr=False)
    sql: Callable[..., ColumnElement[bool]] = field(repr=False)
    ways: Ways = field(repr=False)
    loose: bool = field(default=False, repr=False)
    few: frozenset[type[Table]] = field(default=frozenset(), repr=False)
    """Models of which it holds for a few rows at most, whoever asks."""

    def __str__(self) -> str:
        return f"({self.says.en})" if self.loose else self.says.en

    def _zh(self) -> str:
        return f"（{self.says.zh}）" if self.loose else self.says.zh

    def called(self, en: str, zh: str) -> "Who":
        return replace(self, says=Says(en, zh), loose=False)

    def __and__(self, other: "Who") -> "Who":
        joint = " " if str(other).startswith(("while ", "before ", "from ")) else " and "
        return Who(
            Says(f"{self}{joint}{other}", f"{self._zh()}且{other._zh()}"),
            lambda a, *r: self.test(a, *r) and other.test(a, *r),
            lambda v, *t: and_(self.sql(v, *t), other.sql(v, *t)),
            both(self.ways, other.ways),
            few=self.few | other.few,
        )

    def __or__(self, other: "Who") -> "Who":
        return Who(
            Says(f"{self.says.en} or {other.says.en}", f"{self.says.zh}或{other.says.zh}"),
            lambda a, *r: self.test(a, *r) or other.test(a, *r),
            lambda v, *t: or_(self.sql(v, *t), other.sql(v, *t)),
            either(self.ways, other.ways),
            loose=True,
            few=self.few & other.few,
        )

    def __invert__(self) -> "Who":
        return Who(
            Says(f"not {self}", f"非{self._zh()}"),
            lambda a, *r: not self.test(a, *r),
            lambda v, *t: self.sql(v, *t).is_not(true()),
            neither(self.ways),
        )


# -- atoms ------------------------------------------------------------------------------------------------------------

anyone = Who(Says("anyone", "任何人"), lambda *_: True, lambda *_: true(), ALWAYS)
nobody = Who(Says("nobody", "无人"), lambda *_: False, lambda *_: false(), NEVER)


def _a(role: str) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"


def role(name: str) -> Who:
    """The role, held anywhere."""
    says = Says(_a(name), ROLES[name])
    return Who(
        says,
        lambda actor, *_: name in actor.roles,
        lambda viewer, *_: true() if name in viewer.roles else false(),
        only(Ground(*says, role=name)),
    )


def role_at(name: str, place: Any) -> Who:
    """The role, held in the street, community or organization that the column names."""
    bind = bindparam(place_bind(name), type_=ARRAY(UuidType()))
    noun = place.key.removesuffix("_id") if place.key != "id" else snake(place.class_.__name__)
    says = Says(f"{_a(name)} of the {noun}", f"该{PLACES.get(noun, noun)}的{ROLES[name]}")
    kind = noun if noun in {"street", "community"} else "organization"
    return Who(
        says,
        lambda actor, *rows: of(rows, place) in actor.roles.get(name, ()),
        lambda viewer, *tables: column(tables, place) == any_(bind) if name in viewer.roles else false(),
        only(Ground(*says, role=name, place=kind)),
    )


PLACES = {
    "street": "街道",
    "community": "社区",
    "organization": "社会组织",
    "agency": "机构",
    "host": "承办方",
}


def is_actor(own: Any) -> Who:
    """The person the column names."""
    bind = bindparam("viewer_id", type_=UuidType())
    noun = own.key.removesuffix("_id") if own.key != "id" else snake(own.class_.__name__)
    says = Says(f"the {noun.replace('_', ' ')}", f"本人（{noun}）")
    return Who(
        says,
        lambda actor, *rows: actor.id is not None and of(rows, own) == actor.id,
        lambda viewer, *tables: column(tables, own) == bind if viewer.id is not None else false(),
        only(Ground(*says, person=f"{snake(own.class_.__name__)}.{own.key}")),
        few=frozenset({own.class_}),
    )


def state_in(state: Any, *states: Enum) -> Who:
    noun = snake(state.class_.__name__).replace("_", " ")
    if state.key != "state":
        noun += f"'s {state.key.replace('_', ' ')}"
    names = sorted(s.value for s in states)
    quoted: list[Any] = [literal_column("'" + s.replace("'", "''") + "'") for s in names]
    says = Says(f"while the {noun} is {' or '.join(names)}", f"当其状态为{'或'.join(names)}时")
    return Who(
        says,
        lambda actor, *rows: of(rows, state) in states,
        lambda viewer, *tables: column(tables, state).in_(quoted),
        only(Ground(*says)),
    )


NOW: Any = bindparam("now", type_=DateTime(timezone=True))


def before(moment: Any) -> Who:
    name = moment.key.replace("_", " ")
    says = Says(f"before {name}", f"在{name}之前")
    return Who(
        says,
        lambda actor, *rows: (at := of(rows, moment)) is not None and actor.now < at,
        lambda viewer, *tables: column(tables, moment) > NOW,
        only(Ground(*says)),
    )


def since(moment: Any) -> Who:
    name = moment.key.replace("_", " ")
    says = Says(f"from {name} on", f"自{name}起")
    return Who(
        says,
        lambda actor, *rows: (at := of(rows, moment)) is not None and actor.now >= at,
        lambda viewer, *tables: column(tables, moment) <= NOW,
        only(Ground(*says)),
    )


def via(link: Any, parent: type[Row], rule: Who) -> Who:
    """The rule, asked about the row this one points at: among the rows passed in Python, in SQL by EXISTS.

    If it holds for few of those rows anyway, they are found once for all rows, and an index on the link may serve.
    """

    def test(actor: Actor, *rows: Row) -> bool:
        if (id := of(rows, link)) is None:
            return False
        return rule.test(actor, pick(rows, parent, id), *rows)

    def sql(viewer: Actor, *tables: Any) -> ColumnElement[bool]:
        there = parent.__table__.alias()  # type: ignore[attr-defined]
        inner = rule.sql(viewer, there, *tables)
        if parent in rule.few:
            found: Any = func.array(select(there.c.id).where(inner).scalar_subquery())
            return cast(ColumnElement[bool], column(tables, link) == any_(found))
        return exists().where(there.c.id == column(tables, link), inner).correlate_except(there)

    noun = snake(parent.__name__).replace("_", " ")
    linked = only(Ground(f"if there is a {noun}", f"有{noun}时"))
    ways = linked if rule.ways == ALWAYS else rule.ways
    return Who(Says(f"{rule} (of its {noun})", f"其{noun}的{rule.says.zh}"), test, sql, ways)


def some(child: type[Table], link: Any, own: Any, rule: Who) -> Who:
    """The rule, holding for at least one row that points here: `link` of the child names this row's `own` column.

    OFFSET makes PostgreSQL look these rows up for each row it is asked about. Else it hashes those of all rows, as it
    expects to be asked about each, though a page ends after twenty.
    """

    def test(actor: Actor, *rows: Any) -> bool:
        here = of(rows, own)
        return any(
            type(row) is child and row.__dict__[link.key] == here and rule.test(actor, row, *rows) for row in rows
        )

    def sql(viewer: Actor, *tables: Any) -> ColumnElement[bool]:
        there = child.__table__.alias()  # type: ignore[attr-defined]
        inner = rule.sql(viewer, there, *tables)
        found = select(there.c[link.key]).where(there.c[link.key] == column(tables, own), inner)
        return found.correlate_except(there).offset(literal_column("0")).exists()

    noun = snake(child.__name__).replace("_", " ")
    return Who(Says(f"{rule} (of one of its {noun}s)", f"其任一{noun}的{rule.says.zh}"), test, sql, rule.ways)


# -- where a rule finds its columns -----------------------------------------------------------------------------------


def pick(rows: Iterable[Any], model: type[Table], id: UUID | None = None) -> Any:
    for row in rows:
        if type(row) is model and (id is None or row.__dict__["id"] == id):
            return row
    raise LookupError(f"This rule looks at a {model.__name__}: pass it along.")


def of(rows: Iterable[Any], column: Any) -> Any:
    return pick(rows, column.class_).__dict__[column.key]


def column(tables: Tables, wanted: Any) -> Any:
    """The column in an alias of its table, when one is given; else in the table itself."""
    for t in tables:
        if getattr(t, "element", t) is wanted.class_.__table__:
            return t.c[wanted.key]
    return wanted.class_.__table__.c[wanted.key]


# -- a room's table ---------------------------------------------------------------------------------------------------


class Rules(dict[str, Who]):
    """A room's table: verb → who may. Verbs that begin with `see_` are read, all others written.

    A token never gives more than role ∩ scope: reading needs `<room>:read`, every other verb `<room>:write`.
    `times` says of a verb when it is open, where the row's own state does not tell.
    """

    def __init__(
        self,
        room: str,
        *,
        scopes: Mapping[str, str] | None = None,
        times: Mapping[str, Who] | None = None,
        **rules: Who,
    ) -> None:
        super().__init__(rules)
        self.room, self.special, self.times = room, dict(scopes or {}), dict(times or {})

    def scope(self, verb: str) -> str:
        return self.special.get(verb) or f"{self.room}:{'read' if verb.startswith('see_') else 'write'}"

    def when(self, verb: str) -> Who:
        return self.times.get(verb, anyone)

    def may(self, actor: Actor, verb: str, *rows: Any) -> bool:
        return actor.may_use(self.scope(verb)) and self[verb].test(actor, *rows)

    def demand_scope(self, actor: Actor, verb: str) -> None:
        """Says no to a token that is not meant for this, whoever shows it."""
        scope = self.scope(verb)
        if not actor.may_use(scope):
            raise NotAllowed(
                "missing_scope",
                f"This token lacks the scope {scope}.",
                f"此令牌缺少授权范围 {scope}。",
                remedy=(f"Ask for the scope {scope}.", f"请申请授权范围 {scope}。"),
            )

    def check(self, actor: Actor, verb: str, row: Any, *others: Any) -> None:
        """Says no to the wrong person; what one may not even see is not found."""
        self.demand_scope(actor, verb)
        if self[verb].test(actor, row, *others):
            return
        if not self._sees(actor, row, *others):
            raise not_found(type(row))
        raise NotAllowed(
            "not_allowed",
            f"Only {self[verb].says.en} may {verb.replace('_', ' ')}.",
            f"只有{self[verb].says.zh}可以进行此操作（{verb}）。",
        )

    def _sees(self, actor: Actor, row: Any, *others: Any) -> bool:
        seeing = self.get(f"see_{snake(type(row).__name__)}")
        try:
            return seeing is None or seeing.test(actor, row, *others)
        except LookupError:
            return False

    def sql(self, viewer: Actor, verb: str, *tables: Any) -> ColumnElement[bool]:
        return self[verb].sql(viewer, *tables) if viewer.may_use(self.scope(verb)) else false()

    def table(self) -> str:
        """The room's role matrix, for its README."""
        rows = (f"| `{verb}` | {who.says.en} | {who.says.zh} | `{self.scope(verb)}` |" for verb, who in self.items())
        return "\n".join(["| verb | who may | 谁可以 | scope |", "| --- | --- | --- | --- |", *rows])


def not_found(model: type[Table]) -> NotFound:
    noun = snake(model.__name__).replace("_", " ")
    return NotFound(
        "not_found", f"There is no such {noun}, or it is not for your eyes.", f"不存在此{noun}，或您无权查看。"
    )
