"""What the routes work with, and who may use them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, BinaryIO, Protocol
from uuid import UUID

import asyncpg
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from adapters.calls.words import Tried
from adapters.couriers import registry
from adapters.couriers.inbound import Inbound
from adapters.database import keys
from adapters.database.claims import ClaimBooks
from adapters.database.keys import Key
from adapters.database.webhooks import Webhooks
from adapters.dossiers.rows import RefundWay
from adapters.invoicing.gib import GibCheck
from adapters.invoicing.sheets.printing import Printer
from adapters.settings import Settings
from adapters.subscriptions import settled
from adapters.subscriptions.sender import Sender
from adapters.web import reach
from adapters.web.forbidden import forbidden
from adapters.web.live import Live
from adapters.web.problems import ProblemError
from events import roles
from events.intake import Intake
from workflow.ports import Clock
from workflow.rules.law import LawBook

Trial = Callable[[], Awaitable[Tried]]
"""Tries a counterpart, and says what came of it."""


class Exporter(Protocol):
    """Writes dossiers of claims."""

    async def opened(self, claim: UUID, way: RefundWay, version: int | None = None) -> tuple[BinaryIO, str]:
        """A claim's dossier as an open file that is gone once it is closed, and its name; of one filing, or as it stands.

        Raises:
            NoClaimError: there is no such claim.
            NoFilingError: the filing of that ``version`` is not kept.
            KervanError: it cannot be made.
        """
        ...


Check = Callable[[], Awaitable[dict[str, object]]]
"""Tells whether the broker and the workers are well: ``{"ok": bool, …}``."""


@dataclass(slots=True)
class Services:
    """The parts of one web process."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    intake: Intake
    settings: Settings
    clock: Clock
    law: LawBook
    printer: Printer
    dossiers: Exporter
    checks: dict[str, Check] = field(default_factory=dict)
    gib: GibCheck | None = None
    """GİB's own rules for invoices that are uploaded; ``None`` where they are not installed or not wanted."""
    counterparts: Mapping[tuple[str, str], tuple[str, Trial]] = field(default_factory=dict)
    """Whom Kervan can ask, by family and code: the name as people see it, and one harmless call."""
    live: Live = field(default_factory=Live)
    webhooks: Webhooks = field(init=False)
    inbound: Inbound = field(init=False)
    claims: ClaimBooks = field(init=False)
    sender: Sender = field(init=False)
    """Sends to subscribers what a person wants sent now; whoever made the services closes it."""

    def __post_init__(self) -> None:
        """What follows from the other parts."""
        self.webhooks = Webhooks(self.pool, self.clock)
        policy, tolerance = self.settings.refund_rate_policy, self.settings.etgb_amount_tolerance
        self.claims = ClaimBooks(self.pool, self.law, policy, tolerance)
        self.sender = settled.sender(self.settings, self.clock)
        self.inbound = Inbound(self.webhooks, self.intake, partial(registry.adapter, self.settings))


READ = frozenset({"viewer", "operations", "finance", "admin"})
OPERATE, FINANCE, ACT, FIRE = roles.OPERATE, roles.FINANCE, roles.ACT, roles.FIRE
ADMIN = frozenset({"admin"})
POST_MESSAGES = frozenset({"operations", "finance", "admin", "courier"})

SOURCES: dict[str, frozenset[str]] = {
    "admin": frozenset({"orders", "invoicing", "courier", "customs", "tax_office", "accounting", "rates", "ops"}),
    "operations": frozenset({"orders", "invoicing", "courier", "customs", "ops"}),
    "finance": frozenset({"tax_office", "accounting", "rates", "ops"}),
    "courier": frozenset({"courier"}),
}
"""For which families of counterparts a role may post messages; a courier for itself only."""

_bearer = HTTPBearer(auto_error=False, description="API key: `kervan key add --role … --name …`")


def services(request: Request) -> Services:
    """The services of the app that got the request."""
    found: Services = request.app.state.services
    return found


Parts = Annotated[Services, Depends(services)]


async def caller(
    parts: Parts, request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Key:
    """Who calls, by the API key; whoever is bound to sellers is let in to what is theirs alone.

    Raises:
        ProblemError: 401 without a valid key; 403 and 404 as :func:`adapters.web.reach.enter`.
    """
    key = await keys.find(parts.pool, credentials.credentials) if credentials is not None else None
    if key is None:
        said = (
            "Geçerli bir API anahtarı gönderin: `Authorization: Bearer kv_…`; anahtarı işletmeci `kervan key add` ile yapar.",
            "Send a valid API key as `Authorization: Bearer kv_…`; an operator makes one with `kervan key add`.",
        )
        raise ProblemError(401, "not-authenticated", said, {"WWW-Authenticate": "Bearer"})
    await reach.enter(parts.pool, request, key.sellers)
    return key


Caller = Annotated[Key, Depends(caller)]


def allow(roles: frozenset[str]) -> Callable[[Key], Awaitable[Key]]:
    """A dependency that lets only these roles in."""

    async def check(key: Caller) -> Key:
        if key.role not in roles:
            raise forbidden(key.role, roles)
        return key

    return check


Reader = Annotated[Key, Depends(allow(READ))]
Operator = Annotated[Key, Depends(allow(OPERATE))]
Admin = Annotated[Key, Depends(allow(ADMIN))]
Actor = Annotated[Key, Depends(allow(ACT))]
Financier = Annotated[Key, Depends(allow(FINANCE))]
Poster = Annotated[Key, Depends(allow(POST_MESSAGES))]
