"""Which faults would give a wrong answer? In rules, in what is asked for, in places on a page, in nulls and text."""

from tests.mutants.mutant import (
    ACCESS,
    DOING,
    FIELDS,
    HIDING,
    ORACLE,
    PAGES,
    ROWS,
    SECOND_OPINION,
    VARIABLES,
    Mutant,
)

# fmt: off
WHO_MAY_SEE = (
    Mutant(
        "rows of every row", "api/engine/links.py",
        "asked.correlate(table).lateral()", "asked.lateral()",
        "what was decided about one thing is told of each", "tests/oracle/test_payloads.py",
    ),
    Mutant(
        "no rule", "api/engine/compile.py",
        "return [] if isinstance(rule, True_) else [rule]", "return []",
        "everybody sees every row", HIDING,
    ),
    Mutant(
        "no scope", "api/engine/compile.py",
        "if not self.viewer.may_use(scope):", "if False:",
        "a token opens what nobody allowed it", HIDING,
    ),
    Mutant(
        "no guard", "api/engine/compile.py",
        "cast(Text, case((rule, value), else_=NULL))", "value",
        "a telephone number is shown to everybody who sees the person", HIDING,
    ),
    Mutant(
        "a filter that sees the hidden", "api/engine/connections.py",
        "where = [joint, *self.compiler.visible(graph, there), ", "where = [joint, ",
        "what a hidden row holds is found out by asking for it", HIDING,
    ),
    Mutant(
        "a count of everything", "api/engine/pages.py",
        "select(func.count()).select_from(table).where(*self.matching(table))",
        "select(func.count()).select_from(table)",
        "totalCount tells of rows one may not see", HIDING,
    ),
    Mutant(
        "one plan for all roles", "api/engine/planner.py",
        "key = (operation, shape, actor.shape)", "key = (operation, shape)",
        "the plan of an operator's query answers a stranger's", HIDING,
    ),
    Mutant(
        "one plan for all tokens", "domain/access.py",
        "self.scopes, self.person_id is None", "None, self.person_id is None",
        "the plan of a strong token answers a weak one", HIDING,
    ),
    Mutant(
        "a role everywhere", "domain/access.py",
        "column(tables, place) == any_(bind) if name in viewer.roles", "true() if name in viewer.roles",
        "the officer of one street is every street's", ACCESS,
    ),
    Mutant(
        "any child will do", "domain/access.py",
        ".where(there.c[link.key] == column(tables, own), inner)", ".where(inner)",
        "a rule about one's own children is met by other people's", ACCESS,
    ),
    Mutant(
        "not of the unknown is unknown", "domain/access.py",
        "lambda v, *t: self.sql(v, *t).is_not(true()),", "lambda v, *t: ~self.sql(v, *t),",
        "SQL and Python judge a row without a value differently", ACCESS,
    ),
    Mutant(
        "the moment itself is too early", "domain/access.py",
        "column(tables, moment) <= NOW", "column(tables, moment) < NOW",
        "what begins at eight is still closed at eight", ACCESS,
    ),
)

WHAT_IS_ASKED = (
    Mutant(
        "directives on fragments are ignored", "api/engine/compile.py",
        "if not self._included(s):", "if isinstance(s, FieldNode) and not self._included(s):",
        "what @include leaves out is answered", FIELDS,
    ),
    Mutant(
        "fragments on interfaces are ignored", "api/engine/compile.py",
        "return is_abstract_type(other) and self.schema.graphql.is_sub_type(other, on)", "return False",
        "what is asked of every Node is missing", SECOND_OPINION,
    ),
    Mutant(
        "only the first of merged fields", "api/engine/compile.py",
        "for node in nodes:", "for node in nodes[:1]:",
        "half of what is asked is missing", FIELDS,
    ),
    Mutant(
        "values are bound the other way round", "api/engine/statement.py",
        "(name, getters, done) for name in names]", "(name, getters, done) for name in names[::-1]]",
        "$1 gets the value of $2", VARIABLES,
    ),
    Mutant(
        "one plan for all shapes", "api/engine/planner.py",
        "key = (operation, shape, actor.shape)", "key = (operation, actor.shape)",
        "a query is answered without the filter that is given this time", VARIABLES,
    ),
    Mutant(
        "every literal is shared", "api/engine/plan.py",
        "pinned = tuple(i for i in range(len(cut.literals)) if i not in lifted)", "pinned = ()",
        "a default written into the text is another text's", VARIABLES,
    ),
    Mutant(
        "a literal from the wrong place", "api/engine/plan.py",
        "read(read_literal(literals[number]))", "read(read_literal(literals[number - 1]))",
        "one argument gets the value of the next", VARIABLES,
    ),
    Mutant(
        "any repetition is the same", "api/engine/run.py",
        "bound = [get(known) for get, _ in statement.getters if get is not None]", "bound = ()",
        "who repeats a mutation and asks for something else gets the first answer", DOING,
    ),
    Mutant(
        "null is taken for absent", "api/engine/plan.py",
        "            if name in given:", "            if given.get(name) is not None:",
        "null does not overrule a default", SECOND_OPINION,
    ),
    Mutant(
        "null where none may be", "api/engine/arguments.py",
        "if self.shapes[name] is None and isinstance(kind, GraphQLNonNull):", "if False:",
        "a wrong request is answered as if it were right", SECOND_OPINION,
    ),
    Mutant(
        "an absent value of an input is there", "api/engine/coerce.py",
        "return presence(value)", "return PRESENT",
        "a mutation fails when an optional variable is left out", DOING,
    ),
    Mutant(
        "no defaults within an input", "api/engine/arguments.py",
        "return self._defaults(bare) | {", "return {",
        "a mutation fails when a field with a default is left out", DOING,
    ),
    Mutant(
        "ids of any type", "api/engine/arguments.py",
        "untyped(prefix, text)", 'untyped(text.partition("_")[0], text)',
        "the id of a tome finds a shelf", VARIABLES,
    ),
    Mutant(
        "the reader's language is in the plan", "api/engine/leaves.py",
        'bindparam("viewer_main_language", type_=SqlText())', "printing.sql(self.compiler.viewer.language[:2])",
        "everybody reads in the language of whoever asked first", FIELDS,
    ),
)

