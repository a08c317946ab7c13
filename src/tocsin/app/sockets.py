"""
Where a core and its edge meet, and where people meet them: sockets, and the directory they lie in.

The directory is named after the ledger, so that a core that is started again finds the edge that
has outlived it. It is the user's own, mode 0700: whoever can open the sockets in it is believed.
One core at a time holds its lock, which the kernel lets go when the process ends, however it does.

Source: unix(7): a socket's path has at most 107 bytes; flock(2).
"""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from tocsin.edge.tls import server_context
from tocsin.kernel.errors import Malformed, Refused, Unavailable
from tocsin.kernel.limits import STREAM_BUFFER_BYTES

PATH_BYTES: Final = 107 - len("/edge.sock.4194304")
"""The longest name in the directory: a socket's while it takes another's place."""

BACKLOG: Final = 4_096
"""Linux's own bound; two seconds of a storm, if an edge had to be started anew just then."""


def run_directory(ledger: Path) -> Path:
    """
    Make the directory in which the sockets of a ledger's server lie.

    `$XDG_RUNTIME_DIR`, else `/run` for root, else the directory for temporary files.

    Raises:
        Unavailable: `serve.no_run_directory`, where none can be made that is ours alone.
    """
    name = "tocsin-" + sha256(str(ledger.resolve()).encode()).hexdigest()[:12]
    for place in _places():
        path = place / name
        if len(os.fsencode(path)) > PATH_BYTES:
            continue
        try:
            path.mkdir(mode=0o700, exist_ok=True)
            found = path.lstat()
        except OSError:
            continue
        if (
            stat.S_ISDIR(found.st_mode)
            and found.st_uid == os.geteuid()
            and not stat.S_IMODE(found.st_mode) & 0o077
        ):
            return path
    raise Unavailable(
        "serve.no_run_directory",
        "There is no place for the server's own sockets; name a directory that only its user "
        "can open in XDG_RUNTIME_DIR.",
    )


@contextmanager
def locked(run: Path) -> Iterator[None]:
    """
    Be the one core of a ledger while the block runs; leave nothing in the directory after it.

    An edge that lives on still has its socket there, and then the directory stays.

    Raises:
        Refused: `serve.already_runs`.
    """
    path = run / "core.lock"
    descriptor = _lock(path)
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)
        with suppress(OSError):
            run.rmdir()


def _lock(path: Path) -> int:
    while True:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except FileNotFoundError:
            continue  # The one before has just tidied up.
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except FileNotFoundError:
            pass
        except BlockingIOError:
            pid = os.read(descriptor, 16).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise Refused(
                "serve.already_runs", f"A server runs on this ledger already (process {pid})."
            ) from None
        os.close(descriptor)  # Of a file that the one before has taken away.


def address(host: str, port: int, *, tls: bool) -> str:
    """Write where people find what listens there, as they type it into a browser."""
    return f"http{'s' if tls else ''}://{f'[{host}]' if ':' in host else host}:{port}/"


def certified(certificate: Path | None, key: Path | None) -> tuple[str, str]:
    """
    Look whether a certificate can be served with; name both files as an edge's settings do.

    Raises:
        Malformed: `serve.certificate`.
    """
    if certificate is None and key is None:
        return "", ""
    if certificate is None or key is None:
        raise Malformed(
            "serve.certificate", "A certificate needs its key, and a key its certificate.",
            where="tls_certificate" if certificate is None else "tls_key",
        )  # fmt: skip
    try:
        server_context(certificate, key)
    except OSError as error:
        raise Malformed(
            "serve.certificate",
            f"{certificate} and {key} cannot be served with: {error.strerror or error}.",
            where="tls_certificate",
        ) from None
    return str(certificate.absolute()), str(key.absolute())


def allow_files() -> None:
    """Let this process and its children open as many files as the machine allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def listen(host: str, port: int) -> tuple[socket.socket, ...]:
    """
    Listen on every address of a host.

    Args:
        port: 0 takes a free one.

    Raises:
        Unavailable: `serve.port_taken`.
        Malformed: `serve.cannot_listen`, where there is no such address here, or it is not ours.
    """
    sockets: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        for family, kind, protocol, _, address in dict.fromkeys(found):
            taken = sockets[0].getsockname()[1] if sockets else port
            sockets.append(_listening(family, kind, protocol, (address[0], taken, *address[2:])))
    except OSError as error:
        for one in sockets:
            one.close()
        if error.errno == errno.EADDRINUSE:
            raise Unavailable(
                "serve.port_taken",
                f"Port {port} on {host} is taken; stop the program that has it, or name another "
                "port with --port.",
            ) from None
        raise Malformed(
            "serve.cannot_listen",
            f"The server cannot listen on {host}, port {port}: {error.strerror or error}.",
            where="--host",
        ) from None
    return tuple(sockets)


def _listening(
    family: int, kind: int, protocol: int, address: tuple[str | int, ...]
) -> socket.socket:
    one = socket.socket(family, kind, protocol)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, STREAM_BUFFER_BYTES)
        one.bind(address)
        one.listen(BACKLOG)
        one.settimeout(0)
    except OSError:
        one.close()
        raise
    return one


def _places() -> Iterator[Path]:
    given = os.environ.get("XDG_RUNTIME_DIR")
    if given:
        yield Path(given)
    if os.geteuid() == 0:
        yield Path("/run")
    yield Path(tempfile.gettempdir())
    yield Path("/tmp")  # noqa: S108  # Checked like the others; a long TMPDIR leaves no other.
