"""
What a server says of shelters, put together: the map, the ways on foot, and the doors to both.

What is not there (no network, nobody counted) is said by whoever is asked for it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter

from tocsin.app.opening import Land
from tocsin.authority.remit import Grant
from tocsin.commands import Answer, Request
from tocsin.intake.shelter_reports import Reporters
from tocsin.intake.shelters_http import Desk, shelters_said
from tocsin.kernel.time import Clock
from tocsin.ledger.signing import Signer
from tocsin.shelters.map import ShelterMap
from tocsin.views.live import Live
from tocsin.views.shelter_walks import Stage
from tocsin.views.shelters import Shelters
from tocsin.web.city import City
from tocsin.web.city_doors import city_doors
from tocsin.web.city_view import CityView
from tocsin.web.shelter_pages import shelter_pages
from tocsin.web.shelters import Asking, Nearby, shelters
from tocsin.web.tiles import Tiles

_PHONES = b"tocsin: pseudonyms of phones"
"""What is signed for a secret that nobody without the key can make, and that is shown nowhere."""


class Sheltering:
    """
    All that one server says of shelters, and is told of them.

    Args:
        known: Folded by whoever feeds `live`.
        submit: Hands a request to the desk, and answers once it is on disk and shown.
        city: Counts who reaches shelter; None where no network or no table of people is named.
    """

    def __init__(
        self,
        known: ShelterMap,
        live: Live,
        land: Land,
        *,
        clock: Clock,
        signer: Signer,
        submit: Callable[[Request], Awaitable[Answer]],
        authenticate: Callable[[str], Awaitable[Grant | None]],
        city: City | None = None,
    ) -> None:
        self._live = live
        walks = land.walks
        self.view = Shelters(known, live, walks)
        self.asking = Asking(time.monotonic, authenticate)
        self.nearby = Nearby(self.view, self.asking)
        secret = sha256(signer.sign_text(_PHONES).encode()).digest()
        self._reporters = Reporters(time.monotonic, secret)
        self._desk = Desk(self.view, clock, submit, authenticate)
        self._tiles = None if land.tiles is None else Tiles(land.tiles)
        self._city: CityView | None = None
        if city is not None and walks is not None:
            self._city = CityView(self.view, walks, city, live.outlines)

    @property
    def stage(self) -> Stage | None:
        """Tell what is played over an invented city; None in whatever is real."""
        return None if self.view.walks is None else self.view.walks.stage

    def routers(self) -> list[APIRouter]:
        """List the routers of the API and of the pages."""
        told = None if self._tiles is None else self._tiles.told()
        return [
            city_doors(self.view, self.asking, self._city),  # Before whatever takes any id.
            shelters(self.view, self.asking),
            shelters_said(self._desk, self._reporters),
            shelter_pages(self._live, self.view, self.asking, told),
            *([] if self._tiles is None else [self._tiles.router()]),
        ]

    def close(self) -> None:
        """End what counts the city, if anything does."""
        if self._city is not None:
            self._city.close()


def open_city(walking: Path | None, people: Path | None) -> City | None:
    """Name the files that a city is counted from; None where one of them is not named."""
    return None if walking is None or people is None else City(walking, people)
