"""The command line ``kervan``: one module a group of commands; what a command needs is imported when it runs."""

import sys

import typer

from adapters.entrypoints.cli import data, inspect, invoices, run

app = typer.Typer(
    name="kervan",
    help="Mikro ihracatı siparişten KDV iadesine taşır. Carries micro-exports from order to VAT refund.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
run.register(app)
data.register(app)
inspect.register(app)
invoices.register(app)


def main() -> None:
    """Run a command; errors of our own are said in one paragraph, anything else is a fault and shows its traceback."""
    from workflow.errors import KervanError

    try:
        app()
    except KervanError as error:
        sys.stderr.write(f"kervan: {error}\n")
        raise SystemExit(1) from None


__all__ = ["app", "main"]
