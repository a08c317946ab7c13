"""
Goal: what a hop must keep to itself stays there, and whom a request is from is never made up.

Method: heads written for the core are read back as a server reads them; addresses are read.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.edge.request import Request, RequestReader
from tocsin.edge.upstream import Address, read_address, request_head
from tocsin.kernel.errors import Malformed

NAMES = st.sampled_from(
    [b"accept", b"connection", b"x-a", b"x-forwarded-for", b"x-forwarded-proto", b"te", b"cookie",
     b"forwarded", b"content-length", b"transfer-encoding", b"upgrade", b"expect", b"tocsin-place"]
)  # fmt: skip
VALUES = st.sampled_from([b"x-a", b"close, cookie", b"192.0.2.9", b"chunked", b"9", b"https", b""])


def read_back(head):
    request = RequestReader({}).feed(head)
    assert request is not None
    return request


def sent(headers, peer="192.0.2.1", *, method=b"GET", body=b"", upgrade=b"", scheme=b"http"):
    request = Request(method, b"/p?q", headers, body)
    return read_back(request_head(request, peer, scheme, upgrade=upgrade))


@given(st.lists(st.tuples(NAMES, VALUES), max_size=8), st.binary(max_size=30))
def test_the_core_reads_one_request_with_its_body_whatever_was_said(headers, body):
    got = sent(headers, method=b"POST", body=body)

    assert (got.method, got.target, got.body) == (b"POST", b"/p?q", body)
    found = got.joined()
    assert found[b"x-forwarded-for"] == b"192.0.2.1"
    assert found[b"x-forwarded-proto"] == b"http"
    assert found[b"content-length"] == str(len(body)).encode()
    absent = {b"connection", b"te", b"forwarded", b"transfer-encoding", b"upgrade", b"expect"}
    assert not (absent | {b"tocsin-place"}) & set(found)
    named = b",".join(value for name, value in headers if name == b"connection")
    assert not ({b"x-a", b"cookie"} & {one.strip() for one in named.split(b",")} & set(found))


@pytest.mark.parametrize("own", ["127.0.0.1", "::1"])
def test_a_proxy_on_this_machine_is_believed_about_whom_it_speaks_for(own):
    said = [(b"x-forwarded-for", b"10.0.0.1, 192.0.2.7"), (b"x-forwarded-proto", b"https")]
    found = sent(said, own).joined()
    assert (found[b"x-forwarded-for"], found[b"x-forwarded-proto"]) == (b"192.0.2.7", b"https")

    for nonsense in (b"", b"unknown", b"192.0.2.7, ", b"a" * 5_000):
        assert sent([(b"x-forwarded-for", nonsense)], own).header(b"x-forwarded-for") == (
            own.encode()
        )


def test_a_connection_with_tls_is_named_so_and_an_upgrade_is_asked_for_once():
    found = sent([(b"upgrade", b"h2c")], upgrade=b"websocket", scheme=b"https").joined()

    assert found[b"x-forwarded-proto"] == b"https"
    assert (found[b"connection"], found[b"upgrade"]) == (b"upgrade", b"websocket")


def test_the_address_of_a_core_is_read():
    assert read_address("unix:/run/tocsin/core.sock") == Address("/run/tocsin/core.sock")
    assert read_address("http://10.0.0.1:8080/") == Address("", "10.0.0.1", 8080)
    assert read_address("http://[2001:db8::1]:80") == Address("", "2001:db8::1", 80)


@pytest.mark.parametrize(
    "text", ["", "unix:", "unix:x", "http://x", "http://:80", "https://x:1", "x:80", "http://x:y"]
)
def test_what_is_no_address_of_a_core_is_refused(text):
    with pytest.raises(Malformed, match=r"edge\.core_malformed"):
        read_address(text)
