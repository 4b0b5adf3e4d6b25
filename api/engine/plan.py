"""Which operation does a text ask for? Parsed and validated once; texts that differ only in literals are one operation.

Numbers and strings written into a document are *lifted*: cut out by a regular expression and treated like variables, so
that `shift(id: "shf_1…")` and `shift(id: "shf_2…")` share a plan. A literal that the plan could depend on in another
way (a variable's default, an argument of a directive or of introspection, a field that occurs twice and must merge) is
*pinned*: its value belongs to the key.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSyntaxError,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    parse,
    parse_value,
    type_from_ast,
    value_from_ast_untyped,
)
from graphql.execution.values import get_variable_values

from api.caches import Cache
from api.engine import coerce
from api.engine.coerce import ABSENT, Bad, Coercer, Shaper
from api.engine.declare import Every, Many, RowsOf
from api.engine.faults import faults
from api.engine.kinds import Schema
from api.engine.limits import TOKENS, too_complex

TOKEN = re.compile(
    r'"""(?:\\"""|[^"]|"(?!""))*"""|"(?:[^"\\\n\r]|\\.)*"|#[^\n\r]*|[_A-Za-z][_0-9A-Za-z]*'
    r"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![_0-9A-Za-z.])"
)
LITERAL = '"-0123456789'

#: Characters of text whose documents are kept: a parsed document takes some two hundred bytes for each.
DOCUMENTS, REFUSALS = 200_000, 50_000

#: Characters that are gone through on the loop, in some three milliseconds at most.
LONG = 20_000


class Refused(Exception):
    """A request that is not executed, and the errors that say why."""

    def __init__(self, *errors: GraphQLError) -> None:
        super().__init__("; ".join(e.message for e in errors))
        self.errors = errors


def user_error(message: str, nodes: Any = None) -> GraphQLError:
    return GraphQLError(message, nodes, extensions={"code": "BAD_USER_INPUT"})


# -- literals ----------------------------------------------------------------------------------------------------------


class Lifted(NamedTuple):
    """A literal in its place: the how manieth of the text, where it begins, and how it is read there."""

    number: int
    start: int
    coerce: Coercer
    shape: Shaper


class Cut(NamedTuple):
    """A text without its numbers and strings, these as written, and where they began."""

    form: str
    literals: Sequence[str] = ()
    places: Sequence[int] = ()


def lift(text: str) -> Cut:
    """Cut a text's numbers and strings out. A text that takes long to go through stays whole."""
    if len(text) > LONG or "\x00" in text:
        return Cut(text)
    literals: list[str] = []
    places: list[int] = []

    def cut(match: re.Match[str]) -> str:
        token = match[0]
        if token[0] not in LITERAL:
            return token
        literals.append(token)
        places.append(match.start())
        if token[0] == '"':
            return "\x00s"
        return "\x00i" if token.lstrip("-").isdigit() else "\x00f"

    return Cut(TOKEN.sub(cut, text), literals, places)


def read_literal(token: str) -> Any:
    if token[0] != '"':
        return int(token) if token.lstrip("-").isdigit() else float(token)
    if "\\" not in token and not token.startswith('""'):
        return token[1:-1]
    return value_from_ast_untyped(parse_value(token))


# -- operations --------------------------------------------------------------------------------------------------------


class Variable(NamedTuple):
    name: str
    coerce: Coercer
    shape: Shaper
    required: bool
    default: Any


