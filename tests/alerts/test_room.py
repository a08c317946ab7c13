"""
Goal: whatever people send, in whatever order, twice or at once, with the ledger failing and the
process dying in between, the desk answers and the board shows what the rules say.

Method: a state machine through the desk and a ledger in memory, against `room_model.py`, which
says the rules a second time. After every step the boards must agree alert by alert, and so must a
board that is folded anew, one that was packed and unpacked, and one that another desk holds.
"""

from __future__ import annotations

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule
from tests.alerts.country import CODES, GAZETTEER, areas, related
from tests.alerts.desks import BackwardClock, UnsteadyLedger
from tests.alerts.room_model import Model, as_said
from tests.alerts.sayings import (
    all_clear,
    an_id,
    area_of,
    begin,
    correct,
    end,
    own_all_clear,
    request,
    sound,
    update,
)
from tests.contract.memory_ledger import Shelf

from tocsin.alerts.board import Board
from tocsin.alerts.messages import Hazard, Level, Threat
from tocsin.commands import Answer, Desk
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.ids import AlertId, SenderId
from tocsin.kernel.words import Rank, Status

senders = st.tuples(
    st.sampled_from([SenderId("military"), SenderId("rescuers"), SenderId("volunteers")]),
    st.sampled_from(Rank),
)
hazards = st.sampled_from([Hazard.AIR_RAID, Hazard.AIR_RAID, Hazard.FLOOD])
statuses = st.sampled_from([Status.ACTUAL, Status.ACTUAL, Status.EXERCISE, Status.TEST])
levels = st.sampled_from(Level)
threats = st.none() | st.sampled_from([Threat.DRONES, Threat.MISSILES])
texts = st.sampled_from([{}, {"uk": "Дрони"}, {"en": "Drones", "uk": "Дрони"}])
minutes = st.integers(-100, 100)
# Most of it happens in one area, or senders would seldom meet in one alert.
places = st.sampled_from(["COAST"] * 5 + list(CODES))


