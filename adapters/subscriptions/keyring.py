"""The keys with which signing secrets are made: outside the database, so that the database alone can sign nothing."""

import base64
import binascii
import hmac
import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from adapters.subscriptions import signing
from events.subscriptions import Secret
from workflow.errors import KervanError

FILE = "signing.key"
_BYTES = 32
_SALT_BYTES = 16
_PURPOSE = b"kervan subscription v1\0"


class SigningKeyError(KervanError):
    """Base: what secrets are made with is missing, or is not of its form; nothing was signed."""


class NoSigningKeyError(SigningKeyError):
    """There is no key at all."""

    def __init__(self) -> None:
        """Say what to set."""
        super().__init__(
            "There is no key to sign webhooks with, so no subscription was made. Set KERVAN_SIGNING_KEY to the same value "
            "for all workers and webs; make one with: openssl rand -base64 32"
        )


class OtherSigningKeyError(SigningKeyError):
    """The key that a secret was made with is not here."""

    def __init__(self, name: str) -> None:
        """Name the key."""
        super().__init__(
            f"The key {name} that this subscription's secret was made with is not here, so nothing is sent to it. Set "
            f"KERVAN_SIGNING_KEY as it was, or have {FILE} under the data folder of every worker and web; or rotate the secret."
        )


class WrongSigningKeyError(SigningKeyError):
    """What stands where a key should is none."""

    def __init__(self, where: str, why: str) -> None:
        """Say where, and why; never what stands there."""
        super().__init__(f"{where} holds no key to sign with ({why}). Make one with: openssl rand -base64 32")


class Keyring:
    """Keys by their names; the newest makes new secrets, the others (from before) still sign what was made with them.

    They are those of the setting (base64, several with commas between, the newest first), or where it is empty, the one in the
    data folder; that is read when it is needed, since another process may make it. A key's name is the beginning of its hash:
    it tells which key is meant, and nothing of it.
    """

    def __init__(self, setting: str, folder: Path, *, shared: bool) -> None:
        """``shared``: all processes have this data folder, so that a key may be made in it."""
        self._setting, self._folder, self._shared = setting, folder, shared
        self._keys: dict[str, bytes] = {}

    def new(self) -> Secret:
        """What a new secret is made from.

        Where there is no key, one is made in the data folder, readable for its owner alone, if all processes share it.

        Raises:
            NoSigningKeyError, WrongSigningKeyError: there is none to make it with.
        """
        found = self._read()
        if not found and self._shared:
            _make(self._folder)
            found = self._read()
        if not found:
            raise NoSigningKeyError
        return Secret(secrets.token_bytes(_SALT_BYTES), _name(found[0]))

    def signing_key(self, secret: Secret) -> bytes:
        """The bytes that sign for a subscription.

        Raises:
            OtherSigningKeyError, WrongSigningKeyError: the key that it was made with is not here.
        """
        if secret.key not in self._keys:
            self._keys = {_name(key): key for key in self._read()}
        if secret.key not in self._keys:
            raise OtherSigningKeyError(secret.key)
        return hmac.new(self._keys[secret.key], _PURPOSE + secret.salt, sha256).digest()

    def shown(self, secret: Secret) -> str:
        """A subscription's secret, as its receiver needs it.

        Raises:
            OtherSigningKeyError, WrongSigningKeyError: the key that it was made with is not here.
        """
        return signing.secret_of(self.signing_key(secret))

    def _read(self) -> list[bytes]:
        if self._setting:
            return _keys(self._setting, "KERVAN_SIGNING_KEY")
        path = self._folder / FILE
        try:
            return _keys(path.read_text(encoding="ascii"), str(path))
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise WrongSigningKeyError(str(path), type(error).__name__) from error


def _name(key: bytes) -> str:
    return sha256(key).hexdigest()[:12]


def _keys(text: str, where: str) -> list[bytes]:
    found = []
    for one in filter(None, (part.strip() for part in text.split(","))):
        try:
            key = base64.b64decode(one, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) < _BYTES:
            raise WrongSigningKeyError(where, f"it must be base64 of {_BYTES} bytes or more")
        found.append(key)
    return found


def _make(folder: Path) -> None:
    """Make a key; of two processes that do at once, both use the one that came first."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    draft.touch(mode=0o600, exist_ok=False)
    try:
        draft.write_text(base64.b64encode(secrets.token_bytes(_BYTES)).decode() + "\n", encoding="ascii")
        with suppress(FileExistsError):
            os.link(draft, folder / FILE)  # does not replace, and is there whole or not at all
    finally:
        draft.unlink()
