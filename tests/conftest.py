"""What all tests share."""

import pytest
from hypothesis import HealthCheck, settings

from adapters import observability

settings.register_profile("kervan", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("kervan")


@pytest.fixture(autouse=True)
def quiet_logs() -> None:
    """Tests log errors only; set up anew for each, since one that runs a command leaves logs that write to its own stderr."""
    observability.configure("console", "error")
