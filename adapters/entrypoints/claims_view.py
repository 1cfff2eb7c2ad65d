"""What ``kervan claim`` does and prints."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
import typer

from adapters.database import filings
from adapters.dossiers.labels import POLICIES, STEPS
from adapters.entrypoints import bootstrap, written
from adapters.entrypoints.cli.place import signed
from adapters.entrypoints.cli.saying import told
from adapters.settings import Settings
from adapters.web import claim_tables
from adapters.web.console.forms import amount as amount_of
from workflow.errors import SaidError
from workflow.refund import MAY_BE_FILED, ClaimStatus, StepCode, filing, listing, listing_filings, saying
from workflow.refund.saying import ClaimUnknownError, NothingToClaimError, SayingRefusedError
from workflow.sentences import STATUSES
from workflow.values import istanbul_day

if TYPE_CHECKING:
    from adapters.database.claims import ClaimBooks
    from adapters.entrypoints.bootstrap import Parts

_MOST = 10_000
_MARKS = {"block": "✗", "advise": "!"}


class WrongStatusError(SaidError):
    """A status is none of a claim's."""

    TEXTS = (
        "{status!r} diye bir başvuru durumu yok; şunlardan biri olmalı: {known}.",
        "{status!r} is no status of a claim; it is one of: {known}.",
    )

    def __init__(self, status: str) -> None:
        """Name those there are."""
        super().__init__(status=status, known=", ".join(ClaimStatus))


class NotReadableError(SaidError):
    """What is given for an option is none of its kind."""

    TEXTS = (
        "Kaydedilmedi: {option} için “{given}” okunamadı; örneğin şöyle yazın: {wanted}.",
        "Not recorded: “{given}” cannot be read for {option}; write it as {wanted}, for example.",
    )

    def __init__(self, name: str, given: str, wanted: str) -> None:
        """Name the option, and give an example."""
        super().__init__(option=f"--{name.replace('_', '-')}", given=given, wanted=wanted)


def _today() -> date:
    return istanbul_day(bootstrap.now())


async def listed(parts: "Parts", books: "ClaimBooks", *, seller: str, period: str, status: str) -> list[dict[str, Any]]:
    """Claims in plain values.

    Raises:
        WrongStatusError: there is no such status.
    """
    if status and status not in set(ClaimStatus):
        raise WrongStatusError(status)
    law, today = parts.law, _today()
    found = await books.listed(today, seller=seller, period=period, status=status, limit=_MOST)
    return [listing.claim(sheet, law, today) for sheet in found]


async def details(parts: "Parts", books: "ClaimBooks", claim: UUID) -> dict[str, Any]:
    """One claim in plain values.

    Raises:
        ClaimUnknownError: there is none.
    """
    today = _today()
    outline = await books.outline(claim, today)
    if outline is None:
        raise ClaimUnknownError(claim)
    of = outline.sheet.claim
    earlier = await books.earlier(of.seller, of.period, today)
    told = listing.details(outline, await books.moves(claim), earlier, parts.law, today)
    return told | listing_filings.beside_today(await books.filings(claim), outline.sheet)


async def of_period(parts: "Parts", books: "ClaimBooks", seller: str, period: str) -> dict[str, Any]:
    """The claim of a period that can be filed, or its last one.

    Raises:
        NothingToClaimError: nothing has gathered in it.
    """
    found = sorted(await books.listed(_today(), seller=seller, period=period), key=lambda one: one.claim.supplement)
    if not found:
        raise NothingToClaimError(seller, period)
    chosen = next((one for one in found if one.claim.status in MAY_BE_FILED), found[-1])
    return await details(parts, books, chosen.claim.id)


async def say(parts: "Parts", family: str, kind: str, data: dict[str, Any]) -> str:
    """Say something in the name of who is at the shell; what became of it.

    Raises:
        SayingRefusedError: it was refused.
    """
    outcome = await told(parts, family, kind, data)
    if outcome.state == "refused":
        raise SayingRefusedError(outcome.code, outcome.detail)
    return outcome.state


async def file(parts: "Parts", books: "ClaimBooks", claim: UUID, told: dict[str, str]) -> dict[str, Any]:
    """File a claim as it is told and show it; what is empty is left out.

    Raises:
        ClaimNotReadyError: its checklist blocks.
        NotReadableError: the amount is none.
    """
    lines = await books.lines(claim, _today())
    if lines is None:
        raise ClaimUnknownError(claim)
    told |= {"refundable": _amount("refundable", told["refundable"])}
    override = told["override"]
    filing.hold_if_blocked(lines.sheet, override)
    seen = {"calculation": filings.summed(filings.calculation(lines))}
    data = {"claim": str(claim), "filed_on": _today().isoformat()} | {name: value for name, value in told.items() if value}
    async with signed(parts.pool, "claim.file", f"claim/{claim}", reason=override):
        await say(parts, "tax_office", "claim.filed.v1", data | filing.figures(lines.sheet) | seen)
    return await details(parts, books, claim)


