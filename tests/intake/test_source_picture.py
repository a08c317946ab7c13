"""
A source's alerts are held, changed and ended in its own name, and never by its silence.

Method: a real desk on a ledger of its own; pictures are held against it as a server would, and
what stands is read back from its board.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.alerts.coverage import unknown
from tocsin.alerts.messages import Hazard, Level, RaiseAlert, Threat
from tocsin.app import open_desk, open_ledger
from tocsin.areas.gazetteer import load_pack
from tocsin.authority.remit import ALERTS_WRITE, Grant, Remit
from tocsin.commands import Answer, Request, fingerprint
from tocsin.intake.source_picture import Picture, Shown, cover, steps, within
from tocsin.kernel.ids import CommandId, SenderId
from tocsin.kernel.time import Moment, SystemClock
from tocsin.kernel.words import Rank, Status

UA = load_pack()
ROOT = UA.root.code
KYIV, ODESA, LVIV = (UA.get(code).code for code in ("UA-30", "UA-51", "UA-46"))
SINCE = Moment("2026-01-26T05:45:43.000Z")
NOW = Moment("2026-01-26T06:00:00.000Z")


def shown(area, *, level=Level.WARNING, threat=None, since=SINCE, status=Status.ACTUAL):
    return Shown(area, Hazard.AIR_RAID, level, status, since, threat)


def picture(*alerts, unknown=(), remit=ROOT):
    return Picture(within(UA, remit, alerts), frozenset(unknown))


def grant(name="national", rank=Rank.AUTHORITY, area=ROOT):
    return Grant(SenderId(name), rank, Remit(ALERTS_WRITE, area))


class Here:
    """This server: its desk, and what a source was last heard to say."""

    def __init__(self, db):
        self.ledger = open_ledger(db)
        self.desk = open_desk(self.ledger, UA, SystemClock())
        self.said = {}

    def looks(self, picture, by=None):
        """Hold a picture against what stands; tell how much was asked."""
        by = by or grant()
        asked = steps(picture, self.desk.board, UA, by, said=self.said.get(by, {}), now=NOW)
        self.said[by] = picture.shown
        return self.asks([*asked.raises, *asked.coverage, *asked.ends])

    def loses(self, by=None):
        return self.asks(cover(frozenset(), self.desk.board, by or grant(), NOW))

    def asks(self, requests):
        answers = self.desk.handle(requests) if requests else []
        assert all(isinstance(answer, Answer) for answer in answers), answers
        return sum(len(answer.events) for answer in answers)

    def stands(self):
        return {alert.area for alert in self.desk.board.standing()}

    def unknown(self):
        return {gap.area for gap in unknown(self.desk.board.sources, UA)}


@pytest.fixture
def here(tmp_path):
    found = Here(tmp_path / "t.db")
    yield found
    found.ledger.close()


def test_what_it_shows_is_raised_and_what_it_no_longer_shows_is_over(here):
    here.looks(picture(shown(KYIV), shown(ODESA)))
    assert here.stands() == {KYIV, ODESA}
    assert here.unknown() == set()
    here.looks(picture(shown(ODESA)))
    assert here.stands() == {ODESA}


def test_the_same_picture_again_asks_for_nothing(here):
    assert here.looks(picture(shown(KYIV))) == 2
    assert here.looks(picture(shown(KYIV))) == 0


def test_silence_ends_its_coverage_and_nothing_else(here):
    here.looks(picture(shown(KYIV)))
    here.loses()
    assert here.stands() == {KYIV}
    assert here.unknown() == {ROOT}
    assert here.loses() == 0


def test_back_again_what_it_no_longer_shows_is_really_over(here):
    here.looks(picture(shown(KYIV)))
    here.loses()
    here.looks(picture())
    assert here.stands() == set()
    assert here.unknown() == set()
    here.loses()
    assert here.unknown() == {ROOT}


def test_an_alert_that_is_gone_for_one_look_and_back_is_raised_again(here):
    for _ in range(3):
        here.looks(picture(shown(KYIV)))
        assert here.stands() == {KYIV}
        here.looks(picture())
        assert here.stands() == set()


def test_a_restart_between_commit_and_answer_acts_once(here):
    before = here.desk.board
    asked = steps(picture(shown(KYIV)), before, UA, grant(), said={}, now=NOW).raises
    later = steps(
        picture(shown(KYIV)), before, UA, grant(), said={}, now=Moment("2026-01-26T06:00:09.000Z")
    ).raises
    assert here.asks(asked) == 1
    assert here.asks(later) == 0


def test_what_others_hold_is_theirs(here):
    other = CommandId("7e2d7a1c-3f5b-4d0e-9a1b-2c3d4e5f6071")
    raised = RaiseAlert(
        command_id=other,
        sender=SenderId("kmva"),
        rank=Rank.AUTHORITY,
        area=KYIV,
        at=SINCE,
        hazard=Hazard.AIR_RAID,
        level=Level.WARNING,
        status=Status.ACTUAL,
    )
    here.asks([Request(other, [raised], fingerprint("x"))])
    here.looks(picture())
    assert here.stands() == {KYIV}
    for _ in range(2):  # Confirmed and withdrawn, as often as it likes.
        here.looks(picture(shown(KYIV)))
        assert len(here.desk.board.standing()[0].holders) == 2
        here.looks(picture())
        assert len(here.desk.board.standing()[0].holders) == 1


def test_an_observers_word_begins_and_ends_only_its_own(here):
    observer = grant("volunteers", Rank.OBSERVER)
    here.looks(picture(shown(KYIV)))
    here.looks(picture(shown(KYIV), shown(LVIV)), observer)
    here.looks(picture(), observer)
    assert here.stands() == {KYIV}


def test_two_sources_that_differ_do_not_overrule_each_other_for_ever(here):
    other = grant("regional")
    here.looks(picture(shown(KYIV, threat=Threat.DRONES)))
    here.looks(picture(shown(KYIV, threat=Threat.MISSILES)), other)
    written = sum(
        here.looks(picture(shown(KYIV, threat=threat)), by)
        for _ in range(3)
        for threat, by in ((Threat.DRONES, grant()), (Threat.MISSILES, other))
    )
    assert written == 0


def test_a_change_at_the_source_is_a_change_here(here):
    here.looks(picture(shown(KYIV, level=Level.WATCH)))
    here.looks(picture(shown(KYIV, threat=Threat.BALLISTIC)))
    (alert,) = here.desk.board.standing()
    assert (alert.level, alert.threat) == (Level.WARNING, Threat.BALLISTIC)


def test_where_the_source_does_not_know_nothing_ends_and_nobody_is_heard(here):
    here.looks(picture(shown(KYIV), shown(ODESA)))
    here.looks(picture(unknown=[KYIV]))
    assert here.stands() == {KYIV}
    assert here.unknown() == {KYIV}
    here.looks(picture())
    assert here.stands() == set()
    assert here.unknown() == set()


def test_an_alert_around_a_remit_is_one_of_the_whole_remit(here):
    raion = UA.children(ODESA)[0]
    local = grant(area=raion)
    here.looks(picture(shown(ODESA), remit=raion), local)
    assert here.stands() == {raion}
    assert picture(shown(KYIV), remit=raion).shown == {}


def test_a_drill_stays_one(here):
    here.looks(picture(shown(KYIV, status=Status.EXERCISE)))
    assert here.desk.board.standing()[0].status is Status.EXERCISE


looks = st.lists(
    st.none() | st.frozensets(st.sampled_from([KYIV, ODESA, LVIV])), min_size=1, max_size=10
)


@settings(max_examples=25)  # Each on a ledger of its own, on a disk.
@given(looks)
def test_whatever_happens_what_is_held_is_what_was_last_shown(tmp_path_factory, seen):
    here = Here(tmp_path_factory.mktemp("source") / "t.db")
    last = frozenset()
    for areas in seen:
        if areas is None:
            here.loses()
        else:
            here.looks(picture(*map(shown, areas)))
            last = areas
        assert here.stands() == last
        assert here.unknown() == ({ROOT} if areas is None else set())
    here.ledger.close()
