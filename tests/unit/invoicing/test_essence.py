"""What is read of a document that came from outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.invoicing import essence
from adapters.invoicing.essence import UnreadableDocumentError
from tests.invoices import document

BOMB = b'<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><Invoice>&b;</Invoice>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Invoice>&f;</Invoice>'


def test_a_document_says_which_invoice_it_is() -> None:
    """Number, ETTN, day, currency, amount and rate."""
    handed = document(7)
    said = essence.read(handed.xml)
    assert (said.number, said.ettn, said.currency, str(said.payable)) == (handed.number, str(handed.ettn), "EUR", "42.00")
    assert said.rate is not None


@pytest.mark.parametrize(
    "xml",
    [b"", b"no xml", b"<a>", BOMB, OUTSIDE, b"<Invoice/>", b"\xff\xfe\x00", b"<a>" * 5000 + b"</a>" * 5000],
    ids=["empty", "text", "open", "entities", "file", "fields", "encoding", "deep"],
)
def test_what_is_no_invoice_does_not_count(xml: bytes) -> None:
    """Nor does anything with a document type, whose entities could be a bomb or a file."""
    with pytest.raises(UnreadableDocumentError):
        essence.read(xml)


def test_a_document_beyond_the_limit_is_not_parsed() -> None:
    """One byte too many."""
    with pytest.raises(UnreadableDocumentError, match="too large"):
        essence.read(b" " * (essence.MAX_BYTES + 1))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(xml: bytes) -> None:
    """Nothing else is ever raised."""
    with pytest.raises(UnreadableDocumentError):
        essence.read(xml)
