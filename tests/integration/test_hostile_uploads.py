"""What people upload stays data: its name is no path, and what unpacks without end is not unpacked."""

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.database import documents
from adapters.settings import Settings
from events.intake import Intake
from tests.integration.http_app import Web, problem
from tests.stories import known_id, story

LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
"""The beginning of a text of a thousand million words in a few hundred bytes, once its entities are put in."""

PATHS = [
    "../../../../tmp/kervan-uploads/x.xml",
    "/etc/passwd",
    "..\\..\\x.xml",
    "a\r\nSet-Cookie: x=1.xml",
    "x" * 4000 + ".xml",
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation in a folder of the test's own."""
    return Settings(database_url="", broker_url="", data_dir=tmp_path / "data", gib_check="off")


OUTSIDE = Path("/tmp/kervan-uploads")  # noqa: S108 - where the first name would lead


def files_in(folder: Path) -> list[Path]:
    """Every file under a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", PATHS)
async def test_a_documents_name_is_never_a_path(web: Web, intake: Intake, tmp_path: Path, name: str) -> None:
    """It lies under its SHA-256 among the documents, whatever it is called, or is refused; nothing is written elsewhere."""
    await intake.take(list(story(1))[:5])
    async with web.as_("operations") as client:
        answer = await client.post(
            "/api/etgbs/26341453EX000001/document", files={"file": (name, b"%PDF-1.7\n1 0 obj", "application/pdf")}
        )
        assert answer.status_code < 500, answer.text
        kept: list[dict[str, Any]] = await documents.of_shipment(web.pool, known_id(1))  # type: ignore[arg-type]  # asyncpg takes text
        for one in kept:
            shown = await client.get(one["url"])
            assert not {"\r", "\n"} & set(shown.headers.get("content-disposition", ""))
    assert all(path.is_relative_to(tmp_path / "data" / "documents") for path in files_in(tmp_path))
    assert all(len(path.name) == 64 for path in files_in(tmp_path))
    assert not files_in(OUTSIDE)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/api/imports/orders", {}, 401),
        ("/api/imports/orders", {"Authorization": "Bearer kv_" + "x" * 43}, 401),
        ("/api/imports/orders", {"Cookie": "kervan_session=stale"}, 401),
        ("/api/etgbs/26341453EX000001/document", {}, 401),
        ("/imports", {}, 303),
        ("/imports", {"Cookie": "kervan_session=stale"}, 303),
    ],
)
async def test_nothing_is_read_of_a_file_that_a_stranger_sends(
    web: Web, path: str, headers: dict[str, str], status: int
) -> None:
    """It is said that they are not known before a byte of it came: nobody fills the folder for temporary files from outside."""
    read = 0

    async def form() -> AsyncIterator[bytes]:
        nonlocal read
        for part in (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n',
            b"x" * 65536,
            b"\r\n--b--\r\n",
        ):
            read += 1
            yield part

    multipart = {"Content-Type": "multipart/form-data; boundary=b", "Accept": "text/html"}
    async with web.as_() as client:
        answer = await client.post(path, content=form(), headers=multipart | headers)
    assert (answer.status_code, read) == (status, 0), answer.text
    async with web.as_("operations") as client:  # whoever is known is read, and told what is wrong with it
        answer = await client.post("/api/imports/orders", content=form(), headers=multipart)
    assert answer.status_code == 422
    assert read == 3


async def test_entities_of_a_workbook_are_not_put_in(web: Web) -> None:
    """A list whose sheet is made of entities is refused, at once and with a few bytes of memory."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", LAUGHS + b']><workbook><sheets><sheet name="&j;"/></sheets></workbook>')
        archive.writestr("../../../outside.txt", "x")
    async with web.as_("operations") as client:
        answer = await client.post("/api/imports/etgb", files={"file": ("x.xlsx", out.getvalue())})
    problem(answer, 422, "unreadable-file")


async def test_entities_of_an_invoice_are_not_put_in(web: Web, intake: Intake) -> None:
    """A document of entities is refused before anything is read of it, and neither kept nor taken for an invoice."""
    await intake.take(list(story(1))[:2])
    xml = LAUGHS + b']><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&j;</Invoice>'
    async with web.as_("operations") as client:
        answer = await client.post(f"/api/shipments/{known_id(1)}/documents", files={"file": ("x.xml", xml)})
        kept = (await client.get(f"/api/shipments/{known_id(1)}/documents")).json()["items"]
    problem(answer, 422, "unreadable-file")
    assert kept == []
