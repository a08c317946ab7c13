"""
A small town for the tests of the shelter pages: shelters, streets, and pages to ask.

No test is here. What is said of shelters goes through the desk (`tests.views.town`), the streets
are a network like any other; pages are asked like a browser does, without a server.
"""

from __future__ import annotations

import asyncio
from html.parser import HTMLParser

import httpx
from fastapi import FastAPI, Request
from tests.streets import opened
from tests.views.town import Town

from tocsin.views.shelter_walks import Walks
from tocsin.walking.build import Draft
from tocsin.walking.ground import DEGREE
from tocsin.web.shelter_pages import shelter_pages
from tocsin.web.shelters import ASKED_AT_ONCE, Asking

LAT, LON = 50.45, 30.52
STEP_M = 100


def place(north: float, east: float) -> tuple[float, float]:
    """Tell where one is who went so many metres north and east from the square, in degrees."""
    return LAT + north / 111_195, LON + east / (111_195 * 0.63676)


def streets(rows: int = 9, columns: int = 9) -> Walks:
    """Lay streets in squares of 100 m, with the square of the town in their middle."""
    draft = Draft()
    for row in range(rows):
        for column in range(columns):
            lat, lon = place((row - rows // 2) * STEP_M, (column - columns // 2) * STEP_M)
            draft.node(row * columns + column, round(lat * DEGREE), round(lon * DEGREE))
    for row in range(rows):
        for column in range(columns):
            at = row * columns + column
            if column + 1 < columns:
                draft.edge(at, at + 1, None, 0, f"{row + 1} Row")
            if row + 1 < rows:
                draft.edge(at, at + columns, None, 0, f"{column + 1} Street")
    return Walks(opened(draft))


class _Seen(HTMLParser):
    """Collect what a reader sees, element by element."""

    VOID = frozenset({"meta", "link", "input", "br"})
    UNSEEN = frozenset({"script", "template", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.hidden: list[bool] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            inside = bool(self.hidden) and self.hidden[-1]
            self.hidden.append(inside or tag in self.UNSEEN or "hidden" in dict(attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not (self.hidden and self.hidden[-1]):
            self.text.append(data)


def seen(html: str) -> str:
    """Give what a reader without a script sees of a page, as one line."""
    parser = _Seen()
    parser.feed(html)
    parser.close()
    return " ".join(" ".join(parser.text).split())


async def nobody(_: str) -> None:
    """Know no token."""


class Asked:
    """
    The pages of a town, to be asked for.

    Args:
        spent: Whether everybody has asked as often as may be how shelters are.
    """

    def __init__(self, town: Town, *, spent: bool = False) -> None:
        self.app = FastAPI()
        asking = Asking(lambda: 0.0, nobody)
        self.app.include_router(shelter_pages(town.live, town.view, asking))
        if spent:
            for _ in range(ASKED_AT_ONCE):
                asking.admit(Request({"type": "http", "client": ("127.0.0.1", 1)}))

    def read(self, path: str, language: str = "en") -> str:
        """Give what a reader sees at a path."""
        return seen(self.get(path, **{"accept-language": language}).text)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a path."""

        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://town") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(call())
