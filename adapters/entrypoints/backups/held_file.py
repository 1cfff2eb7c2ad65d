"""The file of messages that the broker alone had: one JSON object a line."""

import base64
import json
from collections.abc import Iterable
from pathlib import Path

from events.positions import Held


def write(path: Path, messages: Iterable[Held]) -> int:
    """Write messages and give their number."""
    number = 0
    with path.open("w", encoding="utf-8") as file:
        for number, one in enumerate(messages, start=1):  # noqa: B007 - the last is how many
            line = {
                "stream": one.stream,
                "sequence": one.sequence,
                "subject": one.subject,
                "headers": dict(one.headers),
                "data": base64.b64encode(one.data).decode(),
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return number


def read(path: Path) -> list[Held]:
    """The messages, in their order; the file's sum was compared before, so it is as it was written."""
    found = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            one = json.loads(line)
            data = base64.b64decode(one["data"])
            found.append(Held(one["stream"], one["sequence"], one["subject"], data, one["headers"]))
    return found
