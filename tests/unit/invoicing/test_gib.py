"""GİB's own rules, in processes that are warm, bounded, and replaced when they break."""

import asyncio
import dataclasses
import sys
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from adapters.invoicing import gib
from adapters.invoicing.gib import GibCheck, GibFailedError, GibNotInstalledError, GibTooSlowError
from adapters.invoicing.ubl import safety
from adapters.invoicing.ubl.writing import CHARGES, write
from tests.unit.invoicing.drafts import BUYER, FREIGHT, SELLER, SHIRTS, draft, invoice
from tests.unit.invoicing.mutations import MUTATIONS, OBSERVED, VALID
from workflow.countries import COUNTRIES
from workflow.draft import Address, Draft, Party
from workflow.rules.findings import Severity
from workflow.rules.units import UNITS

LEVELS = {Severity.BLOCK: "hata", Severity.WARN: "uyari", Severity.INFO: "bilgi"}


@pytest.fixture
async def check() -> AsyncIterator[GibCheck]:
    """One process, warm."""
    async with GibCheck() as made:
        yield made


async def test_all_observed_mutations_get_the_recorded_verdict(check: GibCheck) -> None:
    """Verdict and rules, as GİB's package gave them (the missing seal of a draft aside)."""
    assert set(MUTATIONS) == set(OBSERVED)
    for name, spoil in MUTATIONS.items():
        found = await check.check(spoil())
        told = {(LEVELS[f.severity], f.kind, f.code) for f in found if f.kind != "imza"}
        assert told == {tuple(row) for row in OBSERVED[name]["findings"]}, name  # type: ignore[attr-defined]
        assert (not any(f.severity is Severity.BLOCK for f in found)) is OBSERVED[name]["ok"], name
        assert bool(await check.blocking(spoil())) is not OBSERVED[name]["ok"]


async def test_invoices_of_every_kind_are_valid(check: GibCheck) -> None:
    """Persons and organisations, every charge, every currency pair, odd weights, no district, a thousand characters."""
    charges = tuple(dataclasses.replace(FREIGHT, kind=kind) for kind in CHARGES)
    person = Party("Erika Mustermann", Address("FR", "Paris"), "11111111111")
    given: tuple[Draft, ...] = (
        draft(),
        draft(lines=(SHIRTS, *charges)),
        draft(consignee=person),
        draft(consignee=Party("Acme Inc.", Address("US", "Reno"), "EIN 12-3456789")),
        draft(seller=dataclasses.replace(SELLER, name="Mehmet Öz", tax_number="10000000146", tax_office="")),
        draft(gross_weight_kg=Decimal("0.000001"), lines=(dataclasses.replace(SHIRTS, net_weight_kg=None),)),
        draft(lines=(dataclasses.replace(SHIRTS, description="ş" * 1000, sku="x" * 200, discount=Decimal(1050)), FREIGHT)),
        draft(lines=(dataclasses.replace(SHIRTS, unit_price=Decimal("0.000001"), discount=Decimal(0)),)),
    )
    for one in given:
        assert await check.blocking(write(invoice(one))) == []
    assert await check.blocking(write(invoice(draft(currency="TRY"), rate=None))) == []


async def test_every_country_and_unit_that_our_rules_take_is_in_gibs_lists(check: GibCheck) -> None:
    """So nothing that passes validation fails as an invoice."""
    countries = sorted(COUNTRIES)
    goods = tuple(dataclasses.replace(SHIRTS, origin=code, net_weight_kg=None) for code in countries)
    assert await check.blocking(write(invoice(draft(lines=goods)))) == []
    units = tuple(dataclasses.replace(SHIRTS, unit=code, net_weight_kg=None) for code in sorted(UNITS))
    assert await check.blocking(write(invoice(draft(lines=units)))) == []
    for code in countries:
        buyer = dataclasses.replace(BUYER, address=Address(code, "x"))
        assert await check.blocking(write(invoice(draft(consignee=buyer)))) == []


