"""Forms of a claim: what they ask for, in the reader's language."""

from adapters.web.console import rendering
from adapters.web.console.claim_actions import ACTIONS, fields
from adapters.web.console.language import LANGUAGES


def test_a_reversal_names_shipments_as_they_are_and_amounts_as_they_are_written() -> None:
    """An order's number is the shop's own text: it is neither translated nor trusted; amounts are written as readers do."""
    back = {"shipment": "s", "reference": "<b>50% off</b>", "vat_try": "1234.50"}
    for code, amount in (("tr", "1.234,50 TL"), ("en", "1,234.50 TRY")):
        wanted = fields(ACTIONS["reverse"], {"to_reverse": [back]}, LANGUAGES[code])
        assert wanted[0].choices[0] == ("s", f"<b>50% off</b>: {amount}")
        inputs = rendering.environment(code).globals["inputs"]
        shown = inputs(wanted, {field.name: "" for field in wanted})  # type: ignore[operator]  # a template's macro
        assert f"&lt;b&gt;50% off&lt;/b&gt;: {amount}" in shown
