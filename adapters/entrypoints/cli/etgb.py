"""``kervan etgb``: what a person says of a declaration from the shell."""

from datetime import datetime
from typing import Annotated

import typer

from workflow.errors import Pair, SaidError

etgbs = typer.Typer(
    name="etgb",
    help="ETGBs: what only a person can say of them.\n\n"
    'Example: kervan etgb correct-closing 26341453EX000001 2026-12-02 --reason "customs confirmed it"',
    no_args_is_help=True,
)


class NotCorrectedError(SaidError):
    """A closing day was not corrected."""

    TEXTS = (
        "{number} numaralı ETGB'nin intaç tarihi olduğu gibi kaldı: {why}",
        "The closing day of ETGB {number} stays as it was: {why}",
    )

    def __init__(self, number: str, why: Pair) -> None:
        """Give the reason, in Turkish and English."""
        super().__init__(number=number, why=why)


@etgbs.callback()
def _group() -> None:
    """Keep the group a group while it has one command."""


@etgbs.command("correct-closing")
def correct_closing(
    number: Annotated[str, typer.Argument(help="Number of the ETGB")],
    closed_on: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The closing day (intaç) that is right")],
    reason: Annotated[str, typer.Option(help="How that is known; kept with who said it")],
) -> None:
    """Say which closing day is right: the shipments change their open claim by it. Refused once a claim was filed by the other.

    Example: kervan etgb correct-closing 26341453EX000001 2026-12-02 --reason "customs confirmed it"
    """
    import uvloop

    from adapters.entrypoints.cli import place
    from adapters.entrypoints.cli.saying import say
    from adapters.settings import Settings
    from workflow.refund import saying
    from workflow.values import normalise_etgb_number

    settings, wanted, why = Settings(), normalise_etgb_number(number), reason.strip()
    if not why:
        raise typer.BadParameter("say how the day is known", param_hint="--reason")
    data = {"number": wanted, "closed_on": closed_on.date().isoformat(), "reason": why}

    async def run(url: str) -> str:
        outcome = await say(settings, url, "etgb.correct_closing.v1", data, thing=f"etgb/{wanted}", reason=why)
        if outcome.state == "refused":
            raise NotCorrectedError(wanted, saying.refused(outcome.code, outcome.detail))
        return outcome.state

    with place.servers(settings, broker=False) as urls:
        typer.echo(uvloop.run(run(urls.database_url)))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(etgbs)