async def test_a_document_that_could_be_an_attack_never_reaches_the_rules(check: GibCheck) -> None:
    """Their engine would resolve entities."""
    with pytest.raises(safety.DocumentTypeError):
        await check.check(b'<!DOCTYPE i [<!ENTITY x SYSTEM "file:///etc/passwd">]><i>&x;</i>')
    with pytest.raises(safety.DocumentTooLargeError):
        await check.check(b" " * (safety.MAX_BYTES + 1))
    assert check._idle.qsize() == 1


async def test_what_is_no_xml_is_a_finding(check: GibCheck) -> None:
    """Like any other."""
    (found,) = await check.check(b"<i>")
    assert (found.code, found.severity) == ("xml-bicim", Severity.BLOCK)


async def test_more_documents_than_processes_wait_for_their_turn(check: GibCheck) -> None:
    """And all are answered, each with its own."""
    wrong = MUTATIONS["code_302"](), MUTATIONS["id_lowercase"](), VALID
    found = await asyncio.gather(*(check.blocking(xml) for xml in wrong * 5))
    assert [bool(texts) for texts in found] == [False, True, False] * 5


SILENT = (sys.executable, "-c", "import sys; sys.stdout.buffer.write(b'\\0\\0\\0\\0'); sys.stdout.flush(); sys.stdin.read()")
ENDING = (sys.executable, "-c", "import sys; sys.stdout.buffer.write(b'\\0\\0\\0\\0'); sys.stdout.flush(); sys.stdin.read(4)")
FAILING = (
    sys.executable,
    "-c",
    (
        "import sys; o = sys.stdout.buffer; o.write(b'\\0\\0\\0\\0'); o.flush(); sys.stdin.buffer.read(4);"
        'o.write(b\'\\0\\0\\0\\x13{"error": "Broken"}\'); o.flush(); sys.stdin.read()'
    ),
)


async def test_a_document_that_takes_too_long_ends_its_process_and_the_next_gets_a_new_one() -> None:
    """Time is bounded, and nothing is left running."""
    async with GibCheck(command=SILENT, within_s=0.5) as slow:
        await slow.warm()
        process = slow._idle._queue[0]  # type: ignore[attr-defined]
        with pytest.raises(GibTooSlowError, match="nobody knows"):
            await slow.check(VALID)
        assert await process.wait() < 0
        slow._command = (sys.executable, "-m", "adapters.invoicing.gib_process")
        slow._within_s = 20
        assert await slow.blocking(VALID) == []


async def test_a_process_that_ends_is_an_error_and_the_next_document_gets_a_new_one() -> None:
    """Not a verdict."""
    async with GibCheck(command=ENDING) as broken:
        for _ in range(2):
            with pytest.raises(GibFailedError, match="process ended"):
                await broken.check(VALID)


async def test_a_rule_engine_that_breaks_down_is_an_error_and_not_a_verdict() -> None:
    """Named by its kind."""
    async with GibCheck(command=FAILING) as failing:
        with pytest.raises(GibFailedError, match="Broken"):
            await failing.check(VALID)


async def test_who_stops_waiting_does_not_leave_an_answer_for_the_next() -> None:
    """The process is ended with the question."""
    async with GibCheck(command=SILENT) as silent:
        await silent.warm()
        task = asyncio.create_task(silent.check(VALID))
        while silent._idle.qsize():
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert silent._idle._queue == [None]  # type: ignore[attr-defined]


def test_without_the_extra_the_setting_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Required: an error that says what to install; if installed: no check; off: no check."""
    monkeypatch.setattr(gib, "installed", lambda: False)
    with pytest.raises(GibNotInstalledError, match=r"kervan\[gib\]"):
        gib.checker("required")
    assert gib.checker("if_installed") is None
    assert gib.checker("off") is None
    monkeypatch.undo()
    assert gib.checker("required") is not None
    assert gib.checker("if_installed") is not None
    assert gib.checker("off") is None
