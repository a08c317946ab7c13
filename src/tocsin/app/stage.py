"""The stage of the demo: the invented city's streets, and what is played over them."""

from __future__ import annotations

from tocsin.replay.invented_city import edition, shipped
from tocsin.views.shelter_walks import Spot, Stage, Walks
from tocsin.walking.network import Network


def staged() -> Walks:
    """
    Open the invented city's streets, with what is played over them.

    Raises:
        Malformed: `walking.file_unreadable`, `walking.file_malformed`.
    """
    city = edition()
    places = tuple(Spot({"uk": one.uk, "en": one.en}, one.lat, one.lon) for one in city.places)
    return Walks(Network.open(shipped(".walk")), Stage(city.plays, city.within_s, places))
