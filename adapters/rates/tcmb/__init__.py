"""The Central Bank of the Republic of Türkiye (TCMB): indicative exchange rates, one dated XML bulletin a working day.

``client`` speaks HTTP, ``bulletin`` reads the XML, ``bank`` decides which days to ask for and says what was found. May
import ``events`` and ``workflow``. Source: <https://www.tcmb.gov.tr/kurlar/today.xml>; domain section 6.2.
"""

from datetime import time

from adapters.calls.counterpart import MIB, Counterpart, Limit, Operation

FAMILY, CODE = "rates", "tcmb"
SOURCE = f"{FAMILY}/{CODE}"

BASE_URL = "https://www.tcmb.gov.tr/kurlar"
"""Below it ``YYYYMM/DDMMYYYY.xml`` for each working day, and ``today.xml`` for the newest."""

PUBLISHED_AT = time(15, 30)
"""When a day's bulletin comes out, in Istanbul (domain section 6.2)."""

COUNTERPART = Counterpart(FAMILY, CODE, "The central bank", passing=frozenset({500, 502, 503, 504}))
BULLETIN = Operation(
    "bulletin", Limit(30, 10.0, "ours, out of politeness: the bank documents no limit"), most_bytes=MIB, waits_s=20.0
)
"""A real bulletin has about 20 kB; a month has some twenty, and whoever asks for a year of them has time."""
