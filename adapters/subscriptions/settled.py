"""The sender and its keys, as an installation's settings say."""

from adapters.calls.addresses import Outside
from adapters.settings import Settings
from adapters.subscriptions.keyring import Keyring
from adapters.subscriptions.sender import Sender
from workflow.ports import Clock


def keyring(settings: Settings) -> Keyring:
    """The keys that secrets are made with; where PostgreSQL is ours too, all is on one machine, and one is made by itself."""
    given = settings.signing_key.get_secret_value() if settings.signing_key is not None else ""
    return Keyring(given, settings.data_dir.expanduser().absolute(), shared=not settings.database_url)


def sender(settings: Settings, clock: Clock) -> Sender:
    """What sends webhooks; close it at the end."""
    return Sender(Outside.of(settings.outside), keyring(settings), clock, time_out_s=settings.subscriptions.time_out_s)
