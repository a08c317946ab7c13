"""
Goal: `stale` says since when nobody vouches, in the core's own time, and stops when that is over.

Method: a replay whose clock stands far from ours, and a clock that the test holds.
"""

from __future__ import annotations

from tests.edge.hall import EPOCH, Hall, moment

from tocsin.edge.silence import STALE_EVERY_S


def test_the_moments_are_the_cores_own():
    hall = Hall()
    hall.core.second = 40
    hall.say(hall.core.tick())
    reader = hall.open()
    hall.timer.run(4.25)
    hall.hub.silent(True)

    assert reader.frames()[-1] == (
        "stale",
        None,
        {"epoch": EPOCH, "position": 0, "at": moment(44.25), "since": moment(40)},
    )


def test_it_ends_when_the_source_is_back_and_begins_anew_when_it_is_lost_again():
    hall = Hall()
    reader = hall.open()
    hall.hub.silent(False)
    hall.hub.silent(True)
    hall.timer.run(STALE_EVERY_S)
    hall.hub.silent(False)
    hall.timer.run(60)
    assert reader.names() == ["board", "stale", "stale"]
    hall.hub.silent(True)
    assert reader.names() == ["board", "stale", "stale", "stale"]
    hall.hub.silent(False)
    assert hall.timer._due == []
