"""How is load made where wrk is not installed? By one asyncio process that speaks HTTP/1.1 on connections kept open.

Usage: python -m benchmarks.generator URL CONNECTIONS SECONDS FILE [check]; it prints the line that load.lua prints.
"""

import asyncio
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import httptools
import uvloop


class Client(asyncio.Protocol):
    """One connection: the next request goes out when the answer is in."""

    def __init__(self, load: "Load") -> None:
        self.load = load
        self.body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.ask()

    def ask(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.body, self.asked = b"", time.perf_counter()
        self.transport.write(next(self.load.requests))

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.load.note(time.perf_counter() - self.asked, self.parser.get_status_code(), self.body)
        asyncio.get_running_loop().call_soon(self.ask)

    def connection_lost(self, _: Exception | None) -> None:
        self.load.wrong += not self.load.over


class Load:
    def __init__(self, url: str, file: str, check: bool) -> None:
        self.address, self.check = urlsplit(url), check
        self.requests = cycle([self.request(line) for line in Path(file).read_text().splitlines()])
        self.times: list[float] = []
        self.wrong, self.sample, self.over = 0, "", False

    def request(self, line: str) -> bytes:
        authorization, _, body = line.partition("\t")
        kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
        headers = [
            f"POST {self.address.path} HTTP/1.1",
            f"Host: {self.address.netloc}",
            f"Content-Type: {kind}",
            "Accept-Language: en",
            f"Content-Length: {len(body.encode())}",
            *([f"Authorization: {authorization}"] if authorization else []),
        ]
        return ("\r\n".join(headers) + "\r\n\r\n" + body).encode()

    def note(self, seconds: float, status: int, body: bytes) -> None:
        self.times.append(seconds)
        if status != 200 or (self.check and (b'"errors"' in body or b'"code"' in body)):
            self.wrong, self.sample = self.wrong + 1, f"{status} {body[:300].decode(errors='replace')}"

    async def run(self, connections: int, seconds: float) -> str:
        loop, host, port = asyncio.get_running_loop(), str(self.address.hostname), int(self.address.port or 80)
        began = time.perf_counter()
        clients = [await loop.create_connection(lambda: Client(self), host, port) for _ in range(connections)]
        await asyncio.sleep(seconds)
        self.over, took, times = True, time.perf_counter() - began, sorted(self.times)
        for transport, _ in clients:
            transport.abort()
        p50, p99 = (times[int(len(times) * part)] * 1000 if times else 0 for part in (0.5, 0.99))
        return f"RESULT {len(times)} {took:.6f} {p50:.3f} {p99:.3f} {self.wrong} {self.sample}"


if __name__ == "__main__":
    url, connections, seconds, file, *check = sys.argv[1:]
    print(uvloop.run(Load(url, file, bool(check)).run(int(connections), float(seconds))))
