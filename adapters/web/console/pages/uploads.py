"""A file is uploaded, looked at, its headings are named where nobody knows them, and it is imported.

The file is kept between the steps (:mod:`adapters.database.uploads`), so that each step is a plain form. It is imported beside
the request by the same function as the API's (:mod:`adapters.web.importing`); the page of the import shows how far it has come,
and where the process died meanwhile, the same form goes on from there.
"""

import asyncio
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Response, UploadFile
from fastapi.responses import RedirectResponse

from adapters.database import uploads
from adapters.database.accounts import ImportAccounts
from adapters.database.mappings import ColumnMappings
from adapters.database.uploads import Upload
from adapters.imports import headings, preview, reasons, status_words
from adapters.imports.preview import Preview
from adapters.web import importing
from adapters.web.console import background, rendering
from adapters.web.console.importing_words import BOUGHT, COLUMNS, KINDS, SELLER, seller_of
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.forbidden import import_forbidden
from adapters.web.problems import ProblemError
from workflow.delivery import DELIVERY_LABELS
from workflow.errors import KervanError, Pair, texts_of

router = APIRouter(include_in_schema=False)

_SOON_S = 2.0
"""How long a form waits for an import that may be done at once."""
_FIELDS: Final = frozenset({"seller", "courier", "planned_on", "currency", "packaging", "bought", "period"})
Text = Annotated[str, Form(max_length=200)]


