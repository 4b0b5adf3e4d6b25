"""`sanshe serve`: everything ready, then the doors open."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from api.settings import Settings, load
from sanshe.trouble import Trouble

FAREWELL_SECONDS = 10  # what open requests and subscriptions get to end by themselves
LOADED = "demo-town.loaded"


def serve(
    host: Annotated[str | None, typer.Option(help="Instead of HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Instead of PORT.")] = None,
    workers: Annotated[int | None, typer.Option(help="Instead of WORKERS.")] = None,
) -> None:
    """Set up the database and serve. With the embedded database, the first start loads the demo town."""
    for name, value in {"HOST": host, "PORT": port, "WORKERS": workers}.items():
        if value is not None:
            os.environ[name] = str(value)  # the workers read the environment too
    settings = load()
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    from sanshe.database import database

    with _listening(settings) as door, database(settings) as address:
        os.environ["DATABASE_URL"] = address
        _have_prepared(demo_town=settings.database_url is None and settings.on_loopback)
        _share_metrics(settings)
        print(f"Sanshe is at {settings.issuer}")
        _run(settings, door)


def prepare(
    demo_town: Annotated[bool, typer.Option(help="With the demo town.")] = False,
) -> None:
    """Make everything ready that the doors wait for: migrations, the demo town, keys."""
    from sanshe.database import database
    from sanshe.migrating import migrate

    settings = load()
    with database(settings) as address:
        migrate(address)
        if demo_town:
            _load_demo_town(address, settings.data_dir)
        _open_keys(address, settings)


def _have_prepared(*, demo_town: bool) -> None:
    """In a process of its own, so that the one that serves for months does not hold what only the set-up needs."""
    words = [sys.executable, "-m", "sanshe.cli", "prepare", *(["--demo-town"] if demo_town else [])]
    if code := subprocess.run(words, check=False).returncode:  # noqa: S603 our own words
        raise SystemExit(code)  # it has said why


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Uvicorn ends gracefully and then raises the signal again; the embedded database must still be stopped."""
    raise SystemExit(0)


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as problem:
        raise Trouble(
            f"Nothing can be served at {settings.host} port {settings.port} ({os.strerror(problem.errno or 0)}). "
            "Stop what uses it, or set PORT or HOST.",
            "该地址或端口不可用：请停止占用它的程序，或设置 PORT、HOST。",
        ) from problem


def _load_demo_town(address: str, data_dir: Path) -> None:
    """Once, and again when the first time was cut short: loading it twice changes nothing."""
    mark = data_dir / LOADED
    if not mark.exists():
        from sanshe.commands.demo import load_town

        load_town(address, data_dir)
        mark.touch()


def _open_keys(address: str, settings: Settings) -> None:
    """Make those that tokens are signed with, encrypt them if SANSHE_KEY is new, or say that it does not open them."""
    from api.oauth.keys import Keys
    from api.oauth.second_factor import lock_again
    from sanshe.commands.house import at

    at(address, lambda house: Keys(house, settings).ring())
    at(address, lambda house: lock_again(house.lanes.run, settings))


def _share_metrics(settings: Settings) -> None:
    """Several workers count together in files, which start from nothing."""
    if settings.workers > 1:
        folder = settings.data_dir / "metrics"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _run(settings: Settings, door: socket.socket) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from api.http.question import MOST_BYTES
    from api.http.wire import Protocol

    several = settings.workers > 1
    configuration = uvicorn.Config(
        "sanshe.worker:one_of_several" if several else "sanshe.worker:alone",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="uvloop",
        http=Protocol,
        ws="websockets-sansio",
        ws_max_size=MOST_BYTES,
        log_config=None,  # the application says how to log
        access_log=False,  # and writes its own line for each request
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=FAREWELL_SECONDS,
    )
    if several:
        Multiprocess(configuration, sockets=[door]).run()
        return
    server = uvicorn.Server(configuration)
    server.run(sockets=[door])
    if not server.started:
        raise Trouble("The service did not start; the log above says why.", "服务未能启动，原因见上方日志。")
