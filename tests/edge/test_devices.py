"""
Goal: a device is known by its token alone, and nobody else is taken for one.

Method: a list with one token in it; tokens that differ from it in each part.
"""

from __future__ import annotations

from hashlib import sha256

import pytest
from tests.edge.hall import SECRET, TOKEN

from tocsin.edge import devices as module
from tocsin.edge.devices import Devices
from tocsin.kernel.errors import Malformed
from tocsin.kernel.wire import encode

LISTED = {"0123456789ab": sha256(SECRET.encode()).hexdigest()}


def test_a_token_on_the_list_is_known_until_another_list_comes():
    devices = Devices()
    assert not devices.know(TOKEN)
    devices.take(encode(LISTED))
    assert devices.know(TOKEN)
    devices.take(b"{}")
    assert not devices.know(TOKEN)


@pytest.mark.parametrize(
    "token",
    ["", "x", TOKEN[:-1], TOKEN + "s", TOKEN[:-1] + "t", TOKEN.replace("ab_", "ac_"),
     TOKEN.upper(), " " + TOKEN, TOKEN + "\n", "tcs__", f"tcs_0123456789ab_{'ї' * 43}",
     f"tcs_0123456789ab_{LISTED['0123456789ab'][:43]}"],
)  # fmt: skip
def test_any_other_is_not(token):
    devices = Devices()
    devices.take(encode(LISTED))
    assert not devices.know(token)


def test_a_hash_on_the_list_that_is_none_fits_nobody():
    devices = Devices()
    devices.take(encode({"0123456789ab": "-" * 64, "0123456789ac": "ї"}))
    assert not devices.know(TOKEN)
    assert not devices.know(TOKEN.replace("ab_", "ac_"))


@pytest.mark.parametrize("body", [b"[]", b'{"a":1}', b"\xff", b"{"])
def test_a_list_that_cannot_be_read_is_refused_and_the_old_one_holds(body):
    devices = Devices()
    devices.take(encode(LISTED))
    with pytest.raises(Malformed, match=r"feed\.malformed"):
        devices.take(body)
    assert devices.know(TOKEN)


def test_a_list_longer_than_may_be_is_refused(monkeypatch):
    monkeypatch.setattr(module, "DEVICES_MAX", 1)
    with pytest.raises(Malformed, match=r"feed\.malformed"):
        Devices().take(encode({**LISTED, "0123456789ac": "-"}))
