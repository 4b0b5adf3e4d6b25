"""What stands in the tables? All rows of a town as Python lists, and what one viewer may see of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from graphql import GraphQLError

from api.engine.declare import Rule
from domain.access import Actor
from domain.columns import Row
from domain.postgres import Run
from domain.writing import model_named


class Rows:
    """Every row of every table."""

    def __init__(self, tables: Mapping[type[Row], Sequence[Any]]) -> None:
        self.tables = tables
        self.everything = tuple(row for rows in tables.values() for row in rows)
        self._by_id = {(type(row), row.id): row for row in self.everything}
        self._pointing: dict[tuple[type[Row], str], dict[UUID, list[Any]]] = {}

    @classmethod
    async def load(cls, run: Run, models: Iterable[type[Row]]) -> Rows:
        return cls(
            {
                m: [m.read(dict(r)) for r in await run(f"SELECT * FROM {m.__tablename__} ORDER BY id", ())]
                for m in models
            }
        )

    def get(self, model: type[Row] | None, id: UUID | None) -> Any:
        return self._by_id.get((cast(type[Row], model), cast(UUID, id)))

    def pointing(self, model: type[Row], link: str, id: UUID) -> list[Any]:
        """The rows of a table whose link names this id."""
        if (model, link) not in self._pointing:
            found = self._pointing[model, link] = defaultdict(list)
            for row in self.tables[model]:
                found[getattr(row, link)].append(row)
        return self._pointing[model, link].get(id, [])


def target_of(model: type[Row], link: str) -> type[Row] | None:
    """Where a column with ids leads: by its foreign key, else by its name."""
    for key in cast(Any, model).__table__.c[link].foreign_keys:
        return model_named(key.column.table.name)
    for name in (link.removesuffix("_id"), f"{link.removesuffix('_id')}_office"):
        try:
            return model_named(name)
        except StopIteration:
            continue
    return None


class Sight:
    """One viewer's eyes: the Python reading of the rules. A rule is passed all rows, and finds those it needs."""

    def __init__(self, rows: Rows, actor: Actor) -> None:
        self.rows, self.actor = rows, actor
        self._known: dict[tuple[int, str, UUID], bool] = {}

    def demand(self, rule: Rule | None) -> None:
        """Raises where the token lacks the rule's scope, whatever the rows."""
        if rule and not self.actor.may_use(scope := rule[0].scope(rule[1])):
            raise GraphQLError("scope", extensions={"code": "MISSING_SCOPE", "requires": [scope]})

    def holds(self, rule: Rule | None, row: Any) -> bool:
        if rule is None:
            return True
        rules, verb = rule
        key = (id(rules), verb, row.id)
        if key not in self._known:
            self._known[key] = rules[verb].test(self.actor, row, *self.rows.everything)
        return self._known[key]
