"""A broker that speaks TLS with a certificate of the operator's own authority, as the one of ``deploy/nats`` does."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import httpx
import pytest

from adapters.entrypoints import broker
from adapters.entrypoints.broker import BrokerUnreachableError
from adapters.entrypoints.embedded import processes
from adapters.settings import Settings, WrongSettingsError
from events import consumers
from events.intake import Intake

DEPLOY = Path(__file__).parents[2] / "deploy"
PASSWORD = "c0ffee"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that ``deploy/certificates.sh`` fills."""
    if shutil.which("openssl") is None:
        pytest.skip("OPENSSL IS MISSING: THE BROKER'S CERTIFICATES WERE NOT TRIED")
    folder = tmp_path_factory.mktemp("certificates")
    subprocess.run(["bash", str(DEPLOY / "certificates.sh"), str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def url(authority: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server by the configuration that is deployed, but for ports and folders, and alone."""
    folder, port = tmp_path_factory.mktemp("nats"), processes.any_port()
    said = (DEPLOY / "nats" / "node.conf").read_text(encoding="utf-8").partition("\ncluster {")[0]
    said = said.replace("0.0.0.0:4222", f"127.0.0.1:{port}").replace("0.0.0.0:8222", f"127.0.0.1:{processes.any_port()}")
    said = said.replace("/certificates", str(authority)).replace("/data", str(folder / "data"))
    (folder / "node.conf").write_text(f'{said}\ninclude "users.conf"\n')
    shutil.copy(DEPLOY / "nats" / "users.conf", folder)
    program = shutil.which("nats-server", path=str(Path(sys.executable).parent)) or "nats-server"
    environment = {"NODE": "nats-1", "KERVAN_NATS_PASSWORD": PASSWORD}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([program, "-c", str(folder / "node.conf")], env=environment, stdout=log, stderr=log)
    try:
        assert processes.wait_until(lambda: processes.answers(port), 20), (folder / "log").read_text()
        yield f"tls://kervan:{PASSWORD}@localhost:{port}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def settings(authority: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """As an operator sets them."""
    monkeypatch.setenv("KERVAN_BROKER_URL", url)
    monkeypatch.setenv("KERVAN_BROKER_CA", str(authority / "ca.crt"))
    return Settings()


async def test_all_that_connects_trusts_the_authority_that_is_set(settings: Settings) -> None:
    """Web and relay, commands, and the engine's consumer."""
    for connect in (broker.connect, broker.connect_once):
        client = await connect(settings.broker_url, "test", authority=settings.broker_ca)
        assert client.is_connected
        await broker.close(client)
    worker = consumers.build(settings.broker_url, cast("Intake", None), authority=settings.broker_ca)
    assert (await worker.connect()).is_connected
    await worker.stop()


async def test_without_it_nothing_is_said_to_a_server_that_nobody_vouches_for(url: str) -> None:
    """Its certificate is of no authority that the system trusts; nor is anything said in the clear."""
    for one in (url, url.replace("tls://", "nats://")):
        with pytest.raises(BrokerUnreachableError):
            await broker.connect_once(one, "test")


def test_counterparts_are_still_trusted_by_public_authorities_and_not_by_the_brokers(settings: Settings) -> None:
    """The broker's authority stands in for no other: with it alone no courier and no bank could be asked."""
    assert settings.broker_ca is not None
    names = [dict(pair[0] for pair in one["subject"]) for one in httpx.create_ssl_context().get_ca_certs()]  # type: ignore[misc]
    assert len(names) > 50
    assert not [name for name in names if "Kervan" in name.get("commonName", "")]


@pytest.mark.parametrize("content", [None, "no certificate\n"])
def test_a_file_that_is_no_authority_is_told_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    """Not at the first connection, by a worker that then waits for ever."""
    if content is not None:
        (tmp_path / "ca.crt").write_text(content)
    monkeypatch.setenv("KERVAN_BROKER_CA", str(tmp_path / "ca.crt"))
    with pytest.raises(WrongSettingsError, match="KERVAN_BROKER_CA: must be a file of certificates"):
        Settings()
