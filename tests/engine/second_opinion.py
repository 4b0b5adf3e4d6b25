"""What is the second opinion asked about? Queries by theme, on a library whose every row is known.

In documents and variables `tom_1` stands for the id of the first tome, and so on.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from domain.access import Actor
from domain.columns import Row
from tests.engine.conftest import START, said
from tests.engine.library import Patron, Shelf, Tome, TomeState, Visit

SHORT = re.compile(r"\b(tom|slf|pat|vst)_(\d)\b")


class Case(NamedTuple):
    """A question, and who asks it."""

    document: str
    variables: Mapping[str, Any] = {}
    who: str = "librarian"
    operation: str | None = None


VIEWERS = {
    "librarian": Actor(id=UUID(int=8), roles={"operator": frozenset()}, language="en"),
    "Ann": Actor(id=UUID(int=1), language="zh-Hans"),
    "stranger": Actor(id=UUID(int=7), language="fr"),
}


def rows() -> list[Row]:
    """Two patrons, two shelves, six tomes: the fourth has no author's name, the fifth stands on no shelf."""

    def tome(n: int, title: str, shelf: int, **values: Any) -> Tome:
        fixed: dict[str, Any] = {"id": UUID(int=n), "shelf_id": UUID(int=shelf), "added_at": START + timedelta(hours=n)}
        return Tome.new(**fixed, title=said(title), **values)

    ann, bob = UUID(int=1), UUID(int=2)
    return [
        Patron.new(id=ann, name="Ann", phone="111"),
        Patron.new(id=bob, name="Bob"),
        Shelf.new(id=UUID(int=1), name=said("Low", zh="低"), code="A1"),
        Shelf.new(id=UUID(int=2), name=said("高", "zh-Hans", en="High"), code="B2"),
        tome(1, "Odyssey", 1, author="Homer", pages=500, donor_id=ann, note="stained", tags=["sea", 'a "war"\\\n'],
             printed=date(1900, 2, 3), rating=Decimal("4.125"), price=Decimal("12.50")),
        tome(2, "Iliad", 2, author="Homer", rare=True, state=TomeState.LENT, tags=[], from_shelf_id=UUID(int=1)),
        tome(3, "Margites", 1, author="Homer", state=TomeState.GONE, donor_id=ann, pages=20),
        tome(4, "Anonymous", 2, author="NULL", donor_id=bob, pages=70, subtitle=said("Nameless", zh="无名")),
        tome(5, "Stray", 9, author="Nobody", pages=70),
        tome(6, "Theogony", 1, author="Hesiod", rare=True, pages=90),
        *[Visit.new(tome_id=UUID(int=n), minutes=m) for n, m in ((1, 5), (1, 50), (2, 7), (3, 1000), (4, 3))],
    ]  # fmt: skip


def whole(value: Any) -> Any:
    """The same with ids written out."""
    if isinstance(value, str):
        return SHORT.sub(lambda found: f"{found[1]}_{UUID(int=int(found[2])).hex}", value)
    if isinstance(value, dict):
        return {name: whole(v) for name, v in value.items()}
    return [whole(v) for v in value] if isinstance(value, list) else value


NAMES = "fragment names on Node { __typename id ... on Shelf { code } ... on Patron { name } }"
TOMES = "{ tomes(first: 2) { nodes { id } } }"

