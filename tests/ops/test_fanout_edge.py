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

from tocsin.kernel.errors import Refused
from tocsin.kernel.feed import parse_line
from tocsin.kernel.wire import Form
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
