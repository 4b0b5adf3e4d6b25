"""A population table comes in as printed, whole or not at all, and what does not add up is said."""

import asyncio
import sys
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from domain.communities.imports import Report, import_population
from domain.communities.printed import MOST_ROWS, Broken, read_table
from domain.errors import Conflict, Invalid
from domain.house import House
from tests.acting import street

CHAOYANG = (Path(__file__).parents[2] / "data" / "chaoyang-population-2010-03.csv").read_bytes()
UNIX = CHAOYANG.replace(b"\r\n", b"\n")
HEADER = CHAOYANG.splitlines()[0].decode()
ROW = "1,望京,169473,68986,100487,81663,80945,718,12901,264037"


async def bring(house: House, table: bytes, source: str = "the study") -> Report:
    return await import_population(
        house, BytesIO(table), source_name=source, district="110105", period=date(2010, 3, 31)
    )


async def kept(house: House, *tables: str) -> list[int]:
    counts = []
    for table in tables:
        counts.append((await house.lanes.run(f"SELECT count(*) AS n FROM {table}"))[0]["n"])
    return counts


def table(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def refusal(content: bytes) -> Broken:
    with pytest.raises(Broken) as refused:
        read_table(BytesIO(content))
    return refused.value


async def test_every_row_is_kept_as_printed(house: House) -> None:
    report = await bring(house, CHAOYANG)
    rows = await house.lanes.run(
        """SELECT number, printed_name, registered, registered_in_district, registered_apart, incoming,
                  incoming_with_permit, incoming_without_permit, from_abroad, total
           FROM population_figure ORDER BY line"""
    )
    printed = [line.split(",") for line in CHAOYANG.decode().splitlines()[1:]]
    assert [[str(value) for value in row] for row in rows] == printed[:-1]
    total = report.table.printed_total
    assert total is not None
    assert [str(value) for value in total.values()] == printed[-1][2:]
    assert len(report.offices) == 23


async def test_columns_add_up_to_the_printed_totals(house: House) -> None:
    report = await bring(house, CHAOYANG)
    sums = (await house.lanes.run("SELECT sum(total)::int, sum(from_abroad)::int FROM population_figure"))[0]
    assert tuple(sums) == (2_274_562, 39_502)
    assert "All columns add up to the printed totals: 2,274,562 people, 39,502 from abroad." in report.say("en")
    assert "各列之和均与合计行一致：总计2,274,562人，境外人员39,502人。" in report.say("zh")


async def test_ten_inconsistencies_are_reported_with_both_sums(house: House) -> None:
    report = await bring(house, CHAOYANG)
    assert [fault.printed_name for fault in report.inconsistencies] == [
        *("双井", "呼家楼", "建外", "八里庄", "大屯", "六里屯", "三里屯", "朝外", "和平街", "亚运村")
    ]
    assert {fault.figure for fault in report.inconsistencies} == {"incoming"}
    assert "line 8, 八里庄 (incoming): printed 28,267 against 31,921 (30,862 + 1,059)" in report.say("en")
    assert "第8行 八里庄（外来人口合计）：表中为28,267，各项之和为31,921 (30,862 + 1,059)" in report.say("zh")


async def test_each_new_street_office_has_a_number_its_id_carries_and_a_deed(house: House) -> None:
    await bring(house, CHAOYANG)
    offices = await house.lanes.run("SELECT id, number FROM street_office ORDER BY number")
    assert [(office["id"].int >> 44) & (2**18 - 1) for office in offices] == list(range(1, 24))
    deeds = await house.lanes.run("SELECT verb, count(*) AS n FROM deed GROUP BY verb ORDER BY verb")
    assert [tuple(deed) for deed in deeds] == [("import_population", 1), ("register_street_office", 23)]


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(CHAOYANG, id="the same bytes"),
        pytest.param(b"\xef\xbb\xbf" + CHAOYANG, id="with a byte order mark"),
        pytest.param(CHAOYANG.decode().encode("gb18030"), id="GB18030"),
        pytest.param(UNIX, id="line ends of Unix"),
        pytest.param(UNIX.replace(b"\n", b"\r\n"), id="line ends of Windows"),
        pytest.param(UNIX.replace(b"\n", b"\r"), id="line ends of old Macs"),
        pytest.param(CHAOYANG + b",,,,,,,,,\n\n", id="with blank lines after it"),
    ],
)
async def test_a_second_import_changes_nothing_and_says_so(house: House, again: bytes) -> None:
    first = await bring(house, CHAOYANG)
    before = await kept(house, "street_office", "population_table", "population_figure", "deed")
    second = await bring(house, again, source="the same, from elsewhere")
    assert second.unchanged
    assert not first.unchanged
    assert second.table.id == first.table.id
    assert second.inconsistencies == first.inconsistencies
    assert "nothing changed" in second.say("en")
    assert "未作任何改动" in second.say("zh")
    assert await kept(house, "street_office", "population_table", "population_figure", "deed") == before