THEMES: dict[str, dict[str, Case]] = {
    "fields": {
        "a leaf": Case('{ tome(id: "tom_1") { author } }'),
        "every kind of leaf": Case(
            '{ tome(id: "tom_1") { id state pages rating rare printed addedAt tags author viewerCan } }'
        ),
        "leaves that are null": Case('{ tome(id: "tom_2") { pages rating printed price { amount currency } tags } }'),
        "order of the selection": Case('{ tome(id: "tom_1") { rare author id pages } }'),
        "order of the roots": Case('{ b: shelf(code: "B2") { code } a: shelf(code: "A1") { code } me { name } }'),
        "a root that is null": Case('{ tome(id: "tom_9") { author } shelf(code: "C3") { code } me { name } }'),
        "nested objects": Case('{ tome(id: "tom_1") { shelf { code } donor { name phone } } }', who="Ann"),
        "an argument of a leaf": Case('{ tome(id: "tom_1") { all: minutesLooked some: minutesLooked(atLeast: 10) } }'),
        "what a stranger may not see": Case(
            '{ tome(id: "tom_1") { remark donor { name } viewerCan } tomes { totalCount } }', who="stranger"
        ),
        "text in the reader's language": Case("{ shelves { nodes { name { text language status } } } }", who="Ann"),
        "text in a language asked for": Case(
            '{ shelves { nodes { zh: name(language: "zh") { text } en: name(language: "en-GB") { text status } } } }'
        ),
        "text that is null": Case(
            '{ a: tome(id: "tom_1") { subtitle { text } } b: tome(id: "tom_4") { subtitle { text } } }'
        ),
        "typename at every depth": Case(
            '{ __typename tome(id: "tom_1") { __typename title { __typename } shelf { __typename code } } }'
        ),
        "typename alone": Case("{ __typename a: __typename }"),
        "typename of a page": Case("{ tomes(first: 1) { __typename edges { __typename } pageInfo { __typename } } }"),
    },
    "aliases and merged fields": {
        "two aliases of one field": Case('{ a: tome(id: "tom_1") { x: author y: author author } }'),
        "an alias that is another field's name": Case('{ tome(id: "tom_1") { author: id id: author } }'),
        "one field with two arguments": Case('{ one: tome(id: "tom_1") { id } two: tome(id: "tom_2") { id } }'),
        "a leaf asked for twice": Case('{ tome(id: "tom_1") { author author } }'),
        "an object asked for twice": Case('{ tome(id: "tom_1") { author } tome(id: "tom_1") { id author rare } }'),
        "merged three deep": Case(
            '{ shelf(code: "A1") { tomes { nodes { shelf { code } } } tomes { nodes { shelf { id } } totalCount } } }'
        ),
        "merged with a variable": Case(
            "query($id: ID!) { tome(id: $id) { id } tome(id: $id) { author } }", {"id": "tom_1"}
        ),
        "the first place decides the order": Case('{ tome(id: "tom_1") { id author ... { rare id } pages } }'),
        "merged across fragments": Case(
            '{ tome(id: "tom_1") { ...a ...b } } '
            "fragment a on Tome { shelf { code } } fragment b on Tome { shelf { id } }"
        ),
        "different arguments conflict": Case('{ tome(id: "tom_1") { id } tome(id: "tom_2") { id } }'),
        "different fields conflict": Case('{ tome(id: "tom_1") { x: author x: id } }'),
        "a conflict deep inside": Case(
            '{ tome(id: "tom_1") { shelf { x: code } } tome(id: "tom_1") { shelf { x: id } } }'
        ),
        "different types may differ": Case(
            '{ nodes(ids: ["tom_1", "slf_1"]) { ... on Tome { x: author } ... on Shelf { x: code } } }'
        ),
        "different shapes may not": Case(
            '{ nodes(ids: ["tom_1", "slf_1"]) { ... on Tome { x: pages } ... on Shelf { x: code } } }'
        ),
    },
    "fragments": {
        "a named one": Case('{ tome(id: "tom_1") { ...f } } fragment f on Tome { author }'),
        "one in one": Case(
            '{ tome(id: "tom_1") { ...f } } fragment f on Tome { ...g id } fragment g on Tome { author }'
        ),
        "one used twice": Case(
            '{ a: tome(id: "tom_1") { ...f } b: tome(id: "tom_2") { ...f } } fragment f on Tome { id }'
        ),
        "one spread twice in a place": Case('{ tome(id: "tom_1") { ...f ...f } } fragment f on Tome { id }'),
        "on the root": Case('{ ...f } fragment f on Query { shelf(code: "A1") { code } __typename }'),
        "inline without a type": Case('{ tome(id: "tom_1") { ... { author } } }'),
        "inline with the same type": Case('{ tome(id: "tom_1") { ... on Tome { author } } }'),
        "on an interface of the object": Case('{ tome(id: "tom_1") { ... on Node { id } } }'),
        "an object in its interface in itself": Case(
            '{ tome(id: "tom_1") { ... on Node { ... on Tome { author } } } }'
        ),
        "another type in its interface": Case('{ tome(id: "tom_1") { ... on Node { ... on Shelf { code } id } } }'),
        "with a variable": Case(
            'query($n: Int) { tome(id: "tom_1") { ...f } } fragment f on Tome { minutesLooked(atLeast: $n) }', {"n": 10}
        ),
        "with a literal, twice": Case(
            '{ a: tome(id: "tom_1") { ...f } b: tome(id: "tom_2") { ...f } } '
            "fragment f on Tome { minutesLooked(atLeast: 7) }"
        ),
        "unknown": Case('{ tome(id: "tom_1") { ...f } }'),
        "unused": Case('{ tome(id: "tom_1") { id } } fragment f on Tome { id }'),
        "in a circle": Case('{ tome(id: "tom_1") { ...f } } fragment f on Tome { shelf { tomes { nodes { ...f } } } }'),
        "on a type that cannot be": Case('{ tome(id: "tom_1") { ... on Shelf { code } } }'),
        "on a type that is not": Case('{ tome(id: "tom_1") { ... on Nothing { id } } }'),
        "on a scalar": Case('{ tome(id: "tom_1") { ... on ID { id } } }'),
    },
    "directives": {
        "skip a field": Case('{ tome(id: "tom_1") { id author @skip(if: true) rare @skip(if: false) } }'),
        "include a field": Case('{ tome(id: "tom_1") { id author @include(if: true) rare @include(if: false) } }'),
        "both of them": Case(
            """{ tome(id: "tom_1") { a: id @skip(if: true) @include(if: true) b: id @skip(if: false) @include(if: true)
                c: id @skip(if: true) @include(if: false) d: id @skip(if: false) @include(if: false) } }"""
        ),
        "on a root": Case('{ shelf(code: "A1") @skip(if: true) { code } me @include(if: true) { name } }'),
        "on a spread": Case(
            '{ tome(id: "tom_1") { id ...f @include(if: false) ...g @skip(if: false) } } '
            "fragment f on Tome { author } fragment g on Tome { rare }"
        ),
        "on one of two spreads": Case(
            '{ tome(id: "tom_1") { ...f @include(if: false) ...f } } fragment f on Tome { author }'
        ),
        "on an inline fragment": Case(
            '{ tome(id: "tom_1") { id ... @skip(if: true) { author } ... @include(if: true) { rare } } }'
        ),
        "inside a fragment": Case('{ tome(id: "tom_1") { ...f } } fragment f on Tome { id author @skip(if: true) }'),
        "on one of two of a field": Case('{ tome(id: "tom_1") { author @skip(if: true) id author } }'),
        "on one of two of an object": Case(
            '{ tome(id: "tom_1") @include(if: false) { author } tome(id: "tom_1") { id } }'
        ),
        "with a variable": Case(
            "query($yes: Boolean!, $no: Boolean!) { a: me @skip(if: $no) { name } b: me @skip(if: $yes) { name } }",
            {"yes": True, "no": False},
        ),
        "with a default": Case("query($no: Boolean = false) { __typename me @include(if: $no) { name } }"),
        "with a default that is overruled": Case(
            "query($no: Boolean = false) { __typename me @include(if: $no) { name } }", {"no": True}
        ),
        "with a variable that is not given": Case("query($x: Boolean!) { me @include(if: $x) { name } }"),
        "with null": Case("query($x: Boolean = true) { me @include(if: $x) { name } }", {"x": None}),
        "nothing is left": Case('{ shelf(code: "A1") @skip(if: true) { code } }'),
        "nothing is left below": Case(
            '{ shelf(code: "A1") { code @skip(if: true) } tomes { nodes { id @skip(if: true) } } }'
        ),
        "on typename": Case('{ tome(id: "tom_1") { __typename @skip(if: true) t: __typename @include(if: true) } }'),
        "of a list's parts": Case(
            "query($x: Boolean!) { tomes(first: 1) { totalCount @include(if: $x) nodes @skip(if: $x) { id } } }",
            {"x": True},
        ),
        "unknown": Case("{ me @nothing { name } }"),
        "without if": Case("{ me @skip { name } }"),
        "twice": Case("{ me @skip(if: false) @skip(if: false) { name } }"),
    },
    "interfaces and unions": {
        "a thing by its id": Case('{ node(id: "tom_1") { __typename id } }'),
        "fields by type": Case('{ node(id: "slf_1") { id ... on Shelf { code } ... on Tome { author } } }'),
        "things of several types": Case('{ nodes(ids: ["tom_1", "slf_2", "pat_1"]) { ...names } }' + NAMES),
        "things that are not": Case('{ node(id: "tom_9") { id } b: node(id: "x") { id } c: node(id: "vst_9") { id } }'),
        "typename alone": Case('{ nodes(ids: ["slf_1", "tom_1"]) { __typename } }'),
        "a union": Case(
            "{ tomes { nodes { id origin { __typename ... on Shelf { code } ... on Patron { name } } } } }"
        ),
        "a union's other type only": Case("{ tomes { nodes { origin { ... on Patron { name } } } } }"),
        "a union through its interface": Case("{ tomes { nodes { origin { ... on Node { id } } } } }"),
        "a union through another": Case(
            "{ tomes { nodes { origin { ... on TomeOrigin { ... on Node { __typename } } } } } }"
        ),
        "a union with fragments": Case("{ tomes { nodes { origin { ...names } } } }" + NAMES),
        "aliases by type": Case(
            "{ tomes { nodes { origin { ... on Shelf { x: code } ... on Patron { x: name } } } } }"
        ),
        "a hidden one of a union": Case("{ tomes { nodes { origin { __typename } } } }", who="stranger"),
        "an interface lacks the field": Case('{ node(id: "tom_1") { author } }'),
        "a union has no fields": Case("{ tomes { nodes { origin { id } } } }"),
        "a type outside of the union": Case("{ tomes { nodes { origin { ... on Tome { id } } } } }"),
    },
    "lists": {
        "of leaves": Case("{ tomes { nodes { id tags } } }"),
        "of objects": Case("{ shelves { nodes { code tomes { nodes { author } } } } }"),
        "of edges": Case("{ tomes(first: 3) { edges { node { id } } } }"),
        "with nulls in it": Case('{ nodes(ids: ["tom_1", "tom_9", "x", "slf_1"]) { id } }'),
        "with one thing twice": Case('{ nodes(ids: ["tom_1", "tom_1"]) { id } }'),
        "with nothing in it": Case(
            "{ nodes(ids: []) { id } tomes(first: 0) { nodes { id } edges { node { id } } totalCount } }"
        ),
        "with nothing that matches": Case("{ tomes(filter: {pages: {gt: 9999}}) { nodes { id } totalCount } }"),
        "of plain objects": Case("{ visitTotals { minutes shelf { code } } longest { minutes } }"),
        "of so many plain objects": Case("{ visitTotals(first: 1) { minutes } a: visitTotals(first: 0) { minutes } }"),
        "below lists below lists": Case(
            "{ shelves { nodes { tomes { nodes { shelf { tomes(last: 1) { nodes { id } } } } } } } }", who="stranger"
        ),
        "from the front": Case("{ tomes(first: 2) { nodes { id } pageInfo { hasNextPage hasPreviousPage } } }"),
        "from the back": Case("{ tomes(last: 2) { nodes { id } pageInfo { hasNextPage hasPreviousPage } } }"),
        "just to the end": Case("{ tomes(first: 5) { nodes { id } pageInfo { hasNextPage hasPreviousPage } } }"),
        "ties are broken by id": Case("{ tomes(orderBy: [PAGES_DESC]) { nodes { id pages } } }"),
        "nulls last": Case("{ tomes(orderBy: [PAGES_ASC], last: 2) { nodes { id pages } } }"),
        "one value where a list is expected": Case("{ tomes(orderBy: PAGES_ASC) { nodes { id } } }"),
        "one id where a list is expected": Case('{ nodes(ids: "tom_1") { id } }'),
    },
    "nulls and errors": {
        "up to a link that may be null": Case('{ tome(id: "tom_4") { id brittle } }'),
        "up to a list that may be null": Case("{ tomes { nodes { brittle } } }"),
        "up past edges": Case("{ tomes { totalCount edges { node { id brittle } } } }"),
        "up past a list that may not be null": Case('{ shelf(code: "B2") { code tomes { nodes { brittle } } } }'),
        "up to an item of a list": Case('{ nodes(ids: ["tom_1", "tom_4", "slf_2"]) { id ... on Tome { brittle } } }'),
        "two items of a list": Case('{ nodes(ids: ["tom_4", "tom_1", "tom_4"]) { ... on Tome { brittle } } }'),
        "under an alias": Case('{ a: tome(id: "tom_4") { b: brittle } }'),
        "other roots stay": Case('{ a: tome(id: "tom_4") { brittle } b: tome(id: "tom_1") { brittle } }'),
        "at two places": Case('{ a: tome(id: "tom_4") { brittle } b: tome(id: "tom_5") { shelf { code } } }'),
        "a link that may not be null": Case('{ tome(id: "tom_5") { id shelf { code } } }'),
        "a link, and nothing of it asked": Case('{ tome(id: "tom_5") { shelf { __typename } } }'),
        "up to a nullable list below a link": Case(
            '{ tome(id: "tom_4") { id donor { name tomes { nodes { brittle } } } } }'
        ),
        "both in one object": Case('{ tome(id: "tom_4") { x: brittle y: brittle } }'),
        "below and above at once": Case(
            '{ shelf(code: "B2") { tomes { nodes { brittle shelf { tomes { nodes { brittle } } } } } } }'
        ),
        "in a fragment": Case(
            '{ tome(id: "tom_4") { ...f } } fragment f on Tome { id ... on Node { ... on Tome { brittle } } }'
        ),
        "skipped": Case('{ tome(id: "tom_4") { id brittle @skip(if: true) } }'),
        "null for the hidden is no error": Case(
            '{ tome(id: "tom_1") { donor { name } } tomes { totalCount } }', who="stranger"
        ),
        "a list of no rows has none": Case("{ tomes(first: 1) { nodes { brittle } } }"),
        "in the middle of a list": Case(
            '{ nodes(ids: ["tom_1", "tom_5", "tom_9"]) { id ... on Tome { shelf { code } } } }'
        ),
        "through a union": Case(
            "{ tomes(last: 3) { nodes { origin { ... on Patron { tomes { nodes { brittle } } } } } } }"
        ),
    },
    "operations": {
        "the only one, named": Case(f"query A {TOMES}", operation="A"),
        "the only one, not asked for by name": Case(f"query A {TOMES}"),
        "one of two": Case(f"query A {TOMES} query B {{ __typename }}", operation="B"),
        "one of two, none chosen": Case(f"query A {TOMES} query B {{ __typename }}"),
        "one that is not": Case(f"query A {TOMES}", operation="C"),
        "a fragment for both": Case(
            "query A { me { ...f } } query B { x: me { ...f } } fragment f on Patron { name }", who="Ann", operation="B"
        ),
        "variables of the one chosen": Case(
            "query A($x: Int!) { tomes(first: $x) { totalCount } } query B { __typename }", operation="B"
        ),
        "two of one name": Case("query A { __typename } query A { __typename }", operation="A"),
        "two without names": Case("{ __typename } { __typename }"),
        "none": Case("fragment f on Tome { id }"),
        "nothing at all": Case(""),
        "no text of GraphQL": Case("{ tomes { "),
        "typename of mutations": Case("mutation { __typename }"),
        "an unknown field": Case("{ nothing }"),
        "an object without a selection": Case("{ tomes }"),
        "a leaf with a selection": Case('{ tome(id: "tom_1") { author { x } } }'),
        "an unknown argument": Case("{ tomes(nothing: 1) { totalCount } }"),
        "a missing argument": Case("{ tome { id } }"),
    },
    "introspection": {
        "the roots": Case("{ __schema { queryType { name } mutationType { name } subscriptionType { name } } }"),
        "the types": Case("{ __schema { types { name kind } } }"),
        "an object": Case(
            '{ __type(name: "Tome") { kind name description fields { name description } interfaces { name } } }'
        ),
        "types of fields": Case(
            """{ __type(name: "Tome") { fields { name type { kind name ofType { kind name ofType { kind name
                ofType { kind name } } } } } } }"""
        ),
        "arguments": Case(
            """{ __type(name: "Query") { fields { name args { name description defaultValue type { kind name
                ofType { kind name ofType { name } } } } } } }"""
        ),
        "an input and its defaults": Case(
            '{ __type(name: "TextInput") { inputFields { name defaultValue type { kind ofType { name } } } } }'
        ),
        "an enum": Case(
            '{ __type(name: "TomeState") { kind enumValues { name description isDeprecated } fields { name } } }'
        ),
        "an interface": Case(
            '{ __type(name: "Node") { kind possibleTypes { name } fields { name } enumValues { name } } }'
        ),
        "a union": Case('{ __type(name: "TomeOrigin") { kind possibleTypes { name } fields { name } } }'),
        "a scalar": Case('{ __type(name: "DateTime") { kind name specifiedByURL fields { name } } }'),
        "nothing of that name": Case('{ __type(name: "Nothing") { name } }'),
        "by a variable": Case("query($n: String!) { __type(name: $n) { name } }", {"n": "Shelf"}),
        "the directives": Case("{ __schema { directives { name isRepeatable locations args { name } } } }"),
        "beside data": Case('{ a: __type(name: "Shelf") { name } shelf(code: "A1") { code } __typename }'),
        "with fragments and directives": Case(
            "query($x: Boolean!) { __schema { ...f } } fragment f on __Schema { queryType { name @skip(if: $x) } }",
            {"x": True},
        ),
        "an unknown field": Case("{ __schema { nothing } }"),
    },
}

