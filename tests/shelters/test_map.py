"""
Goal: the map is what the ledger's events make it, whoever folds them, and shows nobody what is to
be kept from them.

Method: the same events folded at once, in two parts over a snapshot, and twice.
"""

from __future__ import annotations

import pytest
from tests.shelters.sayings import LAND, TOWN, at, counts, door, listed, locates, recorded, says

from tocsin.kernel.words import Status
from tocsin.shelters.map import ShelterMap
from tocsin.shelters.messages import (
    RegisterReplaced,
    ShelterDelisted,
    ShelterId,
    SheltersShown,
    State,
    TimeToShelterSet,
    Visibility,
)
from tocsin.shelters.shelter import decide, event


def area_word(version, fact, area=TOWN):
    return event(says(), version, fact, Status.ACTUAL, area)


def a_morning():
    first = listed()
    shelter = folded([first]).get("city.1")
    return [
        first,
        listed(2, 2, visibility=Visibility.AREA),
        listed(3, 3, visibility=Visibility.STAFF),
        *decide(shelter, 3, says(State.OPEN)),
        *decide(shelter, 4, counts(7, seconds=1)),
        *decide(shelter, 5, locates(door(1, 2))),
        area_word(
            1,
            RegisterReplaced(
                register="city", source="City", licence="CC0", retrieved_at=at(), rows=3
            ),
            LAND,
        ),
        area_word(7, TimeToShelterSet(within_s=90)),
        area_word(2, SheltersShown(shown=False), LAND),
        area_word(8, ShelterDelisted(shelter=ShelterId("city.2"), register="city")),
    ]


def folded(events, known=None):
    known = ShelterMap() if known is None else known
    for one in recorded(*events):
        known.apply(one)
    return known


def test_a_fold_over_a_snapshot_is_a_fold_of_all():
    whole = folded(a_morning())
    for cut in range(len(a_morning())):
        half = ShelterMap.load(folded(a_morning()[:cut]).dump())

        assert folded(a_morning(), half).dump() == whole.dump()


def test_an_event_seen_before_changes_nothing():
    known = folded(a_morning())
    before = known.dump()

    assert folded(a_morning(), known).dump() == before


def test_what_was_said_is_found_at_its_shelter():
    known = folded(a_morning())

    shelter = known.get("city.1")
    assert shelter.effective(at(2)).state is State.OPEN
    assert shelter.effective(at(2)).occupancy == 7
    assert shelter.entrances == (door(1, 2),)
    assert [one.listing.id for one in known.all()] == ["city.1", "city.3"]
    assert len(known) == 2
    assert known.get("city.2") is None
    assert known.registers["city"].rows == 3
    assert (known.version(TOWN), known.version(LAND)) == (8, 2)


@pytest.mark.parametrize(
    ("visibility", "in_a_list", "near"),
    [
        (Visibility.PUBLIC, True, True),
        (Visibility.AREA, False, True),
        (Visibility.STAFF, False, False),
    ],
)
def test_a_shelter_is_shown_to_whom_it_is_to_be_shown(visibility, in_a_list, near):
    known = folded([listed(visibility=visibility)])
    shelter = known.get("city.1")

    assert known.shown(shelter, (TOWN, LAND)) is in_a_list
    assert known.shown(shelter, (TOWN, LAND), near=True) is near


def test_what_an_area_says_last_and_innermost_holds():
    hidden = area_word(2, SheltersShown(shown=False), LAND)
    known = folded([listed(), hidden])
    assert not known.shown(known.get("city.1"), (TOWN, LAND), near=True)

    shown_here = folded([listed(), hidden, area_word(2, SheltersShown(shown=True))])
    assert shown_here.shown(shown_here.get("city.1"), (TOWN, LAND))
    assert not shown_here.shows((LAND,))


def test_the_time_to_shelter_is_that_of_the_innermost_area_that_has_one():
    events = [
        area_word(1, TimeToShelterSet(within_s=600), LAND),
        area_word(1, TimeToShelterSet(within_s=90)),
    ]
    known = folded(events)
    assert (known.within_s((TOWN, LAND)), known.within_s((LAND,))) == (90, 600)

    taken_back = folded([*events, area_word(2, TimeToShelterSet())])
    assert taken_back.within_s((TOWN, LAND)) == 600
    assert ShelterMap().within_s((TOWN, LAND)) is None


def test_editions_rise_with_what_they_are_of():
    known = ShelterMap()
    seen = []
    for one in recorded(*a_morning()):
        known.apply(one)
        seen.append((known.edition, known.status_edition))
    assert seen[2] == (3, 0)
    assert seen[4] == (3, 2)
    assert seen[-1] == (7, 2)
