"""Which findings only warn; any other holds the shipment, or has the invoice refused."""

from workflow.rules.findings import Severity
from workflow.rules.texts import TEXTS

_WARN_ALWAYS = frozenset({"LIM003", "LINE006", "ORD001"})
_WARN = frozenset(
    {
        ("LIM001", "courier_unsure"),
        ("LIM002", "courier_unsure"),
        ("LIM002", "near"),
        ("FX001", "together"),
        ("SCP002", "permit"),
        ("PTY001", "buyer_is_turkish"),
        ("INV001", "year"),
        ("INV006", "apart"),
        ("INV008", "name"),
        ("INV008", "city"),
        ("INV009", "name"),
        ("INV009", "price"),
        ("INV009", "weight_near"),
        ("LINE004", "same"),
        ("INV009", "unit"),
    }
)

SEVERITIES: dict[tuple[str, str], Severity] = {
    key: Severity.WARN if key in _WARN or key[0] in _WARN_ALWAYS else Severity.BLOCK for key in TEXTS
}
"""For each finding's code and variant what it does: what the rules say, for people who list them; tests hold both together."""
