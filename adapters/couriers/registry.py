"""Which adapter reads which courier's webhooks: one line each."""

from adapters.couriers import fedex, generic, ups
from adapters.couriers.ports import Adapter
from adapters.settings import Scheme, Settings, default_scheme

WEBHOOKS: dict[Scheme, Adapter] = {
    "standard": generic.ADAPTER,
    "ups": ups.ADAPTER,
    "fedex": fedex.ADAPTER,
}
"""By the setting ``KERVAN_COURIERS__<CODE>__SCHEME``; without it the scheme of the courier's own name, or ``standard``."""


def adapter(settings: Settings, courier: str) -> Adapter:
    """The adapter of a courier, whether it is still among the settings or not."""
    found = settings.couriers.get(courier)
    return WEBHOOKS[found.scheme if found is not None else default_scheme(courier)]
