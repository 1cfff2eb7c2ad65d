"""``kervan purchase``: purchase invoices from the shell, and how one that was booked wrongly is corrected or withdrawn."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

if TYPE_CHECKING:
    from adapters.entrypoints.bootstrap import Parts

purchases = typer.Typer(
    name="purchase",
    help="Purchase invoices, whose VAT a refund claims: which there are, and what is wrong with one.\n\n"
    "Example: kervan purchase list --seller 1234567890 --period 2026-11",
    no_args_is_help=True,
)

PurchaseId = Annotated[UUID, typer.Argument(metavar="PURCHASE", help="Its id, as `kervan purchase list` tells it")]
Reason = Annotated[str, typer.Option(help="Why; kept with who said it")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON")]


@purchases.command("list")
def list_(
    seller: Annotated[str, typer.Option(help="VKN or TCKN of whom they are")],
    period: Annotated[str, typer.Option(help="Of this VAT period only, as 2026-11")] = "",
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="Those that count no more, with who withdrew them")] = False,
    unclaimed: Annotated[bool, typer.Option("--unclaimed", help="Those alone that count in no claim, with why")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print as CSV for a spreadsheet")] = False,
    as_json: AsJson = False,
) -> None:
    """List a seller's purchase invoices by VAT period, with the claim that was filed with each.

    Example: kervan purchase list --seller 1234567890 --period 2026-11 --csv > purchases.csv
    """
    from adapters.entrypoints import purchases_view

    async def run(parts: "Parts") -> list[dict[str, Any]]:
        return await purchases_view.listed(parts, seller, period, withdrawn=withdrawn, unclaimed=unclaimed)

    shows_why = unclaimed and not withdrawn
    purchases_view.show_list(_on_purchases(run), unclaimed=shows_why, as_csv=as_csv, as_json=as_json)


@purchases.command("withdraw")
def withdraw(purchase: PurchaseId, reason: Reason, as_json: AsJson = False) -> None:
    """Withdraw an invoice: it counts in no claim any more, whatever lists say later. Refused once a claim was filed with it.

    Example: kervan purchase withdraw 4d1f6b0e-8c55-5a0c-9d0e-0f5c2f6a7b31 --reason "the supplier cancelled it"
    """
    from adapters.entrypoints import purchases_view

    async def run(parts: "Parts") -> dict[str, Any]:
        return await purchases_view.withdraw(parts, purchase, reason)

    purchases_view.show(_on_purchases(run), as_json=as_json)


@purchases.command("correct")
def correct(
    purchase: PurchaseId,
    reason: Reason,
    supplier_tax_number: Annotated[str | None, typer.Option(help="VKN or TCKN of the supplier")] = None,
    supplier_name: Annotated[str | None, typer.Option(help="Name of the supplier")] = None,
    number: Annotated[str | None, typer.Option(help="Number of the invoice")] = None,
    issued_on: Annotated[str | None, typer.Option(help="Its day, as 2026-11-03")] = None,
    period: Annotated[str | None, typer.Option(help="VAT period in which it is deducted, as 2026-11")] = None,
    kind: Annotated[str | None, typer.Option(help="direct, general or depreciation")] = None,
    net: Annotated[str | None, typer.Option(help="TRY without VAT, as 10000.00 or 10.000,00")] = None,
    vat: Annotated[str | None, typer.Option(help="TRY of VAT, as 2000.00 or 2.000,00")] = None,
    incurred: Annotated[str | None, typer.Option(help="TRY of it that the exports bear; - for none told")] = None,
    share: Annotated[str | None, typer.Option(help="What of it the exports bear, as 0.35 or %35; - for none told")] = None,
    order: Annotated[str | None, typer.Option(help="The order that it was for, by the seller's number; - for none")] = None,
    customs_number: Annotated[str | None, typer.Option(help="Number of the import declaration (GGB); - for none")] = None,
    as_json: AsJson = False,
) -> None:
    """Correct an invoice in one step, so that its VAT counts once; what is not given stays. A withdrawn one counts again.

    Refused once a claim was filed with it.

    Example: kervan purchase correct 4d1f6b0e-8c55-5a0c-9d0e-0f5c2f6a7b31 --vat 1800.00 --reason "a typing error"
    """
    from adapters.entrypoints import purchases_view

    given = {
        "supplier_tax_number": supplier_tax_number,
        "supplier_name": supplier_name,
        "invoice_number": number,
        "issued_on": issued_on,
        "period": period,
        "kind": kind,
        "net": net,
        "vat": vat,
        "incurred": incurred,
        "share": share,
        "order": order,
        "customs_number": "" if customs_number == "-" else customs_number,
    }

    async def run(parts: "Parts") -> dict[str, Any]:
        return await purchases_view.correct(parts, purchase, given, reason)

    purchases_view.show(_on_purchases(run), as_json=as_json)


def _on_purchases(action: "Callable[[Parts], Awaitable[Any]]") -> Any:  # noqa: ANN401 - whatever the action gives
    """What an action over purchases gives, wherever the database is."""
    from adapters.entrypoints.cli.place import on_parts

    return on_parts(lambda parts, _: action(parts))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(purchases)
