"""What does a day of service take? Checking in, writing hours down, verifying them, reports: the service alone."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from benchmarks.data import numbered, plain
from benchmarks.database import Postgres
from benchmarks.load import Sample
from benchmarks.operations import Operation
from benchmarks.rounds import CONNECTIONS, Bench
from benchmarks.servers import running

HERE = Path(__file__).parent
ONE = 1
"""Reports are also asked by one alone, who then waits for nobody."""

Note = Callable[[int, Operation, Sample], None]

LEADER = """(SELECT w.person_id FROM shift h JOIN opportunity o ON o.id = h.opportunity_id
  JOIN service_plan p ON p.id = o.plan_id JOIN social_worker w ON w.id = p.social_worker_id WHERE h.id = shift_id)"""

CHECK_IN = Operation(
    "check in",
    "Whoever leads the service says that a volunteer has come",
    f"""SELECT {LEADER} AS viewer, s.id FROM generate_series(1 + :held * 3 / 4, :held * 7 / 8) n
      JOIN signup s ON s.shift_id = benchmark.owned(n)""",
    service="""mutation CheckIn($id: ID!, $key: String!) {
      checkIn(input: {signupId: $id, idempotencyKey: $key}) {
        ... on Attendance { id state checkedInAt }
        ... on Refusal { code message }
      }
    }""",
    prefix="sgn",
    undo="DELETE FROM attendance WHERE id > benchmark.id(:streets + 1, :signups)",
    wrote=("attendance",),
)

LOG = Operation(
    "log hours",
    "Whoever leads the service writes down how long a volunteer served",
    f"""SELECT {LEADER} AS viewer, s.id FROM generate_series(1 + :held * 7 / 8, :held) n
      JOIN signup s ON s.shift_id = benchmark.owned(n)""",
    service="""mutation LogHours($id: ID!, $key: String!) {
      logHours(input: {signupId: $id, minutes: 45, idempotencyKey: $key}) {
        ... on HourEntry { id minutes state }
        ... on Refusal { code message }
      }
    }""",
    prefix="sgn",
    undo="DELETE FROM hour_entry WHERE id > benchmark.id(:streets + 1, :entries)",
    wrote=("hour_entry", "hour_sum"),
)

VERIFY = Operation(
    "verify hours",
    "Whoever leads the service verifies what somebody else wrote down",
    f"""SELECT {LEADER} AS viewer, id FROM hour_entry
      WHERE state = 'logged' AND {LEADER} <> logged_by_id AND minutes < 60""",
    service="""mutation VerifyHours($id: ID!, $key: String!) {
      verifyHours(input: {hourEntryId: $id, idempotencyKey: $key}) {
        ... on HourEntry { id minutes state }
        ... on Refusal { code message }
      }
    }""",
    prefix="hrs",
    undo="UPDATE hour_entry SET state = 'logged', notice_until = NULL, next_due = NULL WHERE notice_until IS NOT NULL",
    wrote=("hour_entry", "hour_sum"),
)

OF_A_PERSON = Operation(
    "report of a person",
    "A volunteer's verified minutes and the newest 20 entries",
    "SELECT person_id AS viewer, id FROM volunteer WHERE id <= benchmark.volunteer(:volunteers)",
    service="""query OfAPerson($id: ID!) {
      volunteer(id: $id) { verifiedMinutes hours(first: 20) { nodes { servedOn minutes state } } }
    }""",
    prefix="vol",
)

OF_A_COMMUNITY = Operation(
    "report of a community",
    "Month by month, what was given in a community",
    "SELECT benchmark.overseer(street_id) AS viewer, id FROM community",
    service="""query OfACommunity($id: ID!) {
      hourReport(groupBy: MONTH, communityId: $id) { month minutes pendingMinutes entries }
    }""",
    prefix="com",
)

OF_A_DISTRICT = Operation(
    "report of a district",
    "Street by street, what was given in a district",
    "SELECT benchmark.overseer(id) AS viewer, district FROM street_office",
    service="""query OfADistrict($district: String!) {
      hourReport(groupBy: STREET, district: $district) { street { name { text } } minutes pendingMinutes entries }
    }""",
)

DEEDS = (CHECK_IN, LOG, VERIFY)
REPORTS = (OF_A_PERSON, OF_A_COMMUNITY, OF_A_DISTRICT)


def measure(postgres: Postgres, folder: Path, scale: float, rounds: int, seconds: int, note: Note) -> None:
    """Deeds by several at a time; reports also by one alone. `note` is given each round."""
    print(f"filling a database of scale {scale}", flush=True)
    with (
        postgres.filled("sanshe_benchmark_day", scale) as address,
        running(address, folder, ["service"]) as servers,
    ):
        asyncio.run(begin(address, scale))
        bench, server = Bench(postgres, address, scale, servers, folder), servers["service"]
        for operation in (*DEEDS, *REPORTS):
            bench.prepare(operation)
            for connections in (CONNECTIONS[0],) if operation.writes else (ONE, CONNECTIONS[0]):
                bench.warm_up(operation, server, connections)
                for _ in range(rounds):
                    note(connections, operation, bench.fire(operation, server, connections, seconds))


async def begin(address: str, scale: float) -> None:
    """Make it a day on which people serve."""
    async with plain(address) as connection:
        await connection.execute(numbered((HERE / "day.sql").read_text(), scale))
        await connection.execute("VACUUM ANALYZE")
