"""
People on a machine of their own: one presses, others listen at each edge; all of them keep a log.

`python -m tests.chaos.people EDGES TOKEN BUILD` prints a line of JSON for each thing that happens.
Who presses sends an alarm again, under the same command id, until it is answered: to the next edge
when one says nothing for a second. Who listens comes back to its own edge and tells its place.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections import deque
from itertools import count
from uuid import uuid4

import httpx

from tocsin.areas.gazetteer import load_pack

EACH_S = 0.1
ANSWER_S = 1.0
RAISE_AGAIN_S = 0.05
CLEAR_AGAIN_S = 2.0
"""An all-clear can wait, and hundreds of them may have to."""

SILENT_S = 12.0
"""Without a heartbeat for so long a link is dead."""

STANDING_MOST = 250
"""Then the oldest alert is ended: the board stays as large as on a bad day."""

NO_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=0)
"""Hundreds of all-clears may be under way at once, and no alarm is to wait for one of them."""

TIMEOUT = httpx.Timeout(ANSWER_S, connect=0.5)


def say(**what) -> None:
    print(json.dumps({"t": time.monotonic(), **what}), flush=True)


class Presser:
    """Who presses, ten times a second, and never gives up on an alarm."""

    def __init__(self, edges: dict[str, str], token: str, build: str) -> None:
        self._doors = list(edges.values())
        self._client = httpx.AsyncClient(
            headers={"authorization": f"Bearer {token}"}, timeout=TIMEOUT, limits=NO_LIMITS
        )
        self._door = 0
        self._build = build
        self._ends = asyncio.Event()
        self._free = deque(area.code for area in load_pack("UA") if area.level == 3)
        self._standing: deque[tuple[str, str]] = deque()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as presses:
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self._ends.set)
            for number in count():
                if self._ends.is_set():
                    break
                if len(self._standing) >= STANDING_MOST and number % 2:
                    presses.create_task(self._clear(*self._standing.popleft()))
                elif self._free:
                    presses.create_task(self._raise(self._free.popleft()))
                await asyncio.sleep(EACH_S)
        say(pressing_ended=True)

    async def _raise(self, area: str) -> None:
        body = {"areas": [area], "hazard": "air_raid", "level": "warning", "status": "Actual"}
        answer = await self._until_taken(area, "raise", "/api/v1/alerts", body)
        said = answer["accepted"][0]
        self._standing.append((area, said["id"]))

    async def _clear(self, area: str, alert: str) -> None:
        await self._until_taken(area, "clear", f"/api/v1/alerts/{alert}/all-clear", {})
        self._free.append(area)

    async def _until_taken(self, area: str, what: str, path: str, body: dict) -> dict:
        command = said_as = str(uuid4())
        say(pressed=command, area=area, what=what)
        rest_s = RAISE_AGAIN_S if what == "raise" else CLEAR_AGAIN_S
        while True:
            door = self._door
            try:
                answer = await self._client.post(
                    self._doors[door] + path, json={"command_id": said_as, **body}
                )
            except httpx.HTTPError as error:
                status, why = 0, type(error).__name__
            else:
                status = answer.status_code
                why = answer.json().get("code", "")
                if status < 300:
                    said = answer.json()
                    say(acked=command, area=area, what=what, position=said["position"])
                    return said
            say(again=command, what=what, status=status, why=why, door=door)
            if status not in {0, 503}:
                say(refused=command, area=area, what=what, status=status, text=answer.text[:300])
            if door == self._door:
                self._door = (door + 1) % len(self._doors)
            await asyncio.sleep(rest_s)
            if self._build == "ForgetsWhatItSent":
                said_as = str(uuid4())


class Listener:
    """Who listens at one edge."""

    def __init__(self, name: str, url: str) -> None:
        self._name = name
        self._url = url
        self._place = ""
        self._standing: set[str] = set()

    async def run(self) -> None:
        timeout = httpx.Timeout(SILENT_S, connect=1.0)
        async with httpx.AsyncClient(timeout=timeout) as client:
            while True:
                headers = {"accept": "application/x-ndjson"}
                if self._place:
                    headers["last-event-id"] = self._place
                try:
                    path = f"{self._url}/api/v1/stream"
                    async with client.stream("GET", path, headers=headers) as answer:
                        if answer.status_code == 200:
                            async for line in answer.aiter_lines():
                                self._take(json.loads(line))
                except (httpx.HTTPError, ValueError):
                    pass
                say(at=self._name, left=True)
                await asyncio.sleep(0.2)

    def _take(self, event: dict) -> None:
        said = event["data"]
        if event["event"] in {"alert", "update", "all-clear", "correction"}:
            area = said["area"]["code"]
            say(at=self._name, heard=event["event"], area=area, position=said["position"])
            self._know(area, bool(said["standing"]), by="message")
        elif event["event"] == "board":
            standing = {alert["area"]["code"] for alert in said["alerts"]}
            say(at=self._name, board=said["position"])
            for area in standing ^ self._standing:
                self._know(area, area in standing, by="board")
        if said.get("position") is not None and said.get("epoch"):
            self._place = f"{said['epoch']}:{said['position']}"

    def _know(self, area: str, stands: bool, by: str) -> None:
        if stands != (area in self._standing):
            (self._standing.add if stands else self._standing.discard)(area)
            say(at=self._name, known=area, stands=stands, by=by)


async def people(edges: dict[str, str], token: str, build: str) -> None:
    """Press and listen until somebody ends it."""
    async with asyncio.TaskGroup() as all_of_them:
        for name, url in edges.items():
            all_of_them.create_task(Listener(name, url).run())
        await asyncio.sleep(2)
        all_of_them.create_task(Presser(edges, token, build).run())


if __name__ == "__main__":
    asyncio.run(people(json.loads(sys.argv[1]), sys.argv[2], sys.argv[3]))
