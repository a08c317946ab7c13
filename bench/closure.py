"""
A closure, until coverage says so: sent by HTTP, recorded, and in the answer to who asks for it.

A server of its own has the invented city (`bench/city.py`) with all its shelters said to be open.
One after another is closed by its keeper's token; each time coverage is asked for on a second
connection as soon as the closure is accepted, and has to have one shelter fewer. What is timed is
from the first byte of the closure to the last of the coverage: the commit, the sweep of the whole
city in its process, and both answers.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

from bench import city as invented
from bench.measure import Figure, percentile
from bench.serving import Server, new_token, running
from tocsin.app import open_desk, open_ledger
from tocsin.areas.gazetteer import load_pack
from tocsin.commands import Request, fingerprint
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.ids import AreaCode, CommandId, SenderId
from tocsin.kernel.time import SystemClock, rfc3339
from tocsin.kernel.words import Rank, Status
from tocsin.shelters.messages import (
    DEGREE,
    Access,
    Entrance,
    Listing,
    ReplaceRegister,
    SayStatus,
    ShelterId,
    SourceKind,
    State,
)

CLOSURES: Final = 30
COVERAGE: Final = "/api/v1/shelters/coverage"


def closure(folder: Path, runs: int) -> Iterator[Figure]:
    """Measure how long a closure takes to be in the coverage that is told."""
    made = invented.make()
    built = made.write_all(folder)
    db = folder / "city.db"
    token = new_token(db)
    _furnish(db, made)
    keeper, reader = (_token(db, f"shelters:{power}:UA") for power in ("keep", "read"))
    named = {"TOCSIN_WALKING": folder / "city.walk", "TOCSIN_PEOPLE": folder / "people.csv"}
    with ExitStack() as stack:
        stack.enter_context(_environment(named))
        server = stack.enter_context(running(db, token, core=None))
        told = [_close_each(server, keeper, reader, run) for run in range(runs)]
    yield Figure(
        f"A closure → coverage that says so, p95 of {CLOSURES}", "ms",
        tuple(percentile(run, 0.95) for run in told), "at most", 250,
        f"{built.nodes:,} nodes, {len(made.shelters):,} shelters, {len(made.homes):,} homes; over"
        f" HTTP, commit and all; p50 {percentile(told[-1], 0.5):.0f} ms",
    )  # fmt: skip


def _close_each(server: Server, keeper: str, reader: str, run: int) -> list[float]:
    """Close so many shelters, one after another; milliseconds for each."""
    url = f"http://{server.host}:{server.port}"
    with (
        httpx.Client(base_url=url, headers=_bearer(keeper), timeout=60) as at_door,
        httpx.Client(base_url=url, headers=_bearer(reader), timeout=60) as watching,
    ):
        before = _counted(watching)  # The first answer starts the process that counts.
        spent = []
        for number in range(run * CLOSURES, (run + 1) * CLOSURES):
            body = {"command_id": str(uuid4()), "status": "Actual", "state": "closed"}
            start = time.perf_counter()
            at_door.post(f"/api/v1/shelters/city.{number}/status", json=body).raise_for_status()
            after = _counted(watching)
            spent.append(1_000 * (time.perf_counter() - start))
            if after != before - 1:
                raise RuntimeError(f"{before} shelters were open, and now {after}.")
            before = after
    return spent


def _counted(client: httpx.Client) -> int:
    answer = client.get(COVERAGE)
    answer.raise_for_status()
    counted: int = answer.json()["counting"]["counted"]
    return counted


def _furnish(db: Path, made: invented.City) -> None:
    """List all shelters of the city, and say that each is open."""
    ledger = open_ledger(db)
    try:
        desk = open_desk(ledger, load_pack("UA"), SystemClock())
        at = rfc3339(SystemClock().now())
        common: dict[str, Any] = {
            "sender": SenderId("bench"),
            "rank": Rank.AUTHORITY,
            "area": AreaCode("UA"),
            "at": at,
        }
        source = {"source": "bench/city.py", "licence": "CC0-1.0", "retrieved_at": at}
        listings = tuple(
            Listing(
                id=ShelterId(f"city.{number}"),
                name=f"Shelter {number}",
                entrances=(Entrance(lat=round(s.lat * DEGREE), lon=round(s.lon * DEGREE)),),
                access=Access.PUBLIC,
                capacity=s.capacity,
                register="city",
                source_id=str(number),
                **source,
            )
            for number, s in enumerate(made.shelters)
        )
        said = [
            SayStatus(
                command_id=CommandId(str(uuid4())),
                shelter=one.id,
                source=SourceKind.OPERATOR,
                status=Status.ACTUAL,
                state=State.OPEN,
                **common,
            )
            for one in listings
        ]
        listed = ReplaceRegister(
            command_id=CommandId(str(uuid4())),
            register="city",
            listings=listings,
            **source,
            **common,
        )
        for command in (listed, *said):
            asked = Request(command.command_id, [command], fingerprint(command.command_id))
            for answer in desk.handle([asked]):
                if isinstance(answer, TocsinError):
                    raise answer
    finally:
        ledger.close()


def _token(db: Path, scope: str) -> str:
    tocsin = Path(sys.executable).with_name("tocsin")
    name = scope.replace(":", "-").lower()
    made = subprocess.run(  # noqa: S603  # Our own program.
        [tocsin, "token", "new", "--db", db, "--name", name, "--scope", scope],
        check=True,
        capture_output=True,
        text=True,
    )
    return made.stdout.strip()


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@contextmanager
def _environment(named: dict[str, Path]) -> Iterator[None]:
    """Set what the server's settings are to be while the block runs."""
    before = dict(os.environ)
    os.environ.update({name: str(path) for name, path in named.items()})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
