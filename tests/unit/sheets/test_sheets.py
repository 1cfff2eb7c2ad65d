"""Invoice and proforma on paper: everything that must stand there does, in both languages, whatever the order's texts hold."""

import dataclasses
import io
import subprocess
import sys
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import orjson
import pypdf
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from PIL import Image

from adapters.invoicing.sheets import karekod, press
from adapters.invoicing.sheets.content import SheetKind
from adapters.invoicing.sheets.labels import CHARGES, LABELS, TITLES, UNITS
from adapters.invoicing.ubl.reading import read
from adapters.invoicing.ubl.writing import CHARGES as CHARGES_IN_XML
from adapters.invoicing.ubl.writing import write
from adapters.press import wording
from adapters.press.language import Language
from tests.unit.invoicing.drafts import BUYER, ETTN, FREIGHT, NUMBER, SELLER, SHIRTS, draft, drafts, invoice
from tests.unit.sheets.paper import EN, INVOICE, PROFORMA, SAMPLE, TR, images, pages, said, sheet, text, unbroken
from workflow.draft import Draft, LineKind
from workflow.invoice import Rate
from workflow.rules.units import UNITS as KNOWN_UNITS

FOREIGN = dataclasses.replace(BUYER, tax_number="DE811907980")
FULL = draft(
    consignee=FOREIGN,
    lines=(
        SHIRTS,
        dataclasses.replace(FREIGHT, kind=LineKind.INSURANCE, description="Cargo insurance", unit_price=Decimal(12)),
        FREIGHT,
    ),
)

ON_PAPER: dict[str, tuple[str, str]] = {
    "title": ("Fatura", "Invoice Fatura"),
    "seller": ("Örnek Tekstil Ltd. Şti. Örnek Sokak No: 1 34710 Kadıköy, İstanbul Türkiye VKN 4540536920",) * 2,
    "tax office": ("Vergi dairesi Kadıköy", "Tax office Kadıköy"),
    "buyer": ("Beispiel GmbH Musterstraße 5 10115 Mitte, Berlin Almanya", "Mitte, Berlin Germany / Almanya VKN 2222222222"),
    "foreign tax number": ("Yabancı vergi no DE811907980", "Tax no. abroad DE811907980"),
    "number": (f"Fatura no {NUMBER}", f"Invoice no. / Fatura no {NUMBER}"),
    "date": ("Fatura tarihi 16 Kasım 2026", "Invoice date / Fatura tarihi 16 November 2026"),
    "ETTN": (f"ETTN {ETTN}",) * 2,
    "type": ("Fatura tipi ISTISNA", "Invoice type / Fatura tipi ISTISNA"),
    "profile": ("Senaryo EARSIVFATURA", "Profile / Senaryo EARSIVFATURA"),
    "order": ("Sipariş no WEB-1001", "Order no. / Sipariş no WEB-1001"),
    "descriptions": ("Pamuklu örme tişört Cotton T-shirt", "Cotton T-shirt Pamuklu örme tişört"),
    "GTİP": ("GTİP 6109.10.00.00.11", "HS code (GTİP) 6109.10.00.00.11"),
    "origin": ("Menşe Türkiye", "Origin Türkiye"),
    "quantity and unit": ("100 adet", "100 pcs"),
    "unit price": ("10,50", "10.50"),
    "discount amount and rate": ("−50,00 %4,76", "−50.00 4.76%"),
    "VAT rate and amount": ("0,00 %0", "0.00 0%"),
    "line amount": ("1.000,00", "1,000.00"),
    "exemption": ("KDV istisnası 301 – 11/1-a Mal ihracatı", "301 – Export of goods, Turkish VAT Act (No. 3065) art. 11/1-a"),
    "exemption in the law's words": ("301 – 11/1-a Mal ihracatı",) * 2,
    "freight as an item": ("Navlun Courier freight", "Courier freight Navlun"),
    "insurance as an item": ("Sigorta Cargo insurance", "Cargo insurance Sigorta"),
    "sum of freight": ("Navlun 50,00", "Freight / Navlun 50.00"),
    "sum of insurance": ("Sigorta 12,00", "Insurance / Sigorta 12.00"),
    "sum of discounts": ("İskonto toplamı −50,00", "Discounts / İskonto toplamı −50.00"),
    "VAT": ("Hesaplanan KDV (%0) 0,00", "VAT (0%) / Hesaplanan KDV (%0) 0.00"),
    "total payable": ("Ödenecek tutar 1.062,00 EUR", "Total payable Ödenecek tutar EUR 1,062.00"),
    "gross weight": ("Brüt ağırlık 22,5 kg", "Gross weight / Brüt ağırlık 22.5 kg"),
    "net weight": ("Net ağırlık 20 kg", "Net weight / Net ağırlık 20 kg"),
    "packages": ("Kap adedi 2", "Packages / Kap adedi 2"),
    "Incoterm": ("Teslim şekli DAP", "Incoterm / Teslim şekli DAP"),
    "transport": ("Taşıma şekli Hava yolu", "Transport / Taşıma şekli Air"),
    "rate": (
        "1 EUR = 50,1234 TRY (TCMB, 13 Kasım 2026 tarihli bülten)",
        "1 EUR = 50.1234 TRY (central bank of Türkiye, bulletin of 13 November 2026)",
    ),
    "value in lira": ("TL karşılığı 53.231,05 TRY", "In Turkish lira / TL karşılığı TRY 53,231.05"),
    "origin note": ("Menşe Türk menşelidir.", "The goods are of Turkish origin. Türk menşelidir."),
    "place to sign": ("Kaşe ve imza Örnek Tekstil Ltd. Şti.", "Signature and stamp / Kaşe ve imza Örnek Tekstil Ltd. Şti."),
    "page": ("Sayfa 1 / 1", "Page 1 / 1"),
}
"""What must stand on an invoice's sheet, Turkish and English."""


