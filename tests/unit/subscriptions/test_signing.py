"""Signing as Standard Webhooks wants it, by its own example, and read back by the receiving side."""

import pytest

from adapters.couriers.generic.scheme import signed
from adapters.subscriptions import signing

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, TIME, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_example_is_signed_as_published() -> None:
    """Secret, id, time and body of the contract's vector give its signature, to the letter."""
    assert signing.headers([signing.key_of(SECRET)], ID, TIME, BODY) == {
        "webhook-id": ID,
        "webhook-timestamp": str(TIME),
        "webhook-signature": SIGNATURE,
    }


def test_a_secret_and_its_bytes_are_the_same_thing() -> None:
    """What is shown to the receiver is what is signed with."""
    assert signing.secret_of(signing.key_of(SECRET)) == SECRET


@pytest.mark.parametrize("which", [0, 1])
def test_with_two_secrets_a_receiver_that_has_either_is_content(which: int) -> None:
    """While a secret is replaced there are two signatures; the receiving side of this very program takes them by either."""
    keys = [b"n" * 32, b"o" * 32]
    found = signing.headers(keys, ID, TIME, BODY)
    secret = signing.secret_of(keys[which])
    assert signed(secret, ID, str(TIME), BODY, found["webhook-signature"])
    assert not signed(secret, ID, str(TIME), BODY + b" ", found["webhook-signature"])
    assert not signed(signing.secret_of(b"x" * 32), ID, str(TIME), BODY, found["webhook-signature"])
