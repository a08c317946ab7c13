"""
The stage of the demo: what is played, and the invented city's streets under it.

A day of alerts, or a week of schedules of power cuts, is put whole into a ledger; what is shown
then follows a clock.
"""

from __future__ import annotations

from typing import NamedTuple

from tocsin.alerts.board import Board
from tocsin.areas.gazetteer import Gazetteer
from tocsin.intake.schedule_edition import Fetched
from tocsin.intake.schedule_file import read_schedule
from tocsin.intake.schedule_import import Whose, plan
from tocsin.ledger.port import Ledger
from tocsin.ledger.tree import Tree
from tocsin.power.grid import Grid
from tocsin.replay import week
from tocsin.replay.day import build_day
from tocsin.replay.invented_city import edition, shipped
from tocsin.shelters.map import ShelterMap
from tocsin.views.projections import Projections
from tocsin.views.shelter_walks import Spot, Stage, Walks
from tocsin.walking.network import Network


class Played(NamedTuple):
    """
    What a server knows beside what it shows, where it plays the past.

    Args:
        tree: Of what it has shown; nothing yet.
        grid: All that is told of the power, also ahead of the clock.
    """

    tree: Tree
    grid: Grid


def play_day(ledger: Ledger, gazetteer: Gazetteer) -> Walks:
    """
    Put 26 January 2023 into an empty ledger; give the streets that it is played over.

    Raises:
        Refused, Unavailable, Corrupt: As of `build_day`.
        Malformed: As of `staged`.
    """
    build_day(ledger, gazetteer)
    return staged()


def play_week(ledger: Ledger, gazetteer: Gazetteer) -> None:
    """
    Put the week of schedules into an empty ledger, read as any schedule is.

    Raises:
        Refused, Unavailable, Corrupt: As of `build_week`.
    """
    whose = Whose(
        sender=week.COLLECTOR,
        root=gazetteer.root.code,
        operator=week.COMPANY,
        name=week.COMPANY_NAME,
        area=week.REGION,
        source=week.SOURCE,
    )
    reading = read_schedule(week.week_file().content, Fetched(now=week.ENDS))
    week.build_week(ledger, gazetteer, plan(Grid(), [reading], whose).commands)


def rewind(projections: Projections) -> Played:
    """Let what stands, the shelters and the power follow a clock, from nothing."""
    played = Played(Tree(), projections.grid)
    projections.board, projections.shelters, projections.grid = Board(), ShelterMap(), Grid()
    projections.board.replay = True  # Also before the first moment that is told of.
    return played


def staged() -> Walks:
    """
    Open the invented city's streets, with what is played over them.

    Raises:
        Malformed: `walking.file_unreadable`, `walking.file_malformed`.
    """
    city = edition()
    places = tuple(Spot({"uk": one.uk, "en": one.en}, one.lat, one.lon) for one in city.places)
    return Walks(Network.open(shipped(".walk")), Stage(city.plays, city.within_s, places))
