"""A PostgreSQL server for one test process: an own data directory, an own port, no durability.

The server refuses to run as root, so for root it runs as `postgres` (or `nobody`) in a directory
that this user owns, outside pytest's own directories, which only root may enter.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 30
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "timezone": "UTC",
}

EMPTY = """
SELECT md5(string_agg(relname || relkind::text, ',' ORDER BY relname, relkind)) FROM pg_class
WHERE relnamespace = 'public'::regnamespace;
SET session_replication_role = replica;
DO $$ DECLARE one record; BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid();
  FOR one IN SELECT oid::regclass AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
      AND pg_relation_size(oid) > 0 LOOP
    EXECUTE 'DELETE FROM ' || one.name;
  END LOOP;
  FOR one IN SELECT quote_ident(sequencename) AS name, start_value FROM pg_sequences
      WHERE last_value IS NOT NULL LOOP
    PERFORM setval(one.name, one.start_value, false);
  END LOOP;
END $$;
"""
"""Only tables and sequences that were ever used: most tests use few."""

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class PostgresMissing(Exception):
    """No PostgreSQL server is installed, or it does not start here; the text says why."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server on loopback; anyone on this machine may enter as its owner without a password."""

    programs: Path
    port: int
    launch: Callable[[], "subprocess.Popen[bytes]"]
    processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def start(self) -> None:
        """Start the server; `execute` works once it is ready."""
        self.processes.append(self.launch())

    def crash(self) -> None:
        """End it at once, without a checkpoint, as a power cut would; its data stays."""
        self.processes[-1].send_signal(signal.SIGQUIT)
        self.processes[-1].wait()

    def restart(self) -> None:
        """Crash it, start it again and wait until it has recovered."""
        self.crash()
        self.restart_again()

    def restart_again(self) -> None:
        """Start it and wait until it has recovered."""
        self.start()
        _wait_until_ready(self, self.processes[-1], None)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of `database` for asyncpg."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str, template: str = "template0") -> str:
        """Create `name` as a copy of `template` (nobody may be connected to it); return its URL."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop `name`, closing the connections that a test left open."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def empty_database(self, name: str) -> str:
        """Close what a test left open, delete every row, and begin to number from one again. Returns the
        names of tables, indexes and sequences there, as one short text."""
        return self.execute(EMPTY, name)

    def execute(self, statement: str, database: str = "postgres") -> str:
        """Run statements as the owner, in the maintenance database unless named; return what they print."""
        settings = ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1"]
        door = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database]
        done = subprocess.run(
            [str(self.programs / "psql"), *settings, *door, "-c", statement],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return done.stdout.strip()


def installed_programs() -> Path:
    """The directory of `initdb`, `postgres` and `psql`, the newest installed version's."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if versions:
        return versions[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise PostgresMissing("no PostgreSQL server: apt-get install postgresql")
    return Path(on_path).resolve().parent


def server_user() -> str | None:
    """Who runs the server: None is ourselves; root lends the work to a user without rights."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _end_with_parent() -> None:
    # A killed test run must not leave a server behind: PR_SET_PDEATHSIG (1), fast shutdown on SIGINT.
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _initialise(programs: Path, data: Path, user: str | None) -> None:
    command = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    command += ["--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    done = subprocess.run(
        command,
        user=user,
        extra_groups=[] if user else None,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PostgresMissing(f"PostgreSQL does not start here: {done.stderr.strip().splitlines()[-1]}")


def _wait_until_ready(server: PostgresServer, process: subprocess.Popen[bytes], log: Path | None) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            server.execute("SELECT 1")
        except RuntimeError:
            time.sleep(0.05)
        else:
            return
    said = log.read_text().strip() if log is not None else ""
    last = said.splitlines()[-1:] or ["it said nothing"]
    raise PostgresMissing(f"PostgreSQL does not start here: {last[0]}")


@contextmanager
def running_server(*, durable: bool = False, **settings: str) -> Iterator[PostgresServer]:
    """Start a server, lend it, stop it and remove its data; raises PostgresMissing.

    `durable`: what it has committed outlives a crash, as on a server that people rely on. `settings` are
    PostgreSQL's own (`shared_buffers="2GB"`), in place of those that suit tests.
    """
    programs, user = installed_programs(), server_user()
    with tempfile.TemporaryDirectory(prefix="throughline-postgres-", dir="/tmp") as home:
        if user is not None:
            shutil.chown(home, user)
        data, log = Path(home) / "data", Path(home) / "log"
        _initialise(programs, data, user)
        port = _free_port()
        told = SETTINGS | (DURABLE if durable else {}) | settings
        options = [f"--{name}={value}" for name, value in told.items()]

        server = _server(programs, user, data, port, options, log)
        server.start()
        try:
            _wait_until_ready(server, server.processes[-1], log)
            yield server
        finally:
            server.crash()


def _server(
    programs: Path, user: str | None, data: Path, port: int, settings: list[str], log: Path
) -> PostgresServer:
    """A server on this data directory, not started yet."""

    def launch() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                [programs / "postgres", "-D", data, "-p", str(port), *settings],
                user=user,
                extra_groups=[] if user else None,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=_end_with_parent,
            )

    return PostgresServer(programs, port, launch)


@contextmanager
def standby_of(primary: PostgresServer) -> Iterator[PostgresServer]:
    """A server that follows `primary`, not waited for by it: what it has not received when the primary dies
    is lost. `execute("SELECT pg_promote()")` makes it lead."""
    programs, user = primary.programs, server_user()
    with tempfile.TemporaryDirectory(prefix="throughline-standby-", dir="/tmp") as home:
        if user is not None:
            shutil.chown(home, user)
        data, log, port = Path(home) / "data", Path(home) / "log", _free_port()
        subprocess.run(
            [programs / "pg_basebackup", "-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres",
             "-D", data, "-R", "-X", "stream", "-c", "fast"],
            check=True, capture_output=True, user=user, extra_groups=[] if user else None, cwd="/",
        )  # fmt: skip
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        standby = _server(programs, user, data, port, settings, log)
        standby.start()
        try:
            _wait_until_ready(standby, standby.processes[-1], log)
            yield standby
        finally:
            standby.crash()
