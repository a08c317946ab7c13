"""
Goal: no heartbeat says anything that the server does not stand by, and on disk, at that moment.

Method: a heart alone with parts that keep what they were given; its pace on a loop whose sleep is
the test's own.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from tocsin.kernel.errors import Unavailable
from tocsin.kernel.limits import HEARTBEAT_S
from tocsin.ops import heartbeat
from tocsin.ops.heartbeat import Heartbeat, Shown

AT = datetime(2023, 1, 26, 5, 45, 43, tzinfo=UTC)


class Parts:
    """Everything around a heart, remembering in order what happened to it."""

    def __init__(self):
        self.happened = []
        self.shown = Shown("e", 7, "ab" * 32, replay=False, status="ok")
        self.noting = None
        self.heart = Heartbeat(self, lambda: self.shown, self.sign, self.send, self.note)

    def now(self):
        return AT

    def sign(self, statement):
        self.happened.append(("sign", statement))
        return {**statement, "key_id": "k", "signature": "s"}

    def note(self, statement):
        if self.noting:
            raise self.noting
        self.happened.append(("note", statement))

    def send(self, statement):
        self.happened.append(("send", statement))


def test_a_beat_is_signed_whole_kept_on_disk_and_only_then_sent():
    parts = Parts()
    asyncio.run(parts.heart.beat())

    assert [what for what, _ in parts.happened] == ["sign", "note", "send"]
    signed = {
        "epoch": "e", "position": 7, "tree_head": "ab" * 32, "replay": False, "status": "ok",
        "at": "2023-01-26T05:45:43.000Z",
    }  # fmt: skip
    assert parts.happened[0][1] == signed
    sent = {**signed, "key_id": "k", "signature": "s"}
    assert parts.happened[1][1] == parts.happened[2][1] == sent


def test_a_beat_whose_head_cannot_be_kept_is_not_sent():
    """Silence is told as silence; a head that nobody kept could be denied later."""
    parts = Parts()
    parts.noting = Unavailable("ledger.heads_unwritable", "No room.")
    with pytest.raises(Unavailable):
        asyncio.run(parts.heart.beat())

    assert [what for what, _ in parts.happened] == ["sign"]


def test_a_server_that_is_not_ready_says_so_in_every_beat():
    parts = Parts()
    parts.shown = parts.shown._replace(status="unready")
    asyncio.run(parts.heart.beat())

    assert parts.happened[-1][1]["status"] == "unready"


def test_it_beats_at_once_and_then_every_five_seconds(monkeypatch):
    parts, slept = Parts(), []

    async def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr(heartbeat.asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(parts.heart.run())

    assert slept == [HEARTBEAT_S] * 3
    assert [what for what, _ in parts.happened].count("send") == 3
