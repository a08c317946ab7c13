"""
Goal: nobody is called but at a host that the operator has named, however an address is written.

Method: addresses as strangers would write them.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.channels.compat_webhook_hosts import (
    URL_CHARACTERS,
    Hosts,
    host_of,
    read_webhook_hosts,
)
from tocsin.kernel.errors import Malformed, Refused, TocsinError

NAMED = read_webhook_hosts(
    "hooks.example.org, https://other.example.org:8443 ,http://127.0.0.1:9000,"
)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/alarm?secret=1",
        "https://hooks.example.org:443",
        "https://HOOKS.example.org/alarm",
        "https://other.example.org:8443/alarm",
        "http://127.0.0.1:9000/alarm",
    ],
)
def test_an_address_at_a_host_that_is_named_may_be_called(url):
    assert NAMED.check(url).lower().startswith(url.lower().replace(":443", ""))


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/alarm",
        "https://hooks.example.org:8443/alarm",
        "https://hooks.example.org.evil.test/",
        "https://evil.hooks.example.org/",
        "https://hooks.example.org./",
        "https://example.org/",
        "https://other.example.org/",
        "http://127.0.0.1/",
        "http://127.0.0.1:9001/",
        "http://localhost:9000/",
        "https://[::1]/",
        "http://2130706433:9000/",
    ],
)
def test_an_address_anywhere_else_is_refused(url):
    with pytest.raises(Refused, match=r"compat\.webhook_host") as caught:
        NAMED.check(url)

    assert caught.value.status == 403


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.org",
        "//hooks.example.org/",
        "ftp://hooks.example.org/",
        "https:///alarm",
        "https://hooks.example.org/#part",
        "https://me@hooks.example.org/",
        "https://me:secret@hooks.example.org/",
        "https://hooks.example.org@evil.test/",
        "https://evil.test\\@hooks.example.org/",
        "https://hooks.example.org/\r\nhost: evil.test",
        "https://hooks.example.org/a b",
        "https://hooks.example.org:port/",
        "https://hooks.example.org/" + "a" * URL_CHARACTERS,
        "https://hooks.example.org/" + "ї" * 200,
    ],
)
def test_what_is_no_plain_address_is_not_understood(url):
    with pytest.raises(Malformed, match=r"compat\.webhook_url") as caught:
        NAMED.check(url)

    assert caught.value.where == "webHookUrl"


@given(st.text(alphabet="htps:/.@\\#?[]0123789abcexmplorgks%\t\n", max_size=60))
def test_whatever_is_let_through_stays_what_it_is_when_it_is_read_again(text):
    try:
        url = NAMED.check("https://hooks.example.org" + text)
    except TocsinError:
        return

    assert NAMED.check(url) == url
    assert host_of(url) == "hooks.example.org"


def test_at_first_nobody_may_be_called():
    assert not read_webhook_hosts(" , ")
    with pytest.raises(Refused):
        Hosts().check("https://hooks.example.org/")


@pytest.mark.parametrize(
    "text",
    ["https://", "a.test/path", "me@a.test", "*.a.test", "ftp://a.test", "a.test:port", "a b.test"],
)
def test_a_setting_that_cannot_be_read_is_refused_with_its_name(text):
    with pytest.raises(Malformed, match=r"compat\.webhooks") as caught:
        read_webhook_hosts(text)

    assert caught.value.where == "compat_webhooks"
