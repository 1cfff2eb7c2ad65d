"""The API is what its documents say: strangers' tools read them, ask everything of it, and make a client that works."""

import asyncio
import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from adapters.database import keys, pool
from tests.console.installation import Place, installed
from tests.integration import servers
from tests.stories import SELLER, draft

ROLES = ("viewer", "operations", "finance", "admin", "courier")
BIN = Path(sys.executable).parent
EXAMPLES = "12"
USE = """
import json, sys
from kervan_client.api.shipments import draft_api_shipments_post as draft, one_api_shipments_id_get as one
from kervan_client.client import AuthenticatedClient
from kervan_client.models import ShipmentDrafted

url, secret, payload = sys.argv[1:]
with AuthenticatedClient(base_url=url, token=secret) as client:
    made = draft.sync_detailed(client=client, body=ShipmentDrafted.from_dict(json.loads(payload)), idempotency_key="k1")
    again = draft.sync_detailed(client=client, body=ShipmentDrafted.from_dict(json.loads(payload)), idempotency_key="k1")
    known = json.loads(made.content)
    seen = one.sync(id=known["id"], client=client).to_dict()
    refused = one.sync_detailed(id="00000000-0000-0000-0000-000000000000", client=client)
print(json.dumps([made.status_code, again.status_code, known["id"], seen, refused.status_code, refused.parsed.to_dict()]))
"""
"""What somebody would write who has nothing but the generated client."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A running installation with something of everything in it."""
    with servers.available() as urls, installed(urls, tmp_path_factory.mktemp("api")) as found:
        yield found


def secret(place: Place, role: str, *sellers: str) -> str:
    """A new key of a role, bound to sellers where some are given; the courier's speaks for ``pts``."""

    async def add() -> str:
        connected = await pool.connect(place.database_url, size=1)
        try:
            name, courier = f"{role}-{uuid4().hex[:6]}", "pts" if role == "courier" else ""
            return await keys.add(connected, name, role, courier, sellers=sellers)
        finally:
            await connected.close()

    return asyncio.run(add())


@pytest.mark.parametrize(
    ("role", "sellers"), [*((role, ()) for role in ROLES), ("operations", (SELLER,)), ("finance", (SELLER,))]
)
def test_schemathesis_finds_nothing_for_any_role(place: Place, role: str, sellers: tuple[str, ...], tmp_path: Path) -> None:
    """No 5xx, no answer that the document does not name, nothing accepted that it forbids: all checks, all phases.

    So for whoever is bound to a seller, whose answers pass the locks of rows in PostgreSQL.
    """
    config = Path(__file__).with_name("schemathesis.toml")
    shutil.copy(config, tmp_path)
    key = secret(place, role, *sellers)
    done = subprocess.run(
        [
            BIN / "st", "run", f"{place.url}/openapi.json", "--header", f"Authorization: Bearer {key}",
            "--checks", "all", "--max-examples", EXAMPLES, "--seed", "20261126", "--no-color", "--continue-on-failure",
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    assert "generated" in done.stdout, "it really asked"


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generator, in an environment of its own; skipped, with the reason, where its packages cannot be had."""
    folder = tmp_path_factory.mktemp("generator")
    venv.create(folder, with_pip=True)
    locked = Path(__file__).parents[2] / "requirements" / "client.txt"
    install: list[str | Path] = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", locked]
    done = subprocess.run(install, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        pytest.skip(f"NO CLIENT WAS GENERATED: its generator cannot be installed here: {done.stderr[-300:]}")
    return folder / "bin" / "openapi-python-client"


def test_a_generated_client_drafts_a_shipment_and_reads_it(place: Place, generator: Path, tmp_path: Path) -> None:
    """A client in Python, made of the document alone, is enough to draft once, to read, and to be told what is wrong."""
    document = tmp_path / "openapi.json"
    document.write_text(httpx.get(f"{place.url}/openapi.json").text, encoding="utf-8")
    (tmp_path / "config.yaml").write_text("package_name_override: kervan_client\npost_hooks: []\n", encoding="utf-8")
    generate: list[str | Path] = [generator, "generate", "--path", document, "--meta", "none"]
    generate += ["--config", tmp_path / "config.yaml", "--output-path", tmp_path / "kervan_client"]
    done = subprocess.run(generate, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    said = [place.url, secret(place, "operations"), json.dumps(draft("by-client"))]
    used = subprocess.run(
        [sys.executable, "-c", USE, *said], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert used.returncode == 0, used.stderr
    first, again, known, seen, status, problem = json.loads(used.stdout)
    assert (first, again, status) == (201, 201, 404)
    assert (seen["id"], seen["seller"], seen["reference"], seen["stage"]) == (known, SELLER, "by-client", "validated")
    assert problem["type"] == "urn:kervan:problem:shipment-unknown"


def test_asyncapis_own_parser_takes_the_document(place: Place, tmp_path: Path) -> None:
    """The broker's document is AsyncAPI, whole and resolved, by the parser of those who wrote the standard."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("THE ASYNCAPI DOCUMENT WAS NOT CHECKED: there is no npm here")
    folder = tmp_path / "asyncapi"
    shutil.copytree(Path(__file__).with_name("asyncapi"), folder)
    install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        pytest.skip(f"THE ASYNCAPI DOCUMENT WAS NOT CHECKED: its parser cannot be installed here: {done.stderr[-300:]}")
    document = folder / "document.json"
    document.write_text(httpx.get(f"{place.url}/asyncapi").text, encoding="utf-8")
    broken = folder / "broken.json"
    broken.write_text(json.dumps(json.loads(document.read_text("utf-8")) | {"channels": {"x": {"messages": 1}}}), "utf-8")
    checked, against = (
        subprocess.run([node, "check.mjs", one], cwd=folder, capture_output=True, text=True, check=False, timeout=120)
        for one in (document, broken)
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert against.returncode == 1, "and it would have said so"