class RoomMachine(RuleBasedStateMachine):
    alerts = Bundle("alerts")
    sent = Bundle("sent")

    def __init__(self):
        super().__init__()
        self.shelf = Shelf()
        self.ledger, self.desk = self.opened()
        self.model = Model()
        self.waiting = []

    def opened(self, board=None):
        ledger = UnsteadyLedger(self.shelf)
        desk = Desk(ledger, GAZETTEER, BackwardClock(), board=board)
        desk.catch_up()
        return ledger, desk

    # What people send. Requests wait until they are handled together.

    @rule(
        target=sent,
        who=senders,
        places=st.lists(places, min_size=1, max_size=3),
        hazard=hazards,
        status=statuses,
        level=levels,
        threat=threats,
        text=texts,
        at=minutes,
    )
    def ask_to_raise(self, who, places, at, **what):
        return self.wait(request(*(sound(who, area, at=at, **what) for area in places)))

    @rule(
        target=sent,
        who=senders,
        alert=alerts,
        level=st.none() | levels,
        threat=threats,
        reason=st.none() | st.just("seen from the roof"),
        text=st.none() | texts,
    )
    def ask_to_update(self, who, alert, **what):
        return self.wait(request(update(alert, who, **what)))

    @rule(target=sent, who=senders, alert=alerts, at=minutes, how=st.sampled_from([1, 2]))
    def ask_to_end(self, who, alert, at, how):
        ending = all_clear if how == 1 else correct
        return self.wait(request(ending(alert, who, at=at)))

    @rule(target=sent, who=senders, area=places, hazard=hazards, status=statuses)
    def ask_to_end_by_area(self, who, area, hazard, status):
        return self.wait(request(own_all_clear(who, area, hazard, status=status)))

    @rule(target=sent, who=senders, area=areas, begins=st.booleans())
    def ask_for_coverage(self, who, area, begins):
        return self.wait(request((begin if begins else end)(who, area)))

    @rule(who=senders, area=areas, version=st.integers(0, 9))
    def ask_to_end_what_never_was(self, who, area, version):
        self.wait(request(all_clear(AlertId(f"{area}-{version}-00000000"), who)))

    @rule(earlier=sent)
    def ask_again(self, earlier):
        self.wait(earlier)

    @rule(earlier=sent, area=areas)
    def use_an_id_for_something_else(self, earlier, area):
        other = request(begin(area=area), command_id=earlier.command_id)
        self.wait(other)

    def wait(self, asked):
        self.waiting.append(asked)
        return asked

    # What becomes of it.

    @rule(target=alerts)
    def handle(self):
        asked, self.waiting = self.waiting, []
        return self.check(asked, self.desk.handle(asked))

    @rule()
    def handle_on_a_full_disk(self):
        asked, self.waiting = self.waiting, []
        self.ledger.failing = True
        answers = self.desk.handle(asked)
        self.ledger.failing = False
        for wanted, answer in zip(asked, answers, strict=True):
            known = self.model.answers.get(wanted.command_id)
            if known is not None and known[0] == wanted.fingerprint:
                assert (json.loads(answer.body), answer.repeated) == (known[1], True)
            elif not isinstance(answer, Unavailable):
                # A refusal must be true of what stands, not of what failed to be recorded.
                assert self.model.handle(wanted) == ("refused", answer.code)

    @rule(target=alerts, area=areas, hazard=hazards)
    def handle_while_somebody_else_writes(self, area, hazard):
        asked, self.waiting = self.waiting, []
        _, other = self.opened()
        beside = request(sound((SenderId("beside"), Rank.AUTHORITY), area, hazard))
        written = []

        def write():
            written.extend(self.check([beside], other.handle([beside])).values)

        self.ledger.before_append = write
        answers = self.desk.handle(asked)
        self.ledger.before_append = None
        self.desk.catch_up()
        return multiple(*written, *self.check(asked, answers).values)

    @rule(packed=st.booleans())
    def restart(self, packed):
        self.waiting = []
        board = Board.load(self.desk.board.dump()) if packed else None
        self.ledger, self.desk = self.opened(board)

    def check(self, asked, answers):
        """Hold each answer against the model's; give the ids of the alerts that it names."""
        ids = []
        for wanted, answer in zip(asked, answers, strict=True):
            told = self.model.handle(wanted)
            if isinstance(answer, Answer):
                assert told == ("answer", json.loads(answer.body), answer.repeated), wanted
                ids += [said["id"] for said in told[1].get("accepted", ())]
            else:
                assert told == ("refused", answer.code), wanted
        return multiple(*dict.fromkeys(ids))

    @invariant()
    def the_boards_show_what_the_rules_say(self):
        wanted = sorted(as_said(alert) for alert in self.model.state.alerts)
        anew = Board()
        for recorded in self.shelf.events:
            anew.apply(recorded)
        for board in (self.desk.board, anew, Board.load(self.desk.board.dump())):
            assert sorted(as_said(alert) for alert in board.standing()) == wanted
            assert board.position == self.model.state.position
            for code in CODES:
                assert board.area(code).version == self.model.state.versions[code]
        assert anew.standing() == self.desk.board.standing()

    @invariant()
    def no_drill_stands_near_an_actual_alert(self):
        standing = self.desk.board.standing()
        for one in standing:
            for other in standing:
                assert one.status.drill is other.status.drill or not related(one.area, other.area)

    @invariant()
    def versions_are_dense_and_answers_are_kept(self):
        for (_, area), events in self.shelf.areas.items():
            assert [event.version for event in events] == list(range(1, len(events) + 1)), area
        for command_id, (_, body) in self.model.answers.items():
            assert json.loads(self.ledger.answered(command_id).answer) == body


TestRoom = RoomMachine.TestCase
TestRoom.settings = settings(max_examples=150, stateful_step_count=40)


def test_an_alerts_id_names_its_area():
    _, desk = RoomMachine().opened()
    (answer,) = desk.handle([request(sound(area="PORT"), command_id=an_id())])
    (raised,) = json.loads(answer.body)["accepted"]
    assert area_of(raised["id"]) == raised["area"] == "PORT"
