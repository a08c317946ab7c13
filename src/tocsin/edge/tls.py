"""
TLS of the edge's own: handshakes without waiting, and connections that cost 16 kB and not 280.

A connection is a non-blocking `SSLSocket` all its life. At first it is a `TlsTransport`, which
looks like an asyncio transport to a protocol that reads requests and writes responses; when one
of those requests is for a stream, `detach` gives the socket, and the fan-out owns it.

asyncio's own TLS keeps a buffer of 256 kB for each connection and took 1.68 times the processor
time of a C loop over OpenSSL where this way took 1.12 (decision 0016).

A handshake is half a millisecond of arithmetic. When thousands come back at once they are done a
few at a time, between whatever else the loop has to do, and one that is not done within
`HANDSHAKE_S` seconds is closed. Session tickets make coming back cheaper. With kernel TLS, where
the kernel has it, the kernel encrypts what OpenSSL is given to send; asked for here, and not
tested: the machines this was written on have none.

Source: RFC 8446; OpenSSL 3.0, SSL_write(3) and SSL_CTX_set_options(3); CPython issue 96828.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tocsin.edge.writes import end, pull, push

HANDSHAKE_S: Final = 10.0
HANDSHAKES_MAX: Final = 4_000
"""Two seconds of them, at half a millisecond; whoever comes then is closed, and comes back."""

STEPS: Final = 8
"""Steps of handshakes each time the loop comes round: about 4 ms."""

READ_BYTES: Final = 16_384
UNSENT_BYTES: Final = 65_536
"""Above this the protocol is asked to pause; a board of a country may still be in one write."""

CLOSING_S: Final = 10.0
"""For what was written before `close`; after that it is cut off."""

OP_ENABLE_KTLS: Final = getattr(ssl, "OP_ENABLE_KTLS", 1 << 3)
"""OpenSSL 3.0, SSL_OP_ENABLE_KTLS; Python has a name for it from 3.12 on."""


def server_context(certificate: Path, key: Path, *, kernel_tls: bool = False) -> ssl.SSLContext:
    """
    Make what connections are accepted with: TLS 1.2 or later, HTTP/1.1, session tickets.

    Raises:
        OSError: A file cannot be read, or does not hold what it should (`ssl.SSLError`).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    if kernel_tls:
        context.options |= OP_ENABLE_KTLS
    context.load_cert_chain(certificate, key)
    return context