ABSENT = object()
VALUES: dict[str, list[Any]] = {
    "Int": [ABSENT, None, 70, 70.0, 70.5, "70", True, [70], {}, 2**31 - 1, 2**31, -(2**31), -1],
    "[Int!]": [ABSENT, None, 70, [], [70], [70, 90], [70, None], [[70]], ["70"], {}],
    "String": [ABSENT, None, "Homer", "", 5, 5.5, True, ["Homer"], {}],
    "[String!]": [None, "Homer", ["Homer", "Hesiod"], [None], [5]],
    "ID": [ABSENT, None, "tom_1", "x", 5, 5.0, 5.5, True, ["tom_1"]],
    "Boolean": [ABSENT, None, True, False, "true", 1, 0, [True]],
    "TomeState": [ABSENT, None, "LENT", "lent", "NOTHING", 1, True, ["LENT"], {}],
    "[TomeState!]": [None, "LENT", ["LENT", "OPEN"], ["LENT", None], ["x"], []],
    "NullableIntFilter": [ABSENT, None, {}, {"eq": 70}, {"eq": None}, {"in": 70}, {"in": [70, None]}, {"isNull": True},
                          {"isNull": None}, {"nothing": 1}, {"eq": "70"}, 70, [{"eq": 70}]],
    "TomeFilter": [ABSENT, None, {}, {"rare": None}, {"rare": {"eq": True}}, {"rare": {"eq": "yes"}},
                   {"shelf": {"code": {"eq": "A1"}}}, {"shelf": {"tomes": {"rare": {"eq": True}}}},
                   {"shelf": {"code": {"eq": 1}}}, {"state": {"in": "OPEN"}}, {"donor": {"name": {"in": ["Ann"]}}},
                   {"author": {"contains": "OME"}, "pages": {"gte": 20, "lt": 500}}, "x", [{}]],
    "[TomeOrder!]": [ABSENT, None, [], "PAGES_DESC", ["PAGES_ASC"], [None], ["PAGES"], 1],
}  # fmt: skip
"""Values to be given to a variable of each type."""

