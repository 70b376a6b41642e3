"""Tests reach this machine only: a call to any other host fails at once and says so."""

import ipaddress
import sys

LOCAL_NAMES = frozenset({"", "localhost", "0.0.0.0", "::"})


class NetworkForbidden(ConnectionError):
    """A test tried to reach another machine."""


def is_local(host: object) -> bool:
    """Whether `host` (a name or an address, as given to a socket) stays on this machine."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return name.endswith(".localhost")


def _refuse_other_hosts(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo" and not is_local(args[0]):
        raise NetworkForbidden(f"a test looked up {args[0]!r}; tests stay on this machine")
    if event == "socket.connect" and isinstance(args[1], tuple) and not is_local(args[1][0]):
        raise NetworkForbidden(f"a test connected to {args[1][0]!r}; tests stay on this machine")


def forbid_network() -> None:
    """Refuse other hosts for the rest of this process. An audit hook cannot be taken away again."""
    sys.addaudithook(_refuse_other_hosts)
