"""
An edge that stands alone: on another machine than its core, or beside another edge.

This process becomes the edge. Where one that was started for the same address runs already, the
new one goes on with its listening sockets and takes over all who listen (`edge.succession`), and
the old one ends by itself: so an upgrade is to start it again.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import msgspec

from tocsin.app.sockets import address, listen, run_directory
from tocsin.edge.control import find_edge
from tocsin.edge.devices import read_token
from tocsin.edge.settings import EdgeSettings
from tocsin.edge.source import FAR
from tocsin.edge.upstream import read_address
from tocsin.edge.verify import read_key
from tocsin.kernel.errors import Malformed


def become_edge(wanted: EdgeSettings) -> None:
    """
    Turn this process into an edge; it does not come back.

    It writes its address to standard output once it answers there.

    Args:
        wanted: Without descriptors and control socket, which are found here.

    Raises:
        Malformed: `edge.source_unknown`, `edge.key_malformed`, `edge.token_malformed`,
            `edge.core_malformed`, `serve.cannot_listen`.
        Unavailable: `serve.port_taken`, `serve.no_run_directory`.
    """
    _check(wanted)
    sockets: tuple[socket.socket, ...] = ()
    control = ""
    if wanted.port:  # Who takes any port is nobody's successor.
        path = run_directory(Path("/edge") / f"{wanted.host}:{wanted.port}") / "edge.sock"
        control = str(path)
        found = find_edge(path)
        sockets = found.sockets if found else ()
    sockets = sockets or listen(wanted.host, wanted.port)
    for one in sockets:
        one.set_inheritable(True)
    settings = msgspec.structs.replace(
        wanted,
        listen=tuple(one.fileno() for one in sockets),
        control=control,
        announces=address(
            wanted.host, sockets[0].getsockname()[1], tls=bool(wanted.tls_certificate)
        ),
    )
    program = [sys.executable, "-P", "-m", "tocsin.edge", settings.encode()]
    os.execv(sys.executable, program)  # noqa: S606  # Our own program.


def _check(wanted: EdgeSettings) -> None:
    """Refuse at a terminal what the edge would refuse where nobody reads it."""
    scheme = wanted.source.partition(":")[0]
    if scheme in FAR:
        read_key(wanted.key)
        if wanted.token_file:
            read_token(wanted.token_file)
    elif scheme != "unix":
        raise Malformed(
            "edge.source_unknown",
            f"An edge cannot hear a core at “{wanted.source}”; name unix:PATH, nats:// or "
            "https://.",
            where="--from",
        )
    for core in wanted.core:
        read_address(core)