async def progress(parts: "Parts", books: "ClaimBooks", claim: UUID, told: dict[str, Any]) -> dict[str, Any]:
    """Record what the tax office did, and show the claim; what came back of a shipment is given back as proposed.

    Raises:
        RejectionUnexplainedError: a rejection has no reason.
        NotAsProposedError: another amount is to be given back for a shipment, without a reason.
        NotReadableError: the amount is none.
    """
    told |= {"amount": _amount("amount", told["amount"])}
    outline = await books.outline(claim, _today())
    if outline is None:
        raise ClaimUnknownError(claim)
    data = saying.reversed_for(outline, saying.progressed({name: value for name, value in told.items() if value}))
    data |= {"claim": str(claim)}
    async with signed(parts.pool, "claim.progress", f"claim/{claim}", reason=str(told["note"])):
        await say(parts, "tax_office", "claim.progressed.v1", {"on": _today().isoformat()} | data)
    return await details(parts, books, claim)


async def carry(parts: "Parts", seller: str, period: str, amount: str, turnover: str) -> str:
    """Tell figures of a VAT return; what became of it.

    Raises:
        NotReadableError: one of them is no amount.
    """
    given = {"carried": "" if amount == "-" else _amount("amount", amount), "turnover": _amount("turnover", turnover)}
    data = {"seller": seller, "period": period} | {name: value for name, value in given.items() if value}
    async with signed(parts.pool, "vat_return.tell", f"seller/{seller}"):
        return await say(parts, "accounting", "vat_return.told.v1", data)


def _amount(name: str, given: str) -> str:
    """An amount as the contract writes it, of one as either language writes it; empty where none is given."""
    found = amount_of(given) if given else None
    if given and found is None:
        raise NotReadableError(name, given, "12000,00")
    return "" if found is None else f"{found:.2f}"


def show_list(found: list[dict[str, Any]], *, as_csv: bool, as_json: bool) -> None:
    """Print claims."""
    file = ("claims", claim_tables.CLAIMS)
    written.show_list(found, file, _line, ("Başvuru yok.", "There are no claims."), as_csv=as_csv, as_json=as_json)


def _line(one: dict[str, Any], locale: str) -> str:
    words = {
        "tr": ("gönderi", "iade", "son gün", "kısmen geri alındı: {reversed_try} TL, kalanı {rest_status}"),
        "en": ("shipments", "refundable", "until", "reversed in part: {reversed_try} TRY, the rest {rest_status}"),
    }[locale]
    supplement = f"+{one['supplement']}" if one["supplement"] else ""
    status = f"{written.word(STATUSES[one['status']], locale):<12}"
    if one["partly_reversed"]:
        rest = written.word(STATUSES[one["rest_status"]], locale)
        status = words[3].format(reversed_try=written.figure(one["reversed_try"], locale), rest_status=rest)
    refundable = written.figure(one["refundable_try"] if one["asked_known"] else None, locale)
    return (
        f"{one['id']}  {one['seller']}  {one['period']}{supplement}  {status}  {one['shipments']} {words[0]}  "
        f"{words[1]} {refundable} TL  {words[2]} {written.day(one['deadline'], locale)} ({one['days_left']})"
    )


_FILED = {
    "tr": ("{version}. veriliş", "dilekçe", "ihracat", "iade", "gerekçe", "bugün"),
    "en": ("filing {version}", "petition", "exported", "refund", "reason", "today"),
}
"""The words of a filing, and of what has come to differ since."""


def _filings(one: dict[str, Any], locale: str) -> Iterator[str]:
    """A claim as it was filed each time, and what differs today, with what is known to be the cause."""
    filing_, petition, exported, refund, reason, today = _FILED[locale]
    for filed in one["filings"]:
        why = f"  {reason}: {filed['override']}" if filed["override"] else ""
        yield (
            f"  {filing_.format(version=filed['version'])}: {written.day(filed['filed_on'], locale)}  "
            f"{petition} {filed['petition_number']}  {exported} {written.figure(filed['exported_try'], locale)} TL  "
            f"{refund} {written.figure(filed['refundable_try'], locale)} TL  "
            f"{written.word(POLICIES[filed['rate_policy']], locale)}  {filed['actor']}  "
            f"sha256 {filed['calculation_sha256'][:16]}…{why}"
        )
    for differs in (one["since_filed"] or {"differs": []})["differs"]:
        causes = "; ".join(cause["message"][locale] for cause in differs["causes"])
        name = differs["message"][locale]
        before, now = (written.figure(differs[when] or None, locale) for when in ("filed", "today"))
        yield f"    ! {name}: {before} → {today} {now}{f' ({causes})' if causes else ''}"


def show(one: dict[str, Any], *, as_json: bool) -> None:
    """Print a claim."""
    if as_json:
        typer.echo(orjson.dumps(one).decode())
        return
    locale = Settings().locale
    typer.echo(_line(one, locale))
    for step in one["steps"]:
        name = written.word(STEPS[StepCode(step["code"])][0], locale)
        rate = f" ({written.share(step['rate'], locale)})" if step["rate"] else ""
        typer.echo(f"    {name + rate:<52}{written.figure(step['amount_try'], locale):>18}")
    for item in one["checklist"]:
        mark = "✓" if item["met"] else _MARKS[item["severity"]]
        typer.echo(f"  {mark} {item['message'][locale]}")
    if one["left_over"]:
        typer.echo(f"  ! {one['left_over']['message'][locale]}")
    for line in _filings(one, locale):
        typer.echo(line)
    for move in one["history"]:
        told = f"  {written.figure(move['amount'], locale)} TL" if move["amount"] else ""
        status = written.word(STATUSES[move["status"]], locale)
        typer.echo(f"  {written.day(move['on'], locale)}  {status}{told}  {move['actor']}  {move['note'] or ''}".rstrip())
