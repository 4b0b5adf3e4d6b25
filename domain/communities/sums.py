"""Which printed figures should be the sums of others, and where are they not?

The printed figure stays as it is: nobody here can know which of the two is wrong.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Figure(StrEnum):
    """A figure of a population table. 人口指标"""

    REGISTERED = "registered"
    """People registered here. 户籍人口合计"""
    REGISTERED_IN_DISTRICT = "registered_in_district"
    """Registered in this district. 本区户籍"""
    REGISTERED_APART = "registered_apart"
    """Living apart from where they are registered. 人户分离"""
    INCOMING = "incoming"
    """People who came from elsewhere in the country. 外来人口合计"""
    INCOMING_WITH_PERMIT = "incoming_with_permit"
    """With a temporary residence permit. 已办暂住证"""
    INCOMING_WITHOUT_PERMIT = "incoming_without_permit"
    """Without a temporary residence permit. 未办暂住证"""
    FROM_ABROAD = "from_abroad"
    """People from abroad. 境外人员"""
    TOTAL = "total"
    """All people. 总计"""


SUMS = {
    "registered": ("registered_in_district", "registered_apart"),
    "incoming": ("incoming_with_permit", "incoming_without_permit"),
    "total": ("registered", "incoming", "from_abroad"),
}
"""Figure → its parts, along a row. The row of totals is held against its columns only."""

FIGURES = {
    "registered": "户籍人口合计",
    "registered_in_district": "户籍_本区户籍",
    "registered_apart": "户籍_人户分离",
    "incoming": "外来人口合计",
    "incoming_with_permit": "外来_已办暂住证",
    "incoming_without_permit": "外来_未办暂住证",
    "from_abroad": "境外人员",
    "total": "总计",
}
"""Every figure of a row, with the heading of its printed column."""


@dataclass(frozen=True)
class Inconsistency:
    """A printed figure that is not the sum of its parts; without parts, a total that is not the sum of its column."""

    line: int
    printed_name: str
    figure: str
    printed: int
    parts: tuple[int, ...]
    summed: int

    def say(self, language: str) -> str:
        zh = language.startswith("zh")
        head = f"{self.printed_name}（{FIGURES[self.figure]}）" if zh else f"{self.printed_name} ({self.figure})"
        parts = f" ({' + '.join(f'{part:,}' for part in self.parts)})" if self.parts else ""
        if zh:
            return f"第{self.line}行 {head}：表中为{self.printed:,}，各项之和为{self.summed:,}{parts}"
        return f"line {self.line}, {head}: printed {self.printed:,} against {self.summed:,}{parts}"


def in_row(line: int, name: str, row: Mapping[str, int]) -> Iterable[Inconsistency]:
    """Where a row does not add up."""
    for figure, names in SUMS.items():
        parts = tuple(row[part] for part in names)
        if row[figure] != sum(parts):
            yield Inconsistency(line, name, figure, row[figure], parts, sum(parts))


def in_columns(
    line: int, name: str, total: Mapping[str, int], rows: Iterable[Mapping[str, int]]
) -> Iterable[Inconsistency]:
    """Where a row of totals is not the sum of the rows above it."""
    kept = list(rows)
    for figure in FIGURES:
        summed = sum(row[figure] for row in kept)
        if total[figure] != summed:
            yield Inconsistency(line, name, figure, total[figure], (), summed)
