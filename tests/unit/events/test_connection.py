"""A cluster's servers, as one setting names them."""

from events.connection import servers


def test_one_server_is_a_list_of_one() -> None:
    """What was set before there were clusters goes on meaning the same."""
    assert servers("nats://kervan:pw@host:4222") == ["nats://kervan:pw@host:4222"]


def test_servers_of_a_cluster_stand_with_commas_between() -> None:
    """Each by itself, whatever blanks people put between."""
    assert servers("tls://a@n-1:4222, tls://a@n-2:4222 ,tls://a@n-3:4222,") == [
        "tls://a@n-1:4222",
        "tls://a@n-2:4222",
        "tls://a@n-3:4222",
    ]
