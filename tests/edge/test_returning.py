"""
Goal: a storm of those who come back costs little, and each still gets its own share.

Method: the same place asked for again and again; bounds made small.
"""

from __future__ import annotations

from tests.edge.hall import EPOCH, Hall

from tocsin.edge import returning as module
from tocsin.kernel.wire import Form, Place


def missed(hall, areas=(), form=Form.SSE, position=0):
    since = Place(EPOCH, position)
    return hall.hub._returning.missed(frozenset(areas), form, since, hall.core.place)


def test_all_who_come_from_one_place_get_the_same_bytes_until_something_happens():
    hall = Hall()
    hall.happen("PORT")
    first = missed(hall)

    assert missed(hall) is first
    assert missed(hall, ["HILLS"]) == b""
    assert missed(hall, form=Form.NDJSON) != first
    hall.happen("PORT")
    assert missed(hall).startswith(first)
    assert len(missed(hall)) > len(first)
    hall.say(hall.core.cover("NORTH"))
    assert missed(hall) is None


def test_no_more_is_kept_than_may_be(monkeypatch):
    monkeypatch.setattr(module, "WRITTEN_BYTES", 5_000)
    hall = Hall()
    for _ in range(20):
        hall.happen("HILLS")
    whole = [missed(hall, ["PORT"], position=n) for n in range(20)]
    assert whole == [b""] * 20
    assert len(hall.hub._returning._written) <= 5
    assert len(missed(hall)) > 5_000, (
        "what is larger than all that may be kept is given all the same"
    )
