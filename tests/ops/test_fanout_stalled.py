"""
Goal: what the kernel holds for those who do not read is told truly, and who wakes hears the newest.

Method: a server of a few lines, whose own socket knows what is queued on it.
"""

from __future__ import annotations

import socket
import struct
from contextlib import suppress

import pytest

from tocsin.kernel.errors import Refused
from tocsin.ops.fanout_stalled import Stalled, held_by_the_kernel


@pytest.fixture
def served(tmp_path):
    """Three who sleep, and the server's ends of their connections."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        stalled = _Led(door, tmp_path)
        stalled.join(3, 2_304)
        yield stalled, stalled.ends
        stalled.close()
        for end in stalled.ends:
            end.close()


class _Led(Stalled):
    """Whose connections are answered as soon as they have asked."""

    def __init__(self, door, folder, answer=b"HTTP/1.1 200 OK\r\n\r\n"):
        request = folder / "request"
        request.write_bytes(b"GET / HTTP/1.1\r\n\r\n")
        super().__init__(door.getsockname()[1], request)
        self._door, self._answer, self.ends = door, answer, []

    def _await_answers(self, came):
        for _ in came:
            end, _ = self._door.accept()
            end.recv(1_000)
            if self._answer:
                end.sendall(self._answer)
                end.setblocking(False)
                self.ends.append(end)
            else:
                end.close()
        super()._await_answers(came)


def _stuff(ends):
    for end in ends:
        with suppress(BlockingIOError):
            while True:
                end.send(b"x" * 700)


def test_the_kernel_tells_the_same_of_a_connection_as_its_own_socket_does(served):
    stalled, ends = served
    _stuff(ends)
    own = []
    for end in ends:
        words = struct.unpack("9I", end.getsockopt(socket.SOL_SOCKET, 55, 36))
        own.append(words[4] + words[5])

    assert sorted(stalled.held_bytes()) == sorted(own)
    assert min(own) > 0


def test_connections_of_others_are_not_counted_among_those_who_sleep(served):
    stalled, ends = served
    port = ends[0].getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)) as other:
        assert other.getsockname()[1] in dict(held_by_the_kernel(port))
        assert len(stalled.held_bytes()) == len(stalled) == 3


def test_who_wakes_and_hears_the_newest_is_counted_and_who_hears_only_old_is_not(served):
    stalled, (first, second, third) = served
    first.send(b"old old newest and more")
    second.send(b"old new")
    third.send(b"old")
    rest = [b"est"]

    def meanwhile():
        if rest:
            second.send(rest.pop())

    assert stalled.wake(b"newest", meanwhile, within_s=0.3) == 2


def test_a_server_that_closes_instead_of_answering_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as door:
        stalled = _Led(door, tmp_path, answer=b"")

        with pytest.raises(Refused, match=r"bench\.not_held"):
            stalled.join(1, 2_304)
        stalled.close()


def test_whom_the_server_has_closed_is_held_no_more(served):
    stalled, ends = served
    _stuff(ends)
    ends[0].close()

    assert len(stalled.held_bytes()) == 2
