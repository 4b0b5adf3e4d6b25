"""Do all three tell the same? Each answer is asked for and compared, but for how ids, names of states and moments are
written, cursors, and texts, which the service wraps in an object."""

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
OPAQUE = {"cursor", "endCursor"}


def compare(
    operation: Operation, servers: dict[str, Server], drawn: Drawn, tokens: dict[Any, str], undo: Callable[[], Any]
) -> None:
    """Raise AssertionError with both answers where they differ, or where one is an error or empty."""
    for values in drawn[:SAMPLES]:
        answers = {}
        for name, server in servers.items():
            token = tokens[values["viewer"]] if name == "service" else None
            answers[name] = plain(ask(server.url + path(name, operation), body(name, operation, values), token))
            if operation.writes:
                undo()
        first = next(iter(answers.values()))
        assert first["data"].get(operation.root), f"{operation.name}: nothing was found: {answers}"
        for name, answer in answers.items():
            assert answer == first, f"{operation.name}: {name} says otherwise:\n{answer}\n{first}"


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
        if set(value) in ({"text"}, {"signup"}):
            return plain(next(iter(value.values())), name)
        return {key: plain(item, key) for key, item in value.items() if key not in OPAQUE}
    if not isinstance(value, str):
        return value
    if found := re.fullmatch(r"(?:[a-z]{3}_)?([0-9a-f]{8})-?(.{4})-?(.{4})-?(.{4})-?(.{12})", value):
        return "".join(found.groups())
    if name.endswith("At"):
        return datetime.fromisoformat(value).timestamp()
    return value.lower() if name == "state" else int(value) if name.endswith("Minutes") else value
