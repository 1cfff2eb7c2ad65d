"""INV005, INV006, INV008, INV009 and DOC001: is an invoice the one of this shipment, line by line?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from workflow.draft import Draft, Line, LineKind
from workflow.rules.findings import Finding, Severity
from workflow.rules.invoice import TOLERANCE, kind_of
from workflow.stated import StatedInvoice, StatedLine
from workflow.values import fold, to_cents

_BLOCK = Severity.BLOCK
_PIECES = frozenset({"C62", "NIU", "EA", "H87", "PCE"})
"""UN/ECE codes that all mean one piece; software in Türkiye writes NIU as often as C62."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a shipment's invoice must say; ``draft`` where its content is known."""

    seller: str
    currency: str
    total: Decimal
    draft: Draft | None = None


def expected(draft: Draft) -> Expected:
    """What the invoice of a draft must say."""
    return Expected(draft.seller.tax_number, draft.currency, draft.total, draft)


def agreement(said: StatedInvoice, owed: Expected) -> Iterator[Finding]:
    """All findings on an invoice compared with its shipment."""
    if said.currency and said.currency != owed.currency:
        yield Finding("INV006", _BLOCK, "currency", "shipment", {"currency": said.currency, "owed": owed.currency})
    if said.payable is not None and abs(said.payable - owed.total) > TOLERANCE:
        params = {"total": str(said.payable), "owed": str(owed.total), "currency": owed.currency}
        yield Finding("INV005", _BLOCK, "total", "shipment", params)
    if said.seller is not None and said.seller.tax_number != owed.seller:
        params = {"number": said.seller.tax_number or "—", "owed": owed.seller}
        yield Finding("INV008", _BLOCK, "seller.tax_number", "seller", params)
    if owed.draft is None:
        return
    yield from _buyer(said, owed.draft)
    yield from _proforma(said, owed.draft)
    if said.lines is not None:
        yield from _lines(said.lines, owed.draft.lines)


def _buyer(said: StatedInvoice, draft: Draft) -> Iterator[Finding]:
    """INV008: the buyer is the consignee: the country blocks, a name written otherwise warns."""
    if said.buyer is None:
        return
    country = draft.consignee.address.country
    if said.buyer.country and said.buyer.country != country:
        params = {"country": said.buyer.country, "owed": country}
        yield Finding("INV008", _BLOCK, "buyer.country", "country", params)
    if fold(said.buyer.name).split() != fold(draft.consignee.name).split():
        yield Finding("INV008", Severity.WARN, "buyer.name", "name")


def _proforma(said: StatedInvoice, draft: Draft) -> Iterator[Finding]:
    """DOC001: the proforma that travels with the parcel says the same value in the same currency."""
    paper = draft.proforma
    if paper is None:
        return
    if said.currency and said.currency != paper.currency:
        params = {"number": paper.number, "proforma": paper.currency, "invoice": said.currency}
        yield Finding("DOC001", _BLOCK, "currency", "invoice_currency", params)
    elif said.payable is not None and abs(said.payable - paper.total) > TOLERANCE:
        params = {"number": paper.number, "proforma": str(paper.total), "invoice": str(said.payable)}
        yield Finding("DOC001", _BLOCK, "total", "invoice_total", {**params, "currency": paper.currency})


def _as_stated(number: int, line: Line) -> StatedLine:
    goods = line.kind is LineKind.GOODS
    return StatedLine(
        number=str(number),
        name=line.description_tr or line.description,
        description=line.description,
        sku=line.sku,
        gtip=line.gtip if goods else "",
        origin=line.origin if goods else "",
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        amount=to_cents(line.amount),
    )


_Key = Callable[[StatedLine], tuple[object, ...] | None]

