"""A test that reaches for another machine fails at once."""

import socket

import pytest

from tests.support.no_network import NetworkForbidden, is_local


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "slack.localhost", b"localhost", None]
)
def test_this_machine_is_local(host: object) -> None:
    """Loopback addresses and names stay on this machine."""
    assert is_local(host)


@pytest.mark.parametrize("host", ["example.org", "192.0.2.1", "10.0.0.1", "localhost.example.org"])
def test_everything_else_is_refused(host: str) -> None:
    """Public and private-range hosts are refused before a packet leaves."""
    with pytest.raises(NetworkForbidden, match="stay on this machine"):
        socket.create_connection((host, 80), timeout=1)
