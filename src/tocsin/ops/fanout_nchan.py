"""
nginx with nchan, to be measured against: the best that can be had without writing an edge.

It takes turns with the edge where it is installed, and is left out where it is not (Debian:
`nginx`, `libnginx-mod-nchan`). One worker, no access log, one message kept, room for twice as many
connections as there are subscribers: with just enough, nchan drops some in silence.

It is told the data of a message, and frames it itself as a server-sent event.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Final, Self

from tocsin.kernel.errors import Refused
from tocsin.kernel.feed import parse_line

MODULE: Final = "ngx_nchan_module.so"
STARTS_WITHIN_S: Final = 10.0
LOOK_S: Final = 0.02

_REQUEST: Final = "GET /sub HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n"

_CONFIGURATION: Final = """\
load_module {module};
daemon off;
worker_processes 1;
worker_rlimit_nofile {files};
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
{user}
events {{ worker_connections {connections}; use epoll; multi_accept on; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 100000000;
  nchan_shared_memory_size 256M;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /pub {{ nchan_publisher; nchan_channel_id a; nchan_message_buffer_length 1; }}
    location = /sub {{
      nchan_subscriber eventsource; nchan_channel_id a; nchan_subscriber_first_message newest;
    }}
  }}
}}
"""


def find_module() -> Path | None:
    """Find nchan where nginx would look for it; None where there is no nginx, or no nchan."""
    nginx = _nginx()
    if nginx is None:
        return None
    said = subprocess.run([nginx, "-V"], capture_output=True, text=True, check=False).stderr  # noqa: S603  # As found.
    told = re.search(r"--modules-path=(\S+)", said)
    path = Path(told[1] if told else "/usr/lib/nginx/modules") / MODULE
    return path if path.exists() else None


class Nchan:
    """
    A running nginx. `Nchan.started` makes one.

    Args:
        pid: Of the worker, which does all the work.
        request: The file with what a subscriber sends.
    """

    def __init__(self, pid: int, port: int, request: Path) -> None:
        self.pid = pid
        self.port = port
        self.request = request
        self._publisher = HTTPConnection("127.0.0.1", port, timeout=STARTS_WITHIN_S)

    @classmethod
    @contextmanager
    def started(cls, module: Path, folder: Path, subscribers: int) -> Iterator[Self]:
        """
        Start nginx on a free port, and end it when the block ends.

        Args:
            module: From `find_module`.
            folder: For its files.

        Raises:
            Refused: `bench.no_nchan`.
        """
        port, request = _free_port(), folder / "nchan-request"
        request.write_text(_REQUEST, encoding="ascii", newline="")
        configuration = folder / "nginx.conf"
        configuration.write_text(
            _CONFIGURATION.format(
                module=module, folder=folder, port=port,
                connections=2 * subscribers + 100, files=2 * subscribers + 200,
                user="user root;" if os.geteuid() == 0 else "",
            ),
            encoding="utf-8",
        )  # fmt: skip
        child = subprocess.Popen(  # noqa: S603  # As found.
            [_nginx() or "nginx", "-p", str(folder), "-c", str(configuration)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            nchan = cls(_worker_of(child, port), port, request)
            yield nchan
            nchan._publisher.close()
        finally:
            child.terminate()
            try:
                child.wait(STARTS_WITHIN_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def tell(self, frame: bytes, line: bytes) -> None:
        """Publish the data of a line of the feed."""
        del frame
        body = parse_line(line).body
        try:
            self._publisher.request("POST", "/pub", body, {"X-EventSource-Event": "update"})
            answer = self._publisher.getresponse()
            answer.read()
        except OSError as error:
            raise Refused("bench.no_nchan", f"nginx does not answer: {error}.") from None
        if answer.status >= 300:
            raise Refused("bench.no_nchan", f"nchan took no message: {answer.status}.")

    def live(self) -> None:
        """It believes nothing."""


def _nginx() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _worker_of(master: subprocess.Popen[bytes], port: int) -> int:
    """Wait until nginx answers, and give the process that does."""
    until = time.monotonic() + STARTS_WITHIN_S
    children = Path(f"/proc/{master.pid}/task/{master.pid}/children")
    while time.monotonic() < until and master.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            # Without a cache there is one child.
            for pid in children.read_text("ascii").split():
                return int(pid)
        time.sleep(LOOK_S)
    raise Refused("bench.no_nchan", "nginx with nchan is here and does not start.")
