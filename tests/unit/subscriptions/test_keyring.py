"""The keys that secrets are made with."""

import base64
from pathlib import Path

import pytest

from adapters.subscriptions import signing
from adapters.subscriptions.keyring import (
    FILE,
    Keyring,
    NoSigningKeyError,
    OtherSigningKeyError,
    WrongSigningKeyError,
)

OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))


def test_each_subscription_has_a_secret_of_its_own(tmp_path: Path) -> None:
    """Two salts give two secrets, each always the same, of the size that Standard Webhooks asks for."""
    ring = Keyring(NEW, tmp_path, shared=False)
    one, other = ring.new(), ring.new()
    assert ring.shown(one) == ring.shown(one) != ring.shown(other)
    assert 24 <= len(signing.key_of(ring.shown(one))) <= 64
    assert ring.shown(one).startswith("whsec_")


def test_what_is_kept_of_a_secret_is_not_the_secret(tmp_path: Path) -> None:
    """With another key, salt and name of the key give nothing."""
    kept = Keyring(NEW, tmp_path, shared=False).new()
    with pytest.raises(OtherSigningKeyError, match=kept.key):
        Keyring(OLD, tmp_path, shared=False).shown(kept)


def test_a_key_that_is_replaced_still_signs_what_was_made_with_it(tmp_path: Path) -> None:
    """The newest stands first and makes new secrets; those before are known by their names."""
    before = Keyring(OLD, tmp_path, shared=False)
    kept = before.new()
    after = Keyring(f"{NEW}, {OLD}", tmp_path, shared=False)
    assert after.shown(kept) == before.shown(kept)
    assert after.new().key != kept.key


def test_a_key_is_made_where_all_processes_share_the_folder(tmp_path: Path) -> None:
    """Once, readable for its owner alone; another process reads the same, also one that began before it was made."""
    folder = tmp_path / "data"
    began_before = Keyring("", folder, shared=True)
    made = Keyring("", folder, shared=True).new()
    Keyring("", folder, shared=True).new()
    assert began_before.shown(made) == Keyring("", folder, shared=False).shown(made)
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == [FILE]


def test_no_key_is_made_where_others_could_not_read_it(tmp_path: Path) -> None:
    """With servers of one's own the setting is needed, and the error names it."""
    with pytest.raises(NoSigningKeyError, match="KERVAN_SIGNING_KEY"):
        Keyring("", tmp_path, shared=False).new()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["short", "!!!", base64.b64encode(b"x" * 31).decode()])
def test_what_is_no_key_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    """Neither text that is not base64 nor one too short to be safe; the error quotes neither."""
    with pytest.raises(WrongSigningKeyError) as caught:
        Keyring(text, tmp_path, shared=False).new()
    assert text not in str(caught.value)
    (tmp_path / FILE).write_text(text, encoding="ascii")
    with pytest.raises(WrongSigningKeyError, match=FILE):
        Keyring("", tmp_path, shared=True).new()
