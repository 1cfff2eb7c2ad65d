"""Puts together who files claims, by ``KERVAN_TASKS__TAX_OFFICE``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.entrypoints import answering
from adapters.settings import Settings, TaxOfficeSettings
from adapters.tax_office.desk import TaxOfficeDesk
from adapters.tax_office.file import CODE as FILE
from adapters.tax_office.file import AnswerFolder, FileTaxOffice
from adapters.tax_office.manual import ManualTaxOffice
from adapters.tax_office.ports import FAMILY
from events.tasks import Handler

if TYPE_CHECKING:
    from adapters.entrypoints.bootstrap import Parts


def folder(settings: Settings) -> Path:
    """Where dossiers are dropped and answers are read."""
    own = settings.tax_office.get(FILE, TaxOfficeSettings())
    return own.folder or settings.data_dir.expanduser().absolute() / FAMILY


def file(settings: Settings, parts: "Parts") -> Handler:
    """Whoever takes dossiers out of the folder. Only who writes them loads what they are written with."""
    from adapters.entrypoints import dossiers

    exporter = dossiers.dossiers(settings, parts.pool, parts.law, lambda: datetime.now(UTC))
    return TaxOfficeDesk(FileTaxOffice(folder(settings), exporter.export))


def manual(settings: Settings, parts: "Parts") -> Handler:
    """A person."""
    del settings, parts
    return TaxOfficeDesk(ManualTaxOffice())


async def answers(settings: Settings, parts: "Parts") -> None:
    """Take what comes into the folder."""
    taking = answering.Answering(AnswerFolder(folder(settings)), parts.intake, lambda: datetime.now(UTC))
    await answering.keep(taking)
