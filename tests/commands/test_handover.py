"""
What a core that was cut off has accepted is recorded once, in order, and shown all the while.

Method: a state machine of two cores, with senders at both, cuts, crashes, and every step of the
handover as a rule of its own, so that any may come at any time or never. What listeners of the
core that is cut off hear is compared with what they must hear; then examples, and a build without
the rule that must fail.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
)
from tests.alerts.desks import ask, body, raised
from tests.alerts.sayings import (
    MILITARY,
    RESCUERS,
    VOLUNTEERS,
    all_clear,
    correct,
    request,
    sound,
    update,
)
from tests.commands.cut_off import Core
from tests.contract.memory_ledger import Shelf

from tocsin.alerts.messages import CorrectAlert, Hazard, Level
from tocsin.commands import Answer
from tocsin.commands.handover import take
from tocsin.kernel.errors import Refused, Unavailable
from tocsin.ledger.spool import Spooled

senders = st.sampled_from([MILITARY, RESCUERS, VOLUNTEERS])
places = st.lists(st.sampled_from(["COAST", "PORT", "NORTH"]), min_size=1, max_size=2, unique=True)
hazards = st.sampled_from([Hazard.AIR_RAID, Hazard.ARTILLERY])


class CutOffMachine(RuleBasedStateMachine):
    """`here` can be cut off and crash; `there` is always in reach of the record."""

    core = Core

    def __init__(self):
        super().__init__()
        memory = Path("/dev/shm")
        self.folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self.shelf, rows = Shelf(), {}
        folder = Path(self.folder.name)
        self.here = self.core(self.shelf, rows, folder / "here.spool")
        self.there = self.core(self.shelf, rows, folder / "there.spool")
        self.accepted: dict[str, tuple] = {}
        self.alerts: list[tuple] = []

    # --- Senders ----------------------------------------------------------------------------------

    def ask(self, core, asked):
        (answer,) = core.desk.handle([asked])
        if not isinstance(answer, Answer):
            return answer
        said = json.loads(answer.body)
        self.accepted.setdefault(asked.command_id, (asked, said))
        self.alerts += [(one["id"], asked.commands[0].sender) for one in said.get("accepted", [])]
        core.follow()
        return answer

    @rule(here=st.booleans(), who=senders, areas=places, hazard=hazards)
    def sound_an_alarm(self, here, who, areas, hazard):
        core = self.here if here else self.there
        asked = request(*(sound(who, area, hazard=hazard) for area in areas))
        assert isinstance(self.ask(core, asked), Answer)

    @rule(here=st.booleans(), act=st.sampled_from([all_clear, correct, update]), data=st.data())
    def say_something_of_an_alert(self, here, act, data):
        if not self.alerts:
            return
        core = self.here if here else self.there
        name, sender = data.draw(st.sampled_from(self.alerts))
        who = next(one for one in (MILITARY, RESCUERS, VOLUNTEERS) if one[0] == sender)
        asked = request(act(name, who, **({"level": Level.WATCH} if act is update else {})))
        answer = self.ask(core, asked)
        if core.reach.cut and act is not correct:
            assert isinstance(answer, Unavailable)
            assert answer.code == "ledger.unreachable"

    @rule(here=st.booleans(), data=st.data())
    def repeat_a_command(self, here, data):
        if self.accepted:
            name = data.draw(st.sampled_from(sorted(self.accepted)))
            self.ask(self.here if here else self.there, self.accepted[name][0])

    # --- The world --------------------------------------------------------------------------------

    @rule()
    def cut(self):
        self.here.reach.cut = True

    @rule()
    def reach_again(self):
        self.here.reach.cut = False

    @rule(here=st.booleans())
    def crash(self, here):
        (self.here if here else self.there).start()

    @rule(limit=st.integers(1, 3))
    def show_some_of_the_record(self, limit):
        self.here.follow(limit)

    @rule()
    def lay_into_the_inbox(self):
        if not self.here.reach.cut:
            self.here.hand_over()
            self.here.calm()

    @rule(here=st.booleans())
    def decide_what_lies_there(self, here):
        core = self.here if here else self.there
        with suppress(Unavailable):  # Out of reach, or this core's own spool is not settled yet.
            take(core.inbox, core.submit)

    # --- What must hold ---------------------------------------------------------------------------

    @invariant()
    def a_listener_hears_what_the_core_shows(self):
        shown = {(one.area, one.hazard) for one in self.here.shown.standing()}
        assert self.here.listener.hears() == shown

    def spooled_alarms(self):
        """What was told without a position, by command: its alarms, if nobody has corrected any."""
        told = [(name, *one) for name, one in self.accepted.items() if one[1]["position"] is None]
        waiting = [self.accepted[name][0].commands[0] for name in self.here.spool.waiting_ids]
        if any("accepted" not in said for _, _, said in told) or any(
            isinstance(one, CorrectAlert) for one in waiting
        ):
            return {}
        return {name: {(c.area, c.hazard) for c in asked.commands} for name, asked, _ in told}

    @invariant()
    def a_spooled_alarm_is_heard_until_what_is_shown_of_the_record_has_decided_it(self):
        shown = self.here.record.position
        decided = {name for name, said in self.shelf.answers.items() if said.position <= shown}
        for name, alarms in self.spooled_alarms().items():
            assert name in decided or alarms <= self.here.listener.hears()

    @invariant()
    def nothing_is_heard_that_is_neither_recorded_nor_waits(self):
        position = self.here.record.position
        shown = {event.command_id for event in self.shelf.events[:position]}
        settled = {name for name in shown if self.shelf.answers[name].position <= position}
        waiting = self.here.spool.waiting_ids
        heard = self.here.listener.hears()
        heard -= {(one.area, one.hazard) for one in self.here.record.standing()}
        for name in waiting - settled:
            heard -= {
                (one.area, one.hazard)
                for one in self.accepted[name][0].commands
                if hasattr(one, "hazard")
            }
        assert not heard

    @invariant()
    def a_command_acts_once(self):
        marks = Counter(event.command_id for event in self.shelf.events)
        for name, (asked, _) in self.accepted.items():
            places = [e.position for e in self.shelf.events if e.command_id == name]
            assert marks[name] <= 3 * len(asked.commands)
            assert places == list(range(places[0], places[0] + len(places))) if places else True

    def teardown(self):
        try:
            self.all_is_recorded_and_heard_in_the_end()
        finally:
            self.here.spool.close()
            self.there.spool.close()
            self.folder.cleanup()

    def all_is_recorded_and_heard_in_the_end(self):
        self.reach_again()
        for _ in range(4):
            self.lay_into_the_inbox()
            take(self.there.inbox, self.there.submit)
            self.here.follow()
        self.here.calm()
        assert not self.here.spool.waiting_ids
        for name, (_, said) in self.accepted.items():
            refused = self.here.inbox.rows.get(name, [""] * 3)[2] == "alert.held_by_another"
            assert name in self.shelf.answers or (refused and "accepted" not in said)
        record = {(one.area, one.hazard) for one in self.here.record.standing()}
        assert self.here.listener.hears() == record
        for asked, said in self.accepted.values():
            for one in said.get("accepted", []):
                who = (asked.commands[0].sender, asked.commands[0].rank)
                (ended,) = self.there.desk.handle([request(correct(one["id"], who))])
                assert isinstance(ended, Answer) or ended.code == "alert.held_by_another"


TestCutOffMachine = CutOffMachine.TestCase
TestCutOffMachine.settings = settings(max_examples=60, stateful_step_count=25)


class TellsMessages(Core):
    """A core that tells of each recorded event alone, whatever still waits."""

    def follow(self, limit=100):
        self.boards_alone = False
        super().follow(limit)


class ForgetsNames(Core):
    """A core that knows an alert by one name only."""

    def start(self):
        super().start()
        self.desk._desk._aliases = lambda _told: None


@pytest.fixture
def build():
    return Core


@pytest.fixture
def cores(tmp_path, build):
    shelf, rows = Shelf(), {}
    made = [build(shelf, rows, tmp_path / name) for name in ("here.spool", "there.spool")]
    yield made
    for core in made:
        core.spool.close()


def drain(here, there):
    for _ in range(3):
        here.hand_over()
        with suppress(Unavailable):
            take(there.inbox, there.submit)
        here.follow()
    here.calm()


def another_name(here, there):
    """A spooled alarm turns out to confirm another's, and is ended by the id its sender knows."""
    here.reach.cut = True
    told = raised(here.desk)
    before = raised(there.desk, VOLUNTEERS)
    here.reach.cut = False
    drain(here, there)
    assert told != before
    assert body(ask(there.desk, all_clear(told)))["id"] == before
    assert not there.desk._desk.board.standing()


