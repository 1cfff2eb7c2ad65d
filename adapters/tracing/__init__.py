"""Where traces go: to a collector by OTLP over HTTP, where the settings ask for it (the extra ``tracing``)."""

from workflow.errors import KervanError


class TracingMissingError(KervanError):
    """Traces are wanted, and what sends them is not installed."""

    def __init__(self) -> None:
        """Say what to install."""
        super().__init__(
            "KERVAN_TRACES asks for traces, but the extra `tracing` is not installed, so Kervan did not start. Install "
            "`kervan[tracing]`, or set KERVAN_TRACES=off."
        )


def configure(form: str, part: str) -> None:
    """Have this process, ``part`` of Kervan, send its traces; where to and how many OpenTelemetry's own variables say.

    Raises:
        TracingMissingError: the extra is not installed.
    """
    if form == "off":
        return
    try:
        from adapters.tracing import sending
    except ImportError:
        raise TracingMissingError from None
    sending.begin(part)