@pytest.fixture(scope="module")
def printed() -> dict[Language, str]:
    """The full invoice's text in both languages."""
    return {language: text(sheet(invoice(FULL), INVOICE, language)) for language in Language}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("field", ON_PAPER)
def test_everything_that_must_stand_on_an_invoice_does(printed: dict[Language, str], field: str, language: Language) -> None:
    """In the language that was asked for."""
    assert ON_PAPER[field][list(Language).index(language)] in printed[language]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", SheetKind)
def test_turkish_letters_come_out_as_they_went_in(kind: SheetKind, language: Language) -> None:
    """In both weights, and none is taken for another."""
    named = draft(seller=dataclasses.replace(SELLER, name=SAMPLE), lines=(dataclasses.replace(SHIRTS, description_tr=SAMPLE),))
    assert text(sheet(invoice(named), kind, language)).count(SAMPLE) >= 3


def test_the_same_invoice_gives_the_same_bytes_in_any_process() -> None:
    """Its hash stands for the sheet; neither the clock nor the machine's fonts come in."""
    code = (
        "import hashlib; from tests.unit.sheets.paper import sheet; from tests.unit.invoicing.drafts import invoice; "
        "print(hashlib.sha256(sheet(invoice())).hexdigest())"
    )
    root = Path(__file__).parents[3]
    sums = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=root, env={"TZ": zone}, capture_output=True, text=True, check=True
        ).stdout
        for zone in ("Asia/Tokyo", "America/New_York")
    }
    assert len(sums) == 1
    assert sheet(invoice()) == sheet(invoice())
    assert sheet(invoice()) != sheet(invoice(draft(reference="WEB-1002")))


def test_a_sheet_is_archivable_and_can_be_read_out() -> None:
    """PDF/A-2a and PDF/UA, with title and language."""
    reader = pypdf.PdfReader(io.BytesIO(sheet(invoice(), INVOICE, TR)), strict=True)
    meta = reader.xmp_metadata
    assert meta is not None
    about = reader.metadata
    assert about is not None
    assert about.title == f"Fatura {NUMBER}"
    assert str(reader.root_object["/Lang"]) == "tr"
    assert "pdfaid" in (packet := meta.stream.get_data().decode())
    assert "pdfuaid" in packet


