"""Which lines of an invoice are charges: freight, insurance, bank fee, packaging; all others are goods.

An invoice does not say what its lines are. A word alone proves nothing ("kargo pantolon" and "power bank" are goods), so a
line without GTİP and origin is a charge only where its name says nothing else, or where the shipment calls a charge so.
"""

import re
from collections.abc import Mapping

from workflow.draft import Draft, LineKind
from workflow.stated import StatedLine
from workflow.values import plain

_STEMS: dict[LineKind, str] = {
    LineKind.FREIGHT: "navlun nakliye nakliyat kargo tasima tasimacilik kurye gonderim sevkiyat posta "
    "freight shipping postage carriage courier delivery",
    LineKind.INSURANCE: "sigorta insurance",
    LineKind.BANK_FEE: "banka bank",
    LineKind.PACKAGING: "paketleme ambalaj ambalajlama packaging packing",
}
_BESIDES = (
    "bedel ucret masraf gider tutar hizmet komisyon yurt disi yurtdisi uluslararasi hava kara deniz yolu hizli ekspres ve "
    "fee charge cost commission service handling international air sea road express and for "
    "dhl ups fedex tnt ptt pts"
)
"""What may stand beside them; a word in itself it proves nothing."""


def _words(stems: str) -> re.Pattern[str]:
    """Words with their endings: plural and possessive, in Turkish and English."""
    return re.compile(f"(?:{'|'.join(stems.split())})(?:l[ae]r)?(?:s?[iu])?s?")


_KINDS = {kind: _words(stems) for kind, stems in _STEMS.items()}
_NOTHING_ELSE = _words(" ".join((*_STEMS.values(), _BESIDES)))


def named(draft: Draft | None) -> Mapping[str, LineKind]:
    """What the shipment calls its own lines; a text that is on goods and on a charge is the charge's."""
    lines = () if draft is None else sorted(draft.lines, key=lambda line: line.kind is not LineKind.GOODS)
    return {plain(text): line.kind for line in lines for text in (line.description, line.description_tr) if plain(text)}


def kind_of(line: StatedLine, own: Mapping[str, LineKind] | None = None) -> LineKind:
    """What a line charges for; ``own`` is what the shipment calls its lines."""
    if line.gtip or line.origin:
        return LineKind.GOODS
    name = plain(line.name) or plain(line.description)
    if own is not None and name in own:
        return own[name]
    words = [word for word in name.split() if not word.isdecimal()]
    if not all(map(_NOTHING_ELSE.fullmatch, words)):
        return LineKind.GOODS
    return next((kind for kind, said in _KINDS.items() if any(map(said.fullmatch, words))), LineKind.GOODS)
