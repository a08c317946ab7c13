"""
Goal: a server's edge is told where its core is, and nothing wrong leaves a new ledger behind.

Method: settings as an operator writes them, against what the edge is handed.
"""

from __future__ import annotations

import pytest

from tocsin.app.opening import edge_settings, opened
from tocsin.config import read_settings
from tocsin.kernel.errors import Malformed


def test_the_edge_is_told_where_its_core_is(tmp_path):
    settings = read_settings(db=tmp_path / "town.db", port=0, connections_max=500)
    told = edge_settings(settings, tmp_path, lives_on=True)

    assert told.source == f"unix:{tmp_path}/feed.sock"
    assert told.core == (f"unix:{tmp_path}/core.sock",)
    assert (told.port, told.connections_max, told.lives_on) == (0, 500, True)
    assert told.tls_certificate == told.tls_key == ""


def test_a_bus_that_cannot_be_read_leaves_nothing_behind(tmp_path):
    settings = read_settings(db=tmp_path / "town.db", port=0, bus="http://nowhere")

    with pytest.raises(Malformed, match=r"bus\.malformed"), opened(settings):
        pass
    assert not list(tmp_path.iterdir())


def test_map_tiles_that_cannot_be_drawn_leave_nothing_behind(tmp_path):
    tiles = tmp_path / "city.pmtiles"
    tiles.write_bytes(b"PMTiles\x02" + bytes(200))
    settings = read_settings(db=tmp_path / "town.db", port=0, tiles=tiles)

    with pytest.raises(Malformed, match=r"tiles\.file_malformed"), opened(settings):
        pass
    assert list(tmp_path.iterdir()) == [tiles]