def test_the_qr_code_on_the_paper_is_read_by_a_scanner() -> None:
    """GİB's fields, agreeing with the XML."""
    made = invoice(draft(consignee=FOREIGN))
    (page,) = press.pictures(said(made), made.issued_at)
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)).convert("L"))
    stated = read(write(made))
    assert [orjson.loads(one.text) for one in found] == [
        {
            "vkntckn": "4540536920",
            "avkntckn": "2222222222",
            "senaryo": stated.profile,
            "tip": stated.type,
            "tarih": "2026-11-16",
            "no": stated.number,
            "ettn": stated.ettn,
            "parabirimi": "EUR",
            "malhizmettoplam": "1100.00",
            "kdvmatrah(0)": "1050.00",
            "hesaplanankdv(0)": "0.00",
            "vergidahil": "1050.00",
            "odenecek": str(stated.payable),
        }
    ]


def test_a_proforma_is_named_so_and_has_nothing_of_the_tax_series() -> None:
    """No ETTN, no type, no QR code; and says that it is no invoice."""
    made = invoice(number="PF-7")
    shown = text(sheet(made, PROFORMA, EN))
    assert "Proforma invoice Proforma fatura" in shown
    assert "Proforma no. / Proforma no PF-7" in shown
    assert "does not stand in for the invoice" in shown
    assert "Proformadır, fatura yerine geçmez." in shown
    for absent in ("ETTN", str(ETTN), "ISTISNA", "EARSIVFATURA", "Fatura no"):
        assert absent not in shown
    (page,) = press.pictures(said(made, PROFORMA), made.issued_at)
    assert not zxingcpp.read_barcodes(Image.open(io.BytesIO(page)).convert("L"))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(drafts())
def test_proforma_invoice_and_xml_agree_for_any_order(one: Draft) -> None:
    """Lines and totals from one source; whatever the texts hold, a sheet comes out."""
    made = invoice(one)
    for language in Language:
        final, proforma = said(made, INVOICE, language), said(made, PROFORMA, language)
        for part in ("lines", "totals", "payable", "carriage", "parties", "notes"):
            assert final[part] == proforma[part]
    stated = read(write(made))
    assert stated.payable is not None
    assert final["payable"]["value"] == wording.money(stated.payable, made.currency, EN)
    assert sorted(line["amount"] for line in final["lines"]) == sorted(
        wording.amount(line.amount, EN) for line in stated.lines or () if line.amount is not None
    )
    assert text(sheet(made)).count(final["payable"]["value"].replace("\u00a0", " ")) >= 1


