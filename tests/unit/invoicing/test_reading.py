"""Invoices made elsewhere: read for what they say; whatever is no invoice is refused with one clear error."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.invoicing.ubl import safety
from adapters.invoicing.ubl.reading import NotAnInvoiceError, UnreadableValueError, read
from tests.unit.invoicing.mutations import VALID, swap
from workflow.errors import KervanError
from workflow.stated import StatedLine, StatedParty, StatedRate

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'


def test_a_valid_invoice_is_read_whole() -> None:
    """Everything that our rules ask about."""
    said = read(VALID)
    assert (said.profile, said.type, said.number) == ("EARSIVFATURA", "ISTISNA", "MEX2026000000042")
    assert said.ettn == "6f1c2a52-0d0b-4a7e-9d4f-2f7b8c1a9e11"
    assert said.issued_on == date(2026, 11, 16)
    assert (said.currency, said.payable) == ("EUR", Decimal("1050.00"))
    assert (said.exemption_codes, said.exemption_reasons) == (("301",), ("11/1-a Mal ihracatı",))
    assert (said.vat_percents, said.vat_amount) == ((Decimal(0),), Decimal(0))
    assert said.rate == StatedRate("EUR", "TRY", Decimal("50.123400"), date(2026, 11, 13))
    assert said.seller == StatedParty("VKN", "4540536920", "Örnek Tekstil Ltd. Şti.", "İstanbul", "TR", "Türkiye")
    assert said.buyer == StatedParty("VKN", "2222222222", "Beispiel GmbH", "Berlin", "DE", "Almanya")
    assert said.lines is not None
    assert said.lines[0] == StatedLine(
        number="1",
        name="Pamuklu örme tişört",
        description="Pamuklu örme tişört",
        gtip="610910000011",
        origin="TR",
        quantity=Decimal(100),
        unit="C62",
        unit_price=Decimal("10.00"),
        amount=Decimal("1000.00"),
        vat_percents=(Decimal(0),),
        exemption_codes=("301",),
        incoterm="DAP",
        transport_mode="4",
        gross_weight_kg=Decimal("22.5"),
        net_weight_kg=Decimal(20),
    )


def test_a_gtip_may_have_points_and_a_weight_another_unit() -> None:
    """Both as other software writes them; a unit that is none of weight says nothing."""
    (line, _) = read(swap(">610910000011<", ">6109.10.00.00.11<")()).lines or ()
    assert line.gtip == "610910000011"
    for unit, kg in (("GRM", Decimal("0.0225")), ("TNE", Decimal(22500)), ("C62", None)):
        (line, _) = read(swap('GrossWeightMeasure unitCode="KGM"', f'GrossWeightMeasure unitCode="{unit}"')()).lines or ()
        assert line.gross_weight_kg == kg


def test_what_is_said_of_the_whole_parcel_is_read() -> None:
    """Its delivery term and its gross weight stand on the document."""
    parcel = (
        '<cac:Delivery><cac:DeliveryTerms><cbc:ID schemeID="INCOTERMS">EXW</cbc:ID></cac:DeliveryTerms><cac:Shipment>'
        '<cbc:GrossWeightMeasure unitCode="KGM">9922.5</cbc:GrossWeightMeasure></cac:Shipment></cac:Delivery>'
    )
    said = read(swap("<cac:PricingExchangeRate>", parcel + "<cac:PricingExchangeRate>")())
    assert (said.incoterm, said.gross_weight_kg) == ("EXW", Decimal("9922.5"))
    assert (read(VALID).incoterm, read(VALID).gross_weight_kg) == ("", None)


def test_the_profile_decides_and_not_what_is_printed_on_top() -> None:
    """An e-Fatura logo and heading on a document whose scenario is e-Arşiv change nothing (the seed), nor the reverse."""
    logo = "<cbc:Note>e-FATURA</cbc:Note><cbc:Note>&lt;img alt='e-Fatura'/&gt;</cbc:Note>"
    note = "<cbc:Note>Türk menşelidir."
    assert read(swap(note, logo + note)()).profile == "EARSIVFATURA"
    assert read(VALID.replace(b">EARSIVFATURA<", b">TEMELFATURA<").replace(note.encode(), b"<cbc:Note>e-ARSIV")).profile == (
        "TEMELFATURA"
    )


def test_what_a_document_does_not_say_is_nothing() -> None:
    """No guesses."""
    said = read(b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>')
    assert (said.profile, said.number, said.issued_on, said.payable, said.rate, said.seller) == ("", "", None, None, None, None)
    assert said.lines == ()


def _zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("invoice.xml", VALID)
    return packed.getvalue()


def _laughing() -> bytes:
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return HEAD + b'<!DOCTYPE Invoice [<!ENTITY l0 "ha">' + entities + b"]><Invoice>&l9;</Invoice>"


ATTACKS: dict[str, tuple[bytes, type[KervanError]]] = {
    "billion laughs": (_laughing(), safety.DocumentTypeError),
    "external entity, file": (
        HEAD + b'<!DOCTYPE i [<!ENTITY x SYSTEM "file:///etc/passwd">]><i>&x;</i>',
        safety.DocumentTypeError,
    ),
    "external entity, http": (
        HEAD + b'<!DOCTYPE i [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]><i>&x;</i>',
        safety.DocumentTypeError,
    ),
    "external DTD": (HEAD + b'<!DOCTYPE i SYSTEM "http://127.0.0.1:9/x.dtd"><i/>', safety.DocumentTypeError),
    "parameter entity": (HEAD + b'<!DOCTYPE i [<!ENTITY % x SYSTEM "file:///x">%x;]><i/>', safety.DocumentTypeError),
    "50 MB": (b"<i>" + b" " * 50_000_000 + b"</i>", safety.DocumentTooLargeError),
    "one byte too many": (b" " * (safety.MAX_BYTES + 1), safety.DocumentTooLargeError),
    "declared as Latin-5": (VALID.replace(b'encoding="UTF-8"', b'encoding="ISO-8859-9"'), safety.WrongEncodingError),
    "written in Latin-5": (VALID.decode().replace("ı", "i").encode("iso-8859-9", "replace"), safety.WrongEncodingError),
    "declared as UTF-7": (VALID.replace(b'encoding="UTF-8"', b"encoding='UTF-7'"), safety.WrongEncodingError),
    "declared as Latin-5 behind padding": (
        VALID.replace(b'encoding="UTF-8"', b" " * 5000 + b'encoding="ISO-8859-9"'),
        safety.WrongEncodingError,
    ),
    "declared by a name of 9,000 letters": (
        VALID.replace(b'encoding="UTF-8"', b'encoding="' + b"x" * 9000 + b'"'),
        safety.WrongEncodingError,
    ),
    "declared twice": (
        VALID.replace(b'encoding="UTF-8"', b'encoding="UTF-8" encoding="ISO-8859-9"'),
        safety.WrongEncodingError,
    ),
    "UTF-16 with its mark": (VALID.decode().encode("utf-16"), safety.WrongEncodingError),
    "UTF-16 without": (VALID.decode().encode("utf-16-le"), safety.WrongEncodingError),
    "UTF-16 the other way": (VALID.decode().encode("utf-16-be"), safety.WrongEncodingError),
    "UTF-32": (VALID.decode().encode("utf-32"), safety.WrongEncodingError),
    "nested 300 deep": (b"<i>" * 300 + b"</i>" * 300, safety.TooDeepError),
    "nested 100,000 deep": (b"<i>" * 100_000 + b"</i>" * 100_000, safety.TooDeepError),
    "a ZIP archive": (_zipped(), safety.CompressedDocumentError),
    "cut off": (VALID[:-20], safety.BrokenXmlError),
    "empty": (b"", safety.BrokenXmlError),
    "no XML": (b"fatura no: 1", safety.BrokenXmlError),
    "an unknown entity": (b"<i>&x;</i>", safety.BrokenXmlError),
    "a NUL": (b"<i>\x00</i>", safety.BrokenXmlError),
    "a despatch note": (b'<DespatchAdvice xmlns="urn:x"/>', NotAnInvoiceError),
    "an invoice of no namespace": (b"<Invoice/>", NotAnInvoiceError),
    "an amount of words": (swap(">1050.00</cbc:PayableAmount>", ">bin</cbc:PayableAmount>")(), UnreadableValueError),
    "an amount of infinity": (swap(">10.00</cbc:PriceAmount>", ">Infinity</cbc:PriceAmount>")(), UnreadableValueError),
    "an amount with an exponent": (swap(">10.00</cbc:PriceAmount>", ">1e999999</cbc:PriceAmount>")(), UnreadableValueError),
    "a day that is none": (swap(">2026-11-16<", ">2026-02-30<")(), UnreadableValueError),
}
"""What is tried on us, and the one error each gets."""


def test_nothing_but_utf_8_is_ever_decoded() -> None:
    """With a byte order mark, with padding, without a declaration: the letters are the same."""
    bare = VALID[VALID.index(b"?>") + 2 :].lstrip()
    padded = VALID.replace(b'encoding="UTF-8"', b" " * 5000 + b"encoding = 'utf-8'")
    for xml in (VALID, b"\xef\xbb\xbf" + VALID, padded, bare):
        said = read(xml)
        assert said.seller is not None
        assert said.seller.name == "Örnek Tekstil Ltd. Şti."


def test_how_large_a_document_is_nobody_claims_to_know() -> None:
    """No more than the limit and a byte is taken in."""
    with pytest.raises(safety.DocumentTooLargeError, match="more than 5 MB"):
        read(b" " * (safety.MAX_BYTES + 1))


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_no_invoice_is_refused_with_one_clear_error(name: str) -> None:
    """Says what it is, that it was not read, and what to do."""
    xml, error = ATTACKS[name]
    with pytest.raises(KervanError) as raised:
        read(xml)
    assert type(raised.value) is error
    assert "not read" in str(raised.value)
    assert len(str(raised.value)) < 400


def test_no_file_is_read_for_an_entity(tmp_path: Path) -> None:
    """Its content is nowhere in what comes back."""
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    xml = f'<!DOCTYPE i [<!ENTITY x SYSTEM "{secret.as_uri()}">]><i>&x;</i>'.encode()
    with pytest.raises(safety.DocumentTypeError) as raised:
        read(xml)
    assert "s3cret" not in str(raised.value)


def test_the_largest_document_allowed_is_read() -> None:
    """To the byte."""
    room = safety.MAX_BYTES - len(VALID) - len(b"<!---->")
    assert read(VALID + b"<!--" + b" " * room + b"-->").number == "MEX2026000000042"


def test_a_byte_order_mark_is_allowed() -> None:
    """Software on Windows writes it."""
    assert read(b"\xef\xbb\xbf" + VALID).number == "MEX2026000000042"


@given(st.binary(max_size=400), st.integers(0, len(VALID)), st.integers(0, 400))
def test_whatever_bytes_come_only_our_own_errors_leave(noise: bytes, place: int, gone: int) -> None:
    """Noise anywhere in a document."""
    try:
        read(VALID[:place] + noise + VALID[place + gone :])
    except KervanError:
        return