PLACES = {
    "Int": "pages: {eq: $x}",
    "[Int!]": "pages: {in: $x}",
    "String": "author: {eq: $x}",
    "[String!]": "author: {in: $x}",
    "ID": "id: {eq: $x}",
    "Boolean": "rare: {eq: $x}",
    "TomeState": "state: {eq: $x}",
    "[TomeState!]": "state: {in: $x}",
    "NullableIntFilter": "pages: $x",
}
DEFAULTS = {
    "Int": "70",
    "[Int!]": "[70, 90]",
    "String": '"Homer"',
    "TomeState": "LENT",
    "NullableIntFilter": "{eq: 70}",
}


def coercions() -> Iterator[tuple[str, Case]]:
    """Each value, given to a variable that may be null, one that may not, and both again with a default."""
    for kind, values in VALUES.items():
        given = {"TomeFilter": "filter: $x", "[TomeOrder!]": "orderBy: $x"}.get(kind) or f"filter: {{{PLACES[kind]}}}"
        declared = [kind, f"{kind}!"]
        if kind in DEFAULTS:
            declared += [f"{kind} = {DEFAULTS[kind]}", f"{kind}! = {DEFAULTS[kind]}", f"{kind} = null"]
        for declaration in declared:
            asked = values if declaration in (kind, f"{kind}!") else [ABSENT, None, *values[2:5]]
            for value in asked:
                document = f"query($x: {declaration}) {{ tomes({given}) {{ nodes {{ id }} }} }}"
                said = "absent" if value is ABSENT else repr(value)
                yield f"{declaration} given {said}", Case(document, {} if value is ABSENT else {"x": value})