HOSTILE = (
    '#include "/etc/passwd"',
    "$ x^2 $ and $",
    r"\ \# C:\new\u{41} \*",
    "*bold* _under_ `code` = head",
    "- item @ref <label> // gone? /* gone? */",
    "#panic() #sys.inputs ]{[}",
    "~ -- --- ... 'single' \"double\"",
    "{code} {0} %s %(x)s",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_in_an_orders_text_is_printed_and_not_obeyed(hostile: str) -> None:
    """Wherever a text comes from outside."""
    odd = draft(
        seller=dataclasses.replace(SELLER, name=hostile),
        consignee=dataclasses.replace(BUYER, name=hostile, address=dataclasses.replace(BUYER.address, line=hostile)),
        lines=(dataclasses.replace(SHIRTS, description=hostile, description_tr=hostile + " tr", sku=hostile),),
        reference=hostile,
        courier=hostile,
    )
    shown = unbroken(sheet(invoice(odd, notes=(hostile,))))
    assert shown.count("".join(hostile.split())) >= 8


def test_a_word_longer_than_its_column_stays_on_the_paper() -> None:
    """It breaks where it must, and nothing of it is lost."""
    word = "".join(f"{n:03d}" for n in range(130))
    made = invoice(draft(lines=(dataclasses.replace(SHIRTS, description=word, sku=word[:60]),), reference=word[:90]))
    document = sheet(made)
    assert unbroken(document).count(word) == 1
    for page in pypdf.PdfReader(io.BytesIO(document)).pages:
        right: list[float] = []
        page.extract_text(visitor_text=lambda t, _, m, *__, right=right: right.append(m[4]) if t.strip() else None)
        assert max(right) < float(page.mediabox.width) - 40


def test_a_text_longer_than_a_page_goes_on_on_the_next() -> None:
    """A row is kept whole only where it can be."""
    long = " ".join(f"w{n}" for n in range(1200))
    found = pages(sheet(invoice(draft(lines=(dataclasses.replace(SHIRTS, description=long),)))))
    assert len(found) >= 2
    assert all(f"w{n}" in " ".join(found) for n in (0, 600, 1199))


@pytest.mark.parametrize("language", Language)
def test_a_long_list_goes_on_over_pages_with_its_heads(language: Language) -> None:
    """Each page says which document it is of, repeats the heads, and is counted; no line is lost."""
    lines = tuple(
        dataclasses.replace(SHIRTS, description=f"Article {n:03d}", description_tr=f"Ürün {n:03d}", discount=Decimal(0))
        for n in range(200)
    )
    found = pages(sheet(invoice(draft(lines=(*lines, FREIGHT))), INVOICE, language))
    whole = " ".join(found)
    assert len(found) > 8
    for n in range(200):
        assert (whole.count(f"Article {n:03d}"), whole.count(f"Ürün {n:03d}")) == (1, 1)
    for number, page in enumerate(found, start=1):
        assert f"{number} / {len(found)}" in page
        assert NUMBER in page
    heads = [page for page in found if ("GTİP" in page)]
    assert all(LABELS["quantity"][0] in page and LABELS["amount"][0] in page for page in heads)
    assert len(heads) >= len(found) - 1


def test_a_long_name_leaves_the_head_of_further_pages_one_line() -> None:
    """It stands whole on the first page and cut, with a sign that it is, on the next."""
    name = " ".join(f"Word{n:03d}" for n in range(60))
    long = draft(seller=dataclasses.replace(SELLER, name=name), lines=(SHIRTS,) * 30)
    first, *others = pages(sheet(invoice(long)))
    assert name in first
    assert all(f"Invoice {NUMBER} · Word000" in page and "…" in page for page in others)


@pytest.mark.parametrize("language", Language)
def test_what_the_sandbox_issued_says_on_every_page_that_it_is_no_invoice(language: Language) -> None:
    """In both languages; and what a real issuer issued does not."""
    made = invoice(draft(lines=(SHIRTS,) * 30))
    for page in pages(sheet(made, INVOICE, language, sandbox=True)):
        assert "SANDBOX – gerçek fatura değildir" in page
        assert "SANDBOX – not a real invoice" in page
    assert "SANDBOX" not in text(sheet(made, INVOICE, language))


def test_goods_of_mixed_origin_have_no_note_of_turkish_origin() -> None:
    """It stands only where it is true of all."""
    mixed = text(sheet(invoice(draft(lines=(SHIRTS, dataclasses.replace(SHIRTS, origin="CN"))))))
    assert "Türk menşelidir" not in mixed
    assert "Origin China / Çin" in mixed


def test_an_invoice_in_lira_shows_neither_rate_nor_value_in_lira() -> None:
    """The total is that value."""
    shown = text(sheet(invoice(draft(currency="TRY"), rate=None), INVOICE, TR))
    assert "Ödenecek tutar 1.050,00 TRY" in shown
    assert "TL karşılığı" not in shown


def test_a_net_weight_is_summed_only_where_all_goods_tell_theirs() -> None:
    """Half a sum would be read as the whole."""
    known = text(sheet(invoice(draft(lines=(SHIRTS, SHIRTS)))))
    partly = text(sheet(invoice(draft(lines=(SHIRTS, dataclasses.replace(SHIRTS, net_weight_kg=None))))))
    assert "Net weight / Net ağırlık 40 kg" in known
    assert "Net ağırlık" not in partly


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("ABC\u202edcba\u202c", "ABC dcba"),
        ("a\x00b\x1bc\u2028d", "a b c d"),
        ("  two \t\n lines ", "two lines"),
        ("I\u0307stanbul, Mug\u0306la", "İstanbul, Muğla"),
        ("王伟 Wang", "□□ Wang"),
        ("Łódź Αθήνα Москва Đà Nẵng ₺€£", "Łódź Αθήνα Москва Đà Nẵng ₺€£"),
    ],
)
def test_what_cannot_be_seen_is_not_printed_and_what_the_fonts_lack_is_marked(given: str, shown: str) -> None:
    """Nothing turns the text around it, and nothing vanishes."""
    assert wording.plain(given) == shown
    named = invoice(draft(consignee=dataclasses.replace(BUYER, name=given)))
    assert shown in text(sheet(named))


