"""``kervan shipment``: what a person says of a shipment from the shell."""

import re
from typing import Annotated, Any
from uuid import UUID

import typer

from workflow.errors import SaidError

shipments = typer.Typer(
    name="shipment",
    help="Shipments: what a person says of one.\n\n"
    'Example: kervan shipment return 0b0f3a52-5f0e-5c5c-8a56-3f0f6a2d9c10 --line 1=2 --reason "two were the wrong size"',
    no_args_is_help=True,
)

_LINE = re.compile(r"([1-9][0-9]{0,4})=([0-9]{1,12}(?:\.[0-9]{1,6})?)", re.ASCII)


class NotReturnedError(SaidError):
    """A return was refused."""

    TEXTS = (
        "{shipment} gönderisinin iadesi kaydedilmedi: {detail}",
        "The return of shipment {shipment} was not recorded: {detail}",
    )

    def __init__(self, shipment: UUID, detail: tuple[str, str]) -> None:
        """Give the reason, in Turkish and English."""
        super().__init__(shipment=shipment, detail=detail)


@shipments.callback()
def _group() -> None:
    """Keep the group a group while it has one command."""


@shipments.command("return")
def return_goods(
    shipment: Annotated[UUID, typer.Argument(metavar="SHIPMENT", help="The shipment's id, as its page and the API tell it")],
    reason: Annotated[str, typer.Option(help="Why they came back; kept with who said it")],
    line: Annotated[
        list[str] | None, typer.Option(metavar="LINE=QUANTITY", help="Of this line of the order only so much; may be repeated")
    ] = None,
) -> None:
    """Say that goods came back: all of them, or some of some lines. A claim that is not filed yet counts what stays abroad.

    Example: kervan shipment return 0b0f3a52-5f0e-5c5c-8a56-3f0f6a2d9c10 --line 1=2 --reason "two were the wrong size"
    """
    import uvloop

    from adapters.entrypoints.cli import place
    from adapters.entrypoints.cli.saying import say
    from adapters.settings import Settings
    from workflow.refund import saying

    settings, why = Settings(), reason.strip()
    if not why:
        raise typer.BadParameter("say why they came back", param_hint="--reason")
    data: dict[str, Any] = {"shipment": {"id": str(shipment)}, "reason": why}
    if line:
        data["lines"] = [_piece(one) for one in line]

    async def run(url: str) -> str:
        outcome = await say(settings, url, "shipment.return_goods.v1", data, thing=f"shipment/{shipment}", reason=why)
        if outcome.state == "refused":
            raise NotReturnedError(shipment, saying.refused(outcome.code, outcome.detail))
        return outcome.state

    with place.servers(settings, broker=False) as urls:
        typer.echo(uvloop.run(run(urls.database_url)))


def _piece(text: str) -> dict[str, Any]:
    """``1=2.5`` as a line of the contract."""
    found = _LINE.fullmatch(text.strip())
    if found is None:
        message = f"{text!r} is no LINE=QUANTITY, such as 1=2"
        raise typer.BadParameter(message, param_hint="--line")
    return {"line": int(found[1]), "quantity": found[2]}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(shipments)
