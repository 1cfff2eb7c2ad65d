"""Ports for servers that are about to start."""

import socket

from adapters.entrypoints.embedded import processes

GIVEN_FROM = 32768


def test_a_port_for_a_server_is_none_that_a_connection_going_out_may_take_first() -> None:
    """Else the server would find it taken, now and then, where much goes out; and it can be listened on."""
    for _ in range(50):
        port = processes.any_port()
        assert GIVEN_FROM // 2 <= port < GIVEN_FROM
        with socket.socket() as server:
            server.bind(("127.0.0.1", port))
