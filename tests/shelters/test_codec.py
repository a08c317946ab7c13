"""
Goal: every fact comes back from the ledger as it went in, and what cannot be read stops the line.

Method: one of each kind there and back; an unknown kind and a body that does not fit.
"""

from __future__ import annotations

import pytest
from tests.shelters.sayings import (
    at,
    cellar,
    counts,
    door,
    listing,
    locates,
    recorded,
    reports,
    says,
)

from tocsin.kernel.errors import Corrupt
from tocsin.kernel.words import Status
from tocsin.shelters import codec
from tocsin.shelters.messages import (
    RegisterReplaced,
    Said,
    ShelterDelisted,
    ShelterId,
    ShelterListed,
    SheltersShown,
    TimeToShelterSet,
)
from tocsin.shelters.shelter import decide, event

FACTS = [
    RegisterReplaced(register="city", source="City", licence="CC0", retrieved_at=at(), rows=2),
    ShelterListed(listing=listing(entrances=(door(step_free=Said.YES),), fit={"flood": Said.NO})),
    ShelterDelisted(shelter=ShelterId("city.1"), register="city"),
    SheltersShown(shown=False),
    TimeToShelterSet(within_s=90),
    TimeToShelterSet(),
    *(
        decide(cellar(), 0, command)[0].fact
        for command in (says(), counts(3), reports(1), locates(door(1, 2)))
    ),
]


def test_there_is_one_of_each():
    assert {type(fact) for fact in FACTS} == set(codec.FACTS)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_a_fact_comes_back_as_it_went_in(fact):
    happened = event(says(), 1, fact, Status.ACTUAL)
    (kept,) = recorded(happened)

    assert codec.decode(kept).fact == fact
    assert codec.decode(kept).area == "TOWN"


@pytest.mark.parametrize("broken", [{"kind": "ShelterPainted"}, {"body": '{"shelter":7}'}])
def test_what_cannot_be_read_is_no_event_to_skip(broken):
    (kept,) = recorded(event(says(), 1, FACTS[2], Status.ACTUAL))

    with pytest.raises(Corrupt, match=r"shelter\.unreadable_event"):
        codec.decode(kept._replace(**broken))
