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
        candidates: That it may be.
        problem: The sentence to say; empty where there is none.
    """

    group: dict[str, Any] | None
    candidates: list[dict[str, Any]]
    problem: str


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
    if found["group"] or found["candidates"]:
        return Answer(found["group"], found["candidates"], "")
    return _nothing("power.point_unknown", words)


def group_asked(view: PowerView, query: Mapping[str, str], words: Wording) -> Answer:
    """Find the group of a code, or those of several companies that it may be."""
    code, operator = query["group"].strip()[:20], query.get("operator") or None
    zones = view.grid.zones(operator)
    companies = dict.fromkeys(state.operator for state in zones if code in state.zone.groups)
    if len(companies) == 1:
        return Answer(view.group(next(iter(companies)), code), [], "")
    found = [{"operator": one, "group": code, "place": None} for one in companies]
    return Answer(None, found, "" if found else words.say("power.group_unknown", group=code))


def candidate(grid: Grid, one: Mapping[str, Any], words: Wording) -> dict[str, str]:
    """Write a group that it may be as a choice."""
    told = [one["place"] or "", company(grid, one["operator"])]
    return {
        "href": address(one["operator"], one["group"], mine="1"),
        "name": words.say("power.group", group=one["group"]),
        "where": ", ".join(part for part in told if part),
    }


def choices(grid: Grid) -> list[dict[str, Any]]:
    """List the groups of each company, to choose from."""
    found: dict[str, dict[str, str]] = {}
    for state, group in grid.groups():
        found.setdefault(state.operator, {})[group] = address(state.operator, group, mine="1")
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


def address(operator: str, group: str, **more: str) -> str:
    """Give the address of a group's page."""
    return f"/power?{urlencode({'operator': operator, 'group': group, **more})}"


def parts(group: str) -> list[int]:
    """Split a code so that groups sort as people count them: 2.1 before 10.1."""
    return [int(part) for part in group.split(".") if part.isdecimal()]


def _nothing(key: str, words: Wording) -> Answer:
    return Answer(None, [], words.say(key))
