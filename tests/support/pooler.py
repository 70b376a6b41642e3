"""PgBouncer in transaction mode, for the time of a block: each transaction gets another connection."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.postgres import PostgresMissing, PostgresServer, _end_with_parent, _free_port, server_user

CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
pool_mode = transaction
default_pool_size = 3
server_round_robin = 1
logfile = {home}/log
unix_socket_dir =
"""


@contextmanager
def pooled(server: PostgresServer) -> Iterator[int]:
    """The pooler's port. Raises `PostgresMissing` where PgBouncer is not installed."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        raise PostgresMissing("no pooler: apt-get install pgbouncer")
    port, user = _free_port(), server_user()
    with tempfile.TemporaryDirectory(prefix="throughline-pooler-", dir="/tmp") as home:
        file = Path(home) / "pgbouncer.ini"
        file.write_text(CONFIGURATION.format(server=server.port, port=port, home=home))
        if user is not None:
            shutil.chown(home, user)
        process = subprocess.Popen(
            [program, "-q", file], user=user, extra_groups=[] if user else None, preexec_fn=_end_with_parent
        )
        try:
            _wait(port, process)
            yield port
        finally:
            process.terminate()
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    import socket

    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise PostgresMissing("PgBouncer does not start here")