async def test_of_imports_at_once_one_stores_the_table_and_the_others_say_so(house: House) -> None:
    done = await asyncio.gather(*(bring(house, CHAOYANG) for _ in range(4)))
    assert sorted(report.unchanged for report in done) == [False, True, True, True]
    assert await kept(house, "street_office", "population_table", "population_figure") == [23, 1, 23]


async def test_a_corrected_table_takes_the_place_of_the_former_which_is_kept(house: House) -> None:
    await bring(house, CHAOYANG)
    corrected = await bring(house, CHAOYANG.replace(b"30862", b"27208").replace(b"697755", b"694101"))
    assert len(corrected.inconsistencies) == 9
    assert corrected.offices == []
    held = await house.lanes.run("SELECT id FROM population_table WHERE superseded_at IS NULL")
    assert [row["id"] for row in held] == [corrected.table.id]
    assert await kept(house, "street_office", "population_table", "population_figure") == [23, 2, 46]


async def test_a_renamed_street_office_is_found_by_the_name_it_was_printed_under(house: House) -> None:
    await bring(house, CHAOYANG)
    await house.lanes.run(
        """UPDATE street_office SET name = '{"language": "zh-Hans", "text": "望京街道"}' WHERE number = 1"""
    )
    later = await import_population(
        house, BytesIO(CHAOYANG), source_name="a year on", district="110105", period=date(2011, 3, 1)
    )
    assert later.offices == []
    assert not later.unchanged


async def test_a_street_office_registered_by_hand_is_found_by_its_short_name(house: House) -> None:
    await street(house, 9, "望京街道办事处")
    await street(house, 10, "双井街道")
    report = await bring(house, CHAOYANG)
    assert len(report.offices) == 21
    assert not {"望京", "双井"} & set(report.offices)


async def test_a_table_that_counts_a_street_under_two_names_is_refused_whole(house: House) -> None:
    await street(house, 9, "望京街道")
    with pytest.raises(Conflict) as refused:
        await bring(house, table(ROW, ROW.replace("1,望京", "2,望京街道")))
    assert refused.value.code == "street_twice"
    assert await kept(house, "street_office", "population_table", "population_figure") == [1, 0, 0]


async def test_a_missing_row_of_totals_is_reported(house: House) -> None:
    report = await bring(house, table(ROW))
    assert report.table.printed_total is None
    assert "no row of totals" in report.say("en")
    assert "没有合计行" in report.say("zh")


async def test_a_printed_total_that_is_not_its_columns_sum_is_reported_not_repaired(house: House) -> None:
    report = await bring(house, CHAOYANG.replace(b"2274562", b"2274563"))
    wrong = report.inconsistencies[-1]
    assert (wrong.line, wrong.printed_name, wrong.figure) == (25, "合计", "total")
    assert (wrong.printed, wrong.summed) == (2_274_563, 2_274_562)
    assert "add up to the printed totals" not in report.say("en")
    assert report.table.printed_total is not None
    assert report.table.printed_total["total"] == 2_274_563


async def test_columns_are_found_by_their_headings(house: House) -> None:
    turned = "\n".join(",".join(reversed(line.split(","))) for line in CHAOYANG.decode().splitlines())
    await bring(house, CHAOYANG)
    assert (await bring(house, turned.encode())).unchanged


