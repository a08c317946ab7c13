"""
Goal: what is said of shelters goes through the same desk as alerts: whole or not at all, once, and
within the sender's remit.

Method: requests at a desk on a ledger in memory; then any requests, some refused, against a map
that is folded from what was recorded.
"""

from __future__ import annotations

from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import CODES, GAZETTEER
from tests.alerts.desks import BackwardClock, UnsteadyLedger, restarted
from tests.contract.memory_ledger import Shelf
from tests.shelters import sayings
from tests.shelters.sayings import allows, at, edition, listing, locates, reports, says, shows

from tocsin.authority.remit import SHELTERS_KEEP, Grant, Remit
from tocsin.commands import Desk, Request, fingerprint
from tocsin.kernel.errors import Malformed, Refused, TocsinError
from tocsin.kernel.ids import AreaCode, CommandId
from tocsin.kernel.words import Rank
from tocsin.ledger.event import REPLAY_MARKED, NewEvent
from tocsin.ledger.port import Batch
from tocsin.shelters.messages import ShelterId, SourceKind, State

HERE, ELSEWHERE = CODES[1], CODES[2]


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def desk(shelf):
    return Desk(UnsteadyLedger(shelf), GAZETTEER, BackwardClock())


def ask(desk, *commands, number=1, grant=None):
    command_id = CommandId(str(UUID(int=number)))
    (answer,) = desk.handle([Request(command_id, commands, fingerprint(repr(commands)), grant)])
    if isinstance(answer, TocsinError):
        raise answer
    return answer


def a_city(desk, *numbers, number=90):
    listings = tuple(listing(n) for n in numbers)
    areas = {one.id: HERE for one in listings}
    ask(desk, edition(*listings, areas=areas, area=GAZETTEER.root.code), number=number)


def granted(power, area=HERE, rank=Rank.AUTHORITY):
    return Grant(sayings.MAYOR, rank, Remit(power, AreaCode(area)))


def test_an_edition_is_recorded_whole_in_the_areas_of_its_shelters(desk, shelf):
    a_city(desk, 1, 2, 3)

    assert [(event.room, event.kind, event.area) for event in shelf.events] == [
        ("shelters", "RegisterReplaced", GAZETTEER.root.code),
        *[("shelters", "ShelterListed", HERE)] * 3,
    ]
    assert len(desk.rooms.shelters) == 3
    assert restarted(shelf).rooms.shelters.dump() == desk.rooms.shelters.dump()


def test_an_edition_in_an_area_that_does_not_exist_leaves_no_trace(desk, shelf):
    one = listing()

    with pytest.raises(Malformed, match=r"area\.unknown"):
        ask(desk, edition(one, areas={one.id: AreaCode("ATLANTIS")}, area=GAZETTEER.root.code))
    assert not shelf.events


def test_the_same_command_again_is_answered_as_the_first_time_and_acts_once(desk, shelf):
    a_city(desk, 1)
    first = ask(desk, says(area=HERE))
    again = ask(desk, says(area=HERE))

    assert (again.body, again.repeated) == (first.body, True)
    assert first.body == '{"id":"city.1","position":3}'
    assert len(shelf.events) == 3


def test_a_keepers_token_says_what_a_keeper_may_and_nothing_more(desk):
    a_city(desk, 1)
    keeper = granted(SHELTERS_KEEP)

    ask(desk, says(State.FULL, area=HERE), grant=keeper)
    official = says(State.OPEN, SourceKind.OFFICIAL, 5, area=HERE)
    for number, command in enumerate((official, allows(60, area=HERE)), start=2):
        with pytest.raises(Refused, match=r"remit\.outside"):
            ask(desk, command, number=number, grant=keeper)
    with pytest.raises(Refused, match=r"remit\.outside"):
        ask(desk, says(area=HERE), number=9, grant=granted(SHELTERS_KEEP, ELSEWHERE))
    assert desk.rooms.shelters.get("city.1").effective(at(6)).state is State.FULL


def test_a_word_about_a_shelter_in_another_area_than_it_is_in_is_refused(desk):
    a_city(desk, 1)

    with pytest.raises(Refused, match=r"shelter\.unknown"):
        ask(desk, says(area=ELSEWHERE), grant=granted(SHELTERS_KEEP, ELSEWHERE))


