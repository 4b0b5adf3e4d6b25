"""Do all tell the same? Each answer is asked for and compared.

But for how ids, names of states and moments are written, cursors, texts, which the service wraps in an object, and
whether rows are listed plainly or as nodes. Of strawchemy, which pages by offset, only the rows are compared.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from benchmarks.operations import Operation
from benchmarks.requests import Drawn, body, path
from benchmarks.servers import Server

SAMPLES = 10
OPAQUE = {"cursor", "endCursor", "extensions"}


def compare(
    operation: Operation, servers: dict[str, Server], drawn: Drawn, tokens: dict[Any, str], undo: Callable[[], Any]
) -> None:
    """Stop with the first place where two answers differ, or with an answer that is an error or empty."""
    for values in drawn[:SAMPLES]:
        answers = {}
        for name, server in servers.items():
            token = tokens[values["viewer"]] if name == "service" else None
            answers[name] = plain(ask(server.url + path(name, operation), body(name, operation, values), token))
            if operation.writes:
                undo()
        first = next(iter(answers.values()))
        for name, answer in answers.items():
            if not (answer.get("data") or {}).get(operation.root) or "errors" in answer:
                raise SystemExit(f"{operation.name}: {name} answers {str(answer)[:500]}")
            one, other = (rows(answer), rows(first)) if name == "strawchemy" else (answer, first)
            if one != other:
                raise SystemExit(f"{operation.name}: {name} answers otherwise, at {difference(one, other)}")


def difference(one: Any, other: Any, path: str = "answer") -> str:
    """The first place where they differ, and how."""
    pairs: list[tuple[Any, Any, Any]] = []
    if isinstance(one, dict) and isinstance(other, dict) and set(one) == set(other):
        pairs = [(key, one[key], other[key]) for key in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(place, *pair) for place, pair in enumerate(zip(one, other, strict=True))]
    for key, mine, yours in pairs:
        if mine != yours:
            return difference(mine, yours, f"{path}.{key}")
    return f"{path}: {str(one)[:200]} and {str(other)[:200]}"


def ask(url: str, body: str, token: str | None) -> Any:
    headers = {"Content-Type": "application/json", "Accept-Language": "en"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=30)
    connection.request("POST", address.path, body.encode(), headers)
    said = connection.getresponse().read()
    connection.close()
    return json.loads(said)


def plain(value: Any, name: str = "") -> Any:
    """The answer without what may differ."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        if set(value) in ({"text"}, {"signup"}, {"nodes"}):
            return plain(next(iter(value.values())), name)
        return {key: plain(item, key) for key, item in value.items() if key not in OPAQUE}
    if not isinstance(value, str):
        return value
    if found := re.fullmatch(r"(?:[a-z]{3}_)?([0-9a-f]{8})-?(.{4})-?(.{4})-?(.{4})-?(.{12})", value):
        return "".join(found.groups())
    if name.endswith("At"):
        return datetime.fromisoformat(value).timestamp()
    return value.lower() if name == "state" else int(value) if name.endswith("Minutes") else value


def rows(value: Any) -> Any:
    """The answer with only the nodes of its pages."""
    if isinstance(value, list):
        return [rows(item) for item in value]
    if isinstance(value, dict):
        if "edges" in value:
            return [rows(edge["node"]) for edge in value["edges"]]
        return {key: rows(item) for key, item in value.items()}
    return value
