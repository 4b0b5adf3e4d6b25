"""What is asked of things: their fields, under other names, or twice over?"""

from tests.engine.second_opinion.setting import Case

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
}
