"""Wrong settings are refused at the start, by the variable's name and never by its value."""

import base64

import pytest

from adapters.settings import CourierSettings, Settings, WrongSettingsError, without_password


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("KERVAN_HTTP_PORT", "abc"),
        ("KERVAN_HTTP_PORT", "0"),
        ("KERVAN_HTTP_PORT", "65536"),
        ("KERVAN_BROKER_PORT", "-1"),
        ("KERVAN_HTTP_HOST", ""),
        ("KERVAN_LOCALE", "de"),
        ("KERVAN_COURIERS", "geheim"),
        ("KERVAN_COURIERS__X__WEBHOOK_SECRET", "geheim-ğ"),
        ("KERVAN_DATABASE_URL", "mysql://kervan:geheim@db/kervan"),
        ("KERVAN_DATABASE_URL", "postgresql://kervan:geheim@db:99999/kervan"),
        ("KERVAN_BROKER_URL", "http://geheim@broker"),
        ("KERVAN_BROKER_URL", "nats://a:geheim@n-1:4222,http://a:geheim@n-2:4222"),
        ("KERVAN_BROKER_URL", "nats://a:geheim@n-1:4222,n-2:4222"),
        ("KERVAN_BROKER_URL", "nats://a:geheim@n-1:99999,nats://a:geheim@n-2:4222"),
        ("KERVAN_BROKER_URL", ","),
        ("KERVAN_BROKER_REPLICAS", "0"),
        ("KERVAN_BROKER_REPLICAS", "6"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    """The variable stands in the message with what is wrong; what was set, which may be secret, does not."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(WrongSettingsError, match=f"{variable}: ") as found:
        Settings()
    assert "geheim" not in str(found.value)


def test_all_wrong_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever mends one need not come back for the next."""
    monkeypatch.setenv("KERVAN_HTTP_PORT", "abc")
    monkeypatch.setenv("KERVAN_LOCALE", "de")
    with pytest.raises(WrongSettingsError, match=r"(?s)KERVAN_HTTP_PORT.*KERVAN_LOCALE"):
        Settings()


@pytest.mark.parametrize("port", ["1", "65535"])
def test_ports_reach_to_their_bounds(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    """The first and the last port are ports."""
    monkeypatch.setenv("KERVAN_HTTP_PORT", port)
    assert Settings().http_port == int(port)


@pytest.mark.parametrize(
    "url",
    ["", "postgresql://kervan@/kervan?host=%2Fvar%2Flib", "postgresql+asyncpg://a:b@c:5432/d", "postgresql://a@b:1,c:2/d"],
)
def test_database_urls_that_drivers_take_are_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """A socket, a driver's name, and several hosts are no errors."""
    monkeypatch.setenv("KERVAN_DATABASE_URL", url)
    assert Settings().database_url == url


def test_a_cluster_of_brokers_is_named_in_one_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several servers with commas between are one broker."""
    monkeypatch.setenv("KERVAN_BROKER_URL", "tls://a:b@n-1:4222,tls://a:b@n-2:4222")
    assert Settings().broker_url == "tls://a:b@n-1:4222,tls://a:b@n-2:4222"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://kervan:geheim@db:5432/kervan", "postgresql://kervan:***@db:5432/kervan"),
        ("postgresql://kervan:geheim@db-1,db-2/kervan", "postgresql://kervan:***@db-1,db-2/kervan"),
        ("postgresql://kervan@db/kervan?password=geheim&ssl=require", "postgresql://kervan@db/kervan?password=***&ssl=require"),
        ("postgresql://kervan@/kervan?host=%2Ftmp%2Fk", "postgresql://kervan@/kervan?host=%2Ftmp%2Fk"),
        ("nats://kervan:geheim@host:4222", "nats://***@host:4222"),
        ("tls://a:geheim@n-1:4222,tls://a:geheim@n-2:4222", "tls://***@n-1:4222,tls://***@n-2:4222"),
        ("nats://geheim@n-1,nats://n-2", "nats://***@n-1,nats://n-2"),
    ],
)
def test_a_url_is_shown_without_its_secrets(url: str, shown: str) -> None:
    """Of each server, however many stand in one setting; a token of NATS stands where a user would."""
    assert without_password(url) == shown


@pytest.mark.parametrize(
    ("secret", "good"),
    [
        ("", False),
        ("whsec_", False),
        ("whsec_%%%", False),
        ("whsec_" + base64.b64encode(bytes(23)).decode(), False),
        ("whsec_" + base64.b64encode(bytes(24)).decode(), True),
        (base64.b64encode(bytes(32)).decode(), True),
    ],
)
def test_a_webhook_secret_has_twenty_four_bytes_at_least(secret: str, good: bool) -> None:
    """Standard Webhooks asks for that; with an empty one anybody could sign in the courier's name."""
    if good:
        found = CourierSettings.model_validate({"webhook_secret": secret}).webhook_secret
        assert found is not None
        assert found.get_secret_value() == secret
    else:
        with pytest.raises(ValueError, match="webhook_secret"):
            CourierSettings.model_validate({"webhook_secret": secret})


@pytest.mark.parametrize(
    ("courier", "scheme", "secret", "good"),
    [
        ("UPS", "", "opaque", True),
        ("UPS", "", " ", False),
        ("FEDEX", "", "a" * 23, False),
        ("FEDEX", "", "a token of ours, long enough", True),
        ("FEDEX", "standard", "a token of ours, long enough", False),
        ("OTHER", "ups", "opaque", True),
        ("OTHER", "", "opaque", False),
        ("OTHER", "telegraph", "opaque", False),
    ],
)
def test_a_secret_fits_its_couriers_scheme(
    monkeypatch: pytest.MonkeyPatch, courier: str, scheme: str, secret: str, good: bool
) -> None:
    """UPS's is agreed with UPS, FedEx's we choose; a courier's own name is its scheme unless another is set."""
    monkeypatch.setenv(f"KERVAN_COURIERS__{courier}__WEBHOOK_SECRET", secret)
    if scheme:
        monkeypatch.setenv(f"KERVAN_COURIERS__{courier}__SCHEME", scheme)
    if not good:
        with pytest.raises(WrongSettingsError, match=f"KERVAN_COURIERS__{courier}__"):
            Settings()
        return
    found = Settings().couriers[courier.lower()]
    assert found.webhook_secret is not None
    assert found.webhook_secret.get_secret_value() == secret
    assert found.scheme == (scheme or courier.lower())
