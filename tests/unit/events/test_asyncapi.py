"""The broker's documentation says all that goes over it."""

import pytest

from events import asyncapi
from workflow import asking

ASKED = sorted(value[1] for value in vars(asking).values() if isinstance(value, tuple))


@pytest.mark.parametrize("kind", ASKED)
def test_each_task_is_documented(kind: str) -> None:
    """Whoever writes an adapter finds what it will be asked."""
    document = asyncapi.document()
    assert kind in document["channels"]["task"]["messages"]
    assert kind in document["components"]["messages"]
