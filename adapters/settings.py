"""Settings: environment variables with the prefix ``KERVAN_``, nested ones with two underscores."""

import base64
import binascii
import json
import os
import re
import ssl
from collections.abc import Callable
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_args
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from events.connection import servers
from workflow.errors import KervanError
from workflow.refund import RatePolicy
from workflow.waits import Allowance, Wait

PREFIX = "KERVAN_"
_NESTED = "__"
_SECRET_BYTES = 24
"""The shortest signing key of Standard Webhooks (its specification, "Signature scheme": 24 to 64 bytes)."""
_SEAL_BYTES = 32
"""As long as the digest that HMAC-SHA256 gives (RFC 2104, section 3)."""

Scheme = Literal["standard", "ups", "fedex"]
"""How a courier authenticates its webhooks, and in whose form their bodies are (see ``adapters.couriers.registry``)."""


def default_scheme(courier: str) -> Scheme:
    """A courier's scheme where none is set: that of its own name, or Standard Webhooks."""
    return cast("Scheme", courier) if courier in get_args(Scheme) else "standard"


class WrongSettingsError(KervanError):
    """Settings are not of their form."""

    def __init__(self, wrong: dict[str, str]) -> None:
        """Name each variable and what is wrong with it, not its value: it may be secret."""
        lines = "".join(f"\n  {name}: {why}" for name, why in wrong.items())
        super().__init__(
            f"Some settings in the environment are wrong, so Kervan did not start:{lines}\nCorrect or remove them. "
            "(Their values are not shown here, since they may be secret.)"
        )


def _standard_secret(secret: str) -> None:
    """Base64 of a key that nobody can guess: whoever knows it can speak for the courier."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        message = "must be base64, by custom after whsec_"
        raise ValueError(message) from None
    if len(key) < _SECRET_BYTES:
        message = f"must have at least {_SECRET_BYTES} bytes once decoded; make one with: openssl rand -base64 32"
        raise ValueError(message)


def _own_secret(secret: str) -> None:
    """A token that we choose ourselves: as long as a key."""
    if len(secret.encode()) < _SECRET_BYTES:
        message = f"must have at least {_SECRET_BYTES} bytes; make one with: openssl rand -hex 20"
        raise ValueError(message)


def _opaque_secret(secret: str) -> None:
    """Whatever was agreed with the courier, but something."""
    if not secret.strip():
        message = "must not be empty: anybody could speak for the courier"
        raise ValueError(message)


_SECRETS: dict[Scheme, Callable[[str], None]] = {
    "standard": _standard_secret,
    "fedex": _own_secret,  # the security token of the webhook project
    "ups": _opaque_secret,  # the credential of the subscription
}
"""What a secret must be, by the scheme it is for."""


def _is_url(text: str, schemes: frozenset[str]) -> bool:
    """Whether it is a URL of one of these schemes; several hosts in one are the driver's to read."""
    try:
        parts = urlsplit(text)
        reachable = "," in parts.netloc or parts.port != 0
    except ValueError:
        return False
    return reachable and parts.scheme in schemes


def _url(schemes: frozenset[str], example: str, *, list_of_them: bool = False) -> AfterValidator:
    """Accepts nothing, or a URL of one of these schemes, or several with commas between."""

    def check(text: str) -> str:
        message = f"must be empty (embedded) or a URL like {example}"
        given = servers(text) if list_of_them else [text]
        if text and not (given and all(_is_url(one, schemes) for one in given)):
            raise ValueError(message)
        return text

    return AfterValidator(check)


Port = Annotated[int, Field(ge=1, le=65535)]
DatabaseUrl = Annotated[
    str, _url(frozenset({"postgresql", "postgresql+asyncpg"}), "postgresql://user:password@host:5432/kervan")
]
BrokerUrl = Annotated[str, _url(frozenset({"nats", "tls", "ws", "wss"}), "nats://host:4222", list_of_them=True)]


def _allowance(told: object) -> object:
    """An allowance as it is written: ``7d``, ``5wd``, ``off``."""
    return Allowance.parse(told) if isinstance(told, str) else told


Allowed = dict[Wait, Annotated[Allowance | None, BeforeValidator(_allowance)]]
"""For each wait how long it may last; one that is not named is as above, or as it comes with Kervan."""


def _object(given: object) -> object:
    """A JSON object as text, whoever took it apart before; what it holds is said nowhere."""
    message = 'must be one JSON object, such as {"client_id": "…", "client_secret": "…"}'
    try:
        read = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        raise ValueError(message) from None
    if not isinstance(read, dict):
        raise ValueError(message)  # noqa: TRY004 - pydantic takes this one
    return json.dumps(read)


