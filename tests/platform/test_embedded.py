"""The embedded PostgreSQL: it keeps the data, is shared, and comes up after a kill."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from sanshe.embedded import running

# Another command on the same data: says when it is in, stays until its input closes.
GUEST = """
import sys; from pathlib import Path; from sanshe.embedded import running
with running(Path(sys.argv[1])): print("in", flush=True); sys.stdin.read()
"""


async def ask(address: str, statement: str) -> object:
    connection = await asyncpg.connect(address)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def answer(address: str, statement: str) -> object:
    return asyncio.run(ask(address, statement))


def postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def guest(folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", GUEST, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "in\n"
    return process


def wait_until_gone(pid: int) -> None:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)


def test_it_keeps_the_data_and_stops_when_left(tmp_path: Path) -> None:
    with running(tmp_path) as address:
        answer(address, "create table kept as select 1 as one")
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()
    with running(tmp_path) as address:
        assert answer(address, "select one from kept") == 1
        assert answer(address, "show fsync") == "on"


def test_it_works_in_a_folder_with_an_odd_and_very_long_name(tmp_path: Path) -> None:
    folder = tmp_path / "it's a 很长的目录名 %20" / ("长" * 40)
    folder.parent.mkdir()
    with running(folder) as address:
        assert answer(address, "select 1") == 1


def test_the_last_one_to_leave_stops_it(tmp_path: Path) -> None:
    with running(tmp_path):
        other = guest(tmp_path)
        server = postmaster(tmp_path)
    assert postmaster(tmp_path) == server
    other.communicate("")
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()


def test_a_killed_command_does_not_keep_it_running(tmp_path: Path) -> None:
    other = guest(tmp_path)
    other.kill()
    other.communicate()
    with running(tmp_path) as address:
        assert answer(address, "select 1") == 1
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()


@pytest.mark.parametrize("taken", [False, True], ids=["its number is free", "its number names another process"])
def test_it_comes_up_after_everything_was_killed(tmp_path: Path, taken: bool) -> None:
    other = guest(tmp_path)
    server = postmaster(tmp_path)
    os.kill(server, signal.SIGKILL)
    other.kill()
    other.communicate()
    wait_until_gone(server)
    if taken:
        for note in (tmp_path / "postgres" / "postmaster.pid", tmp_path / "postgres" / ".s.PGSQL.5432.lock"):
            if note.exists():
                note.write_text(note.read_text().replace(str(server), str(os.getppid()), 1))
    with running(tmp_path) as address:
        assert answer(address, "select 1") == 1


def test_variables_meant_for_other_servers_do_not_mislead_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "nowhere.invalid")
    with running(tmp_path) as address:
        assert answer(address, "select 1") == 1
