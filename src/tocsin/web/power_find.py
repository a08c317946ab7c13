"""
From a house, a point or a code to a group of the grid, for whoever asks on a page.

What is not found becomes a sentence that says what else to do. A house and a point are used here
and go no further.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from tocsin.kernel.errors import Malformed, TocsinError
from tocsin.kernel.words import Relation
from tocsin.power.grid import Grid
from tocsin.views.power import PowerView
from tocsin.web.wording import Wording

PLACED: Final = frozenset({"lat", "lon", "street", "house"})
"""The parameters that name a place."""


class Answer(NamedTuple):
    """
    What was found.

    Args:
        group: As the API shows it; None where it is not one.
        zone: The same of a zone, where no more is known than that.
        candidates: Groups and zones that it may be.
        problem: The sentence to say; empty where there is none.
    """

    group: dict[str, Any] | None = None
    zone: dict[str, Any] | None = None
    candidates: tuple[dict[str, Any], ...] = ()
    problem: str = ""


def place(view: PowerView, query: Mapping[str, str], words: Wording) -> Answer:
    """Find the group of a house, or of a point."""
    try:
        if query.get("street") or query.get("house"):
            found = view.at_address(query.get("street", "")[:100], query.get("house", "")[:20])
        else:
            lat, lon = (float(query.get(name, "").replace(",", ".")) for name in ("lat", "lon"))
            if not (abs(lat) <= 90 and abs(lon) <= 180):
                return _nothing("power.point_unknown", words)
            found = view.at_point(round(lat, 3), round(lon, 3))
    except ValueError:
        return _nothing("power.point_unknown", words)
    except Malformed:
        return _nothing("power.house_wrong", words)
    except TocsinError as error:
        return _nothing(error.code if words.has(error.code) else "power.address_unknown", words)
    if found["group"]:
        return Answer(group=found["group"])
    zones = [one for one in found["zones"] if one["relation"] != Relation.INSIDE]
    if len(zones) == 1:
        return Answer(zone=zones[0])  # Its page has all of its groups to choose from.
    every = (*found["candidates"], *found["zones"])
    return Answer(candidates=every) if every else _nothing("power.point_unknown", words)


def asked(view: PowerView, query: Mapping[str, str], words: Wording) -> Answer:
    """Find the group or the zone that is named, or the groups of several companies that it is."""
    operator = query.get("operator") or None
    if query.get("zone") and not query.get("group"):
        code = query["zone"]
        zones = view.zones()["zones"]
        found = [one for one in zones if (one["operator"], one["zone"]) == (operator, code)]
        if found:
            return Answer(zone=found[0])
        return Answer(problem=words.say("power.zone_unknown", zone=code[:32]))
    if not query.get("group"):
        return Answer()
    code = query["group"].strip()[:20]
    over = view.grid.zones(operator)
    companies = dict.fromkeys(state.operator for state in over if code in state.zone.groups)
    if len(companies) == 1:
        return Answer(group=view.group(next(iter(companies)), code))
    several = tuple({"operator": one, "group": code} for one in companies)
    problem = "" if several else words.say("power.group_unknown", group=code)
    return Answer(candidates=several, problem=problem)


def candidate(grid: Grid, one: Mapping[str, Any], words: Wording) -> dict[str, str]:
    """Write a group or a zone that it may be as a choice."""
    told = [one.get("place") or "", company(grid, one["operator"])]
    if "zone" in one:
        told.append(words.say(f"regime.{one['regime']}"))
    return {
        "href": way_to(one, mine="1"),
        "name": one["name"] if "zone" in one else words.say("power.group", group=one["group"]),
        "where": ", ".join(part for part in told if part),
    }


def choices(grid: Grid, zone: tuple[str, str] | None = None) -> list[dict[str, Any]]:
    """List the groups of each company to choose from, or those of one zone."""
    found: dict[str, dict[str, str]] = {}
    for state, group in grid.groups():
        if zone is None or (state.operator, state.zone.code) == zone:
            one = {"operator": state.operator, "group": group}
            found.setdefault(state.operator, {})[group] = way_to(one, mine="1")
    return [
        {
            "operator": operator,
            "name": company(grid, operator),
            "groups": sorted(groups.items(), key=lambda one: parts(one[0])),
        }
        for operator, groups in found.items()
    ]


def company(grid: Grid, operator: str) -> str:
    """Give the name of a company."""
    return next((one.name for key, one in grid.companies.items() if key == operator), operator)


def way_to(one: Mapping[str, Any], **more: str) -> str:
    """Give the address of the page of a group, or of a zone that has none."""
    kind = "group" if "group" in one else "zone"
    return f"/power?{urlencode({'operator': one['operator'], kind: one[kind], **more})}"


def parts(group: str) -> list[int]:
    """Split a code so that groups sort as people count them: 2.1 before 10.1."""
    return [int(part) for part in group.split(".") if part.isdecimal()]


def _nothing(key: str, words: Wording) -> Answer:
    return Answer(problem=words.say(key))
