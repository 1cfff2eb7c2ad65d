"""Units of measure by UN/ECE Recommendation 20, as far as goods sent by courier are counted in them, and what people call them.

Codes that Recommendation 20 does not have (``K20``, ``K62``, …) are GİB's, for the customs tariff's supplementary units.
"""

from collections.abc import Mapping
from typing import Final

from workflow.errors import Pair

NAMES: Final[Mapping[str, Pair]] = {
    # pieces
    "C62": ("adet", "piece"),
    "NIU": ("adet", "piece"),
    "EA": ("adet", "piece"),
    "PR": ("çift", "pair"),
    "SET": ("takım", "set"),
    "KT": ("kit", "kit"),
    "HD": ("yarım düzine", "half dozen"),
    "DZN": ("düzine", "dozen"),
    "DZP": ("düzine paket", "dozen packs"),
    "CEN": ("yüz adet", "hundred pieces"),
    "MIL": ("bin", "thousand"),
    "T3": ("bin adet", "thousand pieces"),
    "NCL": ("hücre adedi", "number of cells"),
    # as they are packed
    "PK": ("paket", "pack"),
    "PA": ("paket", "packet"),
    "BX": ("kutu", "box"),
    "CT": ("koli", "carton"),
    "CS": ("kasa", "case"),
    "BG": ("torba", "bag"),
    "SA": ("çuval", "sack"),
    "BE": ("bağ", "bundle"),
    "BO": ("şişe", "bottle"),
    "CA": ("teneke kutu", "can"),
    "TN": ("teneke", "tin"),
    "TU": ("tüp", "tube"),
    "RO": ("rulo", "roll"),
    "ST": ("tabaka", "sheet"),
    "LEF": ("yaprak", "leaf"),
    "RM": ("top (kâğıt)", "ream"),
    "OA": ("panel", "panel"),
    "PG": ("plaka", "plate"),
    "SR": ("şerit", "strip"),
    "BR": ("çubuk", "bar"),
    "PF": ("palet", "pallet"),
    "D97": ("palet, yük birimi", "pallet, unit load"),
    "AB": ("dökme paket", "bulk pack"),
    "5B": ("parti", "batch"),
    # weight
    "MGM": ("miligram", "milligram"),
    "GRM": ("gram", "gram"),
    "HGM": ("hektogram", "hectogram"),
    "KGM": ("kilogram", "kilogram"),
    "DTN": ("kental (100 kg)", "decitonne (100 kg)"),
    "TNE": ("ton", "tonne"),
    "GT": ("gros ton", "gross ton"),
    "26": ("gerçek ton", "actual ton"),
    "LBR": ("libre", "pound"),
    "ONZ": ("ons", "ounce"),
    "CTM": ("karat", "metric carat"),
    # length and area
    "MMT": ("milimetre", "millimetre"),
    "CMT": ("santimetre", "centimetre"),
    "DMT": ("desimetre", "decimetre"),
    "MTR": ("metre", "metre"),
    "KMT": ("kilometre", "kilometre"),
    "INH": ("inç", "inch"),
    "FOT": ("fit", "foot"),
    "YRD": ("yarda", "yard"),
    "MMK": ("milimetrekare", "square millimetre"),
    "CMK": ("santimetrekare", "square centimetre"),
    "DMK": ("desimetrekare", "square decimetre"),
    "MTK": ("metrekare", "square metre"),
    # volume
    "MMQ": ("milimetreküp", "cubic millimetre"),
    "CMQ": ("santimetreküp", "cubic centimetre"),
    "MTQ": ("metreküp", "cubic metre"),
    "SM3": ("standart metreküp", "standard cubic metre"),
    "R9": ("bin metreküp", "thousand cubic metres"),
    "MLT": ("mililitre", "millilitre"),
    "CLT": ("santilitre", "centilitre"),
    "DLT": ("desilitre", "decilitre"),
    "LTR": ("litre", "litre"),
    "HLT": ("hektolitre", "hectolitre"),
    "LPA": ("saf alkol litresi", "litre of pure alcohol"),
    "GLL": ("galon (ABD)", "US gallon"),
    # time
    "SEC": ("saniye", "second"),
    "MIN": ("dakika", "minute"),
    "HUR": ("saat", "hour"),
    "LH": ("iş saati", "labour hour"),
    "DAY": ("gün", "day"),
    "WEE": ("hafta", "week"),
    "MON": ("ay", "month"),
    "ANN": ("yıl", "year"),
    # electricity and energy
    "AMP": ("amper", "ampere"),
    "VLT": ("volt", "volt"),
    "OHM": ("ohm", "ohm"),
    "WTT": ("vat", "watt"),
    "KWT": ("kilovat", "kilowatt"),
    "MAW": ("megavat", "megawatt"),
    "KWH": ("kilovatsaat", "kilowatt hour"),
    "TWH": ("bin kilovatsaat", "thousand kilowatt hours"),
    "D30": ("brüt kalori değeri (TJ)", "gross calorific value (TJ)"),
    # by what goods are made of
    "P1": ("yüzde", "per cent"),
    "ASM": ("kütlece alkol derecesi", "alcoholic strength by mass"),
    "GFI": ("fisil izotop gramı", "gram of fissile isotopes"),
    "KFO": ("difosfor pentaoksit kilogramı", "kilogram of phosphorus pentoxide"),
    "KNI": ("azot kilogramı", "kilogram of nitrogen"),
    "KPH": ("potasyum hidroksit kilogramı", "kilogram of potassium hydroxide"),
    "KPO": ("potasyum oksit kilogramı", "kilogram of potassium oxide"),
    "K20": ("potasyum oksit kilogramı", "kilogram of potassium oxide"),
    "KSD": ("yüzde 90 kuru ürün kilogramı", "kilogram of substance 90 % dry"),
    "K58": ("kurutulmuş net ağırlık kilogramı", "kilogram of drained net weight"),
    "K62": ("kilogram-adet", "kilogram and piece"),
    "KSH": ("sodyum hidroksit kilogramı", "kilogram of sodium hydroxide"),
    "KUR": ("uranyum kilogramı", "kilogram of uranium"),
}
"""What a unit is called, in Turkish and English, one of it; the usual ones of a kind first."""

UNITS: Final = frozenset(NAMES) | frozenset(
    "5H B32 CTG D61 D62 FR QAN QR SD STK".split(),
)
"""All units that a line may have; those without a name are known by their code alone."""
