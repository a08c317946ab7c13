"""
Goal: one board is made once for each way it is sent, and its tag names it and nothing else.

Method: the snapshot of a state, asked for in every form; tags as browsers and proxies send them.
"""

from __future__ import annotations

import gzip
import json

import pytest
from tests.edge.hall import EPOCH, Core
from tests.edge.test_state import ALL, told

from tocsin.edge.snapshot import weak_tag
from tocsin.kernel.wire import Form, frame


def test_each_way_to_send_it_has_the_same_bytes_for_everybody():
    core = Core()
    core.happen("PORT")
    shown = told(core).board(ALL)

    assert shown.plain is shown.plain
    assert shown.gzipped is shown.gzipped
    assert gzip.decompress(shown.gzipped) == shown.plain
    for form in (Form.SSE, Form.WEBSOCKET, Form.NDJSON):
        assert shown.frame(form) is shown.frame(form)
        assert shown.frame(form) == frame(form, "board", shown.plain, shown.place)
    assert json.loads(shown.plain)["as_of"] == shown.as_of


def test_tags_differ_by_place_and_by_areas():
    assert weak_tag("e:1", ALL) == 'W/"e:1-all"'
    tags = {weak_tag(place, areas) for place in ("e:1", "e:2") for areas in (
        ALL, frozenset({"PORT"}), frozenset({"PORT", "COAST"}))}  # fmt: skip
    assert len(tags) == 6


@pytest.mark.parametrize(
    ("held", "known"),
    [
        (f'W/"{EPOCH}:0-all"', True),
        (f'"{EPOCH}:0-all"', True),
        (f'"x", W/"{EPOCH}:0-all"', True),
        (" * ", True),
        ("", False),
        (f'"{EPOCH}:1-all"', False),
        (f'"{EPOCH}:0-all', False),
        (f'W/"{EPOCH}:0+1-all"', False),
    ],
)
def test_a_client_that_holds_it_is_known_by_weak_comparison(held, known):
    assert told(Core()).board(ALL).known_to(held) is known
