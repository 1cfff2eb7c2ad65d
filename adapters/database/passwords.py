"""Passwords: kept as Argon2id hashes (RFC 9106), made at random where nobody chose one."""

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 256
"""NIST SP 800-63B asks for length and nothing else; the upper bound keeps hashing cheap."""

_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4
_HASHER = PasswordHasher()
_NOBODYS = _HASHER.hash("the password of nobody")


def made() -> str:
    """A password of 79 random bits that can be read out and typed: no letter looks like another."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def hashed(password: str) -> str:
    """The hash to keep."""
    return _HASHER.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one that is kept; takes as long where none is kept, so that nobody learns who exists."""
    try:
        _HASHER.verify(kept or _NOBODYS, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None
