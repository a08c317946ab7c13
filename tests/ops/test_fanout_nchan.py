"""
Goal: nginx with nchan is told what an edge is told; where it is not installed, that is known.

Method: the real nginx, with one subscriber; and machines without it, or with one that does not run.
"""

from __future__ import annotations

import socket
import stat

import pytest

from tocsin.kernel.errors import Refused
from tocsin.kernel.feed import Line
from tocsin.ops import fanout_nchan as module
from tocsin.ops.fanout_nchan import MODULE, Nchan, find_module

LINE = Line("update", b'{"mark":"#1#"}').encode()


@pytest.mark.skipif(find_module() is None, reason="nginx with nchan is not installed")
def test_a_subscriber_of_nchan_hears_the_data_of_a_line(tmp_path):
    with (
        Nchan.started(find_module(), tmp_path, 10) as nchan,
        socket.create_connection(("127.0.0.1", nchan.port), timeout=30) as listener,
    ):
        listener.sendall(nchan.request.read_bytes())
        got = b""
        while b"\r\n\r\n" not in got:
            got += listener.recv(4_096)
        nchan.tell(b"", LINE)
        while b"#1#" not in got:
            got += listener.recv(4_096)

    assert b"event: update\n" in got
    assert b'data: {"mark":"#1#"}\n\n' in got


def test_where_nginx_has_no_nchan_there_is_nothing_to_measure_against(tmp_path, monkeypatch):
    _nginx_that_does(tmp_path, f'echo "--modules-path={tmp_path}" >&2', monkeypatch)
    assert find_module() is None

    (tmp_path / MODULE).touch()
    assert find_module() == tmp_path / MODULE


def test_where_there_is_no_nginx_there_is_nothing_to_measure_against(monkeypatch):
    monkeypatch.setattr(module, "_nginx", lambda: None)

    assert find_module() is None


def test_an_nginx_that_ends_at_once_is_told(tmp_path, monkeypatch):
    _nginx_that_does(tmp_path, "exit 1", monkeypatch)

    with (
        pytest.raises(Refused, match=r"bench\.no_nchan"),
        Nchan.started(tmp_path / MODULE, tmp_path, 10),
    ):
        pass


def _nginx_that_does(folder, what, monkeypatch):
    program = folder / "nginx"
    program.write_text(f"#!/bin/sh\n{what}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(module, "_nginx", lambda: str(program))
