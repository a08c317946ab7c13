"""
What matters at one point: the area there, what stands over it, and what to do.

Coordinates end where the nearest shelters are looked for (`shelters`): only the area that was found
at them comes here (design, section 2, rule 11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tocsin.areas.area import Area
from tocsin.kernel.words import Relation
from tocsin.views.live import Live


def place_shape(
    live: Live,
    area: Area | None,
    shelters: Sequence[Mapping[str, Any]] | None = None,
    power: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """
    Show what stands over an area, most urgent first; nulls where no area was found.

    Args:
        shelters: The few nearest the point, as `Shelters.nearest` shows each; None where the
            server knows of none.
        power: The zones of the grid there, as `PowerView.at_place` shows each; None likewise.
    """
    shape: dict[str, Any] = {
        "area": None,
        "alerts": [],
        "part": [],
        "unknown": area is None,
        "shelter_within_s": None,
        "instructions": None,
        "shelters": shelters,
        "power": power,
    }
    if area is None:
        return shape
    board = live.board(areas=frozenset({area.code}))
    related = [
        (live.relation(area.code, alert["area"]["code"]), alert) for alert in board["alerts"]
    ]
    over = [alert for relation, alert in related if relation is not Relation.INSIDE]
    over.sort(key=lambda alert: (alert["status"] != "Actual", alert["level"] != "warning"))
    within = [alert["shelter_within_s"] for alert in over if alert["shelter_within_s"] is not None]
    return shape | {
        "area": area.public(),
        "alerts": over,
        "part": [alert for relation, alert in related if relation is Relation.INSIDE],
        "unknown": not live.heard(area.code),
        "shelter_within_s": min(within, default=None),
        "instructions": over[0]["text"] if over else None,
    }
