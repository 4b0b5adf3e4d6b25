"""How is a list written as a file? As text in which no spreadsheet finds a formula."""

import csv
import io
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import IO


class Format(StrEnum):
    """The kinds of files, as the address asks for them."""

    CSV = "csv"


MEDIA = {
    Format.CSV: "text/csv; charset=utf-8; header=present",
}

#: What makes a spreadsheet calculate (OWASP, CSV injection); some take full-width characters for the same.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def harmless(cell: str) -> str:
    """The same, with an apostrophe before what would be a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def write_csv(file: IO[bytes], rows: Iterable[list[str]]) -> None:
    """RFC 4180 in UTF-8, with the mark by which spreadsheets know it."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in rows)
    text.detach()


WRITERS: dict[Format, Callable[[IO[bytes], Iterable[list[str]]], None]] = {
    Format.CSV: write_csv,
}