PLACES = (
    Mutant(
        "the row at the cursor again", "api/engine/cursors.py",
        "else here > tuple_(*keys)", "else here >= tuple_(*keys)",
        "each page begins with the last row of the one before", PAGES,
    ),
    Mutant(
        "no tie-breaker", "api/engine/cursors.py",
        "backward=backward) for t in self.terms]", "backward=backward) for t in self.terms[:1]]",
        "rows of one moment change places between pages", PAGES,
    ),
    Mutant(
        "no nulls beyond a value", "api/engine/cursors.py",
        "return or_(column > k, and_(k.is_not(None), column.is_(None)))", "return column > k",
        "rows without a value are on no page", PAGES,
    ),
    Mutant(
        "a cursor of another order", "api/engine/cursors.py",
        "if mark == self.mark and len(keys)", "if len(keys)",
        "a cursor is read as what it is not", PAGES,
    ),
    Mutant(
        "a next page that is not", "api/engine/pages.py",
        "func.count() > literal_column(str(self.size.rows))", "func.count() >= literal_column(str(self.size.rows))",
        "a full last page promises another", PAGES,
    ),
    Mutant(
        "one row too many", "api/engine/pages.py",
        'f":{self.size.rows}"', 'f":{self.size.rows + 1}"',
        "the row that is read only for hasNextPage is shown", PAGES,
    ),
    Mutant(
        "one row too many from the end", "api/engine/pages.py",
        'f"page.no <= {self.size.rows}"', 'f"page.no <= {self.size.rows + 1}"',
        "the row that is read only for hasPreviousPage is shown", PAGES,
    ),
    Mutant(
        "the cursor of the row too many", "api/engine/pages.py",
        "self._end(func.least(func.count(), literal_column(str(self.size.rows))))", "self._end(func.count())",
        "the next page passes over a row", PAGES,
    ),
    Mutant(
        "the last ones backwards", "api/engine/pages.py",
        '"page.no DESC"', '"page.no ASC"',
        "a page from the end is in reverse order", PAGES,
    ),
)

NULLS_AND_TEXT = (
    Mutant(
        "null spreads to the top", "api/engine/holes.py",
        "depth = max((", "depth = min((",
        "one missing value empties the whole answer", SECOND_OPINION,
    ),
    Mutant(
        "null stays where none may be", "api/engine/compile.py",
        "return self.or_hole(value, where)", "return cast(Text, func.coalesce(value, NULL))",
        "clients that trust the schema fall over", FIELDS,
    ),
    Mutant(
        "a hole at the next item", "api/engine/holes.py",
        "(*path, i))", "(*path, i + 1))",
        "an error names a row that is fine", FIELDS,
    ),
    Mutant(
        "an error where there is no link", "api/engine/links.py",
        "case((link.is_not(None), printed)) if isinstance(printed, Literal) else printed",
        "printed",
        "a scope is asked for where nothing would be shown", HIDING,
    ),
    Mutant(
        "quotation marks as they are", "api/engine/printing.py",
        """    return cast(func.to_json(value), SqlText)""", """    return join(['"', value, '"'])""",
        "a quotation mark in a name breaks the answer", FIELDS,
    ),
)

LOOKED_FOR = (
    Mutant(
        "at least is more than", "api/engine/connections.py",
        "column >= value", "column > value",
        "a filter leaves out the value it names", ORACLE,
    ),
    Mutant(
        "two operators are one or the other", "api/engine/connections.py",
        '            if operator == "isNull":', '            found = []\n            if operator == "isNull":',
        "of two demands on a column only the last is made", VARIABLES,
    ),
    Mutant(
        "a translation is not searched", "api/engine/connections.py",
        'return or_(has(column.op("->>")(printing.sql("text"))), translated)',
        'return has(column.op("->>")(printing.sql("text")))',
        "what is written in another language is not found", ORACLE,
    ),
    Mutant(
        "a list without its condition", "api/engine/connections.py",
        "where = [source.where(table)] if source.where else []", "where = []",
        "the rare tomes are all tomes", ORACLE,
    ),
    Mutant(
        "a union is its last link", "api/engine/links.py",
        "for link, graph in pairs])", "for link, graph in reversed(list(pairs))])",
        "of two origins the wrong one is shown", ORACLE,
    ),
    Mutant(
        "things in any order", "api/engine/links.py",
        "printing.listed(item, order=each.c.no)", "printing.listed(item, order=each.c.no.desc())",
        "who asks for things by their ids gets them under each other's", ORACLE,
    ),
    Mutant(
        "sums without an end", "api/engine/links.py",
        ".limit(literal_column(str(size)))", "",
        "a list has more rows than it costs", ROWS,
    ),
    Mutant(
        "as many sums as the first who asked wanted", "api/engine/plan.py",
        "Many | Every | RowsOf)", "Many | Every)",
        "how many are asked for does not tell plans apart", ROWS,
    ),
)
# fmt: on

ANSWERS = (*WHO_MAY_SEE, *WHAT_IS_ASKED, *PLACES, *NULLS_AND_TEXT, *LOOKED_FOR)
