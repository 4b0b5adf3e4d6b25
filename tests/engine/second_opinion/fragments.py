"""Which part of the selection holds here? Fragments, directives, interfaces and unions."""

from tests.engine.second_opinion.setting import Case

NAMES = "fragment names on Node { __typename id ... on Shelf { code } ... on Patron { name } }"

THEMES: dict[str, dict[str, Case]] = {
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
}
