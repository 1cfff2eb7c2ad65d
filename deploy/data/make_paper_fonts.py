"""Make the fonts in ``adapters/press/fonts`` from Inter's variable font (OFL 1.1, https://github.com/rsms/inter).

Usage: ``python deploy/data/make_paper_fonts.py "Inter[opsz,wght].ttf" adapters/press/fonts`` with fonttools
installed. The same font gives the same bytes. Kept are the letters that names and addresses are written in (Latin, Greek,
Cyrillic), figures that stand in columns, and what the Turkish i needs; ``coverage.txt`` says which characters there are.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

WEIGHTS = {"Regular": 400, "SemiBold": 600}
OPTICAL_SIZE = 14
"""Inter's smallest: sheets are set in small type."""
RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x024F),  # Latin-1, Latin Extended-A and -B
    (0x0259, 0x0259),  # the Azerbaijani ə
    (0x02BB, 0x02BC),  # apostrophes that are letters
    (0x0300, 0x0328),  # combining accents
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x052F),  # Cyrillic
    (0x1E00, 0x1EFF),  # Latin Extended Additional: Vietnamese, Welsh
    (0x2010, 0x205E),  # dashes, quotation marks, ellipsis
    (0x2070, 0x208E),  # superscripts and subscripts
    (0x20A0, 0x20C0),  # currencies
    (0x2113, 0x2126),  # № ™ Ω
    (0x2190, 0x2193),  # arrows
    (0x2212, 0x221E),  # minus, ∞
    (0x2260, 0x2265),  # ≠ ≤ ≥
    (0x25A1, 0x25A1),  # □, which stands for what is not here
)
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "case"]


def subset(source: Path, weight: int) -> TTFont:
    """One weight with the wanted characters."""
    font = TTFont(source, recalcTimestamp=False)
    instantiateVariableFont(font, {"opsz": OPTICAL_SIZE, "wght": weight}, inplace=True, updateFontNames=True)
    options = Options()
    options.layout_features = FEATURES
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]  # copyright and licence stay in the font
    options.notdef_outline = True
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)])
    subsetter.subset(font)
    return font


def spans(codes: set[int]) -> str:
    """Code points as ``first-last`` in hexadecimal, a line each."""
    found: list[list[int]] = []
    for code in sorted(codes):
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return "".join(f"{low:04X}-{high:04X}\n" for low, high in found)


if __name__ == "__main__":
    given, folder = Path(sys.argv[1]), Path(sys.argv[2])
    covered: set[int] = set()
    for name, weight in WEIGHTS.items():
        made = subset(given, weight)
        made.save(folder / f"Inter-{name}.ttf")
        covered = set(made.getBestCmap()) & covered if covered else set(made.getBestCmap())
    (folder / "coverage.txt").write_text(spans(covered), encoding="ascii")
