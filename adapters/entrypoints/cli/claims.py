"""``kervan claim``: VAT refund claims from the shell."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

if TYPE_CHECKING:
    from adapters.database.claims import ClaimBooks
    from adapters.entrypoints.bootstrap import Parts
    from adapters.settings import Settings

claims = typer.Typer(
    name="claim",
    help="VAT refund claims: what can be claimed, what is missing, what became of it.\n\n"
    "Example: kervan claim list --seller 1234567890",
    no_args_is_help=True,
)

ClaimId = Annotated[UUID, typer.Argument(metavar="CLAIM", help="The claim's id, as `kervan claim list` tells it")]
Seller = Annotated[str, typer.Option(help="VKN or TCKN of the seller")]
Period = Annotated[str, typer.Option(help="VAT period, as 2026-11")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON")]
Day = Annotated[str, typer.Option(help="As 2026-12-01; default: today in Istanbul")]


@claims.command("list")
def list_(
    seller: Annotated[str, typer.Option(help="Of this seller only")] = "",
    period: Annotated[str, typer.Option(help="Of this VAT period only, as 2026-11")] = "",
    status: Annotated[str, typer.Option(help="open, filed, under_review, approved, paid, rejected or reversed")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print as CSV for a spreadsheet")] = False,
    as_json: AsJson = False,
) -> None:
    """List claims, the newest period first, with what they are worth and when they lapse.

    Example: kervan claim list --seller 1234567890 --status open
    """
    from adapters.entrypoints import claims_view

    async def run(parts: "Parts", books: "ClaimBooks") -> list[dict[str, Any]]:
        return await claims_view.listed(parts, books, seller=seller, period=period, status=status)

    claims_view.show_list(_on_claims(run), as_csv=as_csv, as_json=as_json)


@claims.command("sellers")
def sellers(
    sort: Annotated[str, typer.Option(help="claimable, blocked, outstanding, lapsing, lapsed or days")] = "claimable",
    q: Annotated[str, typer.Option(help="Part of a name, or the beginning of a tax number")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print as CSV for a spreadsheet")] = False,
    as_json: AsJson = False,
) -> None:
    """List all sellers: what of each can be claimed, is held back, is out and lapses; most money or fewest days first.

    The figures are those that a worker keeps: at once where claims change, else within the hour.

    Example: kervan claim sellers --sort lapsing --csv > sellers.csv
    """
    from adapters.entrypoints import sellers_view

    async def run(parts: "Parts", books: "ClaimBooks") -> list[dict[str, Any]]:
        del books
        return await sellers_view.listed(parts.pool, sort, q)

    sellers_view.show(_on_claims(run), as_csv=as_csv, as_json=as_json)


@claims.command("show")
def show(claim: ClaimId, as_json: AsJson = False) -> None:
    """Show a claim: every step of its calculation, its checklist, and who told what of it.

    Example: kervan claim show 0b0f3a52-5f0e-5c5c-8a56-3f0f6a2d9c10
    """
    from adapters.entrypoints import claims_view

    async def run(parts: "Parts", books: "ClaimBooks") -> dict[str, Any]:
        return await claims_view.details(parts, books, claim)

    claims_view.show(_on_claims(run), as_json=as_json)


@claims.command("build")
def build(seller: Seller, period: Period, as_json: AsJson = False) -> None:
    """Calculate the claim of a period anew and show it; shipments gather in it by themselves.

    Example: kervan claim build --seller 1234567890 --period 2026-11
    """
    from adapters.entrypoints import claims_view

    async def run(parts: "Parts", books: "ClaimBooks") -> dict[str, Any]:
        return await claims_view.of_period(parts, books, seller, period)

    claims_view.show(_on_claims(run), as_json=as_json)


@claims.command("file")
def file(
    claim: ClaimId,
    petition: Annotated[str, typer.Option(help="Number of the petition that the tax office gave")],
    on: Day = "",
    refundable: Annotated[str, typer.Option(help="TRY that the petition asks for, where that is not what was calculated")] = "",
    override: Annotated[str, typer.Option(help="Why it is filed although its checklist blocks; kept with the claim")] = "",
    as_json: AsJson = False,
) -> None:
    """Record that a claim was filed: all its shipments move in this one step. A checklist that blocks holds it.

    Example: kervan claim file 0b0f3a52-5f0e-5c5c-8a56-3f0f6a2d9c10 --petition 2026-112233
    """
    from adapters.entrypoints import claims_view

    async def run(parts: "Parts", books: "ClaimBooks") -> dict[str, Any]:
        told = {"petition_number": petition, "filed_on": on, "refundable": refundable, "override": override}
        return await claims_view.file(parts, books, claim, told)

    claims_view.show(_on_claims(run), as_json=as_json)


@claims.command("progress")
def progress(
    claim: ClaimId,
    status: Annotated[str, typer.Argument(help="under_review, approved, paid, rejected or reversed")],
    on: Day = "",
    amount: Annotated[str, typer.Option(help="TRY of this decision alone, as 1250.00; without: all that is left")] = "",
    note: Annotated[str, typer.Option(help="What was asked, or why it was rejected")] = "",
    due: Annotated[str, typer.Option(help="Until when a question is to be answered, as 2026-12-20")] = "",
    shipment: Annotated[UUID | None, typer.Option(help="reversed: for whose return a part is given back")] = None,
    answered: Annotated[bool, typer.Option("--answered", help="The question was answered")] = False,
    as_json: AsJson = False,
) -> None:
    """Record what the tax office did with a claim: asked, approved, paid (in parts, too), rejected, reversed.

    Example: kervan claim progress 0b0f3a52-5f0e-5c5c-8a56-3f0f6a2d9c10 paid --amount 8000.00 --on 2026-12-30
    """
    from adapters.entrypoints import claims_view

    told: dict[str, Any] = {"status": status, "on": on, "amount": amount, "note": note, "due_on": due, "answered": answered}
    told |= {"shipment": {"id": str(shipment)}} if shipment is not None else {}

    async def run(parts: "Parts", books: "ClaimBooks") -> dict[str, Any]:
        return await claims_view.progress(parts, books, claim, told)

    claims_view.show(_on_claims(run), as_json=as_json)


@claims.command("carry")
def carry(
    seller: Seller,
    period: Period,
    amount: Annotated[str, typer.Argument(help="VAT that the period's return carries forward, in TRY; - for none")],
    turnover: Annotated[str, typer.Option(help="All deliveries of the period without VAT, in TRY")] = "",
) -> None:
    """Tell the VAT that a period's return carries forward: no refund can exceed it. The last word stands, and is kept.

    Example: kervan claim carry 125000.00 --seller 1234567890 --period 2026-11 --turnover 640000.00
    """
    from adapters.entrypoints import claims_view

    async def run(parts: "Parts", books: "ClaimBooks") -> str:
        del books
        return await claims_view.carry(parts, seller, period, amount, turnover)

    typer.echo(_on_claims(run))


def _on_claims(action: "Callable[[Parts, ClaimBooks], Awaitable[Any]]") -> Any:  # noqa: ANN401 - whatever the action gives
    """What an action over claims gives, wherever the database is."""
    from adapters.database.claims import ClaimBooks
    from adapters.entrypoints.cli.place import on_parts

    async def run(parts: "Parts", settings: "Settings") -> Any:  # noqa: ANN401 - whatever the action gives
        books = ClaimBooks(parts.pool, parts.law, settings.refund_rate_policy, settings.etgb_amount_tolerance)
        return await action(parts, books)

    return on_parts(run)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(claims)
