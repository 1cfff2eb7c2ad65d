"""``kervan advise income-tax``."""

from typing import Annotated, Any

import typer

advise = typer.Typer(
    name="advise",
    help="What a seller may be entitled to; advisory.\n\nExample: kervan advise income-tax --seller 4540536920 --year 2026",
    no_args_is_help=True,
)


@advise.callback()
def _group() -> None:
    """What a seller may be entitled to; advisory."""


@advise.command("income-tax")
def income_tax(
    seller: Annotated[str, typer.Option(help="VKN or TCKN")],
    year: Annotated[int, typer.Option(min=2000, max=2199)],
    insured: Annotated[bool | None, typer.Option("--insured/--not-insured", help="The owner's own insurance")] = None,
    employees: Annotated[str, typer.Option(help="Full-time equivalents, average of the year, like 1.5")] = "",
    natural_person: Annotated[bool | None, typer.Option("--natural-person/--company", help="Who the seller is")] = None,
    earnings: Annotated[str, typer.Option(help="The year's export earnings in TRY: the deduction is half of them")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """Whether half of a year's micro-export earnings may be deducted (GVK 89/1-(16)), and what is missing. Not tax advice.

    Example: kervan advise income-tax --seller 17291716060 --year 2026 --insured --employees 1.5
    """
    import asyncio
    from datetime import UTC, datetime

    import orjson

    from adapters.database import pool
    from adapters.database.revenue import micro_export_revenue
    from adapters.entrypoints import bootstrap
    from adapters.entrypoints.cli.place import servers
    from adapters.settings import Settings
    from workflow.advice import Revenue, Seller
    from workflow.advice import income_tax as advice_on
    from workflow.advice_texts import document
    from workflow.values import is_valid_tax_number, istanbul_day

    if not is_valid_tax_number(seller):
        raise typer.BadParameter("--seller is neither a VKN (10 digits) nor a TCKN (11 digits) whose check digits are right")
    settings = Settings()
    who = Seller(
        seller, insured, _number(employees, "--employees"), natural_person, _number(earnings, "--earnings", below_zero=True)
    )

    async def run(url: str) -> Revenue:
        connected = await pool.connect(url, size=1)
        try:
            return await micro_export_revenue(connected, seller, year)
        finally:
            await connected.close()

    law = bootstrap.law_book(settings)
    with servers(settings) as urls:
        revenue = asyncio.run(run(urls.database_url))
    advice = advice_on(year, revenue, who, istanbul_day(datetime.now(UTC)), law)
    if as_json:
        typer.echo(orjson.dumps(document(advice), option=orjson.OPT_INDENT_2).decode())
    else:
        _show(document(advice), settings.locale)


def _number(text: str, option: str, *, below_zero: bool = False) -> Any:  # noqa: ANN401 - a Decimal, imported late
    """A plain decimal number, or ``None`` where none was given."""
    import re
    from decimal import Decimal

    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,2})?" if below_zero else r"[0-9]{1,5}(\.[0-9]{1,2})?", text, re.ASCII):
        wrong = f"{option} is no number like 1.5"
        raise typer.BadParameter(wrong)
    return Decimal(text)


_WORDS: dict[str, tuple[str, str]] = {
    "revenue": ("Mikro ihracat hasılatı ({year}, {shipments} gönderi)", "Micro-export revenue ({year}, {shipments} shipments)"),
    "unconverted": ("Çevrilemeyen", "Not converted"),
    "deduction": ("İndirilebilecek tutar", "Deduction"),
    "tiers": ("Dilimler (kaynağa bakıldığı gün: {day})", "Tiers (source looked at on {day})"),
    "tier": ("{upto} ve altı: kendi sigortası, {employees} çalışan", "up to {upto}: own insurance, {employees} employees"),
    "sources": ("Kaynaklar", "Sources"),
}
_MARKS = {"met": "+", "missing": "-", "unknown": "?"}
_SHOWN = 20


def _show(found: dict[str, Any], language: str) -> None:
    """Print an advice for a person."""
    from decimal import Decimal

    from workflow.advice_texts import money

    column = 0 if language == "tr" else 1

    def line(word: str, **params: object) -> str:
        return _WORDS[word][column].format(**params)

    def lira(amount: str) -> str:
        return money(Decimal(amount), language)

    typer.echo(found["verdict"][language])
    typer.echo(f"{line('revenue', year=found['year'], shipments=found['shipments'])}: {lira(found['revenue_try'])}")
    for one in found["unconverted"][:_SHOWN]:
        typer.echo(f"  {line('unconverted')}: {one['day']} {one['amount']} {one['currency']} ({one['shipments']})")
    if len(found["unconverted"]) > _SHOWN:
        typer.echo(f"  … +{len(found['unconverted']) - _SHOWN}")
    for one in found["conditions"]:
        typer.echo(f" {_MARKS[one['standing']]} {one['message'][language]}")
    if found["deduction_try"] is not None:
        typer.echo(f"{line('deduction')}: {lira(found['deduction_try'])}")
    for one in found["caveats"]:
        typer.echo(f" ! {one['message'][language]}")
    if found["tiers"]:
        typer.echo(line("tiers", day=found["tiers"][0]["source_checked_on"]))
    for one in found["tiers"]:
        typer.echo(f"   {line('tier', upto=lira(one['upto_try']), employees=one['employees'])}")
    typer.echo(f"{line('sources')}: {', '.join(found['sources'])}")
    typer.echo(found["advisory"][language])


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(advise)
