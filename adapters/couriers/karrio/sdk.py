"""Karrio's SDK as it is used here: imported late, without what its import does to the rest of the process."""

import importlib
import importlib.util
import logging
import ssl
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.couriers.karrio import line
from adapters.couriers.karrio.errors import KarrioMissingError, WrongKarrioSettingsError

_TURN = threading.Lock()


@dataclass(frozen=True, slots=True)
class Sdk:
    """What is used of it."""

    tracking: Any
    gateway: Any
    tracer: Any
    cache: Any

    def opener(self, courier: str, carrier: str, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the SDK's own
        """What opens gateways to a carrier; one is opened, to see that it can be.

        Raises:
            KarrioMissingError: there is no connector for the carrier, or it has no tracking.
            WrongKarrioSettingsError: the connector does not take the settings, or asks without TLS.
        """
        variable = f"KERVAN_COURIERS__{courier.upper()}__KARRIO__"
        if carrier not in self.gateway.providers:
            known = ", ".join(sorted(self.gateway.providers))
            message = (
                f"{variable}CARRIER is {carrier}, for which no connector of Karrio's is installed (there are: {known}). "
                f"Correct it, or install karrio-{carrier.replace('_', '-')}."
            )
            raise KarrioMissingError(message)
        opener = self.gateway[carrier]
        if wrong := _wrong(self.gateway.providers[carrier].Settings, given):
            message = f"{variable}SETTINGS does not fit Karrio's connector for {carrier}: {wrong}. Correct it."
            raise WrongKarrioSettingsError(message)
        tried = opener.create(dict(given))
        if "get_tracking" not in tried.proxy_methods:
            message = f"{variable}CARRIER is {carrier}, whose connector of Karrio's cannot be asked for tracking."
            raise KarrioMissingError(message)
        if not str(tried.settings.server_url or "https:").startswith("https:"):
            message = (
                f"{variable}CARRIER is {carrier}, which Karrio asks without TLS: anybody on the way could read the key. Have "
                "the carrier's scans imported instead (kervan import checkpoints)."
            )
            raise WrongKarrioSettingsError(message)
        return opener


def _wrong(form: Any, given: Mapping[str, Any]) -> str:  # noqa: ANN401 - a class of the SDK's, made with attrs
    """What is missing or unknown among settings, by name alone: the SDK itself would log an unknown one with its value."""
    needed = {field.name for field in form.__attrs_attrs__ if repr(field.default) == "NOTHING"}
    known = set(getattr(form, "__annotations__", ()))
    missing, unknown = sorted(needed - set(given)), sorted(set(given) - known)
    said = [f"{', '.join(names)} {what}" for names, what in ((missing, "missing"), (unknown, "unknown")) if names]
    return "; ".join(said)


def load() -> Sdk:
    """Import the SDK, give it our way out, and undo what its import did to everybody else.

    Its import replaces the default context of TLS by one that checks no certificate, and warns of a library that it uses. It
    has two logs of its own: of URLs, in which tracking numbers stand, and of fields that it does not know, with what they hold.

    Raises:
        KarrioMissingError: it is not installed, or is not built as the one that is known.
    """
    if importlib.util.find_spec("karrio") is None:
        message = "Parcels are to be followed over Karrio's SDK, but it is not installed. Install kervan[karrio]."
        raise KarrioMissingError(message)
    with _TURN:
        checked = ssl._create_default_https_context  # noqa: SLF001 - what the SDK replaces
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "PyPDF2 is deprecated", DeprecationWarning)
                importlib.import_module("loguru").logger.disable("karrio")
                logging.getLogger("jstruct").setLevel(logging.CRITICAL)
                sdk = importlib.import_module("karrio.sdk")
                lib, helpers = importlib.import_module("karrio.lib"), importlib.import_module("karrio.core.utils.helpers")
                found = Sdk(sdk.Tracking, sdk.gateway, lib.Tracer, lib.Cache)
                connectors = found.gateway.providers  # imported with the first look
        finally:
            ssl._create_default_https_context = checked  # noqa: SLF001 - as it was
        if not hasattr(helpers, "urlopen") or not connectors:
            message = "The installed Karrio SDK is not built as the one that is known. Install kervan[karrio] again."
            raise KarrioMissingError(message)
        vars(helpers)["urlopen"] = line.urlopen
        return found
