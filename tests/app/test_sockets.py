"""
Goal: the server's own sockets lie where its user alone can reach them, and one core has them.

Method: directories as operators have them, and as somebody else might have prepared them; sockets
on real addresses; a second holder in a process of its own, which is then killed.
"""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tocsin.app import sockets
from tocsin.app.sockets import PATH_BYTES, listen, locked, run_directory
from tocsin.kernel.errors import Malformed, Refused, Unavailable


@pytest.fixture(autouse=True)
def places(monkeypatch):
    """Only the directories of this test are places; their names are short, as sockets need it."""
    with tempfile.TemporaryDirectory(prefix="t-") as folder:
        here = Path(folder)
        monkeypatch.setattr(sockets, "_places", lambda: iter([here / "one", here / "two"]))
        (here / "one").mkdir()
        (here / "two").mkdir()
        yield here


def test_the_directory_is_the_users_own_and_the_same_for_the_same_ledger(places):
    run = run_directory(places / "t.db")

    assert run.parent == places / "one"
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    assert run_directory(places / "one" / ".." / "t.db") == run
    assert run_directory(places / "u.db") != run


@pytest.mark.parametrize("prepare", ["open to others", "a link", "a file"])
def test_a_place_that_somebody_has_prepared_is_not_used(places, prepare):
    run = run_directory(places / "t.db")
    run.rmdir()
    match prepare:
        case "open to others":
            run.mkdir(mode=0o755)
        case "a link":
            (places / "elsewhere").mkdir(mode=0o700)
            run.symlink_to(places / "elsewhere")
        case _:
            run.touch()

    assert run_directory(places / "t.db").parent == places / "two"


def test_a_place_with_too_long_a_name_for_a_socket_is_not_used(places, monkeypatch):
    deep = places / ("x" * PATH_BYTES)
    deep.mkdir()
    monkeypatch.setattr(sockets, "_places", lambda: iter([deep, places / "one"]))

    run = run_directory(places / "t.db")
    assert run.parent == places / "one"


def test_where_there_is_no_place_that_is_said(places, monkeypatch):
    monkeypatch.setattr(sockets, "_places", lambda: iter([places / "none"]))

    with pytest.raises(Unavailable, match=r"serve\.no_run_directory"):
        run_directory(places / "t.db")


def test_one_core_at_a_time_holds_a_ledger(places):
    with (
        locked(places),
        pytest.raises(Refused, match=rf"already.*process {os.getpid()}"),
        locked(places),
    ):
        pass
    with locked(places):
        pass


def test_a_killed_core_holds_nothing(places):
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom tocsin.app.sockets import locked\n"
        "with locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, places], stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(Refused, match=r"serve\.already_runs"), locked(places):
            pass
        child.kill()
    with locked(places):
        pass


def test_a_free_port_is_taken_and_listened_on():
    (ear,) = listen("127.0.0.1", 0)
    with ear, socket.create_connection(ear.getsockname()):
        link, _ = ear.accept()
        with link:
            assert link.getsockname() == ear.getsockname()


def test_all_addresses_of_a_host_are_listened_on_at_one_port(monkeypatch):
    both = socket.getaddrinfo("127.0.0.1", 0, type=socket.SOCK_STREAM) + socket.getaddrinfo(
        "::1", 0, type=socket.SOCK_STREAM
    )
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    ears = listen("anywhere", 0)

    assert {ear.family for ear in ears} == {socket.AF_INET, socket.AF_INET6}
    assert len({ear.getsockname()[1] for ear in ears}) == 1
    for ear in ears:
        ear.close()


def test_a_port_that_is_taken_is_said_to_be():
    (ear,) = listen("127.0.0.1", 0)
    port = ear.getsockname()[1]
    with (
        ear,
        pytest.raises(
            Unavailable, match=rf"serve\.port_taken: Port {port} on 127\.0\.0\.1 is taken"
        ),
    ):
        listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_that_is_not_ours_is_said_not_to_be(host):
    with pytest.raises(Malformed, match=r"serve\.cannot_listen"):
        listen(host, 0)
