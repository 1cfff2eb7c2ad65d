"""``kervan gtip search``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from adapters.settings import Settings

gtip = typer.Typer(
    name="gtip", help="Customs codes of goods (GTİP).\n\nExample: kervan gtip search ceramic mug", no_args_is_help=True
)


@gtip.callback()
def _group() -> None:
    """Customs codes of goods (GTİP)."""


@gtip.command("search")
def search(
    words: Annotated[list[str], typer.Argument(help="Words in Turkish or English, or the beginning of a code")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most so many")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON")] = False,
) -> None:
    """Find the customs code of goods by words or by the beginning of a code; needs no server.

    Where a database is set or a Kervan runs, what its own shipments have used is searched too.

    Example: kervan gtip search pamuklu tişört
    """
    import orjson

    from adapters.entrypoints.cli.place import at_hand
    from adapters.goods.nomenclature import nomenclature
    from adapters.goods.search import hits
    from adapters.settings import Settings

    settings = Settings()
    query = " ".join(words)[:200]
    url = at_hand(settings)
    found = hits(nomenclature(), query, _used(url, query) if url else [], limit)
    if as_json:
        typer.echo(orjson.dumps({"items": found, "next": None}, option=orjson.OPT_INDENT_2).decode())
    else:
        _show(found, settings)
    if not found:
        raise typer.Exit(1)


def _used(url: str, query: str) -> Any:  # noqa: ANN401 - used goods, imported late
    """What the installation's shipments have used."""
    import asyncio
    from datetime import UTC, datetime

    from adapters.database import goods, pool
    from adapters.goods.used import UsedGoods

    async def run() -> Any:  # noqa: ANN401 - the same
        connected = await pool.connect(url, size=1)
        try:
            return await UsedGoods(lambda: goods.used(connected), lambda: datetime.now(UTC)).search(query)
        finally:
            await connected.close()

    return asyncio.run(run())


_NOTHING = {
    "tr": "Bulunamadı. Daha genel bir kelime ya da İngilizcesini deneyin; kodun başını da yazabilirsiniz (ör. 6109).",
    "en": "Nothing found. Try a more general word, or the beginning of a code (e.g. 6109).",
}
_USED = {"tr": "kendi gönderilerinizde {uses} kez", "en": "used {uses} times by your own shipments"}


def _show(found: Sequence[dict[str, Any]], settings: "Settings") -> None:
    """Print hits for a person: code, description, where it stands, and what to do next."""
    language = settings.locale
    if not found:
        typer.echo(_NOTHING[language])
    for hit in found:
        note = f"  ({_USED[language].format(uses=hit['uses'])})" if hit["source"] == "used" else ""
        typer.echo(f"{hit['code']:<12}  {hit['description']}{note}")
        typer.echo("              " + " › ".join(f"{step['code']} {step['text'][:60]}" for step in hit["path"]))
    for source in dict.fromkeys(hit["source"] for hit in found):
        typer.echo(next(hit["next_step"][language] for hit in found if hit["source"] == source))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(gtip)
