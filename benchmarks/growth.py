"""Does it stay fast as rows grow? The service alone, on a tenth of the data and on all of it, in turns."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from benchmarks.database import Postgres
from benchmarks.load import Sample
from benchmarks.operations import Operation
from benchmarks.rounds import CONNECTIONS, Bench
from benchmarks.servers import running

SCALES = (0.1, 1.0)

Note = Callable[[float, Operation, Sample], None]


def measure(
    postgres: Postgres, folder: Path, operations: list[Operation], rounds: int, seconds: int, note: Note
) -> None:
    """Fill both databases and ask each in turns; `note` is given each round with the scale it was on."""
    with ExitStack() as stack:
        benches = {}
        for scale in SCALES:
            own = folder / f"scale {scale}"
            own.mkdir()
            print(f"filling a database of scale {scale}", flush=True)
            address = stack.enter_context(postgres.filled(f"sanshe_benchmark_{scale:.0%}"[:-1], scale))
            servers = stack.enter_context(running(address, own, ["service"]))
            benches[scale] = Bench(postgres, address, scale, servers, own)
        for operation in operations:
            for bench in benches.values():
                bench.prepare(operation)
                bench.warm_up(operation, bench.servers["service"], CONNECTIONS[0])
            for turn in range(rounds):
                for scale in SCALES[:: -1 if turn % 2 else 1]:
                    bench = benches[scale]
                    note(scale, operation, bench.fire(operation, bench.servers["service"], CONNECTIONS[0], seconds))
