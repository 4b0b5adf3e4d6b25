"""What is wrong with a document? graphql-core's rules, after our limits, in bounded time."""

from graphql import DocumentNode, GraphQLError, GraphQLSchema, specified_rules, validate
from graphql.validation.rules import overlapping_fields_can_be_merged

from api.engine.limits import Limits, too_complex

#: Comparisons between fields that answer under one name, each with each: some 300 ms at most. graphql-core allows five
#: times as many, which 1,500 tokens can reach.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = COMPARISONS = 100_000

ABORTED = "Validation aborted."


def faults(schema: GraphQLSchema, document: DocumentNode) -> tuple[GraphQLError, ...]:
    """The errors of a document, which is valid if there is none."""
    errors = validate(schema, document, (Limits,), max_errors=5)
    errors = errors or validate(schema, document, specified_rules, max_errors=20, hide_suggestions=True)
    if errors and errors[-1].message == ABORTED:
        return (too_complex("more comparisons of fields than", COMPARISONS, COMPARISONS),)
    for invalid in errors:
        invalid.extensions = invalid.extensions or {"code": "INVALID_DOCUMENT"}
    return tuple(errors)
