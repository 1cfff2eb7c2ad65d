"""Where tests get PostgreSQL and NATS from: URLs in the environment, Docker, or the wheels."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from adapters.entrypoints.embedded import EmbeddedServers, Urls, processes


def docker_answers() -> bool:
    """Whether a Docker engine answers."""
    docker = shutil.which("docker")
    return docker is not None and subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0


@contextmanager
def available() -> Iterator[Urls]:
    """Servers for a test session, and which kind they are on the terminal."""
    database_url, broker_url = os.environ.get("KERVAN_TEST_DATABASE_URL"), os.environ.get("KERVAN_TEST_BROKER_URL")
    if database_url and broker_url:
        yield Urls(database_url, broker_url)
        return
    with ExitStack() as stack:
        if os.environ.get("KERVAN_TEST_SERVERS") == "containers":  # then nothing else will do
            yield _of_images(stack)
            return
        if docker_answers() and (found := _containers(stack)) is not None:
            yield found
            return
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kervan-tests-")))
        yield stack.enter_context(EmbeddedServers(folder, broker_port=processes.any_port())).urls


def _containers(stack: ExitStack) -> Urls | None:
    """Containers by testcontainers; ``None`` where the engine has no image and cannot get one."""
    from docker.errors import DockerException

    try:
        return _of_images(stack)
    except DockerException:
        return None


def _of_images(stack: ExitStack) -> Urls:
    from testcontainers.community.nats import NatsContainer
    from testcontainers.community.postgres import PostgresContainer

    postgres = stack.enter_context(PostgresContainer("postgres:18", driver=None))
    broker = stack.enter_context(NatsContainer("nats:2.15").with_command("-js"))
    return Urls(postgres.get_connection_url(), broker.nats_uri())
