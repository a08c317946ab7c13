"""
Goal: no two states that were served share a second, and the number rises by one a change, for good.

Method: alerts are raised at the real desk with a clock set by hand; what the stamps say is held
against what was raised, before and after a restart, with and without a snapshot.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.alerts.sayings import RESCUERS
from tests.channels.abroad import KYIV, LVIV, VINNYTSIA, Abroad

from tocsin.alerts.messages import Threat
from tocsin.channels import compat_stamps
from tocsin.channels.compat_stamps import Stamps
from tocsin.kernel.time import milliseconds, parse_rfc3339
from tocsin.kernel.words import Status

ACTIVE = "alerts.in.ua/v1/alerts/active.json"


def index(abroad):
    return abroad.answering.stamps.index


def second(abroad):
    return abroad.answering.stamps.serve()


def test_the_number_rises_by_one_with_each_raise_update_and_end():
    abroad = Abroad()
    numbers = [index(abroad)]
    (alert,) = abroad.sound(KYIV)
    numbers.append(index(abroad))
    abroad.update(alert, threat=Threat.MISSILES)
    numbers.append(index(abroad))
    abroad.end(alert)
    numbers.append(index(abroad))

    assert numbers == [0, 1, 2, 3]


def test_what_changes_no_alert_leaves_the_number_alone():
    abroad = Abroad()
    (drill,) = abroad.sound(LVIV, status=Status.EXERCISE)
    abroad.end(drill)
    abroad.sound(KYIV)
    before = index(abroad)
    abroad.sound(KYIV, who=RESCUERS)

    assert index(abroad) == before == 1


@settings(max_examples=30)
@given(st.lists(st.floats(0, 3), max_size=12))
def test_each_change_gets_a_second_of_its_own(pauses):
    abroad = Abroad()
    seen = [second(abroad)]
    for pause in pauses:
        abroad.seconds += pause
        (alert,) = abroad.sound(KYIV)
        seen.append(second(abroad))
        abroad.end(alert)
        seen.append(second(abroad))

    assert seen == sorted(set(seen))


class Hasty(Stamps):
    """A weakened build: the second is that of the change, taken or not."""

    def _take(self, kind, status, at, name):
        super()._take(kind, status, at, name)
        self._second = milliseconds(parse_rfc3339(at)) // 1000


def test_without_the_arithmetic_two_changes_do_share_a_second():
    """The control: what the tests of caching clients would not forgive."""
    abroad = Abroad()
    abroad.answering.stamps = Hasty.load(abroad.ledger, 1)
    (alert,) = abroad.sound(KYIV)
    first = abroad.ask(ACTIVE).headers["last-modified"]
    abroad.end(alert)

    assert abroad.ask(ACTIVE, if_modified_since=first).status_code == 304


def test_an_alert_of_many_areas_takes_one_second():
    abroad = Abroad()
    before = second(abroad)
    abroad.seconds = 0
    abroad.sound(*(str(uid) for uid in range(8, 28)))

    assert (second(abroad) - before).total_seconds() == 1


def test_without_haste_the_second_is_that_of_the_change():
    abroad = Abroad()
    abroad.seconds = 60.7
    abroad.sound(KYIV)
    abroad.seconds = 120

    assert second(abroad).isoformat() == "2023-01-26T05:46:43+00:00"


def test_a_part_of_a_command_that_was_served_is_told_from_the_rest():
    abroad = Abroad()
    stamps = abroad.answering.stamps
    abroad.sound(KYIV, LVIV, VINNYTSIA)
    events = abroad.ledger.read(0)
    halfway = Stamps.load(abroad.ledger, events[-2].position)
    before = halfway.serve()
    halfway.fold(events[-1:])

    assert halfway.serve() > before
    assert halfway.index == stamps.index


@pytest.mark.parametrize("save_after", [0, 50_000], ids=["a snapshot", "the whole record"])
def test_both_go_on_after_a_restart(monkeypatch, save_after):
    monkeypatch.setattr(compat_stamps, "SAVE_AFTER", save_after)
    abroad = Abroad()
    for _ in range(3):
        (alert,) = abroad.sound(KYIV)
        abroad.end(alert)
    before = index(abroad), second(abroad)
    abroad.start()
    again = index(abroad), second(abroad)
    abroad.start()

    assert before == again == (index(abroad), second(abroad))
    abroad.sound(LVIV)
    assert index(abroad) == before[0] + 1
    assert second(abroad) > before[1]


def test_a_snapshot_from_ahead_of_the_board_is_left_alone(monkeypatch):
    monkeypatch.setattr(compat_stamps, "SAVE_AFTER", 0)
    abroad = Abroad()
    abroad.sound(KYIV)
    abroad.start()

    assert Stamps.load(abroad.ledger, 1).index == 0
