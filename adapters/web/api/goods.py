"""``/api/gtip``: which code goods have."""

import asyncio
from collections import OrderedDict
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from adapters.database import goods
from adapters.database.seller_lock import sellers
from adapters.goods.nomenclature import nomenclature
from adapters.goods.search import hits
from adapters.goods.used import UsedGoods
from adapters.web.problems import ProblemError
from adapters.web.services import Parts, Reader, Services

_SETS = 20
"""For so many sets of sellers the goods are kept that they have used."""

router = APIRouter(prefix="/api", tags=["goods"])


@router.get("/gtip")
async def search(
    parts: Parts,
    request: Request,
    _: Reader,
    q: Annotated[str, Query(min_length=1, max_length=200, description="words, Turkish or English, or the beginning of a code")],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """Search goods: what this installation's shipments have used (`used`), and the Harmonized System (`hs`, six digits)."""
    if "\x00" in q or not q.strip():
        said = (
            "q içinde ne sözcük ne kod var; q=pamuklu tişört ya da q=6109 gibi bir şey gönderin.",
            "q has no word and no code; send some, like q=pamuklu tişört or q=6109.",
        )
        raise ProblemError(422, "wrong-data", said)
    texts = await asyncio.to_thread(nomenclature)
    used = await _used(request, parts).search(q)
    return {"items": hits(texts, q, used, limit), "next": None}


def _used(request: Request, parts: Services) -> UsedGoods:
    """The used goods of this process, read when they are first searched: those of all, or of whom the caller is bound to."""
    state, bound = request.app.state, sellers()
    if getattr(state, "used_goods", None) is None:
        state.used_goods = OrderedDict[tuple[str, ...], UsedGoods]()
    kept: OrderedDict[tuple[str, ...], UsedGoods] = state.used_goods
    found = kept.setdefault(bound, UsedGoods(partial(goods.used, parts.pool), parts.clock))
    kept.move_to_end(bound)
    while len(kept) > _SETS:
        kept.popitem(last=False)
    return found
