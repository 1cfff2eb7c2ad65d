"""Signatures of Standard Webhooks."""

import pytest

from adapters.couriers.generic.scheme import signed

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
"""The specification's own example."""


def test_the_specifications_example_is_right() -> None:
    """The example of the specification is accepted, with and without the secret's prefix, alone or among others."""
    assert signed(SECRET, MESSAGE, AT, BODY, SIGNATURE)
    assert signed(SECRET.removeprefix("whsec_"), MESSAGE, AT, BODY, SIGNATURE)
    assert signed(SECRET, MESSAGE, AT, BODY, f"v1,AAAA v2,x {SIGNATURE}")


@pytest.mark.parametrize(
    ("secret", "message", "at", "body", "signature"),
    [
        ("whsec_AAAA", MESSAGE, AT, BODY, SIGNATURE),
        ("whsec_not base64", MESSAGE, AT, BODY, SIGNATURE),
        (SECRET, "msg_other", AT, BODY, SIGNATURE),
        (SECRET, MESSAGE, "1614265331", BODY, SIGNATURE),
        (SECRET, MESSAGE, AT, BODY + b" ", SIGNATURE),
        (SECRET, MESSAGE, AT, BODY, SIGNATURE.replace("v1,", "v1a,")),
        (SECRET, MESSAGE, AT, BODY, SIGNATURE[:-1]),
        (SECRET, MESSAGE, AT, BODY, ""),
        (SECRET, MESSAGE, AT, BODY, "v1,"),
        (SECRET, MESSAGE, AT, BODY, "v1,şifre"),
        (SECRET, MESSAGE, AT, BODY, "v1,x " * 10 + SIGNATURE),
    ],
)
def test_anything_changed_is_wrong(secret: str, message: str, at: str, body: bytes, signature: str) -> None:
    """One byte elsewhere, another scheme, or too many attempts in one header: not signed."""
    assert not signed(secret, message, at, body, signature)
