"""The PostgreSQL that comes with the house: it keeps its data in DATA_DIR/postgres and listens on a socket only."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sanshe.cluster import Cluster
from sanshe.trouble import Trouble


@contextmanager
def running(data_dir: Path) -> Iterator[str]:
    """Start the server unless it runs already, and yield the address of its database `sanshe`.

    Several commands may use one server at the same time: each holds a shared lock while it does, and the last one
    to leave stops the server. The kernel lets go of a killed command's lock, so nobody has to count.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        guests = (data_dir / "postgres.guests").open("a")
    except OSError as problem:
        raise Trouble(
            f"The data folder {data_dir} cannot be written ({problem.strerror}). Give DATA_DIR another folder.",
            "数据目录无法写入，请用 DATA_DIR 另行指定。",
        ) from problem
    with guests:
        with _turn(data_dir):
            cluster = Cluster(data_dir / "postgres")
            cluster.start()
            fcntl.flock(guests, fcntl.LOCK_SH)
        try:
            yield cluster.address
        finally:
            with _turn(data_dir):
                if _is_last(guests):
                    cluster.stop()


@contextmanager
def _turn(data_dir: Path) -> Iterator[None]:
    """One at a time starts or stops the server."""
    with (data_dir / "postgres.turn").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last(guests: IO[str]) -> bool:
    try:
        fcntl.flock(guests, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