MISPLACED = {
    "a nullable in a place for the other": Case("query($x: ID) { tome(id: $x) { id } }", {"x": "tom_1"}),
    "a nullable with a default in a place for the other": Case('query($x: ID = "tom_1") { tome(id: $x) { id } }'),
    "and null given to it": Case('query($x: ID = "tom_1") { tome(id: $x) { id } }', {"x": None}),
    "a list where one is expected": Case("query($x: [Int!]) { tomes(first: $x) { totalCount } }", {"x": [1]}),
    "one where a list is expected": Case(
        "query($x: Int!) { tomes(filter: {pages: {in: $x}}) { totalCount } }", {"x": 1}
    ),
    "nullable items": Case("query($x: [Int]) { tomes(filter: {pages: {in: $x}}) { totalCount } }", {"x": [1]}),
    "a variable inside a list": Case(
        "query($x: Int!, $y: Int!) { tomes(filter: {pages: {in: [$x, 20, $y]}}) { nodes { id } } }", {"x": 500, "y": 90}
    ),
    "variables that look alike": Case(
        "query($a: String, $b: String) { x: shelves(filter: {code: {eq: $a}}) { nodes { code } } "
        "y: shelves(filter: {code: {eq: $b}}) { nodes { code } } }",
        {"b": "A1", "a": "B2"},
    ),
    "an absent variable in an input object": Case(
        "query($x: Int) { tomes(filter: {pages: {eq: $x, gte: 80}}) { nodes { id } } }"
    ),
    "an output type": Case("query($x: Tome) { __typename }"),
    "an unknown type": Case("query($x: Nothing) { __typename }"),
    "not declared": Case("{ tomes(first: $x) { totalCount } }"),
    "not used": Case("query($x: Int) { __typename }"),
    "declared twice": Case("query($x: Int, $x: Int) { tomes(first: $x) { totalCount } }"),
    "more given than declared": Case("query($x: Int) { tomes(first: $x) { nodes { id } } }", {"x": 1, "y": 2}),
    "a default of the wrong type": Case('query($x: Int = "1") { tomes(first: $x) { totalCount } }'),
}