@dataclass(eq=False)
class Operation:
    """One operation of a valid document, ready to be compiled; equal only to itself."""

    kind: str
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Sequence[Variable]
    lifted: Sequence[Lifted]
    root: GraphQLObjectType

    def __post_init__(self) -> None:
        self.at = {one.start: f"#{one.number}" for one in self.lifted}
        self._shapers = [(v.name, v.shape) for v in self.variables]
        self._shapers += [(f"#{one.number}", one.shape) for one in self.lifted]

    def coerce(self, given: Mapping[str, Any], literals: Sequence[str], schema: Schema) -> dict[str, Any]:
        """The request's values by variable; a lifted literal's is called `#` and its number."""
        values: dict[str, Any] = {}
        for name, read, _, required, default in self.variables:
            if name in given:
                try:
                    values[name] = read(given[name])
                except Bad as bad:
                    raise self._refused(given, name, bad, schema) from None
            elif default is not ABSENT:
                values[name] = default
            elif required:
                raise self._refused(given, name, Bad("is required"), schema)
        for number, _, read, _ in self.lifted:
            values[f"#{number}"] = read(read_literal(literals[number]))
        return values

    def _refused(self, given: Mapping[str, Any], name: str, bad: Bad, schema: Schema) -> Refused:
        """In graphql-core's own words, if it has any."""
        found = get_variable_values(schema.graphql, self.node.variable_definitions or (), dict(given), max_errors=20)
        if not isinstance(found, list):
            return Refused(user_error(f"Variable '${name}' {bad}."))
        for error in found:
            error.extensions = {**(error.extensions or {}), "code": "BAD_USER_INPUT"}
        return Refused(*found)

    def shape(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple([shape(values.get(name, ABSENT)) for name, shape in self._shapers])

    def shapes(self, shape: tuple[Any, ...]) -> dict[str, Any]:
        """A shape, by variable: all the compiler gets to know."""
        return {name: s for (name, _), s in zip(self._shapers, shape, strict=True)}


@dataclass
class Document:
    operations: Mapping[str | None, Operation]

    def choose(self, name: str | None) -> Operation:
        if name in self.operations:
            return self.operations[name]
        if name is None:
            raise Refused(user_error("The document has several operations: operationName says which."))
        raise Refused(user_error(f"There is no operation {name[:80]!r} in the document."))


class Reading(NamedTuple):
    """What came of a text at the first meeting: a document, or why there is none."""

    text: str
    cut: Cut
    document: Document | None
    errors: tuple[GraphQLError, ...] = ()

    def found(self) -> Document:
        """The document. Raises Refused."""
        if self.document is None:
            raise Refused(*self.errors)
        return self.document


class Reader:
    """Texts to documents, through caches: by the exact text, and by its form and pinned literals.

    Texts with literals have one of their own: however many differ in those alone, they push out no other document.

    What was refused is remembered too, so that asking again costs little. `recall` and `keep` touch the caches; `read`
    takes long and touches nothing, so it may run in a thread.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.texts: Cache[Document] = Cache(DOCUMENTS)
        self.literal: Cache[tuple[Document, Cut]] = Cache(DOCUMENTS)
        self.forms: Cache[tuple[tuple[int, ...]]] = Cache(DOCUMENTS)
        self.documents: Cache[Document] = Cache(DOCUMENTS)
        self.refusals: Cache[tuple[GraphQLError, ...]] = Cache(REFUSALS)

    def recall(self, text: str) -> tuple[Document | None, Cut]:
        """The document, if it is known, and the literals of this text. Raises Refused if that is known."""
        if document := self.texts.get(text):
            return document, Cut(text)
        if found := self.literal.get(text):
            return found
        cut = lift(text)
        if cut.literals and (known := self.forms.get(cut.form)):
            document = self.documents.get((cut.form, tuple([cut.literals[i] for i in known[0]])))
            if document:
                self.literal.put(text, (document, cut), len(text))
        if document is None and (errors := self.refusals.get(text)):
            raise Refused(*errors)
        return document, cut

    def read(self, text: str, cut: Cut) -> Reading:
        """Parse, validate and survey a text."""
        try:
            return Reading(text, cut, self._document(text, cut.places))
        except Refused as refused:
            return Reading(text, cut, None, refused.errors)

    def keep(self, reading: Reading) -> None:
        text, cut, document, _ = reading
        if document is None:
            self.refuse(reading)
        elif cut.literals:
            lifted = {one.number for o in document.operations.values() for one in o.lifted}
            pinned = tuple(i for i in range(len(cut.literals)) if i not in lifted)
            self.forms.put(cut.form, (pinned,), len(cut.form))
            self.documents.put((cut.form, tuple([cut.literals[i] for i in pinned])), document, len(text))
        else:
            self.texts.put(text, document, len(text))

    def refuse(self, reading: Reading) -> None:
        """Remember what is wrong with a text, if anything is."""
        if reading.errors:
            self.refusals.put(reading.text, reading.errors, len(reading.text))

    def _parsed(self, text: str) -> DocumentNode:
        try:
            document = parse(text, max_tokens=TOKENS, allow_empty_selection_sets=False)
        except GraphQLSyntaxError as error:
            if "Document contains more than" in error.message:
                raise Refused(too_complex("more tokens than", TOKENS, TOKENS)) from None
            error.extensions = {"code": "SYNTAX"}
            raise Refused(error) from None
        if errors := faults(self.schema.graphql, document):
            raise Refused(*errors)
        return document

    def _document(self, text: str, places: Sequence[int]) -> Document:
        node = self._parsed(text)
        survey = Survey(self.schema, node, {start: i for i, start in enumerate(places)})
        fragments = {d.name.value: d for d in node.definitions if isinstance(d, FragmentDefinitionNode)}
        operations: dict[str | None, Operation] = {}
        for one in node.definitions:
            if isinstance(one, OperationDefinitionNode):
                root = cast(GraphQLObjectType, self.schema.graphql.get_root_type(one.operation))
                operation = Operation(
                    one.operation.value, one, fragments, survey.variables(one), tuple(survey.lifted), root
                )
                operations[one.name.value if one.name else None] = operation
        if len(operations) == 1:
            operations[None] = next(iter(operations.values()))
        return Document(operations)


class Survey:
    """A walk over a valid document that finds how each variable and literal is used."""

    def __init__(self, schema: Schema, document: DocumentNode, places: Mapping[int, int]) -> None:
        self.schema, self.places = schema, places
        self.lifted: list[Lifted] = []
        self.used: dict[str, set[Shaper | None]] = {}
        parts: list[tuple[Any, SelectionSetNode]] = []
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                parts.append((schema.graphql.get_root_type(definition.operation), definition.selection_set))
            elif isinstance(definition, FragmentDefinitionNode):
                on = schema.graphql.get_type(definition.type_condition.name.value)
                parts.append((on, definition.selection_set))
        self.keys = Counter(key(f) for _, selections in parts for f in _fields(selections) if f.arguments)
        for on, selections in parts:
            self._walk(on, selections)

    def variables(self, operation: OperationDefinitionNode) -> list[Variable]:
        found = []
        for v in operation.variable_definitions or ():
            kind: Any = type_from_ast(self.schema.graphql, v.type)
            read, name = coerce.coercer(kind), v.variable.name.value
            default = read(value_from_ast_untyped(v.default_value)) if v.default_value else ABSENT
            required = isinstance(kind, GraphQLNonNull) and default is ABSENT
            found.append(Variable(name, read, self._shaper(kind, self.used.get(name, set())), required, default))
        return found

    @staticmethod
    def _shaper(kind: Any, used: set[Shaper | None]) -> Shaper:
        for special in (coerce.pinned, coerce.prefixes, coerce.prefix):
            if special in used:
                return special
        return coerce.opaque if used == {coerce.opaque} else coerce.shaper(kind)

    def _walk(self, parent: Any, selections: SelectionSetNode) -> None:
        for s in selections.selections:
            for directive in s.directives or ():
                for argument in directive.arguments or ():
                    if isinstance(argument.value, VariableNode):
                        self.used.setdefault(argument.value.name.value, set()).add(None)
            if isinstance(s, FieldNode) and not s.name.value.startswith("__"):
                self._field(parent, s)
            elif isinstance(s, InlineFragmentNode):
                on = self.schema.graphql.get_type(s.type_condition.name.value) if s.type_condition else parent
                self._walk(on, s.selection_set)

    def _field(self, parent: Any, node: FieldNode) -> None:
        name = node.name.value
        f = parent.fields[name]
        for argument in node.arguments or ():
            usage = self._usage(parent.name, name, argument.name.value)
            self._value(argument.value, f.args[argument.name.value].type, usage, self.keys[key(node)] == 1)
        if node.selection_set:
            self._walk(get_named_type(f.type), node.selection_set)

    def _usage(self, parent: str, name: str, argument: str) -> Shaper | None:
        if parent == "Mutation":
            return coerce.opaque
        if parent == "Query" and name in {"node", "nodes"}:
            return coerce.prefix if name == "node" else coerce.prefixes
        declared = self.schema.fields.get((parent, name))
        paged = declared is not None and isinstance(declared.source, Many | Every | RowsOf)
        return coerce.pinned if paged and argument in {"first", "last"} else None

    def _value(self, node: ValueNode, kind: Any, usage: Shaper | None, liftable: bool) -> None:
        bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(node, VariableNode):
            self.used.setdefault(node.name.value, set()).add(usage)
        elif isinstance(node, IntValueNode | FloatValueNode | StringValueNode):
            start = node.loc.start if node.loc else -1
            if liftable and start in self.places:
                shape = usage or coerce.shaper(kind)
                self.lifted.append(Lifted(self.places[start], start, coerce.coercer(kind), shape))
        elif isinstance(node, ListValueNode) and isinstance(bare, GraphQLList):
            for item in node.values:
                self._value(item, bare.of_type, coerce.prefix if usage is coerce.prefixes else usage, liftable)
        elif isinstance(node, ObjectValueNode) and isinstance(bare, GraphQLInputObjectType):
            for f in node.fields:
                self._value(f.value, bare.fields[f.name.value].type, usage, liftable)
        elif isinstance(node, ObjectValueNode) and isinstance(bare, GraphQLList):  # one where a list is expected
            self._value(node, bare.of_type, usage, liftable)


def key(node: FieldNode) -> str:
    """The name a field answers under."""
    return node.alias.value if node.alias else node.name.value


def _fields(selections: SelectionSetNode) -> Iterable[FieldNode]:
    s: Any
    for s in selections.selections:
        if isinstance(s, FieldNode):
            yield s
        if not isinstance(s, FragmentSpreadNode) and s.selection_set:
            yield from _fields(s.selection_set)
