"""Checks documents with GİB's own rules (schema and schematron, by the extra ``gib``), before they are sent.

The rules are compiled once in processes of their own, see :mod:`adapters.invoicing.gib_process`; a check is then a few
milliseconds. Their texts are GİB's and Turkish only.
"""

import asyncio
import importlib.util
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Self

import structlog

from adapters.invoicing import gib_process
from adapters.invoicing.ubl import safety
from workflow.errors import KervanError
from workflow.rules.findings import Severity

Mode = Literal["required", "if_installed", "off"]
"""Whether documents are checked: always (an error where the extra is missing), where the extra is there, or never."""

_SEVERITIES = {"hata": Severity.BLOCK, "uyari": Severity.WARN, "bilgi": Severity.INFO}
_AGAINST_THE_SAMPLES = frozenset({"hesap-dip-satir", "hesap-dip-indirim"})
"""The package's own arithmetic, not GİB's: it wants the totals after line discounts, where GİB's samples show them before."""
_GONE = (asyncio.IncompleteReadError, ConnectionError)

_log = structlog.get_logger("kervan.invoicing")


class GibNotInstalledError(KervanError):
    """GİB's rules are not installed."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Invoices are to be checked with GİB's own rules, but these are not installed. Install kervan[gib], or set "
            "KERVAN_GIB_CHECK=if_installed to go without them."
        )


class GibTooSlowError(KervanError):
    """A document took too long."""

    def __init__(self, seconds: float) -> None:
        """Say how long."""
        super().__init__(
            f"GİB's rules did not finish with the document within {seconds:g} s; the check was ended, so nobody knows whether "
            "it is valid. Try again; if it is a very large one, split the shipment."
        )


class GibFailedError(KervanError):
    """The check itself broke down."""

    def __init__(self, why: str) -> None:
        """Say how."""
        super().__init__(
            f"GİB's rules could not be applied to the document ({why}), so nobody knows whether it is valid. Try again; if it "
            "stays so, run `kervan invoice check` on the document and tell who maintains this installation."
        )


@dataclass(frozen=True, slots=True)
class GibFinding:
    """What GİB's rules found; ``kind`` is ``xsd``, ``sematron``, ``hesap`` (arithmetic), ``imza`` (seal) or ``xml``.

    ``text`` is GİB's own, in Turkish; ``path`` and ``line`` say where in the document.
    """

    code: str
    severity: Severity
    kind: str
    text: str
    path: str = ""
    line: int = 0


def installed() -> bool:
    """Whether the extra is there."""
    return importlib.util.find_spec("efatura_kontrol") is not None


class GibCheck:
    """A pool of processes that check documents; each starts when it is first needed, and again after it was ended."""

    def __init__(self, processes: int = 1, *, within_s: float = 20.0, command: Sequence[str] = ()) -> None:
        """Check on so many processes; each document ``within_s`` seconds, with the start of its process.

        Raises:
            GibNotInstalledError: the extra is not installed.
        """
        if not command and not installed():
            raise GibNotInstalledError
        self._command = tuple(command) or (sys.executable, "-m", gib_process.__name__)
        self._within_s = within_s
        self._idle: asyncio.LifoQueue[Process | None] = asyncio.LifoQueue()
        for _ in range(processes):
            self._idle.put_nowait(None)
        self._size = processes
        self._reaping: set[asyncio.Task[int]] = set()

    async def __aenter__(self) -> Self:
        """Nothing is started yet; see :meth:`warm`."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End all processes."""
        await self.close()

    async def warm(self) -> None:
        """Start all processes now, so that the first documents need not wait.

        Raises:
            GibTooSlowError: one did not start in time.
            GibFailedError: one ended at once.
        """
        await asyncio.gather(*(self._with_process(None) for _ in range(self._size)))

    async def check(self, xml: bytes) -> tuple[GibFinding, ...]:
        """What GİB's rules find; the document is valid where nothing blocks.

        Raises:
            UnsafeDocumentError: it is too large, not UTF-8, or declares a document type; the rules never see it.
            GibTooSlowError: it took too long; its process was ended.
            GibFailedError: the rules broke down over it.
        """
        safety.look(xml)
        answer = json.loads(await self._with_process(xml))
        if "error" in answer:
            raise GibFailedError(str(answer["error"]))
        return tuple(_finding(*row) for row in answer["findings"])

    async def blocking(self, xml: bytes) -> list[str]:
        """The texts of what blocks; none where the document is valid. Raises as :meth:`check`."""
        return [f"{found.code}: {found.text}" for found in await self.check(xml) if found.severity is Severity.BLOCK]

    async def close(self) -> None:
        """End all processes that are not at work; they end at the end of their input."""
        for _ in range(self._idle.qsize()):
            process = self._idle.get_nowait()
            if process is not None:
                await self._end(process)
            self._idle.put_nowait(None)
        await asyncio.gather(*self._reaping)

    async def _with_process(self, xml: bytes | None) -> bytes:
        process = await self._idle.get()
        try:
            async with asyncio.timeout(self._within_s):
                process = process or await self._start()
                answer = b"" if xml is None else await _ask(process, xml)
        except BaseException as error:
            if process is not None:
                self._kill(process)
                process = None
            if isinstance(error, TimeoutError):
                raise GibTooSlowError(self._within_s) from None
            if isinstance(error, _GONE):
                raise GibFailedError("its process ended") from None
            raise
        else:
            return answer
        finally:
            self._idle.put_nowait(process)

    async def _start(self) -> Process:
        environment = {**os.environ, "TZ": gib_process.ZONE}
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment, start_new_session=True
        )
        try:
            await _read(process)
        except BaseException:
            self._kill(process)
            raise
        return process

    def _kill(self, process: Process) -> None:
        """End a process at once, and let a task see it off: its pipes close only then."""
        with suppress(ProcessLookupError):
            process.kill()
        task = asyncio.create_task(process.wait())
        self._reaping.add(task)
        task.add_done_callback(self._reaping.discard)

    async def _end(self, process: Process) -> None:
        """Let a process end by itself, or kill it after a second."""
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(1):
                await process.wait()
        except TimeoutError:
            self._kill(process)


def checker(mode: Mode, processes: int = 1) -> GibCheck | None:
    """The check that a setting asks for; ``None`` where there is to be none.

    Raises:
        GibNotInstalledError: it is required, and the extra is not installed.
    """
    if mode == "off":
        return None
    if mode == "if_installed" and not installed():
        _log.warning("documents are not checked with the tax administration's rules", install="kervan[gib]")
        return None
    return GibCheck(processes)


def _finding(code: str, level: str, kind: str, text: str, path: str, line: int) -> GibFinding:
    severity = Severity.INFO if code in _AGAINST_THE_SAMPLES else _SEVERITIES[level]
    return GibFinding(code, severity, kind, text, path, line)


async def _read(process: Process) -> bytes:
    if process.stdout is None:
        raise AssertionError
    size = await process.stdout.readexactly(gib_process.SIZE_BYTES)
    return await process.stdout.readexactly(int.from_bytes(size, "big"))


async def _ask(process: Process, xml: bytes) -> bytes:
    if process.stdin is None:
        raise AssertionError
    process.stdin.write(gib_process.frame(xml))
    await process.stdin.drain()
    return await _read(process)
