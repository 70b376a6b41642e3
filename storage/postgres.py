"""PostgreSQL's address as its own programs take it, for SQLAlchemy and asyncpg.

``postgresql://user@first:5432,second:5432/name?target_session_attrs=primary`` names several
servers of which one leads; whoever connects looks for that one. ``pooler=transaction`` says that a pooler
(PgBouncer) stands between, which gives each transaction another connection of the server.
"""

from __future__ import annotations

import re
from itertools import cycle
from typing import Any

import asyncpg
from sqlalchemy import URL, make_url

CONNECT_TIMEOUT_SECONDS = 5.0
PROGRAM = "throughline"
"""What the server calls our connections (``application_name``)."""
SESSION_ATTRIBUTES = frozenset({"any", "primary", "standby", "read-write", "read-only", "prefer-standby"})
TRANSACTION = "transaction"
TIMELINE_HERE = "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
"""The number of the history that a server writes, in hexadecimal; each promotion begins the next."""
_SEVERAL = re.compile(
    r"^(?P<scheme>[\w+]+://)(?P<user>[^@/?]*@)?(?P<hosts>[^@/?]*,[^@/?]*)(?P<rest>[/?].*)?$"
)
_PORT = "5432"


def one_shape(url: str) -> URL:
    """The address with several hosts written as SQLAlchemy reads them. Raises `ValueError`."""
    several = _SEVERAL.match(url)
    if several is None:
        return make_url(url)
    plain = make_url(f"{several['scheme']}{several['user'] or ''}{several['rest'] or ''}")
    hosts = [host if re.search(r":\d+$", host) else f"{host}:{_PORT}" for host in several["hosts"].split(",")]
    return plain.update_query_dict({"host": hosts})


def postgres_address(url: str) -> tuple[URL, dict[str, Any]]:
    """What `create_async_engine` takes: an address without the options that are not asyncpg's, and these as
    arguments of the connection. Raises `ValueError` for an option with a value that has no meaning."""
    address = make_url(url)
    options = dict(address.query)
    wanted = str(options.pop("target_session_attrs", ""))
    if wanted and wanted not in SESSION_ATTRIBUTES:
        raise ValueError(f"target_session_attrs is one of {', '.join(sorted(SESSION_ATTRIBUTES))}")
    if not wanted and isinstance(options.get("host"), tuple):
        wanted = "primary"  # we write; a standby is of no use
    arguments: dict[str, Any] = {
        "timeout": float(str(options.pop("connect_timeout", CONNECT_TIMEOUT_SECONDS))),
        "server_settings": {"application_name": str(options.pop("application_name", PROGRAM))},
    }
    if wanted:
        arguments["target_session_attrs"] = wanted
    if encryption := options.pop("sslmode", None):
        arguments["ssl"] = encryption
    if _is_pooled(options.pop("pooler", None)):
        arguments |= {
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": _no_name,
        }
    return address.set(query=options), arguments


def _is_pooled(said: object) -> bool:
    if said not in {None, TRANSACTION}:
        raise ValueError(f"pooler is {TRANSACTION}, or is left out")
    return said is not None


def _no_name() -> str:
    """A statement without a name lives for one use: no pooler can forget it."""
    return ""


def libpq_address(url: str) -> tuple[str, str]:
    """The address for PostgreSQL's own programs, without its password, and the password: a command line is
    seen by everybody on the machine."""
    address = one_shape(url)
    options = {name: value for name, value in address.query.items() if name != "pooler"}
    hosts = options.pop("host", None)
    plain = URL.create(
        "postgresql", address.username, None, address.host, address.port, address.database, options
    )
    text = plain.render_as_string(hide_password=False)
    if hosts is not None:
        given = [hosts] if isinstance(hosts, str) else hosts
        before, after = text.split("://", 1)
        user, _, rest = after.rpartition("@") if "@" in after else ("", "", after)
        text = f"{before}://{user + '@' if user else ''}{','.join(given)}{rest}"
    return text, address.password or ""


class NoServer(ConnectionError):
    """No server of the address takes writes of the newest history that this process has seen."""


class Leader:
    """Connects to the server that leads. Of several it tries each; a former leader that came back, with the
    history of before it was replaced, is none, though it takes writes."""

    def __init__(self) -> None:
        self._newest = 0

    async def connect(self, **given: Any) -> Any:
        """In place of `asyncpg.connect`. Raises `NoServer`."""
        hosts, ports = _listed(given.pop("host", "localhost")), _listed(given.pop("port", int(_PORT)))
        why: Exception | None = None
        for host, port in zip(hosts, cycle(ports), strict=False):
            try:
                connection = await asyncpg.connect(host=host, port=port, **given)
            except asyncpg.exceptions.TargetServerAttributeNotMatched as error:
                why = error
                continue
            except (OSError, asyncpg.CannotConnectNowError) as error:
                if len(hosts) == 1:
                    raise
                why = error
                continue
            if await self._is_newest(connection):
                return connection
            connection.terminate()
        raise NoServer(f"no server leads, of {len(hosts)}") from why

    async def _is_newest(self, connection: Any) -> bool:
        try:
            async with connection.transaction():
                told = await connection.fetchval(
                    "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)",
                    timeout=CONNECT_TIMEOUT_SECONDS,
                )
        except asyncpg.PostgresError:
            return True  # a standby that was asked for by name, or a service that does not tell
        timeline = int(told, 16)
        if timeline < self._newest:
            return False
        self._newest = timeline
        return True


_LEADERS: dict[str, Leader] = {}


def leader_of(url: str) -> Leader:
    """The one of this process for that address: what one part of it has seen, all of it knows."""
    return _LEADERS.setdefault(url, Leader())


def _listed(given: Any) -> list[Any]:
    return list(given) if isinstance(given, list | tuple) else [given]
