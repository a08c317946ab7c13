"""
What one answer with a snapshot costs the edge, against nginx with the same bytes as a static file.

wrk asks both in turn, from the last processor; what counts is the processor time of the edge's
process, and of nginx's worker, for each answer. Clients of one kind send the same head again and
again, and the edge remembers heads that it has parsed; so it is also measured with heads that all
differ, each of which goes through the parser.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from bench.measure import Figure
from bench.reading import STANDING
from bench.serving import Caller, new_token, running

SECONDS: Final = 4
CONNECTIONS: Final = 64
HEADS: Final = 5_000
"""Five times as many as the edge remembers at once."""

_LAST_CORE: Final = (os.cpu_count() or 1) - 1
_TICKS: Final = os.sysconf("SC_CLK_TCK")

_SCRIPT: Final = """
local requests, at = {}, 0
init = function(_)
  for n = 1, %(heads)d do
    local headers = {}
    if %(known)s then headers["if-none-match"] = "*" end
    if %(heads)d > 1 then headers["x-number"] = tostring(n) end
    requests[n] = wrk.format("GET", "%(path)s", headers)
  end
end
request = function() at = at %% %(heads)d + 1 return requests[at] end
"""

_NGINX: Final = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  keepalive_requests 1000000000;
  client_body_temp_path {folder};
  proxy_temp_path {folder};
  fastcgi_temp_path {folder};
  uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; default_type application/json; root {folder}/static; }}
}}
"""


class Side(NamedTuple):
    """One of the two: where it answers, and whose time counts."""

    url: str
    path: str
    pid: int


def snapshots(folder: Path, runs: int) -> Iterator[Figure]:
    """Measure both answers, with heads that are remembered and with heads that all differ."""
    wrk, nginx = shutil.which("wrk"), shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if wrk is None or nginx is None:
        raise RuntimeError("wrk or nginx is missing: apt-get install wrk nginx-light")
    db = folder / "snapshot.db"
    with running(db, new_token(db), core=0) as server:
        caller = Caller(server)
        for area in STANDING:
            caller.raise_alert(area)
        caller.close()
        edge = Side(f"http://{server.host}:{server.port}", "/api/v1/board", _child(server.pid))
        with urllib.request.urlopen(edge.url + edge.path) as answer:  # noqa: S310  # Our own server.
            board = answer.read()
        with _static(nginx, folder, board) as other:
            for known, status in ((False, 200), (True, 304)):
                for heads in (1, HEADS):
                    yield _figure(wrk, folder, runs, (edge, other), status, heads, known=known)


def _figure(
    wrk: str, folder: Path, runs: int, sides: tuple[Side, Side], status: int, heads: int,
    *, known: bool,
) -> Figure:  # fmt: skip
    taken = [
        [_spent_us(wrk, folder, side, heads, known=known) for side in sides] for _ in range(runs)
    ]
    ours, theirs = (sorted(one[n] for one in taken)[runs // 2] for n in (0, 1))
    what = "the same head each time" if heads == 1 else f"{heads:,} heads in turn, none remembered"
    which = "head remembered" if heads == 1 else "every head parsed"
    return Figure(
        f"Snapshot {status}, {which}: nginx ÷ edge", "×",
        tuple(nginx / edge for edge, nginx in taken), "at least", 1,
        f"processor time an answer: edge {ours:.1f} µs, nginx {theirs:.1f} µs; {what}",
    )  # fmt: skip


def _spent_us(wrk: str, folder: Path, side: Side, heads: int, *, known: bool) -> float:
    """Give the processor time that one answer took, in µs."""
    script = folder / "snapshot.lua"
    said = {"heads": heads, "known": "true" if known else "false", "path": side.path}
    script.write_text(_SCRIPT % said)
    command = ["taskset", "-c", str(_LAST_CORE), wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    before = _time_s(side.pid)
    told = subprocess.run(  # noqa: S603  # Debian's wrk.
        [*command, "-s", str(script), side.url], check=True, capture_output=True, text=True
    ).stdout
    spent = _time_s(side.pid) - before
    answered = re.search(r"(\d+) requests in", told)
    if answered is None or "Non-2xx or 3xx" in told:
        raise RuntimeError(told)
    return spent / int(answered[1]) * 1e6


@contextmanager
def _static(nginx: str, folder: Path, board: bytes) -> Iterator[Side]:
    """Have nginx serve the same bytes from a file."""
    (folder / "static").mkdir()
    (folder / "static" / "board").write_bytes(board)
    for place in (folder, *folder.parents):
        with suppress(PermissionError):
            if not place.stat().st_mode & 0o001 and place.name.startswith(".run-"):
                place.chmod(0o755)
    port = 18_027
    configuration = folder / "nginx.conf"
    configuration.write_text(_NGINX.format(folder=folder, port=port))
    child = subprocess.Popen(  # noqa: S603  # Debian's nginx.
        ["taskset", "-c", "0", nginx, "-p", str(folder), "-c", str(configuration)],  # noqa: S607
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(0.5)
        yield Side(f"http://127.0.0.1:{port}", "/board", _child(child.pid))
    finally:
        child.terminate()
        child.wait(timeout=10)


def _child(pid: int) -> int:
    """Tell the process that another has started: the edge of a core, the worker of nginx."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0])


def _time_s(pid: int) -> float:
    """Tell how much of a processor a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
