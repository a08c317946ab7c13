"""
Goal: the edge that is measured is told what a core tells, and the floor the very same bytes.

Method: messages are made and read back; what cannot be started is told.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

import pytest

from tocsin.kernel import wire
from tocsin.kernel.errors import Refused
from tocsin.kernel.feed import parse_line
from tocsin.kernel.wire import Form, Place
from tocsin.ops import fanout_edge as module
from tocsin.ops.fanout_edge import EPOCH, MESSAGE_BYTES, Edge, make_certificate


class _Child:
    pid = 0


@pytest.mark.parametrize("form", [Form.SSE, Form.WEBSOCKET])
def test_a_message_and_its_frame_carry_the_same_mark_and_place(form):
    here, there = socket.socketpair()
    edge = Edge(_Child, 0, here, form, Path("request"))
    marks = set()
    for position in range(1, 4):
        mark, raw, frame = edge.next_message()
        line = parse_line(raw)
        data = json.loads(line.body)
        marks.add(mark)

        assert line.kind == "update"
        assert len(line.body) == MESSAGE_BYTES
        assert mark.encode() in line.body
        assert mark.encode() in frame
        assert f"{EPOCH}:{position}".encode() in frame
        assert data["position"] == data["version"] == position
    assert len(marks) == 3
    here.close()
    there.close()


def test_what_an_edge_reported_last_is_given_and_nobody_waits_for_it():
    here, there = socket.socketpair()
    here.settimeout(30.0)
    edge = Edge(_Child, 0, here, Form.SSE, Path("request"))
    assert edge.report() == {}

    there.sendall(b'0:1\n{"slow":1}\n{"slow":2}\n{"sl')
    assert edge.report() == {"slow": 2}
    there.sendall(b'ow":3}\n')
    assert edge.report() == edge.report() == {"slow": 3}
    here.close()
    there.close()


@pytest.mark.parametrize("form", [Form.SSE, Form.WEBSOCKET])
def test_the_newest_board_is_that_of_the_last_message_that_the_edge_was_told(form):
    here, there = socket.socketpair()
    edge = Edge(_Child, 0, here, form, Path("request"))
    _, line, frame = edge.next_message()
    edge.tell(frame, line)
    edge.next_message()  # Somebody else's.

    board = wire.frame(form, "board", b"{}", Place(EPOCH, 1))
    assert edge.newest_board() in board
    here.close()
    there.close()


def test_an_edge_that_does_not_start_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "STARTS_WITHIN_S", 0.2)
    monkeypatch.setattr(module, "COMMAND", (sys.executable, "-S", "-c", "pass"))

    with (
        pytest.raises(Refused, match=r"bench\.no_edge"),
        Edge.started(tmp_path, Form.SSE, tls=False),
    ):
        pass


def test_a_certificate_is_made_with_its_key(tmp_path):
    chain, key = make_certificate(tmp_path)

    assert b"BEGIN CERTIFICATE" in chain.read_bytes()
    assert b"BEGIN PRIVATE KEY" in key.read_bytes()
