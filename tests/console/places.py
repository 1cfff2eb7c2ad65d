"""All pages of the console, each with an address in the installation of the tests; who sees which of them."""

from adapters.web.console.pages import PAGES
from tests.console.installation import DONE, DRAFT, FILED, HANDED, OF_BOTH, OPEN_CLAIM
from tests.stories import SELLER, etgb_number, known_id
from workflow.refund import purchase_id

_BOUGHT = f"/refunds/{OPEN_CLAIM}/purchases/{purchase_id(SELLER, '4540536920', 'A1')}"

MORE = {
    "shipment-done": f"/shipments/{DONE}",
    "shipment-draft": f"/shipments/{DRAFT}",
    "action": f"/shipments/{HANDED}/actions/issue_etgb",
    "shipments-columns": "/shipments?col=seller&col=weight&col=vedop&col=created&stage=refund_filed",
    "shipments-none": "/shipments?q=nothing-like-this",
    "bulk-jobs": "/shipments/bulk",
    "messages-parked": "/messages?state=parked",
    "attention-resolved": "/attention?state=resolved",
    "rules-table": "/rules?table=operators",
    "rules-incoterms": "/rules?table=incoterms",
    "amend": f"/shipments/{DRAFT}/amend",
    "access-keys": "/access?tab=keys",
    "access-audit": "/access?tab=audit",
    "claim-open": f"/refunds/{OPEN_CLAIM}",
    "claim-filed": f"/refunds/{FILED}",
    "claim-shipments": f"/refunds/{OPEN_CLAIM}?tab=shipments",
    "claim-purchases": f"/refunds/{OPEN_CLAIM}?tab=purchases",
    "claim-action": f"/refunds/{OPEN_CLAIM}/actions/file",
    "etgb": f"/etgbs/{etgb_number(50)}",
    "etgb-correction": f"/etgbs/{etgb_number(50)}/correct-closing",
    "etgb-corrected": f"/etgbs/{etgb_number(50)}/correct-closing?closed_on=2026-12-02&reason=customs",
    "return-in-part": f"/shipments/{HANDED}/actions/return_goods",
    "sellers": "/refunds/sellers",
    "sellers-by-day": "/refunds/sellers?sort=days",
    "sellers-none": "/refunds/sellers?q=nothing-like-this",
    "purchase-correct": f"{_BOUGHT}/correct",
    "purchase-in-no-claim": f"/refunds/purchases/{purchase_id(SELLER, '4540536920', 'NONE1')}/correct",
    "purchases-in-no-claim": f"/refunds/purchases?seller={SELLER}&year=2026",
    "purchases-in-no-claim-none": f"/refunds/purchases?seller={SELLER}&year=2020",
    "purchase-withdraw": f"{_BOUGHT}/withdraw?reason=iade",
    "vat-return": f"/refunds/{OPEN_CLAIM}/vat-return",
    "refunds-none": "/refunds?status=paid",
    "counterpart-pause": "/counterparts/rates/tcmb/pause",
    "tasks-of-one": "/tasks?counterpart=rates.tcmb",
    "account": "/account",
    "nowhere": "/nowhere",
}
ALL = {page.name: page.path for page in PAGES} | MORE
SHARED = {"shipment-of-both": f"/shipments/{known_id(OF_BOTH)}", "etgb-of-both": f"/etgbs/{etgb_number(OF_BOTH)}"}
"""Of an ETGB on which shipments of several sellers stand."""

OF_ADMINS = {"access", "access-keys", "access-audit"}
OF_FINANCE = {
    "purchase-correct",
    "purchase-in-no-claim",
    "purchase-withdraw",
    "purchases-in-no-claim",
    "purchases-in-no-claim-none",
    "vat-return",
}
OF_ALL_SELLERS = {
    *("matches", "messages", "messages-parked", "tasks", "tasks-of-one", "counterparts", "counterpart-pause", "subscriptions"),
}
"""Pages that concern all sellers."""
CLOSED = {
    "viewer": OF_ADMINS | OF_FINANCE | {"imports", "amend", "subscriptions", "counterpart-pause"},
    "operations": OF_ADMINS | OF_FINANCE | {"sellers", "sellers-by-day", "sellers-none"},
    "finance": OF_ADMINS | {"amend", "subscriptions", "counterpart-pause"},
    "admin": set(),
}
"""Pages that are not for a role; whoever is bound to sellers does not see what concerns all of them either."""
