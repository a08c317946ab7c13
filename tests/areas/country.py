"""
A small country to import, and ways to spoil it.

Method: plain dictionaries, as GeoJSON is; each test changes what it is about.
"""

from __future__ import annotations

import json


def square(west, south, side=1.0):
    """Make a closed ring, counter-clockwise."""
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(name, level, parent, *rings, **more):
    """Make a feature; without rings it has no outline."""
    geometry = {"type": "Polygon", "coordinates": list(rings)} if rings else None
    properties = {"name": name, "level": level, "parent": parent, "code": name.upper(), **more}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def japan():
    """Make a country: two prefectures side by side, one with two districts."""
    return {
        "type": "FeatureCollection",
        "features": [
            feature("Nihon", 0, None, code="JP", name_ja="日本"),
            feature("Kyoto", 1, "JP", square(135, 35), iso="JP-26", name_ja="京都府"),
            feature("Nara", 1, "JP", square(136, 35), iso="JP-29", uid=29),
            feature("Sakyo", 2, "KYOTO", square(135, 35, 0.5)),
            feature("Uji", 2, "KYOTO", square(135.5, 35, 0.5)),
        ],
    }


def encoded(country):
    """Write a country as the bytes of a file."""
    return json.dumps(country).encode()


def quiet(_what, _done):
    """Hear of progress and say nothing."""
