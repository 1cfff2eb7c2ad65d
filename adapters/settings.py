"""Settings: environment variables with the prefix ``KERVAN_``, nested ones with two underscores."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class CourierSettings(BaseModel):
    """One courier: ``KERVAN_COURIERS__<CODE>__…``."""

    webhook_secret: SecretStr | None = None
    """Standard Webhooks secret (``whsec_…``) that the courier signs with."""
    max_gross_kg: Decimal | None = None
    max_eur: Decimal | None = None


class SellerSettings(BaseModel):
    """One seller: ``KERVAN_SELLERS__<VKN>__…``."""

    invoice_series: Annotated[str, Field(pattern=r"^[A-Z0-9]{3}$")] = "KRV"
    """The three characters with which the seller's e-Arşiv numbers begin."""


class IssuerSettings(BaseModel):
    """One issuer of invoices: ``KERVAN_INVOICING__<CODE>__…``."""

    api_key: SecretStr | None = None
    environment: Literal["test", "production"] = "test"
    url: str = ""
    """Another address than the environment's own."""
    folder: Path | None = None
    """For ``file``: where documents are dropped and answers are read (default: ``invoicing`` under ``data_dir``)."""
    time_out_s: Annotated[float, Field(gt=0, le=60)] = 20.0


def default_data_dir() -> Path:
    """Where an embedded installation keeps its data.

    As root that is a system folder: PostgreSQL runs as a user of its own, who cannot reach into root's home.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/kervan")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "kervan"


class Settings(BaseSettings):
    """All settings; each has a default with which ``kervan up`` works."""

    model_config = SettingsConfigDict(env_prefix="KERVAN_", env_nested_delimiter="__", extra="ignore")

    database_url: str = ""
    """PostgreSQL; empty: embedded under ``data_dir``."""
    broker_url: str = ""
    """NATS; empty: embedded under ``data_dir``."""
    data_dir: Path = Field(default_factory=default_data_dir)
    broker_port: int = 4222
    """Port of the embedded NATS server; another free one is taken where it is in use, unless it was set."""
    http_host: str = "127.0.0.1"
    http_port: int = 8080
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    locale: Literal["tr", "en"] = "tr"
    auto_validate: bool = True
    """Whether a draft without a blocking finding becomes ``validated`` by itself."""
    etgb_amount_tolerance: Annotated[Decimal, Field(ge=0, le=1)] = Decimal("0.05")
    """By which share an ETGB's amount may differ from the invoice before it is raised."""
    batch_size: Annotated[int, Field(ge=1, le=2000)] = 500
    concurrency: Annotated[int, Field(ge=1, le=8)] = 2
    """Batches that one worker has under way at once."""
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Worker processes of ``kervan up``."""
    couriers: dict[str, CourierSettings] = Field(default_factory=dict)
    sellers: dict[str, SellerSettings] = Field(default_factory=dict)
    invoicing: dict[str, IssuerSettings] = Field(default_factory=dict)
    tasks: dict[str, str] = Field(default_factory=dict)
    """Who does what Kervan asks for: a family (``invoicing``, ``courier``, ``tax_office``) and the code that serves it."""

    @property
    def documents_dir(self) -> Path:
        """Where documents are kept."""
        return self.data_dir.expanduser().absolute() / "documents"

    def invoice_series(self, seller: str) -> str:
        """The series of a seller's invoices."""
        return self.sellers.get(seller, SellerSettings()).invoice_series


def without_password(url: str) -> str:
    """A URL as it may be printed and logged."""
    parts = urlsplit(url)
    if parts.password is None and (parts.username is None or parts.scheme.startswith("postgres")):
        return url
    host = parts.netloc.rpartition("@")[2]
    user = f"{parts.username}:***@" if parts.scheme.startswith("postgres") else "***@"
    return urlunsplit(parts._replace(netloc=user + host))
