"""What is asked of many things, and what becomes of them when a part of one is missing?"""

from tests.engine.second_opinion.setting import Case

THEMES: dict[str, dict[str, Case]] = {
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
}