class TlsAcceptor:
    """
    Shake hands with whoever connects, and hand over those with whom it went well.

    Args:
        ready: Called with each connection past its handshake; it calls `set_protocol`.
        failed: Called once for each connection that never became ready.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        context: ssl.SSLContext,
        *,
        ready: Callable[[TlsTransport], None],
        failed: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._context = context
        self._ready = ready
        self._failed = failed
        self._shaking: dict[ssl.SSLSocket, asyncio.TimerHandle] = {}
        self._steps: deque[ssl.SSLSocket] = deque()

    @property
    def shaking(self) -> int:
        """Count those that are not past their handshake."""
        return len(self._shaking)

    def use(self, context: ssl.SSLContext) -> None:
        """Accept with another context from now on, as when a certificate was renewed."""
        self._context = context

    def accept(self, connection: socket.socket) -> None:
        """Own a connection that was just accepted."""
        if len(self._shaking) >= HANDSHAKES_MAX:
            connection.close()
            self._failed()
            return
        connection.settimeout(0)
        try:
            tls = self._context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        except OSError:  # It is gone already.
            connection.close()
            self._failed()
            return
        self._shaking[tls] = self._loop.call_later(HANDSHAKE_S, self._give_up, tls)
        self._wait(tls, for_writing=False)

    def close(self) -> None:
        """Close those that are not past their handshake."""
        for tls in list(self._shaking):
            self._give_up(tls)

    def _wait(self, tls: ssl.SSLSocket, *, for_writing: bool) -> None:
        wait = self._loop.add_writer if for_writing else self._loop.add_reader
        wait(tls.fileno(), self._queue, tls)

    def _queue(self, tls: ssl.SSLSocket) -> None:
        self._stop_waiting(tls)
        self._steps.append(tls)
        if len(self._steps) == 1:
            self._loop.call_soon(self._step)

    def _stop_waiting(self, tls: ssl.SSLSocket) -> None:
        self._loop.remove_reader(tls.fileno())
        self._loop.remove_writer(tls.fileno())

    def _step(self) -> None:
        for _ in range(min(STEPS, len(self._steps))):
            tls = self._steps.popleft()
            if tls in self._shaking:
                self._shake(tls)
        if self._steps:
            self._loop.call_soon(self._step)

    def _shake(self, tls: ssl.SSLSocket) -> None:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            self._wait(tls, for_writing=False)
        except ssl.SSLWantWriteError:
            self._wait(tls, for_writing=True)
        except (OSError, ValueError):  # `ValueError` where it was closed within.
            self._give_up(tls)
        else:
            self._shaking.pop(tls).cancel()
            self._ready(TlsTransport(self._loop, tls))

    def _give_up(self, tls: ssl.SSLSocket) -> None:
        self._shaking.pop(tls).cancel()
        self._stop_waiting(tls)
        tls.close()
        self._failed()


class TlsTransport(asyncio.Transport):
    """
    A connection past its handshake, as a protocol of asyncio sees one.

    It reads from `set_protocol` on. `connection_made` is not called: whoever hands the transport
    over calls it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, tls: ssl.SSLSocket) -> None:
        super().__init__()
        self._loop = loop
        self._tls: ssl.SSLSocket | None = tls
        self._protocol: asyncio.Protocol | None = None
        self._unsent = bytearray()
        self._reading = self._writing = self._paused = self._closing = False

    # --- What a protocol calls; asyncio documents it ---------------------------------------------

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand over to a protocol, which hears what comes in from now on."""
        assert isinstance(protocol, asyncio.Protocol)
        self._protocol = protocol
        self.resume_reading()

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Give the protocol."""
        assert self._protocol is not None
        return self._protocol

    def is_closing(self) -> bool:
        """Say whether it is closed, closing, or given away."""
        return self._closing or self._tls is None

    def is_reading(self) -> bool:
        """Say whether it reads."""
        return self._reading

    def get_write_buffer_size(self) -> int:
        """Count the bytes that are not with the kernel yet."""
        return len(self._unsent)

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  # As its base.
        """Tell about the connection: `peername`, `sockname`, `socket`, `ssl_object`, `cipher`."""
        tls = self._tls
        if tls is None:
            return default
        try:
            match name:
                case "peername":
                    return tls.getpeername()
                case "sockname":
                    return tls.getsockname()
                case "socket" | "ssl_object":
                    return tls
                case "cipher":
                    return tls.cipher()
                case _:
                    return default
        except OSError:
            return default

    def pause_reading(self) -> None:
        """Leave what comes in with the kernel."""
        if self._reading and self._tls is not None:
            self._reading = False
            self._loop.remove_reader(self._tls.fileno())

    def resume_reading(self) -> None:
        """Read again."""
        if not self._reading and not self.is_closing() and self._tls is not None:
            self._reading = True
            self._loop.add_reader(self._tls.fileno(), self._on_readable)
            if self._tls.pending():  # What OpenSSL has read already makes no event.
                self._loop.call_soon(self._on_readable)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send, or keep what is not taken now."""
        tls = self._tls
        if tls is None or self._closing or not data:
            return
        if self._unsent:
            self._unsent += data
        else:
            try:
                rest = push(tls, memoryview(data))
            except OSError as error:
                self._end(error)
                return
            self._unsent += rest
        self._follow_unsent(tls)

    def close(self) -> None:
        """Close once all that was written is sent."""
        if self.is_closing():
            return
        self.pause_reading()
        self._closing = True
        if self._unsent:
            self._loop.call_later(CLOSING_S, self._end, None)
        else:
            self._end(None)

    def abort(self) -> None:
        """Close now."""
        self._end(None)

    def detach(self) -> ssl.SSLSocket:
        """
        Give the socket away; from then on this is nothing, and calls its protocol no more.

        Raises:
            RuntimeError: It is closed, or something written is not sent yet.
        """
        tls = self._tls
        if tls is None or self._closing or self._unsent:
            raise RuntimeError("This connection cannot be given away now.")
        self.pause_reading()
        self._tls = self._protocol = None
        return tls

    # --- What the loop calls ----------------------------------------------------------------------

    def _on_readable(self) -> None:
        while self._reading and (tls := self._tls) is not None:
            try:
                data = pull(tls, READ_BYTES)
            except OSError as error:
                self._end(error)
                return
            if data is None:
                return
            assert self._protocol is not None
            if data:
                self._protocol.data_received(data)
            else:
                self.pause_reading()
                if not self._protocol.eof_received():
                    self.close()

    def _on_writable(self) -> None:
        tls = self._tls
        if tls is None:
            return
        with memoryview(self._unsent) as unsent:
            try:
                taken = len(unsent) - len(push(tls, unsent))
            except OSError as error:
                failure: OSError | None = error
            else:
                failure = None
        if failure is not None:
            self._end(failure)
            return
        del self._unsent[:taken]
        self._follow_unsent(tls)
        if self._closing and not self._unsent:
            self._end(None)

    def _follow_unsent(self, tls: ssl.SSLSocket) -> None:
        """Watch for room while something is unsent, and tell the protocol when to pause."""
        if bool(self._unsent) != self._writing:
            self._writing = not self._writing
            if self._writing:
                self._loop.add_writer(tls.fileno(), self._on_writable)
            else:
                self._loop.remove_writer(tls.fileno())
        if self._protocol is None or self._closing:
            return
        if not self._paused and len(self._unsent) > UNSENT_BYTES:
            self._paused = True
            self._protocol.pause_writing()
        elif self._paused and not self._unsent:
            self._paused = False
            self._protocol.resume_writing()

    def _end(self, error: OSError | None) -> None:
        tls, self._tls = self._tls, None
        if tls is None:
            return
        self._closing = True
        self._reading = False
        self._loop.remove_reader(tls.fileno())
        self._loop.remove_writer(tls.fileno())
        self._unsent = bytearray()
        protocol, self._protocol = self._protocol, None
        end(tls)
        if protocol is not None:
            self._loop.call_soon(protocol.connection_lost, error)