def _zone(name: str) -> str:
    """A zone of the IANA database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = "must be a time zone such as Europe/Istanbul or UTC"
        raise ValueError(message) from None
    return name


class KarrioSettings(BaseModel):
    """How Karrio's SDK asks a courier's carrier (extra ``karrio``): ``KERVAN_COURIERS__<CODE>__KARRIO__…``."""

    carrier: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,50}$")]
    """Karrio's name of the carrier: ``dhl_universal``, ``mydhl``, ``fedex``, ``ups``, or of another connector's."""
    settings: Annotated[SecretStr, BeforeValidator(_object)]
    """What the connector wants, keys and passwords among it, as one JSON object."""
    zone: Annotated[str, AfterValidator(_zone)] = "Europe/Istanbul"
    """Where the clocks are whose times come without an offset."""
    calls_per_minute: Annotated[int, Field(ge=1, le=6000)] = 60
    """Of all processes together, evenly spread."""
    every_minutes: Annotated[int, Field(ge=10, le=1440)] = 60
    """How often a parcel is asked about."""


class CourierSettings(BaseModel):
    """One courier: ``KERVAN_COURIERS__<CODE>__…``."""

    scheme: Scheme = "standard"
    """Whose form its webhooks have; by default the courier's own, where Kervan knows it."""
    webhook_secret: SecretStr | None = None
    """What authenticates its webhooks: a Standard Webhooks secret (``whsec_…``), FedEx's security token, UPS's credential."""
    max_gross_kg: Decimal | None = None
    max_eur: Decimal | None = None
    client_id: str = ""
    """For couriers that have an API to ask (OAuth2 client credentials)."""
    client_secret: SecretStr | None = None
    environment: Literal["test", "production"] = "test"
    url: str = ""
    """Another address of the API than the environment's own."""
    identity_url: str = ""
    """Another address of the identity server than the environment's own."""
    time_out_s: Annotated[float, Field(gt=0, le=60)] = 10.0
    karrio: KarrioSettings | None = None
    allowances: Allowed = Field(default_factory=dict)
    """What this courier may take: ``KERVAN_COURIERS__<CODE>__ALLOWANCES__<WAIT>``; stands above the general ones."""

    @field_validator("webhook_secret")
    @classmethod
    def _fits_the_scheme(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """A secret that somebody could guess is worse than none."""
        if secret is not None:
            _SECRETS[info.data.get("scheme", "standard")](secret.get_secret_value())
        return secret


class SellerSettings(BaseModel):
    """One seller: ``KERVAN_SELLERS__<VKN>__…``."""

    invoice_series: Annotated[str, Field(pattern=r"^[A-Z0-9]{3}$")] = "KRV"
    """The three characters with which the seller's e-Arşiv numbers begin."""
    allowances: Allowed = Field(default_factory=dict)
    """What was promised to this seller: ``KERVAN_SELLERS__<VKN>__ALLOWANCES__<WAIT>``; stands above the courier's."""


class IssuerSettings(BaseModel):
    """One issuer of invoices: ``KERVAN_INVOICING__<CODE>__…``."""

    api_key: SecretStr | None = None
    environment: Literal["test", "production"] = "test"
    url: str = ""
    """Another address than the environment's own."""
    folder: Path | None = None
    """For ``file``: where documents are dropped and answers are read (default: ``invoicing`` under ``data_dir``)."""
    time_out_s: Annotated[float, Field(gt=0, le=60)] = 20.0


class TaxOfficeSettings(BaseModel):
    """One interface to the tax office: ``KERVAN_TAX_OFFICE__<CODE>__…``."""

    folder: Path | None = None
    """For ``file``: where dossiers are dropped and answers are read (default: ``tax_office`` under ``data_dir``)."""


class TcmbSettings(BaseModel):
    """The Turkish central bank: ``KERVAN_RATES__TCMB__…``."""

    base_url: str = "https://www.tcmb.gov.tr/kurlar"
    timeout_s: Annotated[float, Field(gt=0, le=60)] = 4.0
    """For one attempt; three are made."""


def _seal_key(secret: SecretStr | None) -> SecretStr | None:
    """Keys that nobody can guess."""
    if secret is None or not secret.get_secret_value():
        return None
    for one in secret.get_secret_value().split(","):
        try:
            key = base64.b64decode(one.strip(), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) < _SEAL_BYTES:
            message = f"must be base64 of {_SEAL_BYTES} bytes or more; make one with: openssl rand -base64 {_SEAL_BYTES}"
            raise ValueError(message)
    return secret


def _authority(path: Path | None) -> Path | None:
    """A file that TLS can be checked with: one that cannot be read would be found out at the first connection only."""
    if path is not None:
        try:
            ssl.create_default_context(cafile=path.expanduser())
        except (OSError, ValueError):  # ssl's own errors are among the first
            message = "must be a file of certificates (PEM) that can be read"
            raise ValueError(message) from None
    return path


Network = IPv4Network | IPv6Network


class OutsideSettings(BaseModel):
    """Where calls to URLs that others give may go besides the public internet: ``KERVAN_OUTSIDE__…``."""

    networks: tuple[Network, ...] = ()
    """Networks of one's own that may be called, such as ``["10.1.0.0/16"]``."""
    http: bool = False
    """Whether ``http://`` may be called: for tests and sandboxes."""


class PaceSettings(BaseModel):
    """How many requests a second one caller may make of a web process: ``KERVAN_PACE__…``; 0: any number."""

    api: Annotated[int, Field(ge=0)] = 300
    """Of ``/api``, with one key from one address."""
    webhooks: Annotated[int, Field(ge=0)] = 2_000
    """Of ``/webhooks``, from one address: above what one process answers, since a courier sends a day's scans at once."""


class SubscriptionSettings(BaseModel):
    """Subscriptions to our webhooks: ``KERVAN_SUBSCRIPTIONS__…``."""

    time_out_s: Annotated[float, Field(gt=0, le=30)] = 10.0
    """How long a receiver may take to answer."""


class RatesSettings(BaseModel):
    """Central banks."""

    tcmb: TcmbSettings = Field(default_factory=TcmbSettings)


def default_data_dir() -> Path:
    """Where an embedded installation keeps its data.

    As root that is a system folder: PostgreSQL runs as a user of its own, who cannot reach into root's home.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/kervan")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "kervan"


class Settings(BaseSettings):
    """All settings; each has a default with which ``kervan up`` works."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter=_NESTED, extra="ignore")

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 - pydantic's own
        """Read the environment; ``values`` stand above it.

        Raises:
            WrongSettingsError: some are not of their form.
        """
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise WrongSettingsError({_variable(item["loc"]): _why(item["msg"]) for item in error.errors()}) from None
        except SettingsError as error:  # a nested setting given whole, and not as JSON
            field = str(error).partition('"')[2].partition('"')[0]
            raise WrongSettingsError({_variable((field,)): "must be JSON where it is given in one variable"}) from None

    database_url: DatabaseUrl = ""
    """PostgreSQL; empty: embedded under ``data_dir``."""
    owner_url: DatabaseUrl = ""
    """PostgreSQL as the owner of the tables signs in: for ``kervan migrate`` and what else changes tables. Empty: as all do."""
    broker_url: BrokerUrl = ""
    """NATS, a cluster's servers with commas between; empty: embedded under ``data_dir``."""
    broker_ca: Annotated[Path | None, BeforeValidator(lambda told: told or None), AfterValidator(_authority)] = None
    """Whose certificates NATS may show (a PEM file), where an authority of one's own made them; empty: whom the system trusts.
    For the broker alone: counterparts show certificates of public authorities, whatever stands here."""
    broker_replicas: Annotated[int, Field(ge=1, le=5)] = 1
    """On how many servers of a NATS cluster each stream is kept: 3 survives the loss of one, 5 of two, 4 no more than 3."""
    data_dir: Path = Field(default_factory=default_data_dir)
    broker_port: Port = 4222
    """Port of the embedded NATS server; another free one is taken where it is in use, unless it was set."""
    http_host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    http_port: Port = 8080
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Where a worker answers ``/metrics``, ``/healthz`` and ``/readyz``, on ``http_host``; 0: nowhere. Of the workers of
    ``kervan up`` the first one takes it, each other one the next port. The web side has its own on ``http_port``."""
    log_format: Literal["console", "json"] = "console"
    traces: Literal["off", "otlp"] = "off"
    """Whether spans go to a collector of OpenTelemetry (extra ``tracing``); where to, and how many, its own ``OTEL_…`` say."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    locale: Literal["tr", "en"] = "tr"
    auto_validate: bool = True
    """Whether a draft without a blocking finding becomes ``validated`` by itself."""
    law_dir: Annotated[Path | None, BeforeValidator(lambda told: told or None)] = None
    """A folder with this installation's own tables of the law; see the README."""
    etgb_amount_tolerance: Annotated[Decimal, Field(ge=0, le=1)] = Decimal("0.05")
    """By which share an ETGB's amount may differ from the invoice before it is raised."""
    correct_messages: bool = False
    """Whether people may correct a refused message of a counterpart and send it again; see the runbook."""
    scan_ahead_hours: Annotated[int, Field(ge=0, le=168)] = 24
    """By how many hours a courier's scan may be dated after its reception; one further ahead is refused and raised."""
    refund_rate_policy: RatePolicy = RatePolicy.INTAC_PREV_BULLETIN
    """Which central bank bulletin values an export for the VAT refund; a claim that was filed keeps its own."""
    allowances: Allowed = Field(default_factory=dict)
    """How long what is awaited may take: ``KERVAN_ALLOWANCES__<WAIT>=7d``, ``5wd`` (working days) or ``off``."""
    batch_size: Annotated[int, Field(ge=1, le=2000)] = 500
    concurrency: Annotated[int, Field(ge=1, le=8)] = 2
    """Batches that one worker has under way at once."""
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Worker processes of ``kervan up``; with ``kervan worker``, how many there are: they share limits of calls."""
    couriers: dict[str, CourierSettings] = Field(default_factory=dict)
    sellers: dict[str, SellerSettings] = Field(default_factory=dict)
    invoicing: dict[str, IssuerSettings] = Field(default_factory=dict)
    tax_office: dict[str, TaxOfficeSettings] = Field(default_factory=dict)
    gib_check: Literal["required", "if_installed", "off"] = "required"
    """Whether invoices are checked with GİB's own rules before they go to a real issuer (extra ``gib``)."""
    rates: RatesSettings = Field(default_factory=RatesSettings)
    signing_key: SecretStr | None = None
    """What the secrets of subscriptions are made with: base64 of 32 bytes, several with commas between, the newest first;
    empty: a file in ``data_dir``."""
    seal_key: Annotated[SecretStr | None, AfterValidator(_seal_key)] = None
    """What seals of the logs are authenticated with, besides their place in the chain: base64 of 32 bytes or more, several
    with commas between, the newest first; empty: not at all. Keep it where who runs the database does not come."""
    outside: OutsideSettings = Field(default_factory=OutsideSettings)
    pace: PaceSettings = Field(default_factory=PaceSettings)
    subscriptions: SubscriptionSettings = Field(default_factory=SubscriptionSettings)
    signatures_dir: Path | None = None
    """Where sellers' signatures lie as pictures, ``<VKN>.png`` or ``<VKN>.jpg``; without, sheets have a box to sign in."""
    retention_policy: Path | None = None
    """How long what is kept of people is kept: a TOML of your own in place of the packaged one."""
    tasks: dict[str, str] = Field(default_factory=dict)
    """Who does what Kervan asks for: a family (``invoicing``, ``courier``, ``tax_office``, ``rates``) and its code."""

    @field_validator("couriers", mode="before")
    @classmethod
    def _with_their_own_schemes(cls, couriers: object) -> object:
        """Give each courier that names no scheme the one of its own name."""
        if not isinstance(couriers, dict):
            return couriers
        return {
            code: {"scheme": default_scheme(str(code)), **given} if isinstance(given, dict) else given
            for code, given in couriers.items()
        }

    @property
    def seal_keys(self) -> list[bytes]:
        """What seals are authenticated with, the newest first."""
        secret = self.seal_key.get_secret_value() if self.seal_key is not None else ""
        return [base64.b64decode(one.strip()) for one in secret.split(",") if one]

    @property
    def documents_dir(self) -> Path:
        """Where documents are kept."""
        return self.data_dir.expanduser().absolute() / "documents"

    def invoice_series(self, seller: str) -> str:
        """The series of a seller's invoices."""
        return self.sellers.get(seller, SellerSettings()).invoice_series


def _variable(place: tuple[int | str, ...]) -> str:
    """The environment variable that sets a field."""
    return PREFIX + _NESTED.join(str(part) for part in place).upper()


def _why(message: str) -> str:
    """Pydantic's sentence without its preface; by itself it never quotes the value."""
    return message.removeprefix("Value error, ")


_PASSWORD = re.compile(r"([?&](?:ssl)?password=)[^&]*", re.ASCII | re.IGNORECASE)
"""PostgreSQL takes it among the parameters too."""


def without_password(url: str) -> str:
    """A URL, or a broker's several, as it may be printed and logged."""
    if not url.startswith("postgres") and "," in url:
        return ",".join(without_password(one) for one in servers(url))
    url = _PASSWORD.sub(r"\1***", url)
    parts = urlsplit(url)
    if parts.password is None and (parts.username is None or parts.scheme.startswith("postgres")):
        return url
    host = parts.netloc.rpartition("@")[2]
    user = f"{parts.username}:***@" if parts.scheme.startswith("postgres") else "***@"
    return urlunsplit(parts._replace(netloc=user + host))
