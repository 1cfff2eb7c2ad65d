"""What a role may not do, said in both languages: one wording for the API and the console."""

from collections.abc import Iterable, Mapping
from typing import Final

from adapters.web.problems import ProblemError
from workflow.errors import Pair

ROLES: Final[Mapping[str, Pair]] = {
    "viewer": ("izleyici", "viewer"),
    "operations": ("operasyon", "operations"),
    "finance": ("finans", "finance"),
    "admin": ("yönetici", "admin"),
    "courier": ("kurye", "courier"),
}
"""What a role is called within a sentence; in English by the word that keys are made with."""

FILES: Final[Mapping[str, Pair]] = {
    "orders": ("sipariş dosyası", "orders"),
    "etgb": ("ETGB listesi", "etgb"),
    "vedop": ("VEDOP listesi", "vedop"),
    "checkpoints": ("kurye hareketleri", "checkpoints"),
    "purchases": ("alış faturaları", "purchases"),
}
"""What a kind of file is called within a sentence; in English as the route names it."""


def forbidden(role: str, roles: Iterable[str]) -> ProblemError:
    """403: it takes one of other roles."""
    wanted = [ROLES[one] for one in sorted(roles)]
    return ProblemError(
        403,
        "not-allowed",
        (
            f"Rolünüz ({ROLES[role][0]}) buna izin vermiyor; şu rollerden biri gerekir: {', '.join(tr for tr, _ in wanted)}.",
            f"Role {role} may not do this; it takes one of: {', '.join(en for _, en in wanted)}.",
        ),
    )


def import_forbidden(role: str, kind: str) -> ProblemError:
    """403: files of this kind are not imported by this role, or not by whoever is bound to sellers."""
    tr, en = FILES.get(kind, ("bu tür dosya", "this"))
    return ProblemError(
        403, "not-allowed", (f"Rolünüz ({ROLES[role][0]}) içe aktaramaz: {tr}.", f"Role {role} may not import {en}.")
    )
