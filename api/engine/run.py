"""What happens to a request? `Engine` answers it: a cached plan, one SQL statement, bytes.

For the HTTP layer:

    house = await House(await Lanes(dsn).open()).open()
    engine = Engine(schema(), house)                       # schema() of api/schema.py; build both once per process

    answer = await engine.execute(document, variables, operation_name, actor)
    answer.body         # bytes: {"data": …} or {"errors": […]} or {"errors": […], "data": …}, UTF-8
    answer.executed     # False: refused before execution (syntax, validation, variables, limits), the body has no "data";
                        #        graphql-response+json answers 400 then, 200 otherwise
    answer.kind         # "query", "mutation", "subscription", or None when the document could not be read

    engine.kind_of(document, operation_name) -> "query" | "mutation" | "subscription" | None
                        # before execution, for GET (mutations are refused there); cached, cheap; None: execute() says why

    async for body in engine.subscribe(document, variables, operation_name, actor, deeds):
        ...             # bytes, each a whole response; a refused subscription yields one body with "errors" and ends
                        # `deeds`: AsyncIterator of records with noun, subject_id (domain.history.since's rows)

    engine.metrics      # counters: hits, misses, evictions, compile_seconds, by cache

`variables` is a dict or None (other JSON is the HTTP layer's to refuse); `actor` is a domain.access.Actor; its `now` is set
here if it is None, its `language` picks texts and the language of refusals. `domain.errors.Unavailable` passes through:
answer 503 with Retry-After. Every other exception is logged as `engine.fault` with an id and answered as a masked error
`{"message": …, "extensions": {"code": "INTERNAL", "id": …}}`. Codes in `errors[].extensions.code`: SYNTAX, INVALID_DOCUMENT,
QUERY_TOO_COMPLEX (with limit and measured), BAD_USER_INPUT, MISSING_SCOPE (with requires: [scope, …]), INTERNAL.
A subscription given to `execute` is refused with BAD_USER_INPUT.
"""