def test_a_shelter_that_somebody_else_has_just_listed_is_known(desk, shelf):
    a_city(restarted(shelf), 1)

    assert not ask(desk, says(area=HERE)).repeated
    assert desk.rooms.shelters.get("city.1").effective(at(1)).state is State.OPEN


def test_what_an_area_says_of_itself_is_said_once(desk, shelf):
    ask(desk, shows(False, area=HERE), number=1)
    ask(desk, shows(False, area=HERE), number=2)
    ask(desk, allows(90, area=HERE), number=3)
    ask(desk, allows(90, area=HERE), number=4)
    ask(desk, allows(None, area=HERE), number=5)

    kinds = [event.kind for event in shelf.events]
    assert kinds == ["SheltersShown", "TimeToShelterSet", "TimeToShelterSet"]
    assert desk.rooms.shelters.word(HERE) is False
    assert desk.rooms.shelters.own_within_s(HERE) is None


@pytest.mark.parametrize("within_s", [9, 86_401, -1])
def test_a_time_to_shelter_that_nobody_can_mean_is_refused(desk, within_s):
    with pytest.raises(Malformed, match=r"shelter\.time_malformed"):
        ask(desk, allows(within_s, area=HERE))


def test_two_words_in_one_request_are_recorded_both_or_neither(desk, shelf):
    a_city(desk, 1)
    unknown = says(number=7, area=HERE)

    with pytest.raises(Refused, match=r"shelter\.unknown"):
        ask(desk, says(area=HERE), unknown, number=4)
    assert len(shelf.events) == 2
    assert desk.rooms.shelters.get("city.1").effective(at(1)).state is None


def test_a_phone_reports_to_no_replay(desk, shelf):
    mark = NewEvent(
        "ledger", GAZETTEER.root.code, 1, REPLAY_MARKED, "Actual", sayings.MAYOR, at(), "{}"
    )
    UnsteadyLedger(shelf).append(
        [Batch(CommandId(str(UUID(int=99))), "0" * 16, [mark], "{}")], at()
    )
    desk.catch_up()
    a_city(desk, 1)

    report = msgspec.structs.replace(reports(1), area=HERE)
    with pytest.raises(Refused, match=r"replay\.read_only"):
        ask(desk, report, number=5)

    past = Desk(UnsteadyLedger(shelf), GAZETTEER, BackwardClock(), past=True)
    past.catch_up()
    ask(past, report, number=5)
    assert past.rooms.shelters.get("city.1").effective(at(2)).closed_reports == 1, "it was so then"


words = st.one_of(
    st.builds(
        lambda state, seconds, number: says(state, seconds=seconds, number=number, area=HERE),
        st.sampled_from([*State, None]),
        st.integers(0, 50),
        st.integers(1, 3),
    ),
    st.builds(lambda shown: shows(shown, area=HERE), st.booleans()),
    st.builds(lambda within: allows(within, area=HERE), st.sampled_from([None, 5, 60, 90])),
    st.builds(
        lambda lat, number: locates(sayings.door(lat, 30), number=number),
        st.integers(0, 95),
        st.integers(1, 3),
    ),
    st.builds(
        lambda numbers: edition(
            *(listing(n) for n in sorted(numbers)),
            areas={ShelterId(f"city.{n}"): HERE for n in numbers},
            area=GAZETTEER.root.code,
            fewer=True,
        ),
        st.sets(st.integers(1, 3), min_size=1),
    ),
)


@given(st.lists(st.lists(words, min_size=1, max_size=3), max_size=12))
def test_whatever_is_asked_the_desk_knows_what_was_recorded_and_nothing_else(asked):
    shelf = Shelf()
    desk = Desk(UnsteadyLedger(shelf), GAZETTEER, BackwardClock())
    requests = [
        Request(CommandId(str(UUID(int=number))), commands, fingerprint(number))
        for number, commands in enumerate(asked)
    ]
    together = desk.handle(requests)

    again = restarted(shelf)
    assert again.rooms.shelters.dump() == desk.rooms.shelters.dump()
    refused = [one for one in together if isinstance(one, TocsinError)]
    assert all(isinstance(one, Refused | Malformed) for one in refused)
