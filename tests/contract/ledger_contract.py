"""
What every ledger engine must do. An engine's tests inherit these classes and say how to open one.

Method: examples for what has a name, a state machine for the rest. The machine's model is a plain
list of events and a dictionary of answers; after every step the engine must agree with it, also
after it was closed and opened again, and also where a second opener wrote in between.
"""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from msgspec import structs

from tocsin.kernel.errors import Conflict, Malformed, Refused, Unavailable
from tocsin.kernel.limits import BODY_BYTES, EVENTS_PER_READ
from tocsin.ledger.event import GENESIS, NewEvent, Recorded, digest_of, event_id
from tocsin.ledger.follow import Follower, catch_up
from tocsin.ledger.port import Answered, Batch, Head, Ledger
from tocsin.ledger.tree import head_of

RUSH_HOUR = "2023-01-26T05:45:43.000Z"
KYIV, ODESA = "UA80000000000093317", "UA51000000000030770"
NOTHING = "ledger.conflict"


def alarm(area=KYIV, version=1, *, room="alerts", body='{"hazard":"air_raid"}') -> NewEvent:
    return NewEvent(room, area, version, "AlertRaised", "Actual", "kmva", RUSH_HOUR, body)


def command(*events: NewEvent, answer="{}", command_id=None) -> Batch:
    return Batch(command_id or str(uuid.uuid4()), "0123456789abcdef", events, answer)


def tree_over(events: list[Recorded]) -> str:
    return head_of([bytes.fromhex(event.hash) for event in events]).hex()


def everything(ledger: Ledger) -> list[Recorded]:
    return [event for events in catch_up(ledger, 0, 7) for event in events]


