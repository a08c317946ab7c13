"""
Goal: a device is known by its token alone, and nobody else is taken for one.

Method: a list with one token in it; tokens that differ from it in each part.
"""

from __future__ import annotations

from hashlib import sha256

import pytest
from tests.edge.hall import EDGE_TOKEN, SECRET, TOKEN

from tocsin.edge import devices as module
from tocsin.edge.devices import Devices, read_token
from tocsin.kernel.errors import Malformed
from tocsin.kernel.wire import encode

DIGEST = sha256(SECRET.encode()).hexdigest()
LISTED = {"devices": {"0123456789ab": DIGEST}, "edges": {"ba9876543210": DIGEST}}


def test_a_token_on_the_list_is_known_until_another_list_comes():
    devices = Devices()
    assert not devices.know(TOKEN)
    assert not devices.know_edge(EDGE_TOKEN)
    devices.take(encode(LISTED))
    assert devices.know(TOKEN)
    assert devices.know_edge(EDGE_TOKEN)
    devices.take(b"{}")
    assert not devices.know(TOKEN)
    assert not devices.know_edge(EDGE_TOKEN)


def test_a_device_is_no_edge_and_an_edge_no_device():
    devices = Devices()
    devices.take(encode(LISTED))
    assert not devices.know_edge(TOKEN)
    assert not devices.know(EDGE_TOKEN)


def test_it_says_whether_the_edges_are_others_than_before():
    devices = Devices()
    assert devices.take(encode(LISTED))
    assert not devices.take(encode({**LISTED, "devices": {}}))
    assert devices.take(encode({**LISTED, "edges": {}}))


def test_an_edges_own_token_is_all_that_its_file_holds(tmp_path):
    file = tmp_path / "token"
    for text in ("", "x", TOKEN + " x", "їжак"):
        file.write_text(text)
        with pytest.raises(Malformed, match=r"edge\.token_malformed"):
            read_token(str(file))
    file.write_text(EDGE_TOKEN + "\n")
    assert read_token(str(file)) == EDGE_TOKEN
    with pytest.raises(Malformed, match=r"edge\.token_malformed"):
        read_token(str(tmp_path / "none"))


@pytest.mark.parametrize(
    "token",
    ["", "x", TOKEN[:-1], TOKEN + "s", TOKEN[:-1] + "t", TOKEN.replace("ab_", "ac_"),
     TOKEN.upper(), " " + TOKEN, TOKEN + "\n", "tcs__", f"tcs_0123456789ab_{'ї' * 43}",
     f"tcs_0123456789ab_{DIGEST[:43]}"],
)  # fmt: skip
def test_any_other_is_not(token):
    devices = Devices()
    devices.take(encode(LISTED))
    assert not devices.know(token)


def test_a_hash_on_the_list_that_is_none_fits_nobody():
    devices = Devices()
    devices.take(encode({"devices": {"0123456789ab": "-" * 64, "0123456789ac": "ї"}}))
    assert not devices.know(TOKEN)
    assert not devices.know(TOKEN.replace("ab_", "ac_"))


@pytest.mark.parametrize("body", [b"[]", b'{"devices":{"a":1}}', b'{"edges":[]}', b"\xff", b"{"])
def test_a_list_that_cannot_be_read_is_refused_and_the_old_one_holds(body):
    devices = Devices()
    devices.take(encode(LISTED))
    with pytest.raises(Malformed, match=r"feed\.malformed"):
        devices.take(body)
    assert devices.know(TOKEN)


def test_a_list_longer_than_may_be_is_refused(monkeypatch):
    monkeypatch.setattr(module, "DEVICES_MAX", 1)
    with pytest.raises(Malformed, match=r"feed\.malformed"):
        Devices().take(encode(LISTED))