BAD_BYTE = CHAOYANG.replace("麦子店".encode(), b"\xe9\xba")
BROKEN = [
    pytest.param(BAD_BYTE, 5, 2, "undecodable", id="undecodable bytes"),
    pytest.param(b"\xef\xbb\xbf" + BAD_BYTE, 5, 2, "undecodable", id="undecodable bytes after a mark"),
    pytest.param(CHAOYANG.decode().encode("gb18030")[:-40] + b"\xff\n", 25, 5, "undecodable", id="no GB18030 either"),
    pytest.param(CHAOYANG.decode().encode("utf-16"), 1, 1, "undecodable", id="UTF-16"),
    pytest.param(table(ROW, header=HEADER.replace(",总计", "")), 1, 10, "missing_column", id="missing column"),
    pytest.param(table(ROW, header=HEADER.replace("总计", "总数")), 1, 10, "unknown_column", id="unknown column"),
    pytest.param(table(ROW, header=HEADER.replace("总计", "街道")), 1, 10, "duplicate", id="a column twice"),
    pytest.param(table(ROW.replace("81663", "-81663")), 2, 6, "negative", id="negative number"),
    pytest.param(table(ROW.replace("81663", "many")), 2, 6, "not_a_number", id="no number"),
    pytest.param(table(ROW.replace("81663", "")), 2, 6, "not_a_number", id="nothing where a number is due"),
    pytest.param(table(ROW.replace("81663", "81663.5")), 2, 6, "not_a_number", id="a fraction"),
    pytest.param(table(ROW.replace("81663", "８１６６３")), 2, 6, "not_a_number", id="full-width digits"),
    pytest.param(table(ROW.replace("81663", "081663")), 2, 6, "not_a_number", id="a leading zero"),
    pytest.param(table(ROW.replace("81663", "5000001")), 2, 6, "too_many", id="more people than fit"),
    pytest.param(table(ROW.replace("81663", "9" * 40)), 2, 6, "not_a_number", id="a number without end"),
    pytest.param(table(ROW, ROW.replace("1,", "2,", 1)), 3, 2, "duplicate", id="a street twice"),
    pytest.param(table(ROW, ROW.replace("望京", "双井")), 3, 1, "duplicate", id="a number twice"),
    pytest.param(
        table(ROW, CHAOYANG.decode().splitlines()[-1], ROW), 4, 1, "row_after_total", id="a row after the total"
    ),
    pytest.param(table(ROW.replace("望京", " ")), 2, 2, "not_a_name", id="no name"),
    pytest.param(table(ROW.replace("望京", "望\0京")), 2, 2, "not_a_name", id="a name with a NUL"),
    pytest.param(table(ROW.replace("望京", "望" * 51)), 2, 2, "not_a_name", id="a name without end"),
    pytest.param(table(ROW + ",7"), 2, 11, "ragged_row", id="a cell too many"),
    pytest.param(table("1,望京"), 2, 3, "ragged_row", id="cells missing"),
    pytest.param(table('1,"望京'), 2, 1, "not_csv", id="a quote without end"),
    pytest.param(table(), 2, 1, "no_rows", id="no rows"),
    pytest.param(b"", 1, 1, "missing_column", id="nothing at all"),
]


@pytest.mark.parametrize(("content", "line", "column", "code"), BROKEN)
def test_a_broken_file_is_refused_with_line_and_column(content: bytes, line: int, column: int, code: str) -> None:
    broken = refusal(content)
    assert (broken.line, broken.column, broken.code) == (line, column, code)
    assert broken.en.startswith(f"Line {line}, column {column}: ")
    assert broken.zh.startswith(f"第{line}行第{column}列：")


def test_more_rows_than_any_city_has_are_refused() -> None:
    rows = [ROW.replace("1,望京", f"{n},街道{n}") for n in range(1, MOST_ROWS + 2)]
    assert len(read_table(BytesIO(table(*rows[:-1]))).rows) == MOST_ROWS
    assert refusal(table(*rows)).code == "too_many_rows"


async def test_the_largest_table_comes_in_as_one_unit_of_work(house: House) -> None:
    rows = [ROW.replace("1,望京", f"{n},街道{n}") for n in range(1, MOST_ROWS + 1)]
    await bring(house, table(*rows))
    assert await kept(house, "street_office", "population_figure") == [MOST_ROWS, MOST_ROWS]


async def test_of_a_broken_file_nothing_is_stored(house: House) -> None:
    with pytest.raises(Broken):
        await bring(house, CHAOYANG.replace(b"69226", b"-69226"))
    assert await kept(house, "street_office", "population_table", "population_figure", "deed") == [0, 0, 0, 0]


async def test_a_month_to_come_and_an_unknown_district_are_refused(house: House) -> None:
    for district, period, path in (("110105", date(2026, 7, 1), "period"), ("110199", date(2010, 3, 1), "district")):
        with pytest.raises(Invalid) as refused:
            await import_population(house, BytesIO(CHAOYANG), source_name="s", district=district, period=period)
        assert refused.value.path == path
    assert await kept(house, "street_office", "deed") == [0, 0]


GARBAGE = """
import io, resource, sys
from domain.communities.printed import Broken, read_table

class Garbage(io.RawIOBase):
    \"\"\"200 MB of one thing, made only as it is read.\"\"\"
    def __init__(self, piece): self.piece, self.left = piece, 200_000_000
    def readable(self): return True
    def readinto(self, into):
        size = min(len(into), self.left)
        into[:size] = (self.piece * (size // len(self.piece) + 1))[:size]
        self.left -= size
        return size

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for piece in (b"\\0", b"\\xff\\xfe\\xfd", b",", b'"', b"1,2\\n", "望".encode()):
    source = Garbage(piece)
    try:
        read_table(io.BufferedReader(source))
    except Broken as broken:
        print(broken.line, broken.column, 200_000_000 - source.left)
print("grown", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


async def test_200_megabytes_of_garbage_are_refused_in_bounded_memory() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", GARBAGE, stdout=asyncio.subprocess.PIPE)
    said, _ = await asyncio.wait_for(process.communicate(), timeout=20)
    *refused, grown = said.decode().splitlines()
    assert len(refused) == 6
    assert all(int(line.split()[2]) < 1_000_000 for line in refused)
    assert int(grown.split()[1]) < 20_000  # KiB
