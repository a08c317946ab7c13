"""
What planning answers, as JSON: the same at a terminal and, with a token, over HTTP.

Numbers of people are whole, shares are 0 to 1 with four places, metres have one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tocsin.planning.coverage import AreaCoverage, Coverage, Gap
from tocsin.planning.load import Loads
from tocsin.planning.plan import Plan
from tocsin.planning.siting import Site
from tocsin.planning.survey import Survey
from tocsin.planning.whatif import Change


def coverage_shape(said: Coverage) -> dict[str, Any]:
    """Show how a city is covered, as a whole and by area."""
    return {
        "minutes": list(said.minutes),
        **_covered(said.whole),
        "areas": [{"code": one.area or None, **_covered(one)} for one in said.areas],
    }


def gaps_shape(found: Iterable[Gap]) -> list[dict[str, Any]]:
    """Show where people live who do not reach a shelter in time, most people first."""
    return [
        {"lat": _degrees(gap.lat), "lon": _degrees(gap.lon), "people": gap.people,
         "metres": _metres(gap.metres)}
        for gap in found
    ]  # fmt: skip


def sites_shape(found: Iterable[Site]) -> list[dict[str, Any]]:
    """Show where shelters would help most, each with whom it adds."""
    return [
        {"lat": _degrees(site.lat), "lon": _degrees(site.lon), "people": site.people}
        for site in found
    ]


def change_shape(said: Change) -> dict[str, Any]:
    """Show who is worse or better off."""
    return {
        "lost": said.lost,
        "gained": said.gained,
        "cut_off": said.cut_off,
        "farther_m": _metres(said.farther_m),
    }


def shelters_shape(seen: Survey) -> dict[str, int]:
    """Show how many shelters are listed, open, of unknown state, and on no street."""
    return {
        "listed": len(seen.city.places),
        "open": sum(place.open for place in seen.city.places),
        "unknown": seen.unknown,
        "apart": seen.apart,
    }


def plan_shape(plan: Plan, off_network: int) -> dict[str, Any]:
    """
    Show a plan in sum.

    Args:
        off_network: People whom no street is near enough to; nobody sends them anywhere.
    """
    within, far = plan.within, plan.beyond
    return {
        "method": plan.method.value,
        "proven": within.proven,
        "because": plan.because or None,
        "people": within.placed + within.left + off_network,
        "placed": within.placed,
        "mean_m": _metres(within.mean_m),
        "beyond": far.placed,
        "beyond_mean_m": _metres(far.mean_m),
        "unplaced": far.left,
        "off_network": off_network,
        "room": int(plan.rooms.room.sum()),
        "capacity_unknown": plan.rooms.unknown,
        "capacity_assumed": plan.rooms.assumed,
    }


def loads_shape(said: Loads) -> dict[str, Any]:
    """Show what each shelter gets, the most beyond capacity first."""
    return {
        "over": said.over,
        "capacity_unknown": said.unknown,
        "shelters": [
            {"id": one.place, "people": one.people, "capacity": one.capacity, "over": one.over}
            for one in said.places
        ],
    }


def _covered(one: AreaCoverage) -> dict[str, Any]:
    return {
        "people": one.people,
        "within": list(one.within),
        "shares": [round(share, 4) for share in one.shares],
        "no_way": one.no_way,
        "median_m": _metres(one.median_m),
        "worst_m": _metres(one.worst_m),
    }


def _metres(metres: float | None) -> float | None:
    return None if metres is None else round(metres, 1)


def _degrees(degrees: float) -> float:
    return round(degrees, 5)
