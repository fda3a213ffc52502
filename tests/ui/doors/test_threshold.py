"""By which names the server may be called."""

import socket

import pytest

from ui.doors.threshold import ServedNames, bare_host


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "::1", "papers.example", "127.0.0.9"])
def test_a_local_server_is_called_by_local_names_and_the_allowed_ones(name: str) -> None:
    assert ServedNames("127.0.0.1", ("papers.example",)).includes(name)


@pytest.mark.parametrize(
    "name", ["evil.example", "", "127.0.0.1.evil.example", "192.168.1.5", "localhost.evil.example"]
)
def test_it_is_not_called_by_others(name: str) -> None:
    assert not ServedNames("127.0.0.1", ("papers.example",)).includes(name)


def test_a_server_for_the_network_is_called_by_addresses_and_its_own_name() -> None:
    served = ServedNames("0.0.0.0")
    assert served.includes("192.168.1.5")
    assert served.includes(socket.gethostname())
    assert not served.includes("evil.example")


@pytest.mark.parametrize(("host", "name"), [("a.b:80", "a.b"), ("[::1]:80", "::1"), ("[::1]", "::1"), ("a", "a")])
def test_a_port_is_no_part_of_a_name(host: str, name: str) -> None:
    assert bare_host(host) == name
