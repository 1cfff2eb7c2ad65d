"""What a page of the console is, and the groups in which the menu shows them."""

from dataclasses import dataclass
from enum import Enum

from fastapi import APIRouter

from adapters.web import reach
from adapters.web.console.language import marked
from adapters.web.services import READ


class Group(Enum):
    """A group of the menu, with its heading; in this order."""

    WORK = marked("Günlük iş")
    TRAFFIC = marked("Mesajlar")
    FINANCE = marked("Finans")
    LINKS = marked("Bağlantılar")
    HOUSE = marked("Yönetim")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the menu; ``counts`` names the figure beside its title."""

    name: str
    path: str
    title: str
    icon: str
    group: Group
    router: APIRouter
    roles: frozenset[str] = READ
    counts: str = ""

    @property
    def of_sellers(self) -> bool:
        """Whether somebody who is bound to sellers has anything to see there."""
        return self.path == "/" or ("GET", self.path) in reach.REACHED