@pytest.mark.parametrize(
    ("value", "turkish", "english"),
    [
        ("1234567.5", "1.234.567,50", "1,234,567.50"),
        ("-0.5", "−0,50", "−0.50"),
        ("0.000001", "0,000001", "0.000001"),
        ("12345678901234.567891", "12.345.678.901.234,567891", "12,345,678,901,234.567891"),
    ],
)
def test_figures_are_written_as_the_language_does_and_lose_no_digit(value: str, turkish: str, english: str) -> None:
    """Points and commas change places."""
    assert (wording.amount(Decimal(value), TR), wording.amount(Decimal(value), EN)) == (turkish, english)


@pytest.mark.parametrize(
    ("code", "shown"), [("610910000011", "6109.10.00.00.11"), ("610910", "6109.10"), ("", ""), ("61", "61")]
)
def test_a_gtip_is_grouped_as_the_tariff_groups_it(code: str, shown: str) -> None:
    """Four digits, then pairs."""
    assert wording.gtip(code) == shown


def test_a_rate_of_six_places_is_printed_whole() -> None:
    """As in the XML."""
    shown = text(sheet(invoice(rate=Rate(Decimal("0.307667"), date(2026, 9, 18)))))
    assert "1 EUR = 0.307667 TRY" in shown


def test_every_word_on_a_sheet_exists_in_both_languages() -> None:
    """And the charges are called as in the XML."""
    for table in (LABELS, TITLES, UNITS):
        for turkish, english in table.values():
            assert turkish.strip()
            assert english.strip()
    assert {kind: names[0] for kind, names in CHARGES.items()} == CHARGES_IN_XML
    assert set(UNITS) <= KNOWN_UNITS


def test_the_package_brings_its_fonts_their_licence_and_the_template() -> None:
    """Nothing is taken from the machine."""
    found = files("adapters.press")
    assert "SIL OPEN FONT LICENSE Version 1.1" in found.joinpath("fonts", "OFL.txt").read_text(encoding="utf-8")
    assert {one.name for one in found.joinpath("fonts").iterdir() if one.name.endswith(".ttf")} == {
        "Inter-Regular.ttf",
        "Inter-SemiBold.ttf",
    }
    assert files("adapters.invoicing.sheets").joinpath("sheet.typ").is_file()
    assert set(SAMPLE) <= wording._covered()


def test_a_template_that_does_not_hold_is_an_error_that_says_so() -> None:
    """With the number of the sheet; the invoice is not touched."""
    broken = said(invoice())
    del broken["totals"]
    with pytest.raises(press.SheetNotSetError, match=f"{NUMBER}.*invoice itself is not touched"):
        press.pdf(broken, invoice().issued_at)


def test_the_qr_code_keeps_the_decimals_of_the_document() -> None:
    """Two places, as strings, whatever the language of the sheet."""
    fields = orjson.loads(karekod.text(invoice(draft(lines=(dataclasses.replace(SHIRTS, discount=Decimal(0)),)))))
    assert (fields["malhizmettoplam"], fields["odenecek"]) == ("1050.00", "1050.00")


def test_the_sheet_of_a_signed_seller_has_the_picture_and_one_without_has_room(tmp_path: Path) -> None:
    """See the next module for which pictures are taken."""
    assert images(sheet(invoice(), signatures=tmp_path)) == 0
