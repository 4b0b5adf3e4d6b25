"""Which operation of a document is meant, and what does the schema say of itself?"""

from tests.engine.second_opinion.setting import Case

TOMES = "{ tomes(first: 2) { nodes { id } } }"

THEMES: dict[str, dict[str, Case]] = {
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