_KEYS: tuple[_Key, ...] = (
    lambda x: (x.sku, x.gtip, x.origin, x.unit, fold(x.name), x.quantity, x.unit_price, x.amount),
    lambda x: (x.sku, x.gtip, x.quantity, x.amount) if x.sku else None,
    lambda x: (x.gtip, fold(x.name), x.quantity, x.amount),
    lambda x: (x.gtip, x.quantity, x.amount),
    lambda x: (x.sku,) if x.sku else None,
    lambda x: (fold(x.name), x.amount),
    lambda x: (x.quantity, x.amount),
    lambda x: (x.gtip, x.quantity) if x.gtip else None,
    lambda x: (x.gtip,) if x.gtip else None,
    lambda _: (),
)
"""By what lines find their counterpart, the surest first; what is left then goes together in the order it stands."""


def _pairs(wanted: Sequence[StatedLine], found: Sequence[StatedLine]) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Positions that belong together, and those on either side that are left."""
    left, right = dict(enumerate(wanted)), dict(enumerate(found))
    pairs: list[tuple[int, int]] = []
    for key in _KEYS:
        by_key: dict[tuple[object, ...], list[int]] = {}
        for position, line in right.items():
            value = key(line)
            if value is not None:
                by_key.setdefault(value, []).append(position)
        for position, line in list(left.items()):
            value = key(line)
            queue = by_key.get(value) if value is not None else None
            if queue:
                other = queue.pop(0)
                pairs.append((position, other))
                del left[position], right[other]
    return sorted(pairs), list(left), list(right)


def _lines(found: Sequence[StatedLine], wanted: Sequence[Line]) -> Iterator[Finding]:
    """INV009: goods with goods and charges with charges; nothing missing, nothing more, and each the same."""
    for goods in (True, False):
        ours = [(n, line) for n, line in enumerate(wanted) if (line.kind is LineKind.GOODS) is goods]
        theirs = [(n, line) for n, line in enumerate(found) if (kind_of(line) is LineKind.GOODS) is goods]
        stated = [_as_stated(n + 1, line) for n, line in ours]
        pairs, missing, extra = _pairs(stated, [line for _, line in theirs])
        for mine, other in pairs:
            position, line = theirs[other]
            yield from _difference(position, line, stated[mine], ours[mine][1])
        for mine in missing:
            params = {"line": stated[mine].number, "name": stated[mine].name}
            yield Finding("INV009", _BLOCK, "lines", "missing", params)
        for other in extra:
            position, line = theirs[other]
            yield Finding("INV009", _BLOCK, f"lines[{position}]", "extra", {"line": str(position + 1), "name": line.name})


def _difference(position: int, line: StatedLine, wanted: StatedLine, drafted: Line) -> Iterator[Finding]:
    goods = drafted.kind is LineKind.GOODS
    path, number = f"lines[{position}]", str(position + 1)
    for field in ("gtip", "origin", "quantity") if goods else ():
        told, owed = getattr(line, field), getattr(wanted, field)
        if told not in {None, ""} and told != owed:
            yield Finding("INV009", _BLOCK, f"{path}.{field}", field, {"line": number, "told": str(told), "owed": str(owed)})
    if line.amount is not None and wanted.amount is not None and abs(line.amount - wanted.amount) > TOLERANCE:
        params = {"line": number, "told": str(line.amount), "owed": str(wanted.amount)}
        yield Finding("INV009", _BLOCK, f"{path}.amount", "amount", params)
    if goods and line.unit != wanted.unit and not {line.unit, wanted.unit} <= _PIECES:
        params = {"line": number, "told": line.unit or "—", "owed": wanted.unit}
        yield Finding("INV009", Severity.WARN, f"{path}.unit", "unit", params)
    if goods and _only_foreign(line, drafted):
        yield Finding("LINE004", _BLOCK, f"{path}.name", "foreign", {"line": number, "owed": drafted.description_tr})


def _only_foreign(line: StatedLine, drafted: Line) -> bool:
    """Whether the invoice repeats the order's foreign wording, and nothing in Turkish."""
    told = {fold(text.strip()) for text in (line.name, line.description) if text.strip()}
    foreign, turkish = fold(drafted.description.strip()), fold(drafted.description_tr.strip())
    return told == {foreign} and foreign != turkish