@router.post("/imports")
async def upload(
    screen: Acting,
    kind: Text,
    file: UploadFile,
    catalogue: UploadFile | None = None,
    seller: Text = "",
    courier: Annotated[str, Form(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")] = "",
    bought: Annotated[str, Form(pattern=r"^(direct|general|depreciation)$")] = "direct",
    period: Annotated[str, Form(max_length=7)] = "",
    currency: Annotated[str, Form(pattern=r"^[A-Z]{3}$")] = "GBP",
) -> Response:
    """Keep a file, to look at it first."""
    if kind not in KINDS or not importing.may(screen.user.role, kind, screen.sellers):
        raise import_forbidden(screen.user.role, kind)
    content = await file.read()
    if not content:
        return rendering.done(screen, f"/imports?kind={kind}", screen.language.gettext("Bir dosya seçin."), "bad")
    beside = {"seller": seller.strip(), "courier": courier, "bought": bought, "period": period.strip(), "currency": currency}
    if kind == "orders":
        beside |= {f"seller_{part}": "" for part in SELLER} | _seller(await uploads.seller(screen.parts.pool, seller.strip()))
        beside["seller_tax_number"] = seller.strip()
    made = await uploads.keep(
        screen.parts.pool,
        by=screen.user.name,
        kind=kind,
        name=importing.file_name(file.filename or kind),
        content=content,
        catalogue=await catalogue.read() if catalogue is not None else b"",
        beside=beside,
        now=screen.now,
    )
    return RedirectResponse(f"/imports/uploads/{made}", 303)


@router.api_route("/imports/uploads/{upload_id}", methods=["GET", "HEAD"])
async def look(screen: Inside, upload_id: UUID) -> Response:
    """The file's first rows, what its columns are taken for, and what is missing."""
    return await _look(screen, await _upload(screen, upload_id))


@router.post("/imports/uploads/{upload_id}")
async def start(screen: Acting, upload_id: UUID) -> Response:
    """Import it, with what the form says of its headings; or look at it again with that, where ``again`` was asked."""
    kept = await _upload(screen, upload_id)
    if not importing.may(screen.user.role, kept.kind, screen.sellers):
        raise import_forbidden(screen.user.role, kept.kind)
    form = await screen.request.form()
    said = {name: value for name, value in form.multi_items() if isinstance(value, str) and len(value) <= 1000}
    beside = kept.beside | {
        name: said[name].strip() for name in _FIELDS | {f"seller_{part}" for part in SELLER} if name in said
    }
    beside["mapping"] = _news(kept.kind, _pairs(said, "heading", "column"))
    beside["statuses"] = _pairs(said, "word", "status")
    await uploads.say(screen.parts.pool, kept.id, beside)
    here = f"/imports/uploads/{kept.id}"
    if "again" in said:
        return RedirectResponse(here, 303)
    task = background.of(screen.request).start(kept.id, _import(screen, await _upload(screen, upload_id)))
    await asyncio.wait({task}, timeout=_SOON_S)
    say = screen.language.gettext
    if not task.done():
        begun = await uploads.find(screen.parts.pool, kept.id, screen.user.name)
        to = here if begun is None or begun.import_id is None else f"/imports/{begun.import_id}"
        return rendering.done(screen, to, say("İçe aktarma sürüyor; bu sayfadan ayrılabilirsiniz."))
    if task.exception() is not None:
        text = say("İçe aktarma yarıda kaldı; hiçbir şey kaybolmadı. Yeniden başlatın, kaldığı yerden sürer.")
        return rendering.done(screen, here, text, "bad")
    import_id = task.result()
    return (
        RedirectResponse(here, 303)
        if import_id is None
        else rendering.done(screen, f"/imports/{import_id}", say("Dosya içe aktarıldı."))
    )


@router.post("/imports/uploads/{upload_id}/forget")
async def forget(screen: Acting, upload_id: UUID) -> Response:
    """Throw a file away that is not wanted."""
    kept = await _upload(screen, upload_id)
    await uploads.forget(screen.parts.pool, kept.id)
    return rendering.done(screen, "/imports", screen.language.gettext("Dosya içe aktarılmadan silindi."))


async def _import(screen: Screen, kept: Upload) -> UUID | None:
    """Import a kept file; what stands against it is kept with it, and nothing is given then."""
    pool, beside = screen.parts.pool, kept.beside
    account = _Told(screen, kept.id)
    try:
        given = importing.Given(
            kept.kind,
            kept.name,
            kept.content,
            catalogue=kept.catalogue,
            mapping=beside.get("mapping", {}),
            statuses=beside.get("statuses", {}),
            **{name: beside[name] for name in _FIELDS if beside.get(name)} | seller_of(kept.kind, beside),
        )
        import_id = await importing.run(screen.parts, screen.key, given, account)
    except ProblemError as error:
        await uploads.failed(pool, kept.id, error.said)
        await screen.note(f"import.{kept.kind}", outcome=str(error.status))
        return None
    await uploads.forget(pool, kept.id)
    await screen.note(f"import.{kept.kind}", f"import/{import_id}")
    return import_id


class _Told(ImportAccounts):
    """An account that tells, as soon as it is open, as which import a kept file is being imported."""

    def __init__(self, screen: Screen, upload_id: UUID) -> None:
        super().__init__(screen.parts.pool)
        self._upload = upload_id

    async def begin(self, kind: str, owner: str, file_name: str, sha256: str) -> tuple[UUID, bool]:
        """Open an account, or find it, and tell."""
        import_id, known = await super().begin(kind, owner, file_name, sha256)
        await uploads.began(self._pool, self._upload, import_id)
        return import_id, known


async def _look(screen: Screen, kept: Upload) -> Response:
    found, problem = None, screen.language.pair(kept.problem) if kept.problem else ""
    try:
        found = await _preview(screen, kept)
    except KervanError as error:
        problem = problem or screen.language.pair(texts_of(error))
    return await rendering.page(
        screen,
        "pages/upload.html",
        here="imports",
        status=422 if problem else 200,
        upload=kept,
        kind=KINDS[kept.kind],
        found=found,
        aside=[(number, _why(reason)) for number, reason in found.aside[: preview.SHOWN]] if found is not None else [],
        problem=problem,
        running=background.of(screen.request).under_way(kept.id),
        columns=COLUMNS,
        delivery_labels=DELIVERY_LABELS,
        bought=BOUGHT,
        seller=SELLER,
        beside=kept.beside,
    )


def _why(reason: str) -> Pair:
    said = reasons.said(reason, "")
    return said["tr"], said["en"]


async def _preview(screen: Screen, kept: Upload) -> Preview:
    """A kept file as it would be read, by what is remembered and what the form said."""
    if kept.kind == "orders":
        return await asyncio.to_thread(preview.look, kept.kind, kept.content, {}, {})
    mappings = ColumnMappings(screen.parts.pool)
    whose = preview.whose(kept.kind, kept.beside.get("seller", ""), kept.beside.get("courier", ""))
    prints = await asyncio.to_thread(preview.fingerprints, kept.kind, kept.content)
    mapped = await headings.recalled(mappings, whose, prints)
    mapped |= headings.checked(kept.beside.get("mapping", {}), preview.VOCABULARIES[kept.kind])
    said = await mappings.known(whose, headings.OF_STATUSES) | status_words.checked(kept.beside.get("statuses", {}))
    return await asyncio.to_thread(preview.look, kept.kind, kept.content, mapped, said)


async def _upload(screen: Screen, upload_id: UUID) -> Upload:
    kept = await uploads.find(screen.parts.pool, upload_id, screen.user.name)
    if kept is None:
        said = (
            "Bu dosya artık saklanmıyor: içe aktarılmış, ya da yükleneli bir günü geçmiş.",
            "This file is not kept any more: it was imported, or uploaded over a day ago.",
        )
        raise ProblemError(404, "upload-unknown", said)
    return kept


def _pairs(said: dict[str, str], word: str, meaning: str) -> dict[str, str]:
    """What a form says that words mean: ``heading.3`` and ``column.3`` belong together; an empty meaning says nothing."""
    found = {}
    for name, text in said.items():
        field, dot, number = name.partition(".")
        if field == word and dot and (meant := said.get(f"{meaning}.{number}", "")) and text.strip():
            found[text] = meant
    return found


def _news(kind: str, mapping: dict[str, str]) -> dict[str, str]:
    """What a form says of headings that is not known anyhow: only that makes another import of the same file."""
    vocabulary = preview.VOCABULARIES.get(kind)
    if vocabulary is None:
        return {}
    return {text: name for text, name in mapping.items() if headings.column(text, {}, vocabulary).name != name}


def _seller(known: dict[str, Any]) -> dict[str, str]:
    """A known seller as the form has it."""
    flat = {**known, **(known.get("address") or {})}
    return {f"seller_{part}": str(flat.get(part) or "") for part in SELLER}
