"""The command line ``kervan``: one module a group of commands; what a command needs is imported when it runs."""

import os
import sys
from typing import Annotated

import typer

from adapters.entrypoints.cli import (
    advise,
    audit,
    backups,
    claim_export,
    claims,
    consignees,
    counterparts,
    data,
    etgb,
    evidence,
    gtip,
    inspect,
    invoices,
    keys,
    lifecycles,
    lists,
    mappings,
    matches,
    partitions,
    purchases,
    rates,
    rows,
    rules,
    run,
    shipments,
    subscriptions,
    tasks,
    users,
)

app = typer.Typer(
    name="kervan",
    help="Mikro ihracatı siparişten KDV iadesine taşır. Carries micro-exports from order to VAT refund.\n\n"
    "Example: kervan demo --exit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
run.register(app)
data.register(app)
lists.register()
rates.register(app)
rows.register()
backups.register(app)
consignees.register(app)
evidence.register()
matches.register()
mappings.register()
rules.register(app)
gtip.register(app)
advise.register(app)
claims.register(app)
purchases.register(app)
etgb.register(app)
shipments.register(app)
claim_export.register()
inspect.register(app)
audit.register(app)
keys.register(app)
users.register(app)
partitions.register(app)
lifecycles.register(app)
tasks.register(app)
counterparts.register(app)
subscriptions.register(app)
invoices.register(app)

_LOG_FORMAT, _LOG_LEVEL, _LOCALE = "KERVAN_LOG_FORMAT", "KERVAN_LOG_LEVEL", "KERVAN_LOCALE"


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"kervan {version('kervan')}")
        raise typer.Exit


@app.callback()
def logs(
    _: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Which release this is")] = False,
) -> None:
    """Send logs to stderr before any command, so that none can stand in what a program reads; `up` and others say more."""
    from adapters import observability

    observability.configure(os.environ.get(_LOG_FORMAT, ""), os.environ.get(_LOG_LEVEL, "warning"))


def main() -> None:
    """Run a command; errors of our own are said in one paragraph.

    Anything else is a fault, of which the places are shown and not the text: a third party's error may quote a person's data.
    """
    from workflow.errors import KervanError, texts_of

    try:
        app()
    except KervanError as error:
        tr, en = texts_of(error)
        sys.stderr.write(f"kervan: {en if os.environ.get(_LOCALE, '') == 'en' else tr}\n")
        raise SystemExit(1) from None
    except Exception as error:
        if os.environ.get(_LOG_LEVEL, "").lower() == "debug":
            raise
        from adapters import observability

        sys.stderr.write(
            f"kervan: a fault of the program: {observability.kinds(error)}\n  "
            + "\n  ".join(observability.places(error))
            + f"\nWhat was committed stays. Please report this; with {_LOG_LEVEL}=debug the error's whole text is shown.\n"
        )
        raise SystemExit(1) from None


__all__ = ["app", "main"]
