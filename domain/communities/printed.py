"""What does a population table in a CSV file say, and where exactly is the file broken?

A broken file is refused at the first fault, with its line and column. No more of a file is read than a table can need.
"""

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from typing import BinaryIO, NoReturn

from domain.communities.sums import FIGURES, Inconsistency, in_columns, in_row
from domain.errors import Invalid

MOST_BYTES = 256 * 1024
MOST_ROWS = 400
"""More than the subdistricts of any city."""
MOST_PEOPLE = 5_000_000
"""More than live in any subdistrict; all sums fit the schema's Int."""
LONGEST_NAME = 50

HEADINGS = {"序号": "number", "街道": "printed_name"} | {heading: figure for figure, heading in FIGURES.items()}
TOTAL = "合计"


class Broken(Invalid):
    """The file is no population table; `line` and `column` (the cell's place in its line) count from 1."""

    def __init__(self, line: int, column: int, code: str, en: str, zh: str) -> None:
        en, zh = f"Line {line}, column {column}: {en}", f"第{line}行第{column}列：{zh}"
        super().__init__(code, en, zh, path="file")
        self.line, self.column = line, column


@dataclass(frozen=True)
class PrintedRow:
    """A row as printed. The row of totals has no number."""

    line: int
    number: int | None
    name: str
    figures: dict[str, int]


@dataclass(frozen=True)
class Printed:
    """A whole table as printed."""

    rows: list[PrintedRow]
    total: PrintedRow | None

    @property
    def content(self) -> str:
        """Fingerprint of what is printed, whatever the encoding and line ends."""
        lines = [(row.number, row.name, *row.figures.values()) for row in (*self.rows, *filter(None, [self.total]))]
        return sha256(repr(lines).encode()).hexdigest()

    def inconsistencies(self) -> list[Inconsistency]:
        found = [fault for row in self.rows for fault in in_row(row.line, row.name, row.figures)]
        if self.total:
            found += in_columns(self.total.line, TOTAL, self.total.figures, [row.figures for row in self.rows])
        return found


def read_table(source: BinaryIO, progress: Callable[[int], None] = lambda rows: None) -> Printed:
    """The table in a file; `progress` hears how many rows were read."""
    cells = _cells(_text(source))
    headings = _headings(next(cells, (1, [])))
    rows: dict[str, PrintedRow] = {}
    numbers: dict[int | None, int] = {}
    total: PrintedRow | None = None
    for line, values in cells:
        row = _row(line, values, headings)
        if total:
            raise Broken(line, 1, "row_after_total", "a row after the row of totals.", "合计行之后还有数据行。")
        if row.name == TOTAL:
            total = row
            continue
        if first := rows.get(row.name):
            _twice(line, headings.index("printed_name"), row.name, first.line)
        if row.number in numbers:
            _twice(line, headings.index("number"), str(row.number), numbers[row.number])
        if len(rows) == MOST_ROWS:
            raise Broken(line, 1, "too_many_rows", f"more than {MOST_ROWS} rows.", f"数据超过{MOST_ROWS}行。")
        rows[row.name], numbers[row.number] = row, line
        progress(len(rows))
    if not rows:
        raise Broken(2, 1, "no_rows", "no row of figures.", "没有数据行。")
    return Printed(list(rows.values()), total)


# -- from bytes to cells ----------------------------------------------------------------------------------------------


def _text(source: BinaryIO) -> str:
    raw = source.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        line, column = _place(raw.decode("latin-1"))
        size = MOST_BYTES // 1024
        raise Broken(line, column, "too_large", f"the file goes on beyond {size} KiB.", f"文件超过{size} KiB。")
    return _decoded(raw)


def _decoded(raw: bytes) -> str:
    """UTF-8 if it says so by its mark; else UTF-8 if all of it is; else GB18030."""
    faults: list[UnicodeDecodeError] = []
    for encoding in ("utf-8-sig",) if raw.startswith(BOM_UTF8) else ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as fault:
            faults.append(fault)
    nearest = max(faults, key=lambda fault: fault.start)  # the encoding that got furthest is the likelier one
    line, column = _place(nearest.object[: nearest.start].decode(nearest.encoding))
    raise Broken(line, column, "undecodable", "this is neither UTF-8 nor GB18030.", "既非UTF-8也非GB18030编码。")


def _place(before: str) -> tuple[int, int]:
    lines = re.split(r"\r\n|\r|\n", before)
    return len(lines), lines[-1].count(",") + 1


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line that is not blank, with the line's number."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    while True:
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            raise Broken(reader.line_num, 1, "not_csv", "this is not CSV.", "此行不是有效的CSV。") from None
        if any(cells):
            yield reader.line_num, cells


# -- from cells to rows -----------------------------------------------------------------------------------------------


def _headings(first: tuple[int, list[str]]) -> list[str]:
    """The fields in the order of the file's columns."""
    line, cells = first
    for column, cell in enumerate(cells, 1):
        if cell not in HEADINGS:
            raise Broken(
                line, column, "unknown_column", f"unknown heading {_shown(cell)}.", f"未知列名{_shown(cell)}。"
            )
        if cell in cells[: column - 1]:
            _twice(line, column - 1, cell, line)
    for heading in HEADINGS:
        if heading not in cells:
            raise Broken(line, len(cells) + 1, "missing_column", f"no column {heading}.", f"缺少“{heading}”列。")
    return [HEADINGS[cell] for cell in cells]


def _row(line: int, values: list[str], headings: list[str]) -> PrintedRow:
    if len(values) != len(headings):
        column = min(len(values), len(headings)) + 1
        found, due = len(values), len(headings)
        raise Broken(line, column, "ragged_row", f"{found} cells instead of {due}.", f"应有{due}格，实有{found}格。")
    cells = {field: (column, values[column - 1]) for column, field in enumerate(headings, 1)}
    column, name = cells.pop("printed_name")
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise Broken(line, column, "not_a_name", f"{_shown(name)} is not a name.", f"{_shown(name)}不是名称。")
    column, number = cells.pop("number")
    most = MOST_PEOPLE if name != TOTAL else MOST_PEOPLE * MOST_ROWS
    figures = {figure: _whole(line, *cells[figure], most) for figure in FIGURES}
    return PrintedRow(line, None if name == TOTAL else _whole(line, column, number, MOST_PEOPLE), name, figures)


def _whole(line: int, column: int, cell: str, most: int) -> int:
    """A whole number from 0, in plain digits: what else looks like one is refused rather than guessed at."""
    if re.fullmatch(r"0|[1-9][0-9]{0,9}", cell):
        if (value := int(cell)) <= most:
            return value
        raise Broken(
            line, column, "too_many", f"{_shown(cell)} is more than {most:,}.", f"{_shown(cell)}超过{most:,}。"
        )
    if re.fullmatch(r"-[0-9]+", cell):
        raise Broken(line, column, "negative", f"{_shown(cell)} is negative.", f"{_shown(cell)}为负数。")
    en, zh = f"{_shown(cell)} is not a whole number in digits 0-9.", f"{_shown(cell)}不是由半角数字组成的整数。"
    raise Broken(line, column, "not_a_number", en, zh)


def _twice(line: int, column: int, cell: str, first: int) -> NoReturn:
    en = f"{_shown(cell)} stands in line {first} already."
    raise Broken(line, column + 1, "duplicate", en, f"{_shown(cell)}在第{first}行已出现。")


def _shown(cell: str) -> str:
    short = cell[:20] + ("…" if len(cell) > 20 else "")
    return f"“{''.join(c if c.isprintable() else '·' for c in short)}”"
