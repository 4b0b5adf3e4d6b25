"""How do values arrive? Each kind in a variable, a default or a literal, where it fits and where it does not."""

from collections.abc import Iterator
from typing import Any

from tests.engine.second_opinion.setting import Case

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

THEMES: dict[str, dict[str, Case]] = {"variables": MISPLACED, "literals": LITERALS, "coercion": dict(coercions())}
