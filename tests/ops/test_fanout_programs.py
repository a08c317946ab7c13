"""
Goal: the floor tells everybody what it is told, and the load says when each of them heard.

Method: both programs are compiled as the bench compiles them, and a few subscribers are told.
"""

from __future__ import annotations

import time

import pytest

from tocsin.kernel.errors import Refused
from tocsin.ops.fanout_programs import Floor, Load, compiled

REQUEST = "GET / HTTP/1.1\r\n\r\n"


@pytest.mark.compiler
@pytest.mark.parametrize("tls", [False, True])
def test_subscribers_of_the_floor_hear_each_message_and_when(tls):
    with compiled(tls=tls) as programs:
        (programs.folder / "request").write_text(REQUEST, newline="")
        floor = Floor(programs.floor)
        load = Load([*programs.load, str(floor.port), "7", str(programs.folder / "request")])
        load.wait_until_held(lambda: None)
        for mark in ("#1#", "#2#"):
            load.arm(mark)
            before = time.clock_gettime_ns(time.CLOCK_REALTIME)
            floor.tell(b"data: " + b"x" * 600 + mark.encode() + b"\n\n", b"")
            count, p50, p99, last = load.received()

            assert count == 7
            assert before < p50 <= p99 <= last
        load.close()
        floor.close()
    assert not programs.folder.exists()


def test_without_a_compiler_it_is_refused(monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(Refused, match=r"bench\.no_compiler"), compiled(tls=False):
        pass


def test_what_does_not_compile_is_told_with_the_first_reason(monkeypatch, tmp_path):
    compiler = tmp_path / "cc"
    compiler.write_text("#!/bin/sh\necho openssl/ssl.h: No such file >&2\nexit 1\n")
    compiler.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with (
        pytest.raises(Refused, match=r"bench\.not_compiled.*No such file.*libssl-dev"),
        compiled(tls=True),
    ):
        pass


@pytest.mark.compiler
def test_a_server_that_ends_early_is_told():
    with compiled(tls=False) as programs:
        (programs.folder / "request").write_text(REQUEST, newline="")
        load = Load([*programs.load, "1", "1", str(programs.folder / "missing")])

        with pytest.raises(Refused, match=r"bench\.not_held"):
            load.wait_until_held(lambda: None)
        load.close()
