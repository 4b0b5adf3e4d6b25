"""How is a list written as a file? As text alone, which no spreadsheet takes for a formula, a number or a link."""

import csv
import io
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import IO

CELL = 32_767
"""Characters that a cell of a workbook can hold."""


class Format(StrEnum):
    """The kinds of files, as the address asks for them."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA = {
    Format.CSV: "text/csv; charset=utf-8; header=present",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
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


def write_xlsx(file: IO[bytes], rows: Iterable[list[str]]) -> None:
    """Every cell is a string: an identity number keeps its digits, and nothing is calculated."""
    from xlsxwriter import Workbook  # for those processes alone that are asked for one

    with Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell[:CELL])


WRITERS: dict[Format, Callable[[IO[bytes], Iterable[list[str]]], None]] = {
    Format.CSV: write_csv,
    Format.XLSX: write_xlsx,
}
