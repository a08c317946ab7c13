"""
Profiles turn metres into minutes as the design says, and only wheels avoid stairs.

Method: by example.
"""

from __future__ import annotations

from tocsin.walking.profile import PROFILES, SLOW, STAIRS, WALK, WHEELS


def test_there_are_three_ways_of_walking():
    assert list(PROFILES) == ["walk", "slow", "wheels"]
    assert [profile.stairs for profile in PROFILES.values()] == [True, True, False]
    assert WHEELS.avoid & STAIRS


def test_five_minutes_are_four_hundred_metres():
    assert WALK.metres(300) == 400
    assert WALK.seconds(400) == 300
    assert SLOW.metres(300) == 250
