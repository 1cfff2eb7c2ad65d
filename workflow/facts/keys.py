"""Names of the things that messages are about: what a batch loads and locks."""

from uuid import UUID


def by_id(shipment: UUID) -> str:
    """Key of a shipment known by its id, and of one that waits for its stage."""
    return f"id:{shipment}"


def by_tracking(courier: str, tracking_number: str) -> str:
    """Key of a shipment known by its courier's tracking number."""
    return f"trk:{courier}/{tracking_number}"


def by_invoice(seller: str, number: str) -> str:
    """Key of a shipment known by its seller's invoice number."""
    return f"inv:{seller}/{number}"


def by_etgb(number: str) -> str:
    """Key of an ETGB, and of the shipments that stand on it."""
    return f"etgb:{number}"


def by_claim(claim: UUID) -> str:
    """Key of a VAT refund claim, and of the shipments that belong to it."""
    return f"claim:{claim}"


def by_purchase(purchase: UUID) -> str:
    """Key of a purchase invoice, and of what is told of one that is not booked yet."""
    return f"bought:{purchase}"


def by_vat_return(seller: str, period: str) -> str:
    """Key of a seller's VAT return of a period; nothing waits on it."""
    return f"vat:{seller}/{period}"


def draft_of(shipment: UUID) -> str:
    """Stands for a shipment's declared content, where it must be loaded; nothing waits on it."""
    return f"draft:{shipment}"


def books_of(seller: str) -> str:
    """Stands for what a seller's claims are calculated from, where nobody may change it meanwhile; nothing waits on it."""
    return f"books:{seller}"


def claims_of(seller: str, period: str) -> str:
    """Stands for the claims of a seller's VAT period, where they must be loaded; nothing waits on it."""
    return f"period:{seller}/{period}"


def group(number: int) -> str:
    """Stands for shipments that go together (:mod:`workflow.together`), where they must be locked; nothing waits on it."""
    return f"group:{number}"
