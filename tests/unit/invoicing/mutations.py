"""The valid sample invoice, and the ways to spoil it whose verdicts by GİB's own rules were observed."""

import json
from collections.abc import Callable
from pathlib import Path

DATA = Path(__file__).parents[2] / "data"
VALID = (DATA / "earsiv_export_valid.xml").read_bytes()
"""An export invoice over 1,050.00 EUR; parties, goods and rate are invented."""
OBSERVED: dict[str, dict[str, object]] = json.loads((DATA / "ubl_mutations_observed.json").read_text(encoding="utf-8"))
"""For each mutation GİB's verdict, and the rules that say so: level, kind, code."""


def swap(old: str, new: str, times: int = -1) -> Callable[[], bytes]:
    """The sample with one text for another; it must be there."""

    def spoil() -> bytes:
        text = VALID.decode()
        assert old in text, old
        return text.replace(old, new, times).encode()

    return spoil


def cut(start: str, end: str, times: int = -1) -> Callable[[], bytes]:
    """The sample without what stands from one text to the next other."""

    def spoil() -> bytes:
        text, done = VALID.decode(), 0
        assert start in text, start
        while start in text and done != times:
            before, _, rest = text.partition(start)
            text, done = before + rest.partition(end)[2], done + 1
        return text.encode()

    return spoil


def _vat_charged() -> bytes:
    """20 % VAT on the document and its lines, but not in what is to be paid, as a careless program would write it."""
    head, mark, rest = VALID.partition(b'<cbc:TaxAmount currencyID="EUR">0</cbc:TaxAmount>')
    assert mark
    whole, mark, lines = rest.partition(b'<cbc:TaxAmount currencyID="EUR">0</cbc:TaxAmount>')
    amount = b'<cbc:TaxAmount currencyID="EUR">210.00</cbc:TaxAmount>'
    return head + amount + whole + amount + lines.replace(b"<cbc:Percent>0<", b"<cbc:Percent>20<")


MUTATIONS: dict[str, Callable[[], bytes]] = {
    "base": lambda: VALID,
    "type_SATIS_with_301": swap(">ISTISNA<", ">SATIS<"),
    "id_15_chars": swap("<cbc:ID>MEX2026000000042<", "<cbc:ID>MEX202600000042<"),
    "id_lowercase": swap("<cbc:ID>MEX2026000000042<", "<cbc:ID>mex2026000000042<"),
    "uuid_bad": swap("6f1c2a52-0d0b-4a7e-9d4f-2f7b8c1a9e11", "6f1c2a52"),
    "no_exchange_rate": cut("<cac:PricingExchangeRate>", "</cac:PricingExchangeRate>"),
    "rate_7_decimals": swap("50.123400", "50.1234001"),
    "no_reason_text": cut("<cbc:TaxExemptionReason>", "</cbc:TaxExemptionReason>", 1),
    "no_reason_code": cut("<cbc:TaxExemptionReasonCode>", "</cbc:TaxExemptionReasonCode>", 1),
    "reason_code_999": swap(">301<", ">999<"),
    "payable_3_decimals": swap('<cbc:PayableAmount currencyID="EUR">1050.00<', '<cbc:PayableAmount currencyID="EUR">1050.000<'),
    "customer_country_XX": swap(">DE<", ">XX<"),
    "unit_ADET": swap('unitCode="C62"', 'unitCode="ADET"'),
    "future_date": swap("<cbc:IssueDate>2026-11-16<", "<cbc:IssueDate>2099-01-01<"),
    "no_customer_id": cut('<cac:PartyIdentification><cbc:ID schemeID="VKN">2222222222<', "</cac:PartyIdentification>"),
    "tckn_without_person": swap('schemeID="VKN">2222222222<', 'schemeID="TCKN">11111111111<'),
    "currency_TRL": swap(">EUR</cbc:DocumentCurrencyCode>", ">TRL</cbc:DocumentCurrencyCode>"),
    "copy_indicator_true": swap("<cbc:CopyIndicator>false<", "<cbc:CopyIndicator>true<"),
    "incoterm_XXX": swap(">DAP<", ">XXX<"),
    "profile_TICARIFATURA": swap(">EARSIVFATURA<", ">TICARIFATURA<"),
    "profile_IHRACAT": swap(">EARSIVFATURA<", ">IHRACAT<"),
    "code_302": swap(">301<", ">302<"),
    "kdv_20_on_istisna": _vat_charged,
    "payable_not_sum": swap('<cbc:PayableAmount currencyID="EUR">1050.00<', '<cbc:PayableAmount currencyID="EUR">999.00<'),
    "gtip_11_digits": swap("610910000011", "61091000001"),
    "supplier_vkn_bad_check": swap("4540536920", "4540536921"),
    "line_gumrukleme_hizmet_bedeli": swap("<cbc:Name>Navlun<", "<cbc:Name>Gümrükleme hizmet bedeli<"),
    "no_origin": cut("<cac:OriginCountry>", "</cac:OriginCountry>"),
    "no_gtip": cut("<cac:GoodsItem>", "</cac:GoodsItem>"),
    "no_extensions": cut("<ext:UBLExtensions>", "</ext:UBLExtensions>"),
}
"""Each mutation by the name its verdict was recorded under."""