def another_hazard(here, there):
    """Somebody else's alarm in the area is shown, and the spooled one is still heard."""
    here.reach.cut = True
    raised(here.desk, hazard=Hazard.ARTILLERY)
    raised(there.desk)
    here.reach.cut = False
    here.follow()
    assert here.listener.hears() == {("COAST", Hazard.ARTILLERY), ("COAST", Hazard.AIR_RAID)}


@pytest.mark.parametrize("story", [another_name, another_hazard])
def test_a_spooled_alarm_meets_another_senders(cores, story):
    story(*cores)


@pytest.mark.parametrize(
    ("build", "story"), [(ForgetsNames, another_name), (TellsMessages, another_hazard)]
)
def test_a_build_that_breaks_the_rule_is_caught(cores, story):
    with pytest.raises((AssertionError, Refused)):
        story(*cores)


def test_a_spooled_alarm_and_its_spooled_correction_are_recorded_in_their_order(cores):
    here, there = cores
    raised(there.desk, hazard=Hazard.ARTILLERY)
    here.reach.cut = True
    told = raised(here.desk)
    answer = ask(here.desk, correct(told))
    assert body(answer) == {"id": told, "version": 2, "position": None}
    here.reach.cut = False
    drain(here, there)
    kinds = [(event.kind, event.version) for event in here._shelf.events]
    assert kinds == [("AlertRaised", 1), ("AlertRaised", 2), ("AlertCorrected", 3)]
    assert here.listener.hears() == {("COAST", Hazard.ARTILLERY)}


def test_an_alarm_that_was_decided_elsewhere_is_heard_until_it_is_shown_as_recorded(cores):
    here, there = cores
    here.reach.cut = True
    raised(here.desk)
    here.reach.cut = False
    for _ in range(2):
        here.hand_over()
        take(there.inbox, there.submit)
    assert there._shelf.events
    assert here.record.position == 0
    assert here.shown.area("COAST").standing
    here.follow()
    here.hand_over()
    assert not here.spool.waiting_ids
    assert here.listener.hears() == {("COAST", Hazard.AIR_RAID)}


def test_what_cannot_be_read_is_said_and_holds_nobody_up(cores):
    here, there = cores
    here.inbox.put([Spooled("one", "f", "not JSON", "{}")])
    here.reach.cut = True
    raised(here.desk)
    here.reach.cut = False
    drain(here, there)
    assert here.inbox.outcomes(["one"]) == {"one": "spool.unreadable"}
    assert here.listener.hears() == {("COAST", Hazard.AIR_RAID)}
