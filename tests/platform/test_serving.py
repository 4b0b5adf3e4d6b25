"""`sanshe serve` as a process: it starts, shares the work, ends cleanly, and leaves nothing behind when killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psutil
import pytest

SANSHE = Path(__file__).parent.parent.parent / ".venv" / "bin" / "sanshe"
PATIENCE = 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@contextmanager
def serving(folder: Path, port: int, workers: int = 1) -> Iterator["subprocess.Popen[bytes]"]:
    environment = {**os.environ, "DATA_DIR": str(folder), "PORT": str(port), "WORKERS": str(workers)}
    process = subprocess.Popen([SANSHE, "serve"], env=environment)
    try:
        wait_for_answer(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_for_answer(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, "it ended instead of answering"
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    pytest.fail("no answer")


def server_runs(folder: Path) -> bool:
    return (folder / "postgres" / "postmaster.pid").exists()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_and_takes_the_database_along(tmp_path: Path, workers: int, ending: signal.Signals) -> None:
    with serving(tmp_path, free_port(), workers) as process:
        assert server_runs(tmp_path)
        process.send_signal(ending)
        assert process.wait(PATIENCE) == 0
    assert not server_runs(tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
def test_after_a_kill_it_starts_again_at_the_same_port(tmp_path: Path, workers: int) -> None:
    port = free_port()
    with serving(tmp_path, port, workers) as process:
        children = psutil.Process(process.pid).children()
        process.kill()
        process.wait(PATIENCE)
        psutil.wait_procs(children, timeout=PATIENCE)
    with serving(tmp_path, port, workers):
        assert server_runs(tmp_path)
    assert not server_runs(tmp_path)


def test_other_commands_share_the_database_with_it(tmp_path: Path) -> None:
    with serving(tmp_path, free_port()):
        done = subprocess.run([SANSHE, "deeds", "verify"], env={**os.environ, "DATA_DIR": str(tmp_path)}, check=False)
        assert done.returncode == 0
        assert server_runs(tmp_path)


def test_it_does_not_say_what_it_is_made_with(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port):
        assert "server" not in httpx2.get(f"http://127.0.0.1:{port}/healthz").headers


def test_what_serves_holds_nothing_that_it_may_never_need() -> None:
    script = "import sys, api.app; print([name for name in sys.argv[1:] if name in sys.modules])"
    seldom = ("alembic", "icalendar", "webauthn", "zxcvbn")
    loaded = subprocess.run([sys.executable, "-c", script, *seldom], capture_output=True, text=True, check=True)
    assert loaded.stdout == "[]\n"
