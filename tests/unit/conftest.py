"""Unit tests open no socket."""

from collections.abc import Iterator

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def no_sockets() -> Iterator[None]:
    """Any socket but the event loop's own pair is an error."""
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()