class LedgerContract:
    """Inherit, name the class `TestSomething`, and say how a ledger at a path is opened."""

    def open(self, path: Path) -> Ledger:
        raise NotImplementedError

    @pytest.fixture
    def path(self, tmp_path):
        return tmp_path / "ledger.db"

    @pytest.fixture
    def ledger(self, path):
        ledger = self.open(path)
        yield ledger
        ledger.close()

    def test_an_empty_ledger_ends_at_the_beginning(self, ledger):
        assert ledger.head() == Head(0, GENESIS, tree_over([]))
        assert ledger.read(0) == []
        assert ledger.answered("f3b6a1de-0000-4000-8000-000000000001") is None

    def test_an_appended_event_has_its_place_in_the_chain_and_its_name(self, ledger):
        first, second = ledger.append([command(alarm(), alarm(ODESA))], RUSH_HOUR)
        assert (first.position, second.position) == (1, 2)
        assert (first.prev, second.prev) == (GENESIS, first.hash)
        assert [digest_of(event) for event in (first, second)] == [first.hash, second.hash]
        mark = first.id.rpartition("-")[2]
        assert (first.id, second.id) == (event_id(KYIV, 1, mark), event_id(ODESA, 1, mark))
        assert first[3:12] == (*structs.astuple(alarm())[:7], RUSH_HOUR, alarm().body)
        assert ledger.head() == Head(2, second.hash, tree_over([first, second]))

    def test_what_is_read_is_what_was_appended(self, ledger):
        appended = [
            *ledger.append([command(alarm()), command(alarm(version=2))], RUSH_HOUR),
            *ledger.append([command(alarm(ODESA))], RUSH_HOUR),
        ]
        assert ledger.read(0) == appended
        assert all(isinstance(event, Recorded) for event in ledger.read(0))
        assert ledger.read(1, 1) == appended[1:2]
        assert ledger.read(3) == []

    def test_a_read_is_bounded_whatever_is_asked_for(self, ledger):
        count = EVENTS_PER_READ + 1
        ledger.append([command(*(alarm(version=n + 1) for n in range(count)))], RUSH_HOUR)
        assert len(ledger.read(0, 10 * count)) == EVENTS_PER_READ

    def test_an_areas_events_are_read_by_room_and_version(self, ledger):
        ledger.append(
            [
                command(alarm(), alarm(ODESA), alarm(version=2)),
                command(alarm(room="authority"), alarm(version=3)),
            ],
            RUSH_HOUR,
        )
        assert [e.version for e in ledger.read_area("alerts", KYIV)] == [1, 2, 3]
        assert [e.version for e in ledger.read_area("alerts", KYIV, 2)] == [2, 3]
        assert [e.version for e in ledger.read_area("alerts", KYIV, 2, 2)] == [2]
        assert [e.room for e in ledger.read_area("authority", KYIV)] == ["authority"]
        assert ledger.read_area("alerts", "UA05000000000010236") == []

    def test_a_command_is_answered_as_it_was_the_first_time(self, ledger):
        raised = command(alarm(), answer='{"position":1}')
        already_so = command(answer='{"position":1,"version":1}')
        ledger.append([raised], RUSH_HOUR)
        ledger.append([already_so], RUSH_HOUR)
        assert ledger.answered(raised.command_id) == Answered(
            "0123456789abcdef", 1, '{"position":1}'
        )
        assert ledger.answered(already_so.command_id) == Answered(
            "0123456789abcdef", 1, '{"position":1,"version":1}'
        )

    def test_many_commands_are_looked_up_at_once(self, ledger):
        some = [command(answer=f'{{"n":{n}}}') for n in range(1_500)]
        ledger.append(some, RUSH_HOUR)
        asked = [one.command_id for one in some[::2]]
        never = "f3b6a1de-0000-4000-8000-000000000001"
        found = ledger.answers([*asked, never, asked[0]])
        assert found == {name: ledger.answered(name) for name in asked}
        assert ledger.answers([]) == {}

    def test_a_command_is_recorded_once(self, ledger):
        once = command(alarm())
        with pytest.raises(Refused, match=r"ledger\.command_repeated"):
            ledger.append([once, structs.replace(once, events=[])], RUSH_HOUR)
        assert ledger.head().position == 0
        ledger.append([once], RUSH_HOUR)
        with pytest.raises(Conflict):
            ledger.append([structs.replace(once, events=[alarm(version=2)])], RUSH_HOUR)
        assert ledger.head().position == 1

    @pytest.mark.parametrize("version", [0, 1, 3])
    def test_a_version_that_does_not_follow_is_refused_with_all_that_came_with_it(
        self, ledger, version
    ):
        ledger.append([command(alarm())], RUSH_HOUR)
        before, whole = ledger.head(), command(alarm(ODESA))
        with pytest.raises(Refused, match=r"ledger\.version_gap"):
            ledger.append([whole, command(alarm(version=version))], RUSH_HOUR)
        assert ledger.head() == before
        assert ledger.answered(whole.command_id) is None
        ledger.append([whole, command(alarm(version=2))], RUSH_HOUR)
        assert ledger.head().position == 3

    @pytest.mark.parametrize("body", ["я" * (BODY_BYTES // 2 + 1), "x" * (BODY_BYTES + 1)])
    def test_what_is_too_large_is_refused(self, ledger, body):
        with pytest.raises(Refused, match=r"ledger\.too_large"):
            ledger.append([command(alarm(body=body))], RUSH_HOUR)
        ledger.append([command(alarm(body="x" * BODY_BYTES))], RUSH_HOUR)
        assert len(ledger.read(0)) == 1

    @pytest.mark.parametrize("text", ['{"a":\n1}', '{"a":"\ud800"}'])
    def test_what_could_not_be_hashed_without_doubt_is_refused(self, ledger, text):
        with pytest.raises(Malformed, match=r"ledger\.not_one_line"):
            ledger.append([command(alarm(body=text))], RUSH_HOUR)
        assert ledger.head().position == 0

    def test_a_second_writer_is_noticed_before_anything_is_decided_on_its_event(self, path, ledger):
        beside = self.open(path)
        ledger.append([command(alarm())], RUSH_HOUR)
        with pytest.raises(Conflict, match=r"ledger\.conflict"):
            beside.append([command(alarm(ODESA))], RUSH_HOUR)
        assert beside.read(0) == ledger.read(0)
        beside.append([command(alarm(ODESA))], RUSH_HOUR)
        with pytest.raises(Conflict, match=r"ledger\.conflict"):
            ledger.append([command(alarm(version=2))], RUSH_HOUR)
        assert ledger.read(1) == beside.read(1)
        ledger.append([command(alarm(version=2))], RUSH_HOUR)
        assert (
            ledger.head()
            == beside.head()
            == Head(3, ledger.read(2)[0].hash, tree_over(ledger.read(0)))
        )
        beside.close()

    def test_reading_another_writers_event_does_not_count_as_knowing_it(self, path, ledger):
        beside = self.open(path)
        beside.append([command(alarm())], RUSH_HOUR)
        assert ledger.head() == beside.head()
        with pytest.raises(Conflict, match=r"ledger\.conflict"):
            ledger.append([command(alarm(ODESA))], RUSH_HOUR)
        beside.close()

    def test_it_is_all_there_after_opening_again(self, path, ledger):
        raised = command(alarm(), alarm(ODESA), answer='{"position":2}')
        ledger.append([raised], RUSH_HOUR)
        epoch, head, events = ledger.epoch, ledger.head(), ledger.read(0)
        ledger.close()
        again = self.open(path)
        assert (again.epoch, again.head(), again.read(0)) == (epoch, head, events)
        assert again.answered(raised.command_id).position == 2
        with pytest.raises(Refused, match=r"ledger\.version_gap"):
            again.append([command(alarm())], RUSH_HOUR)
        assert again.append([command(alarm(version=2))], RUSH_HOUR)[0].prev == head.hash
        again.close()

    def test_two_ledgers_have_two_epochs(self, tmp_path, ledger):
        other = self.open(tmp_path / "other.db")
        assert other.epoch != ledger.epoch
        assert len(bytes.fromhex(ledger.epoch)) == 8
        other.close()

    def test_a_closed_ledger_says_so(self, ledger):
        ledger.close()
        for ask in (
            lambda: ledger.append([command(alarm())], RUSH_HOUR),
            lambda: ledger.read(0),
            ledger.head,
        ):
            with pytest.raises(Unavailable, match=r"ledger\.closed"):
                ask()

    def test_the_newest_snapshot_of_a_layout_is_found(self, ledger):
        ledger.append([command(alarm(), alarm(ODESA))], RUSH_HOUR)
        assert ledger.load_snapshot("alerts.board", 1) is None
        ledger.save_snapshot("alerts.board", 1, 1, b"at one")
        ledger.save_snapshot("alerts.board", 2, 1, b"at two")
        ledger.save_snapshot("other", 0, 1, b"at the beginning")
        assert ledger.load_snapshot("alerts.board", 1) == (2, b"at two")
        assert ledger.load_snapshot("alerts.board", 2) is None
        assert ledger.load_snapshot("other", 1) == (0, b"at the beginning")
        ledger.save_snapshot("alerts.board", 2, 2, b"another layout")
        assert ledger.load_snapshot("alerts.board", 2) == (2, b"another layout")

    def test_a_snapshot_of_what_is_not_recorded_is_refused(self, ledger):
        with pytest.raises(Refused, match=r"ledger\.snapshot_ahead"):
            ledger.save_snapshot("alerts.board", 1, 1, b"")

    def test_a_reader_beside_the_writer_sees_a_growing_beginning(self, ledger):
        done = threading.Event()
        seen: list[list[Recorded]] = []

        def read() -> None:
            while not done.is_set():
                part = ledger.read(0)
                assert ledger.head().position >= len(part)
                seen.append(part)

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for version in range(1, 101):
            events = ledger.append(
                [command(alarm(version=version), alarm(ODESA, version))], RUSH_HOUR
            )
            assert ledger.read(events[0].position - 1) == list(events)
        done.set()
        for reader in readers:
            reader.join()
        whole = ledger.read(0)
        assert len(whole) == 200
        assert all(part == whole[: len(part)] and len(part) % 2 == 0 for part in seen)

    def test_a_follower_gets_every_event_once_whoever_wrote_it(self, path, ledger):
        beside = self.open(path)
        ledger.append([command(*(alarm(version=n) for n in range(1, 301)))], RUSH_HOUR)

        async def follow(after: int) -> list[Recorded]:
            follower, got = Follower(ledger, after, poll_s=0.01), []
            async for events in follower:
                got += events
                assert follower.position == got[-1].position
                if len(got) == 303 - after:
                    return got
                if got[-1].position == 300:
                    ledger.append([command(alarm(ODESA))], RUSH_HOUR)
                    follower.wake()
                elif got[-1].position == 301:
                    with pytest.raises(Conflict):
                        beside.append([command(alarm(ODESA, 2), alarm(ODESA, 3))], RUSH_HOUR)
                    beside.append([command(alarm(ODESA, 2), alarm(ODESA, 3))], RUSH_HOUR)
            raise AssertionError

        assert asyncio.run(follow(100)) == everything(ledger)[100:]
        assert asyncio.run(follow(0)) == everything(ledger)
        beside.close()


class LedgerMachine(RuleBasedStateMachine):
    """
    Commands at random from two openers of one ledger, against a list and a dictionary.

    An engine's tests inherit it and set `make` to what opens a ledger at a path.
    """

    make: Callable[[Path], Ledger]
    directory: Path

    sent = Bundle("sent")

    def __init__(self) -> None:
        super().__init__()
        self.path = self.directory / f"{uuid.uuid4()}.db"
        self.openers = [type(self).make(self.path) for _ in range(2)]
        self.known = [0, 0]
        self.events: list[NewEvent] = []
        self.answers: dict[str, Answered] = {}

    def versions(self, room, area) -> int:
        return sum(1 for event in self.events if (event.room, event.area) == (room, area))

    @rule(
        target=sent,
        who=st.integers(0, 1),
        places=st.lists(
            st.lists(st.sampled_from([("alerts", KYIV), ("alerts", ODESA), ("authority", KYIV)]))
        ),
        said=st.text(max_size=9),
    )
    def append(self, who, places, said):
        counted = {}
        batches = []
        for number, where in enumerate(places):
            events = []
            for room, area in where:
                version = counted.get((room, area), self.versions(room, area)) + 1
                counted[room, area] = version
                body = json.dumps({"said": said}, ensure_ascii=False)
                if max(body, default="") >= "\ud800" and any(
                    "\ud800" <= c <= "\udfff" for c in body
                ):
                    body = "{}"
                events.append(alarm(area, version, room=room, body=body))
            batches.append(command(*events, answer=f'{{"number":{number}}}'))
        if self.known[who] != len(self.events):
            with pytest.raises(Conflict):
                self.openers[who].append(batches, RUSH_HOUR)
            self.known[who] = len(self.events)
            return []
        recorded = self.openers[who].append(batches, RUSH_HOUR)
        assert [event[3:10] + event[11:12] for event in recorded] == [
            structs.astuple(event) for batch in batches for event in batch.events
        ]
        for batch in batches:
            self.events += batch.events
            self.answers[batch.command_id] = Answered(
                batch.fingerprint, len(self.events), batch.answer
            )
        self.known[who] = len(self.events)
        return [batch.command_id for batch in batches]

    @rule(who=st.integers(0, 1), gap=st.integers(-2, 2).filter(lambda gap: gap != 1))
    def append_a_version_that_does_not_follow(self, who, gap):
        batches = [command(alarm(ODESA, self.versions("alerts", ODESA) + 1))]
        batches.append(command(alarm(KYIV, self.versions("alerts", KYIV) + gap)))
        with pytest.raises(Refused):
            self.openers[who].append(batches, RUSH_HOUR)
        self.known[who] = len(self.events)

    @rule(who=st.integers(0, 1), commands=sent)
    def repeat(self, who, commands):
        for command_id in commands:
            with pytest.raises(Conflict):
                self.openers[who].append([command(command_id=command_id)], RUSH_HOUR)
            self.known[who] = len(self.events)

    @rule(who=st.integers(0, 1))
    def open_again(self, who):
        self.openers[who].close()
        self.openers[who] = type(self).make(self.path)
        self.known[who] = len(self.events)

    @rule(who=st.integers(0, 1), state=st.binary(max_size=9), data=st.data())
    def keep_a_snapshot(self, who, state, data):
        position = data.draw(st.integers(0, len(self.events)))
        self.openers[who].save_snapshot("alerts.board", position, 1, state)
        assert self.openers[1 - who].load_snapshot("alerts.board", 1) == (position, state)

    @invariant()
    def both_openers_agree_with_the_model(self):
        whole = everything(self.openers[0])
        assert [event[3:10] + event[11:12] for event in whole] == list(
            map(structs.astuple, self.events)
        )
        assert [event.position for event in whole] == list(range(1, len(whole) + 1))
        hashes = [GENESIS, *(event.hash for event in whole)]
        assert [event.prev for event in whole] == hashes[:-1]
        assert [digest_of(event) for event in whole] == hashes[1:]
        head = Head(len(whole), hashes[-1], tree_over(whole))
        assert [opener.head() for opener in self.openers] == [head, head]
        for command_id, answer in self.answers.items():
            assert self.openers[1].answered(command_id) == answer
        assert self.openers[0].answers([*self.answers, str(uuid.uuid4())]) == self.answers

    def teardown(self):
        for opener in self.openers:
            opener.close()
