"""What is asked for and is not there, in both languages: one wording, wherever that is found out.

What is another seller's answers in these words too, so that nobody learns from an answer that it is there
(:mod:`adapters.web.reach`).
"""

from collections.abc import Mapping
from typing import Final

from adapters.web.problems import ProblemError
from workflow.errors import Pair, filled

TEXTS: Final[Mapping[str, Pair]] = {
    "attempt-unknown": (
        "{named} denemesinin mesajı saklanmıyor; daha eskisini yeniden oynatma getirir.",
        "No message is kept for an attempt {named}; a replay brings older ones.",
    ),
    "attention-unknown": ("{named} kimliğiyle dikkat gereken bir iş yok.", "There is no attention item {named}."),
    "bulk-unknown": (
        "Böyle bir toplu işlem yok: onaylanmadan bir gün geçmiş. Gönderileri yeniden seçin.",
        "There is no such bulk job: it was never confirmed, and a day has passed. Choose the shipments again.",
    ),
    "claim-unknown": ("{named} diye bir iade başvurusu yok.", "There is no claim {named}."),
    "courier-unknown": ("Bu kurye için webhook kurulmamış.", "No webhook is set up for this courier."),
    "etgb-unknown": ("Burada bu numarayla bir ETGB yok.", "There is no ETGB with this number here."),
    "import-unknown": ("{named} kimliğiyle bir içe aktarma yok.", "There is no import {named}."),
    "message-unknown": ("{named} kimliğiyle saklanan bir mesaj yok.", "No message is kept aside under {named}."),
    "purchase-unknown": ("{named} kimliğiyle bir alış faturası yok.", "There is no purchase invoice {named}."),
    "shipment-unknown": ("{named} kimliğiyle bir gönderi yok.", "There is no shipment {named}."),
    "subscription-unknown": ("{named} kimliğiyle bir abonelik yok.", "There is no subscription {named}."),
    "task-unknown": ("{named} kimliğiyle yapılamamış bir görev yok.", "No failed task is kept under {named}."),
}
"""By the code of the problem; ``named`` is how it was asked for."""


def absent(code: str, named: object = "") -> ProblemError:
    """404: there is no such thing."""
    return ProblemError(404, code, filled(TEXTS[code], named=named))
