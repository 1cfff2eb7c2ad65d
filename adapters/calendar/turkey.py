"""Turkish public holidays (law 2429), from the package ``holidays``.

Only whole days count. On the eves of Ramazan and Kurban Bayramı and of 29 October people work until 13:00: those are working
days here, since customs, couriers and tax offices act on them, and a deadline that ends on one is not moved. Days that the
government gives to civil servants once, to join a weekend to a holiday, are no holidays by law and are not known here. The
religious ones of years to come are reckoned; the package corrects them as they are announced.
"""

from datetime import date

from holidays import PUBLIC, country_holidays

YEARS = range(2024, 2051)
"""For which years they are given; a shipment's deadlines lie within months of today."""


def public_holidays(years: range = YEARS) -> frozenset[date]:
    """The whole holidays of some years, those that fall on weekends too."""
    return frozenset(country_holidays("TR", years=years, categories=PUBLIC))
