"""The process that checks documents with GİB's own rules: ``python -m adapters.invoicing.gib_process``.

It compiles GİB's schema and schematron once (half a second), then takes documents on standard input and answers on standard
output, each with its length before it, until the input ends. A process of its own can be killed when a document takes too
long, and its clock is Istanbul's: the rule that no invoice is from the future (``TimeCheck-1``) means Istanbul's today.
"""

import json
import os
import sys
from typing import BinaryIO

SIZE_BYTES = 4
READY = b"ready"
ZONE = "<+03>-3"
"""Istanbul since 2016, in POSIX's words, which need no zone files."""


def frame(content: bytes) -> bytes:
    """A message on the pipe."""
    return len(content).to_bytes(SIZE_BYTES, "big") + content


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not come between the answers
    from efatura_kontrol import kontrol  # noqa: PLC0415 - only this process pays for it

    kontrol.hazirla()
    _send(answers, READY)
    while size := sys.stdin.buffer.read(SIZE_BYTES):
        document = sys.stdin.buffer.read(int.from_bytes(size, "big"))
        try:
            report = kontrol.kontrol_et(document, ad="invoice.xml")
            found = [[b.kod, b.seviye, b.kaynak, b.mesaj, b.konum or "", b.satir or 0] for b in report.bulgular]
            answer: dict[str, object] = {"findings": found}
        except Exception as error:  # noqa: BLE001 - whatever the rules' engine raises, the next document must go on
            answer = {"error": type(error).__name__}
        _send(answers, json.dumps(answer).encode())


def _send(pipe: BinaryIO, content: bytes) -> None:
    pipe.write(frame(content))
    pipe.flush()


if __name__ == "__main__":
    main()
