"""What ``kervan doctor`` prints is sent to whoever helps: it holds no secret."""

from pathlib import Path

import orjson

from adapters.entrypoints import doctor
from adapters.settings import Settings


async def test_no_password_is_printed_of_servers_that_do_not_answer(tmp_path: Path) -> None:
    """The rest of the URL is, since it is what a person looks for; the error says no more than its kind."""
    settings = Settings(
        data_dir=tmp_path,
        database_url="postgresql://kervan:geheim@127.0.0.1:1/kervan",
        broker_url="nats://kervan:geheim@127.0.0.1:1",
    )
    found = await doctor.examine(settings)
    assert found["database_url"] == "postgresql://kervan:***@127.0.0.1:1/kervan"
    assert found["broker_url"] == "nats://***@127.0.0.1:1"
    assert not found["ok"]
    assert b"geheim" not in orjson.dumps(found, default=str)


async def test_the_url_of_a_server_that_answers_can_be_used(database_url: str, tmp_path: Path) -> None:
    """Where there is no password nothing is left out: clients on this machine connect with it."""
    found = await doctor.examine(Settings(data_dir=tmp_path, database_url=database_url, broker_url="nats://127.0.0.1:1"))
    assert found["database_url"] == database_url
