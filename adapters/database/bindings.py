"""To which sellers a key or a person is bound: none means all of the operator's."""

from collections.abc import Iterable
from typing import Final

from workflow.errors import SaidError
from workflow.values import is_valid_tax_number

BOUND_ROLES: Final = ("viewer", "operations", "finance")
"""Roles that can be bound. An admin lets people in and sees to all; a courier's key speaks for the courier, not for sellers."""
MOST: Final = 200
"""To so many sellers a principal can be bound; who looks after more looks after all."""


ANYBODY: Final = """
SELECT EXISTS (SELECT FROM api_key WHERE sellers <> '{}' AND revoked_at IS NULL)
    OR EXISTS (SELECT FROM console_user WHERE sellers <> '{}' AND revoked_at IS NULL)
"""
"""Whether any key or person in force is bound."""


class SellerMalformedError(SaidError):
    """What was to be a seller's tax number is none."""

    TEXTS = (
        "{number!r} bir VKN ya da TCKN değil; hiçbir şey değişmedi. Satıcının 10 haneli VKN'sini, 11 haneli TCKN'sini yazın.",
        "{number!r} is neither a VKN nor a TCKN; nothing was changed. Give the seller's VKN of 10 digits or TCKN of 11.",
    )

    def __init__(self, number: str) -> None:
        """Show what was given."""
        super().__init__(number=number[:20])


class TooManySellersError(SaidError):
    """More sellers than a principal can be bound to."""

    TEXTS = (
        "{count} satıcı verildi, en çok {most} olabilir; hiçbir şey değişmedi. Hepsine bakan hiçbirine bağlanmaz.",
        "{count} sellers were given, and the most is {most}; nothing was changed. Who looks after all is bound to none.",
    )

    def __init__(self, count: int) -> None:
        """Count them."""
        super().__init__(count=count, most=MOST)


class RoleUnboundError(SaidError):
    """A role that concerns all sellers was to be bound to some."""

    TEXTS = (
        "{role} rolü bütün satıcılarla ilgilidir, satıcılara bağlanamaz; hiçbir şey değişmedi. Bağlanabilenler: {roles}.",
        "Role {role} cannot be bound to sellers, since it concerns all of them; nothing was changed. These can be: {roles}.",
    )

    def __init__(self, role: str) -> None:
        """Name it."""
        super().__init__(role=role, roles=", ".join(BOUND_ROLES))


def read(role: str, given: Iterable[str]) -> list[str]:
    """The sellers that a principal of a role is to be bound to, each once, in order; empty: to none.

    Raises:
        SellerMalformedError, TooManySellersError, RoleUnboundError: that cannot be.
    """
    found = sorted({one.strip() for one in given} - {""})
    for one in found:
        if not (one.isascii() and is_valid_tax_number(one)):
            raise SellerMalformedError(one)
    if len(found) > MOST:
        raise TooManySellersError(len(found))
    if found and role not in BOUND_ROLES:
        raise RoleUnboundError(role)
    return found


def told(role: str, sellers: Iterable[str]) -> str:
    """What somebody was given, as the audit log says it."""
    return " ".join((f"role {role}", *(f"seller {one}" for one in sellers)))
