"""How does a value of a row become JSON text: ids, plain values, money, texts in several languages?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from graphql import GraphQLField
from sqlalchemy import Text as SqlText
from sqlalchemy import bindparam, case, column, func, select
from sqlalchemy import cast as sql_cast

from api.engine import printing
from api.engine.kinds import Field
from api.engine.printing import Text, Words, join
from domain import columns
from domain.columns import Row

if TYPE_CHECKING:
    from api.engine.compile import Compiler, Nodes


class Leaves:
    """Prints values for a compiler."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler

    def printed(self, declared: Field, shown: GraphQLField, nodes: Nodes, value: Any, *, certain: bool = False) -> Text:
        """The text of a column or an expression; NULL stays NULL, unless it is certain that there is none."""
        kind = declared.kind
        if kind.of is UUID:
            return printing.identity(cast(type[Row], self.compiler.schema.graphs[declared.owner].model).prefix, value)
        if kind.of is columns.Text:
            words = Words(value, *self._languages(self.compiler.arguments.of(shown, nodes[0]).get("language")))
            printed = self._words(words, nodes)
            return printed if certain else case((value.is_not(None), printed))
        if kind.of is columns.Money:
            raise TypeError("money needs two columns: money(amount, currency)")
        return printing.scalar(kind.of, value, many=kind.many)

    def money(self, nodes: Nodes, amount: Any, currency: Any) -> Text:
        leaves = {"amount": join(['"', sql_cast(amount, SqlText), '"']), "currency": printing.string(currency)}
        return case((amount.is_not(None), self._object("Money", nodes, leaves)))

    def _words(self, words: Words, nodes: Nodes) -> Text:
        def leaf(nodes: Nodes) -> Text:
            match nodes[0].name.value:
                case "text":
                    return words.text()
                case "language":
                    return words.language_of()
                case "status":
                    return words.status()
                case _:
                    return self._translations(words, nodes)

        return self.compiler.object("Text", self.compiler.merged(self.compiler.type("Text"), nodes), leaf)

    def _languages(self, given: Any) -> tuple[Any, Any]:
        """A language and its main language: those of the argument, or the viewer's."""
        if given is None:
            return bindparam("viewer_language", type_=SqlText()), bindparam("viewer_main_language", type_=SqlText())
        arguments = self.compiler.arguments
        main = arguments.bind(lambda values: given.get(values).partition("-")[0], SqlText())
        return arguments.scalar(given, str), main

    def _translations(self, words: Words, nodes: Nodes) -> Text:
        each = func.jsonb_each(words.translations).table_valued("key", column("value", words.column.type)).alias()
        leaves = {
            "language": printing.string(each.c.key),
            "text": printing.string(each.c.value.op("->>")(printing.sql("text"))),
            "status": join(['"', func.upper(each.c.value.op("->>")(printing.sql("status"))), '"']),
        }
        listed = printing.listed(self._object("Translation", nodes, leaves), order=each.c.key.collate("C"))
        return select(listed).select_from(each).correlate_except(each).scalar_subquery()

    def _object(self, name: str, nodes: Nodes, leaves: dict[str, Text]) -> Text:
        selection = self.compiler.merged(self.compiler.type(name), nodes)
        return self.compiler.object(name, selection, lambda nodes: leaves[nodes[0].name.value])