LITERALS = {
    literal: Case(f"{{ tomes({given}) {{ nodes {{ id }} }} }}")
    for literal, given in {
        "Int given 70": "filter: {pages: {eq: 70}}",
        "Int given 70.0": "filter: {pages: {eq: 70.0}}",
        'Int given "70"': 'filter: {pages: {eq: "70"}}',
        "Int given null": "filter: {pages: {eq: null}}",
        "Int given 2**31": "filter: {pages: {eq: 2147483648}}",
        "Int given -1": "filter: {pages: {eq: -1}}",
        "[Int!] given 70": "filter: {pages: {in: 70}}",
        "[Int!] given [70, 20]": "filter: {pages: {in: [70, 20]}}",
        "[Int!] given [null]": "filter: {pages: {in: [null]}}",
        "[Int!] given []": "filter: {pages: {in: []}}",
        "String given block": 'filter: {author: {eq: """Homer"""}}',
        "String given escaped": r'filter: {author: {eq: "\u0048omer"}}',
        "String given 5": "filter: {author: {eq: 5}}",
        "String given HOMER": "filter: {author: {eq: HOMER}}",
        "ID given 5": "filter: {id: {eq: 5}}",
        "ID given 5.5": "filter: {id: {eq: 5.5}}",
        "Boolean given true": "filter: {rare: {eq: true}}",
        "Boolean given 1": "filter: {rare: {eq: 1}}",
        "TomeState given LENT": "filter: {state: {eq: LENT}}",
        'TomeState given "LENT"': 'filter: {state: {eq: "LENT"}}',
        "TomeState given NOTHING": "filter: {state: {eq: NOTHING}}",
        "TomeFilter given {}": "filter: {}",
        "TomeFilter given null": "filter: null",
        "TomeFilter given []": "filter: []",
        "TomeFilter given unknown": "filter: {nothing: 1}",
        "TomeFilter given twice": "filter: {rare: {eq: true}, rare: {eq: false}}",
        "first given null": "first: null",
        "first given twice": "first: 1, first: 2",
    }.items()
}

CASES: dict[str, Case] = {
    f"{theme}: {name}": case
    for theme, cases in {**THEMES, "variables": MISPLACED, "literals": LITERALS}.items()
    for name, case in cases.items()
} | {f"coercion: {name}": case for name, case in coercions()}
