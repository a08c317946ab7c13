"""
Goal: a device on plain TCP is told what is known, and nothing where nothing can be vouched for.

Method: the dialect on a real listener of one event loop; whole conversations with a running server
are in tests/compat.
"""

from __future__ import annotations

import asyncio

import pytest
from tests.channels.abroad import KYIV, LVIV, Abroad

from tocsin.channels import compat_alerts_com_ua_tcp as tcp


def talk(abroad, said, *, until=b"", then=None):
    """Say something to a listener; all that it says until it closes, or until some text."""
    dialect = abroad.dialects._tcp

    async def spoken():
        server = await asyncio.start_server(dialect.talk, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        heard = b""
        while until not in heard or not until:
            piece = await reader.read(1_000)
            if not piece:
                break
            heard += piece
        if then is not None:
            then()
            heard += await reader.readline()
        writer.close()
        server.close()
        return heard

    return asyncio.run(asyncio.wait_for(spoken(), 30))


def test_states_are_told_and_those_that_nobody_is_heard_about_are_not():
    abroad = Abroad(heard=[KYIV])
    abroad.sound(LVIV)

    assert talk(abroad, b"key", until=b"s:25=0\n") == b"a:ok\ns:12=1\ns:25=0\n"


@pytest.mark.parametrize("said", [b"key,25", b"key, 25\r\n", b",25"])
def test_one_state_may_be_asked_for_with_any_key_or_none(said):
    abroad = Abroad()

    def then():
        abroad.sound(LVIV)
        abroad.sound(KYIV)

    heard = talk(abroad, said, until=b"\ns:25=0\n", then=then)
    assert heard == b"a:ok\ns:25=0\ns:25=1\n"


def test_silence_is_filled_with_pings(monkeypatch):
    monkeypatch.setattr(tcp, "PING_AFTER_S", 0.01)
    heard = talk(Abroad(), b"key,25", until=b"\np:")

    assert heard.startswith(b"a:ok\ns:25=0\np:")


def test_who_says_nothing_is_told_so(monkeypatch):
    monkeypatch.setattr(tcp, "KEY_WITHIN_S", 0.01)

    assert talk(Abroad(), b"") == b"a:timeout\n"


def test_a_server_that_cannot_vouch_for_itself_says_nothing():
    abroad = Abroad()
    abroad.vouched = False
    assert abroad.answering.fresh()
    abroad.seconds = 13

    assert talk(abroad, b"key") == b""
