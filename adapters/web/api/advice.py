"""``/api/advice``: what a seller may be entitled to. Advisory."""

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from adapters.database.keys import Key
from adapters.database.revenue import micro_export_revenue
from adapters.web.problems import ProblemError
from adapters.web.services import Parts, allow
from workflow.advice import Seller, income_tax
from workflow.advice_texts import document
from workflow.values import is_valid_tax_number, istanbul_day

router = APIRouter(prefix="/api/advice", tags=["advice"])

ADVISED = frozenset({"viewer", "finance", "admin"})
"""Who may see what a seller earned in a year."""

Advised = Annotated[Key, Depends(allow(ADVISED))]


@router.get("/income-tax")
async def income_tax_(
    parts: Parts,
    _: Advised,
    seller: Annotated[str, Query(pattern=r"^[0-9]{10,11}$", description="VKN or TCKN")],
    year: Annotated[int, Query(ge=2000, le=2199)],
    insured: Annotated[bool | None, Query(description="the owner has an insurance of their own")] = None,
    employees: Annotated[Decimal | None, Query(ge=0, le=100_000, description="average full-time equivalents")] = None,
    natural_person: Annotated[bool | None, Query(description="a person (true) or a company (false)")] = None,
    earnings: Annotated[Decimal | None, Query(ge=-(10**12), le=10**12, description="the year's export earnings in TRY")] = None,
) -> dict[str, Any]:
    """Whether half of the year's micro-export earnings may be deducted (GVK 89/1-(16)), what is missing, and the sources."""
    if not is_valid_tax_number(seller):
        said = (
            "seller ne VKN ne TCKN: denetim haneleri tutmuyor.",
            "seller is neither a VKN nor a TCKN: its check digits are wrong.",
        )
        raise ProblemError(422, "wrong-data", said)
    revenue = await micro_export_revenue(parts.pool, seller, year)
    who = Seller(seller, insured, employees, natural_person, earnings)
    return document(income_tax(year, revenue, who, istanbul_day(parts.clock()), parts.law))
